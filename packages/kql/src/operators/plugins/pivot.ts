import type { Expression } from "../../plan/expression.js";
import type { AggregateColumn, Named, Plan } from "../../plan/plan.js";
import { type Context, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { lowerItem } from "../project.js";
import { everyColumn, isInternal, over } from "../rows.js";
import { call, convert, lowerScalar } from "../scalar.js";
import { declaredColumns, emptyOf, pluginArguments } from "./arguments.js";

/** A column for each value of a column. */
export const pivotPlugin: PluginEntry = {
  name: "pivot",
  about: "Makes a column of each value of a column, with an aggregate over the rows that have it.",
  limit: "The columns have to be declared, as in `evaluate pivot(Kind, count(), Name) : (Name: string, a: long)`.",
  lower: (written, node, input, cx) => {
    const { placed } = pluginArguments(written);
    const [pivot, aggregate, ...kept] = placed;
    const declared = declaredColumns(node);
    if (pivot === undefined || declared === undefined || declared.star) {
      report(cx, node.location, "unsupported-operator", "`evaluate pivot` needs its columns declared", {
        construct: "evaluate pivot",
        hint: "say which columns it gives: `evaluate pivot(Kind, count(), Name) : (Name: string, a: long, b: long)`",
      });
      return nothing();
    }
    const rows = over(input, cx);
    const { location } = node;
    const value = lowerScalar(pivot, rows);
    const keyNames = kept.length > 0 ? kept.map(({ name }) => name) : otherColumns(input, [pivot, aggregate]);
    const keys = everyColumn(input).filter(({ name }) => keyNames.includes(name));
    const own = new Set(keys.map(({ name }) => name));
    const collected: AggregateColumn[] = [];
    const outputs = declared.columns.map(({ name, type }): Named => {
      if (own.has(name)) return { name, expression: { kind: "column", name, type } };
      const start = collected.length;
      const output = pivoted(name, aggregate, { ...rows, aggregates: collected });
      const wanted: Expression = { kind: "literal", type: "string", value: name };
      const when = call("==", [convert(value, "string", location), wanted], "bool", location);
      // The aggregates of this column see only the rows that have its value.
      for (let at = start; at < collected.length; at++) {
        const found = collected[at];
        if (found !== undefined) collected[at] = { ...found, when: both(found.when, when) };
      }
      return { name, expression: convert(output ?? emptyOf(type), type, location) };
    });
    const mistyped = outputs.find(({ name }, at) => {
      const key = keys.find((other) => other.name === name);
      return key !== undefined && key.expression.type !== declared.columns[at]?.type;
    });
    if (mistyped !== undefined) {
      report(cx, location, "type-mismatch", `\`${mistyped.name}\` is declared with another type than it has`);
      return nothing();
    }
    const grouped: Plan = { kind: "aggregate", input, keys, aggregates: collected };
    return { kind: "project", input: grouped, columns: outputs };

    function both(first: Expression | undefined, second: Expression): Expression {
      return first === undefined ? second : call("and", [first, second], "bool", location);
    }

    function pivoted(name: string, item: typeof aggregate, inner: Context): Expression | undefined {
      if (item !== undefined) return lowerItem(item, [name], inner)[0]?.expression;
      const fresh = `#count${collected.length}`;
      collected.push({ name: fresh, function: "count", args: [], column: 0, type: "long", location });
      return { kind: "column", name: fresh, type: "long" };
    }
  },
};

/** The columns that neither the pivot nor the aggregate reads. */
function otherColumns(
  input: Plan,
  used: readonly (
    | { descendants(kind: string): readonly { readonly name: string }[]; readonly name: string }
    | undefined
  )[],
): readonly string[] {
  const read = new Set(
    used.flatMap((node) =>
      node === undefined ? [] : [node.name, ...node.descendants("NameReference").map(({ name }) => name)],
    ),
  );
  return everyColumn(input)
    .map(({ name }) => name)
    .filter((name) => !read.has(name) && !isInternal(name));
}
