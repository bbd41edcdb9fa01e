import { readTime, type ScenarioCell, type ScenarioRow } from "@calypso/catalog";
import type { KqlType } from "@calypso/kql";

/** A cell that cannot be a value of its column. */
export interface WrongCell {
  readonly wrong: string;
}

/** The text that a cell is stored from; `''` for a null. The nth of repeated rows is `n` times `every` later. */
export function cellText(
  cell: ScenarioCell,
  type: KqlType,
  { now, row, n }: { readonly now: number; readonly row: ScenarioRow; readonly n: number },
): string | WrongCell {
  const numbered = (text: string) => (row.count > 1 ? text.replaceAll("$n", String(n)) : text);
  if (cell.json === "null") return "";
  if (type === "dynamic") return numbered(cell.json);
  if (type === "string") return numbered(cell.text ?? cell.json);
  const text = numbered(cell.text ?? "").trim();
  if (cell.text === undefined) return { wrong: `\`${cell.column}\` is of type ${type}, and takes no list or map` };
  if (text === "") return "";
  if (type === "datetime") {
    const shift = cell.column === "TimeGenerated" ? (n - 1) * row.every : 0;
    return timeText(text, now, shift) ?? wrongValue(cell, type, "`2026-03-01T12:00:00Z`, or `-1h30m` before the clock");
  }
  const form = forms[type];
  return form.pattern.test(text) ? text : wrongValue(cell, type, form.example);
}

/** An instant keeps all its digits where nothing is added to it. */
function timeText(text: string, now: number, shift: number): string | undefined {
  const time = readTime(text, now);
  if (time === undefined) return undefined;
  return shift === 0 && /^\d{4}/.test(text) ? text : new Date(time + shift).toISOString();
}

function wrongValue({ column, text }: ScenarioCell, type: KqlType, example: string): WrongCell {
  return { wrong: `\`${column}\` is of type ${type}, such as ${example}, and not \`${text}\`` };
}

const whole = /^[+-]?\d+$/;

const forms: Readonly<
  Record<Exclude<KqlType, "string" | "dynamic" | "datetime">, { pattern: RegExp; example: string }>
> = {
  bool: { pattern: /^(?:true|false)$/i, example: "`true`" },
  int: { pattern: whole, example: "`5`" },
  long: { pattern: whole, example: "`5`" },
  real: { pattern: /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i, example: "`0.5`" },
  decimal: { pattern: /^[+-]?(?:\d+\.?\d*|\.\d+)$/, example: "`0.5`" },
  guid: { pattern: /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, example: "a GUID" },
  timespan: { pattern: /^-?(?:\d+\.)?\d{1,2}:\d{2}:\d{2}(?:\.\d{1,7})?$/, example: "`1.02:03:04`" },
};
