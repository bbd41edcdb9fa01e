import type { Sorting } from "../grid/order.ts";
import type { GridColumn } from "../grid/rows.ts";
import { amend, place } from "../platform/router.ts";

/** The parameters of the address that hold how a result is looked at; none of them is taken over to another query. */
export const plainView = { filter: undefined, sort: undefined, hide: undefined };

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
