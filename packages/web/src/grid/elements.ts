import type { Zone } from "../text/times.ts";
import { counted } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { cellText, isNumber } from "./cell-text.ts";
import type { Group } from "./groups.ts";
import type { GridColumn, ResultRows } from "./rows.ts";

/** An element with its class and attributes. */
export function make(tag: string, name: string, attributes: Readonly<Record<string, string>>): HTMLElement {
  const element = document.createElement(tag);
  element.className = name.trim();
  for (const [attribute, value] of Object.entries(attributes)) element.setAttribute(attribute, value);
  return element;
}

/** The class of cells of a column. */
export function alignment(column: GridColumn | undefined): string {
  return isNumber(column?.type ?? "string") ? "number" : "";
}

/** The heading of a column; where it has a menu, with what opens that for those who have a mouse: keys open it on the heading itself. */
export function headingOf(
  column: GridColumn | undefined,
  index: number,
  way: "none" | "ascending" | "descending",
  menu: { readonly isNarrowed: boolean } | undefined,
): HTMLElement {
  const name = visible(column?.name ?? "");
  const cell = make("div", `grid-cell ${alignment(column)} ${menu?.isNarrowed === true ? "narrowed" : ""}`, {
    ...{ role: "columnheader", id: `grid-head-${index}`, "aria-colindex": String(index + 1), "aria-sort": way },
    ...(menu === undefined ? {} : { "aria-haspopup": "dialog" }),
    ...(menu?.isNarrowed === true ? { "aria-description": "filtered" } : {}),
    title: `${name}: ${column?.type ?? ""}`,
  });
  const label = make("span", "name", {});
  label.textContent = name + { none: "", ascending: " ↑", descending: " ↓" }[way];
  cell.append(label);
  if (menu === undefined) return cell;
  const about = `Filter, sort and group by ${name} (Alt ↓)`;
  cell.append(make("span", "grid-menu", { "aria-hidden": "true", title: about }));
  return cell;
}

/** What stands in the line of a group: the column, its value and how many rows have it. */
export function groupText({ column, value, count }: Group, rows: ResultRows, zone: Zone): string {
  const { name = "", type = "string" } = rows.columns[column] ?? {};
  return `${visible(name)}: ${cellText(value, type, zone) || "(empty)"} · ${counted(count, "row")}`;
}

/** The width of a column in characters: that of its longest text among the first rows, within bounds. */
export function widthOf(rows: ResultRows, zone: Zone, number: number, sample: number): number {
  const column = rows.columns[number];
  if (column === undefined) return 8;
  let longest = column.name.length + 4;
  for (let row = 0; row < sample; row++) {
    longest = Math.max(longest, cellText(rows.cell(row, number), column.type, zone).length);
  }
  return Math.min(Math.max(longest, 4), 60) + 3;
}
