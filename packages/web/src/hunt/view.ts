import type { Condition } from "../grid/conditions.ts";
import type { Sorting } from "../grid/order.ts";
import type { Cell, GridColumn } from "../grid/rows.ts";
import { amend, place } from "../platform/router.ts";

/** The parameters of the address that hold how a result is looked at; none of them is taken over to another query. */
export const plainView = { filter: undefined, sort: undefined, hide: undefined, where: undefined, group: undefined };

const descending = "desc:";

/** The text that rows have to hold. */
export function filterText(): string {
  return place().query.get("filter") ?? "";
}

/** How the rows are sorted; the address names the column, `desc:` before it where the greatest is first. */
export function sortingOf(columns: readonly GridColumn[]): Sorting | undefined {
  const asked = place().query.get("sort");
  if (asked === null) return undefined;
  const numberOf = (wanted: string) => columns.findIndex(({ name }) => name === wanted);
  // A column may itself be called so.
  const column = numberOf(asked);
  if (column >= 0) return { column, descending: false };
  const other = asked.startsWith(descending) ? numberOf(asked.slice(descending.length)) : -1;
  return other < 0 ? undefined : { column: other, descending: true };
}

/** Sorts by a column one way, or as the rows came. */
export function sortBy(name: string, way: "ascending" | "descending" | "none"): void {
  amend({ sort: { ascending: name, descending: `${descending}${name}`, none: undefined }[way] });
}

/** Sorts by a column: the least first, then the greatest, then as the rows came. */
export function sortNext(columns: readonly GridColumn[], column: number): void {
  const before = sortingOf(columns);
  const name = columns[column]?.name;
  if (name === undefined) return;
  if (before?.column !== column) amend({ sort: name });
  else amend({ sort: before.descending ? undefined : `${descending}${name}` });
}

/** The names of columns that are not shown. */
export function hiddenNames(): readonly string[] {
  return place().query.getAll("hide");
}

export function showColumn(name: string, show: boolean): void {
  const others = hiddenNames().filter((other) => other !== name);
  amend({ hide: show ? others : [...others, name] });
}

export function setFilter(text: string): void {
  amend({ filter: text || undefined });
}

/** What cells have to be; in the address each is an array of the column's name, the kind of condition, and its text or values. */
export function conditionsOf(columns: readonly GridColumn[]): readonly Condition[] {
  return place()
    .query.getAll("where")
    .flatMap((text) => conditionIn(text, columns) ?? []);
}

/** Puts conditions in the place of those of some kinds on a column; none where only the kinds are given. */
export function setConditions(
  columns: readonly GridColumn[],
  column: number,
  kinds: readonly Condition["kind"][],
  added: readonly Condition[] = [],
): void {
  const others = conditionsOf(columns).filter((one) => one.column !== column || !kinds.includes(one.kind));
  amend({ where: [...others, ...added].map((one) => written(one, columns)) });
}

export function clearConditions(): void {
  amend({ where: undefined });
}

function written(condition: Condition, columns: readonly GridColumn[]): string {
  const name = columns[condition.column]?.name ?? "";
  const values = "values" in condition ? condition.values : [condition.text];
  return JSON.stringify([name, condition.kind, ...values]);
}

function conditionIn(text: string, columns: readonly GridColumn[]): Condition | undefined {
  const [name, kind, ...values] = arrayIn(text);
  const column = columns.findIndex((one) => one.name === name);
  if (column < 0) return undefined;
  const [first] = values;
  switch (kind) {
    case "in":
    case "out":
      return values.every(isCell) ? { column, kind, values } : undefined;
    case "has":
    case "lacks":
    case "from":
    case "to":
      return typeof first === "string" ? { column, kind, text: first } : undefined;
    default:
      return undefined;
  }
}

function arrayIn(text: string): readonly unknown[] {
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read : [];
  } catch {
    return [];
  }
}

function isCell(value: unknown): value is Cell {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** The columns by which rows are in groups, from the outermost in. */
export function groupColumns(columns: readonly GridColumn[]): readonly number[] {
  const found = place()
    .query.getAll("group")
    .map((name) => columns.findIndex((column) => column.name === name));
  return [...new Set(found.filter((column) => column >= 0))];
}

/** Groups by one more column, or by all but it. */
export function groupBy(name: string, isGrouped: boolean): void {
  const others = place()
    .query.getAll("group")
    .filter((other) => other !== name);
  amend({ group: isGrouped ? [...others, name] : others });
}
