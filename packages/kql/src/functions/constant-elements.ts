import { type Sql, sql } from "../sql/sql.js";
import type { Value } from "./value.js";

/** The string that a value is known to be, or undefined. */
export function constantText(value: Value): string | undefined {
  return value.type === "string" && typeof value.constant === "string" ? value.constant : undefined;
}

/** The integer that a value is known to be, or undefined. */
export function constantInteger(value: Value | undefined): number | undefined {
  if (value === undefined || typeof value.constant !== "bigint") return undefined;
  const known = Number(value.constant);
  return Number.isSafeInteger(known) ? known : undefined;
}

/** The elements of a constant dynamic array as KQL's `tostring` prints them; a null is `null`. */
export function constantElements(value: Value): readonly (string | null)[] | undefined {
  if (value.type !== "dynamic" || typeof value.constant !== "string") return undefined;
  return rawElements(value.constant)?.map(elementText);
}

/** The JSON texts of an array's elements; undefined where the text is no array. Numbers stay as they are written. */
export function rawElements(json: string): readonly string[] | undefined {
  const body = json.trim();
  if (!body.startsWith("[") || !body.endsWith("]")) return undefined;
  const elements: string[] = [];
  let depth = 0;
  let from = 1;
  for (let at = 0; at < body.length; at++) {
    const character = body[at];
    if (character === '"') at = closingQuote(body, at);
    else if (character === "[" || character === "{") depth++;
    else if (character === "]" || character === "}") depth--;
    if ((character === "," && depth === 1) || (depth === 0 && at === body.length - 1)) {
      const element = body.slice(from, at).trim();
      if (element !== "") elements.push(element);
      from = at + 1;
    }
  }
  return elements;
}

function closingQuote(body: string, open: number): number {
  let at = open + 1;
  while (at < body.length && body[at] !== '"') at += body[at] === "\\" ? 2 : 1;
  return at;
}

function elementText(raw: string): string | null {
  if (raw === "null") return null;
  if (!raw.startsWith('"')) return raw;
  // A JSON text that starts with a quote is a string.
  return JSON.parse(raw) as string;
}

/** The elements of a dynamic array at run time as an Array(String) of their texts; empty where it is no array. */
export function elementTexts(value: Value): Sql {
  if (value.array?.of === "string") return value.array.sql;
  return sql`arrayMap(_e -> JSONExtractString(_e), arrayFilter(_e -> _e != 'null', JSONExtractArrayRaw(${value})))`;
}
