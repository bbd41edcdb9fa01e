import { timeText, type Zone } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import type { Cell } from "./rows.ts";

/** The most characters of a cell that the grid shows; the details of a row show all. */
const longest = 400;

/** A cell as one line of text, with what hides made visible. */
export function cellText(cell: Cell, type: string, zone: Zone): string {
  if (cell === null) return "null";
  if (type === "datetime") return timeText(String(cell), zone);
  const text = String(cell);
  return visible(text.length > longest ? `${text.slice(0, longest)}…` : text);
}

/** Whether a type's values stand at the right of their column. */
export function isNumber(type: string): boolean {
  return ["int", "long", "real", "decimal", "timespan"].includes(type);
}
