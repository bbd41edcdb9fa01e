import { columnsRead, type Expression, type Location } from "../plan/expression.js";
import type { AggregateColumn, Named, Plan } from "../plan/plan.js";
import type { BoundColumn, SyntaxNode } from "../syntax/node.js";
import { aggregateColumn, isAggregate, starColumns } from "./aggregates.js";
import { args } from "./calls.js";
import { type Context, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem, lowerItems, widthOf } from "./project.js";
import { boundColumns, everyColumn, groupColumns, over, partColumns } from "./rows.js";
import { withWindows } from "./window-functions.js";

export const summarizeOperator: OperatorEntry = {
  name: "summarize",
  about: "Gives one row for each combination of the keys, with aggregates over its rows.",
  grouped: true,
  lower: (node, input, cx) => {
    const byItems = node.child("ByClause")?.list("Expressions") ?? [];
    const rows = over(input, cx);
    const wanted = [...boundColumns(node)];
    const keys = lowerItems(
      byItems,
      wanted.splice(
        0,
        byItems.reduce((sum, item) => sum + widthOf(item), 0),
      ),
      rows,
    );
    for (const [index, key] of keys.entries()) requireGroupable(key, byItems[index] ?? node, cx);
    const collected: AggregateColumn[] = [];
    const starExcludes = byItems.filter(({ kind }) => kind === "NameReference").map(({ name }) => name);
    const inner: Context = { ...rows, aggregates: collected, starExcludes };
    const outputs = node.list("Aggregates").flatMap((item) => lowerAggregateItem(item, wanted, inner));
    const alive = cx.group?.alive;
    // Without keys a part of which nothing is left has its aggregates too; with keys its rows stay apart from the others.
    const whole = byItems.length === 0;
    const onlyIf = alive !== undefined && whole && everyColumn(input).some(({ name }) => name === alive);
    const aggregate: Plan = {
      kind: "aggregate",
      input: withWindows(input, rows.windows),
      keys: [...groupKeys(input, cx).filter(({ name }) => !whole || name !== alive), ...keys],
      aggregates: [
        ...collected.map((column) => (onlyIf ? onlyLiving(column, alive) : column)),
        ...carriedAggregates(input, cx, node.location),
      ],
      ...(node.list("Aggregates").length === 0 ? { emptyWithoutRows: true } : {}),
    };
    requireGrouped(outputs, aggregate, node, cx);
    const carriedNames = new Set(groupColumns(cx));
    const kept = everyColumn(aggregate).filter(({ name }) => carriedNames.has(name));
    const keyColumns = keys.map(
      ({ name, expression }): Named => ({ name, expression: { kind: "column", name, type: expression.type } }),
    );
    return { kind: "project", input: aggregate, columns: [...keyColumns, ...outputs, ...kept] };
  },
};

/** The keys that keep the elements of different rows of `mv-apply` apart, and those that are still there from the others. */
export function groupKeys(input: Plan, cx: Context): readonly Named[] {
  const parts = new Set(partColumns(input, cx));
  return everyColumn(input).filter(({ name }) => parts.has(name));
}

/** The outer row's columns of `mv-apply`: the same for all rows of a group. */
export function carriedAggregates(input: Plan, cx: Context, location: Location): readonly AggregateColumn[] {
  return everyColumn(input)
    .filter(({ name }) => cx.group?.carried.includes(name))
    .map(({ name, expression }) => ({
      name,
      function: "#same",
      args: [expression],
      column: 0,
      type: expression.type,
      location,
    }));
}

function onlyLiving(column: AggregateColumn, alive: string): AggregateColumn {
  const still: Expression = { kind: "column", name: alive, type: "bool" };
  const when: Expression =
    column.when === undefined
      ? still
      : { kind: "call", name: "and", args: [still, column.when], type: "bool", location: column.location };
  return { ...column, when };
}

/** Refuses what is computed of single rows outside the aggregates, such as `prev(x)` in place of `max(prev(x))`. */
function requireGrouped(outputs: readonly Named[], aggregate: Plan, node: SyntaxNode, cx: Context): void {
  const known = new Set(everyColumn(aggregate).map(({ name }) => name));
  if (outputs.every(({ expression }) => [...columnsRead(expression)].every((name) => known.has(name)))) return;
  report(cx, node.location, "type-mismatch", "a value of single rows stands outside the aggregates", {
    hint: "put an aggregate around it, or make a column of it before `summarize`",
  });
}

function requireGroupable(key: Named, node: SyntaxNode, cx: Context): void {
  const { expression } = key;
  if (expression.type !== "dynamic" || (expression.kind === "literal" && expression.missing)) return;
  report(cx, node.location, "type-mismatch", "rows cannot be grouped by a dynamic value", {
    hint: "convert it first, for instance with `tostring(…)`",
  });
}

/** An item of the aggregates: one column, or as many as its function gives. */
function lowerAggregateItem(item: SyntaxNode, wanted: BoundColumn[], cx: Context): readonly Named[] {
  const inner = /^(Simple|Compound)NamedExpression$/.test(item.kind) ? (item.child("Expression") ?? item) : item;
  const name = inner.kind === "FunctionCallExpression" ? (inner.child("Name")?.name ?? "") : "";
  const count = isAggregate(name) ? resultColumns(name, inner, cx) : 1;
  const columns = wanted.splice(0, count);
  if (count === 1 && item.kind !== "CompoundNamedExpression")
    return lowerItem(
      item,
      columns.map(({ name: own }) => own),
      cx,
    );
  return columns.map((column, index) => {
    const type = column.type === "unknown" ? "dynamic" : column.type;
    return { name: column.name, expression: aggregateColumn(name, inner, cx, index, type) };
  });
}

/** How many columns an aggregate call gives. */
function resultColumns(name: string, node: SyntaxNode, cx: Context): number {
  const written = args(node);
  const stars = written.some(({ kind }) => kind === "StarExpression");
  switch (name) {
    case "arg_max":
    case "arg_min":
    case "argmax":
    case "argmin":
    case "take_any":
    case "any":
      return stars ? written.length - 1 + starColumns(node, cx).length : written.length;
    case "percentiles":
      return Math.max(1, written.length - 1);
    case "percentilesw":
      return Math.max(1, written.length - 2);
    default:
      return 1;
  }
}
