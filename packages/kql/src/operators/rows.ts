import type { Expression, Location } from "../plan/expression.js";
import { ingestionTime, isInternal } from "../plan/internal.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { BoundColumn, SyntaxNode } from "../syntax/node.js";
import type { Context, Group } from "./context.js";
import { type AskedWindow, withWindows } from "./window-functions.js";

export { isInternal };

/** The context in which an operator's expressions are lowered: names are the columns of its input. */
export function over(input: Plan, cx: Context): Context & { readonly windows: AskedWindow[][] } {
  const columns = new Map(columnsOf(input).map((column) => [column.name, column]));
  return {
    ...cx,
    row: (name) => {
      const column = columns.get(name);
      return column === undefined ? undefined : { kind: "column", name: column.name, type: column.type };
    },
    rowNames: [...columns.keys()].filter((name) => !isInternal(name)),
    windows: [],
  };
}

/** A reference to each column of a plan. */
export function everyColumn(input: Plan): readonly Named[] {
  return columnsOf(input).map(({ name, type }) => ({ name, expression: { kind: "column", name, type } }));
}

/** Columns that travel with the rows though no operator names them: those of `mv-apply`, and `ingestion_time()`. */
export function carried(input: Plan, cx: Context): readonly Named[] {
  const names = new Set([ingestionTime, ...groupColumns(cx)]);
  return everyColumn(input).filter(({ name }) => names.has(name));
}

/** The columns that tell the rows of `mv-apply` apart. */
export function groupColumns(cx: Context): readonly string[] {
  return cx.group === undefined ? [] : [cx.group.id, ...cx.group.carried, cx.group.alive];
}

/** The columns that part the rows of `mv-apply`: whose they are, and whether a `where` took them away. */
export function partColumns(input: Plan, cx: Context): readonly string[] {
  if (cx.group === undefined) return [];
  const { id, alive } = cx.group;
  return columnsOf(input).flatMap(({ name }) => (name === id || name === alive ? [name] : []));
}

/** The rows with a column that says which of them are still there: inside `mv-apply` a part keeps one row at least. */
export function marked(input: Plan, still: Expression, group: Group, location: Location): Plan {
  const { alive } = group;
  const before = everyColumn(input).some(({ name }) => name === alive);
  const own: Expression = { kind: "column", name: alive, type: "bool" };
  const both: Expression = { kind: "call", name: "and", args: [own, still], type: "bool", location };
  const columns = everyColumn(input).filter(({ name }) => name !== alive);
  return { kind: "project", input, columns: [...columns, named(alive, before ? both : still)] };
}

/** The rows without those that a `where` of `mv-apply` took away. */
export function living(input: Plan, cx: Context): Plan {
  const alive = cx.group?.alive;
  if (alive === undefined || !columnsOf(input).some(({ name }) => name === alive)) return input;
  const filtered: Plan = { kind: "filter", input, condition: { kind: "column", name: alive, type: "bool" } };
  return { kind: "project", input: filtered, columns: everyColumn(input).filter(({ name }) => name !== alive) };
}

/** The columns that the binder says an operator gives; unknown types read as dynamic. */
export function boundColumns(node: SyntaxNode): readonly BoundColumn[] {
  return node.columns ?? [];
}

/** A projection over the input, with the window functions that its expressions asked for below it. */
export function project(input: Plan, columns: readonly Named[], rows: { readonly windows: AskedWindow[][] }): Plan {
  return { kind: "project", input: withWindows(input, rows.windows), columns };
}

/** The same expression under each name. */
export function named(name: string, expression: Expression): Named {
  return { name, expression };
}
