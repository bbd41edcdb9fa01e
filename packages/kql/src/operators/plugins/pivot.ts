import type { Expression } from "../../plan/expression.js";
import { internalName } from "../../plan/internal.js";
import type { AggregateColumn, Named, Plan } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import { asAsked, differentColumns, discover } from "../discovery.js";
import type { PluginEntry } from "../evaluate.js";
import { lowerItem } from "../project.js";
import { everyColumn, isInternal, over } from "../rows.js";
import { convert, lowerScalar } from "../scalar.js";
import { declaredColumns, pluginArguments } from "./arguments.js";
import { partsAt } from "./parts.js";

/** A call of `pivot`: the texts that name columns, what is computed for each, and the columns that stay. */
interface Pivoting {
  readonly call: SyntaxNode;
  readonly value: Expression;
  readonly aggregate: SyntaxNode | undefined;
  readonly keys: readonly Named[];
  readonly input: Plan;
  readonly cx: Context;
}

/** A column for each value of a column. */
export const pivotPlugin: PluginEntry = {
  name: "pivot",
  about: "Makes a column of each value of a column, with an aggregate over the rows that have it.",
  limit:
    "The columns come in the order in which their values come first; of rows in no order this may be another each time. " +
    "An empty value, which cannot name a column, ends the query.",
  lower: (call, node, input, cx) => {
    const [pivot, aggregate, ...written] = pluginArguments(call).placed;
    if (pivot === undefined) {
      report(cx, node.location, "bad-argument", "`pivot` takes a column whose values become columns");
      return nothing();
    }
    const value = convert(lowerScalar(pivot, over(input, cx)), "string", node.location);
    const keys = written.length > 0 ? named(written, input, cx) : others(input, [pivot, aggregate]);
    const pivoting: Pivoting = { call, value, aggregate, keys, input, cx };
    const declared = declaredColumns(node);
    if (declared?.star === true) {
      report(cx, node.location, "unsupported-option", "`pivot` with `*` among its declared columns is not documented", {
        construct: "evaluate pivot",
        hint: "declare all columns, or none",
      });
      return nothing();
    }
    if (declared !== undefined) return declaredPivot(pivoting, declared.columns);
    const found = discover(call, question(pivoting), cx) ?? [];
    const twice = found.find(({ name }) => keys.some((key) => key.name === name));
    if (twice !== undefined) {
      report(cx, call.location, "bad-argument", `\`pivot\`: the rows have a column \`${twice.name}\` already`, {
        hint: "rename that column first, with `project-rename`",
      });
    }
    const { compare, of } = partsAt(call.location);
    const isKnown = found
      .map(({ name }) => compare("==", value, { kind: "literal", type: "string", value: name }))
      .reduce<Expression>((one, other) => of("or", [one, other], "bool"), {
        kind: "literal",
        type: "bool",
        value: false,
      });
    const rows = { ...pivoting, input: asAsked(input, call, isKnown) };
    return pivoted(rows, [...keys.map(({ name, expression: { type } }) => ({ name, type })), ...found]);
  },
};

/** The columns that are named to stay; one that the rows do not have is told, and left out. */
function named(written: readonly SyntaxNode[], input: Plan, cx: Context): readonly Named[] {
  const rows = over(input, cx);
  return written.flatMap((item): readonly Named[] => {
    const expression = lowerScalar(item, rows);
    return expression.kind === "column" ? [{ name: item.name, expression }] : [];
  });
}

/** The columns that neither the pivot nor the aggregate reads. */
function others(input: Plan, used: readonly (SyntaxNode | undefined)[]): readonly Named[] {
  const names = used.flatMap((node) => {
    const references = node === undefined ? [] : [node, ...node.descendants("NameReference")];
    return references.filter(({ symbol }) => symbol?.kind === "column").map(({ name }) => name);
  });
  return everyColumn(input).filter(({ name }) => !names.includes(name) && !isInternal(name));
}

/** The values that name columns, each with the type of its column. */
function question({ call, value, aggregate, input, cx }: Pivoting): Plan {
  const { type } = output(aggregate, { ...over(input, cx), aggregates: [] }, call);
  const columns: readonly Named[] = [
    { name: "name", expression: value },
    { name: "type", expression: { kind: "literal", type: "string", value: type } },
  ];
  return differentColumns({ kind: "project", input, columns }, "as they come", call);
}

function declaredPivot(pivoting: Pivoting, columns: readonly Column[]): Plan {
  const { call, cx, keys } = pivoting;
  const mistyped = columns.find(({ name, type }) =>
    keys.some((key) => key.name === name && key.expression.type !== type),
  );
  if (mistyped === undefined) return pivoted(pivoting, columns);
  report(cx, call.location, "type-mismatch", `\`${mistyped.name}\` is declared with another type than it has`);
  return nothing();
}

function pivoted({ call, value, aggregate, keys, input, cx }: Pivoting, columns: readonly Column[]): Plan {
  const { compare, and } = partsAt(call.location);
  const own = new Set(keys.map(({ name }) => name));
  const collected: AggregateColumn[] = [];
  const rows = { ...over(input, cx), aggregates: collected };
  const outputs = columns.map(({ name, type }): Named => {
    if (own.has(name)) return { name, expression: { kind: "column", name, type } };
    const start = collected.length;
    const expression = output(aggregate, rows, call);
    const when = compare("==", value, { kind: "literal", type: "string", value: name });
    // The aggregates of this column see only the rows that have its value.
    for (let at = start; at < collected.length; at++) {
      const found = collected[at];
      if (found === undefined) continue;
      collected[at] = { ...found, when: found.when === undefined ? when : and(found.when, when) };
    }
    return { name, expression: convert(expression, type, call.location) };
  });
  const grouped: Plan = { kind: "aggregate", input, keys, aggregates: collected, emptyWithoutRows: true };
  return { kind: "project", input: grouped, columns: outputs };
}

/** What stands in a column: the aggregate, or the number of rows. */
function output(aggregate: SyntaxNode | undefined, rows: Context, call: SyntaxNode): Expression {
  const written = aggregate === undefined ? undefined : lowerItem(aggregate, ["value"], rows)[0]?.expression;
  if (written !== undefined) return written;
  const name = internalName(`count${rows.aggregates?.length ?? 0}`);
  rows.aggregates?.push(partsAt(call.location).aggregate(name, "count"));
  return { kind: "column", name, type: "long" };
}
