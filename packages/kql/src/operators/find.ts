import type { Expression } from "../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns } from "./rows.js";
import { convert } from "./scalar.js";
import { predicate, searchedTables, withOthers } from "./search.js";
import { visibleColumns } from "./table.js";

export const findOperator: OperatorEntry = {
  name: "find",
  about: "Gives the rows of several tables for which a condition holds, with the columns that the query names.",
  limit: "The columns have to be given with `project`, and `pack(*)` is refused.",
  lower: (node, input, cx) => {
    const condition = node.child("Condition");
    const project = node.child("Project");
    const items = project?.list("Columns") ?? [];
    const plain = items.every(({ kind }) => kind === "NameReference" || kind === "TypedColumnReference");
    if (condition === undefined || items.length === 0 || !plain || node.child("ProjectAway") !== undefined) {
      report(
        cx,
        node.location,
        "unsupported-option",
        "`find` without a `project` of named columns cannot be translated yet",
        {
          construct: "find",
          hint: "name the columns: `find in (…) where … project Name, TimeGenerated`",
        },
      );
      return nothing();
    }
    const legs = searchedTables(node, input, cx);
    const known = new Map(legs.flatMap(({ plan }) => columnsOf(plan)).map((column) => [column.name, column]));
    const source = parametersOf(node).get("withsource") ?? "source_";
    const bound = boundColumns(node).filter(({ name }) => name !== source);
    const columns = items.flatMap(
      (item, at) =>
        wantedColumn(
          item,
          bound[at]?.name,
          legs.map(({ plan }) => plan),
          cx,
        ) ?? [],
    );
    const all: readonly Column[] = [{ name: source, type: "string" }, ...columns];
    const inputs = legs.map(({ plan, name }): Plan => {
      const found = predicate(condition, { cx: withOthers(plan, known, cx), plan, exact: false });
      const filtered: Plan = { kind: "filter", input: plan, condition: found };
      const label: Expression = { kind: "literal", type: "string", value: name };
      return {
        kind: "project",
        input: filtered,
        columns: [{ name: source, expression: label }, ...columns.map((column) => cell(column, plan, node))],
      };
    });
    const [first] = inputs;
    if (first === undefined) return nothing();
    return inputs.length === 1 ? first : { kind: "union", inputs, columns: all };
  },
};

/** A column of the result; undefined, with a diagnostic, where the tables give it several types. */
function wantedColumn(
  item: SyntaxNode,
  name: string | undefined,
  plans: readonly Plan[],
  cx: Context,
): Column | undefined {
  const own = item.kind === "TypedColumnReference" ? (item.child("Column")?.name ?? "") : item.name;
  const written = kqlTypeNamed(item.child("Type")?.text ?? "");
  if (written !== undefined) return { name: own, type: written };
  const types = new Set(
    plans
      .flatMap(visibleColumns)
      .filter((column) => column.name === own)
      .map(({ type }) => type),
  );
  const [type] = types;
  if (types.size === 1 && type !== undefined && (name === undefined || name === own)) {
    return { name: own, type };
  }
  const message =
    types.size > 1
      ? `\`${own}\` has several types among the tables; say which, as in \`project ${own}: string\``
      : `no table of this \`find\` has a column \`${own}\``;
  report(cx, item.location, types.size > 1 ? "unsupported-option" : "unknown-column", message, { construct: "find" });
  return undefined;
}

function cell({ name, type }: Column, plan: Plan, node: SyntaxNode): Named {
  const own = columnsOf(plan).find((column) => column.name === name);
  if (own !== undefined) return { name, expression: convert({ kind: "column", ...own }, type, node.location) };
  return { name, expression: { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null } };
}
