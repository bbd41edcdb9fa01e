import { type RawBuilder, sql } from "kysely";
import { Failure } from "../store/failures.js";

/** All of the conditions. */
export function all(conditions: readonly RawBuilder<unknown>[]): RawBuilder<unknown> {
  return conditions.length === 0 ? sql`true` : sql.join([...conditions], sql` AND `);
}

/** The words that somebody looks for; more than a dozen nobody does. */
export function wordsOf(text: string | undefined): readonly string[] {
  return (text?.split(/\s+/).filter((word) => word !== "") ?? []).slice(0, 12);
}

/** A pattern of `ILIKE` for texts that hold a word. */
export function patternOf(word: string): string {
  return `%${word.replace(/[\\%_]/g, "\\$&")}%`;
}

/** Where a page ends: the sort, the last row's key in it, and what decides between rows of the same key. */
export function cursorOf(sort: string, key: string, tie: string | number): string {
  return Buffer.from(JSON.stringify([sort, key, tie])).toString("base64url");
}

/** The condition of rows that come after a page, by what its answer said. */
export function beyond(
  after: string,
  { sort, descending }: { readonly sort: string; readonly descending: boolean },
  key: RawBuilder<unknown>,
  { tie, type }: { readonly tie: RawBuilder<unknown>; readonly type: "number" | "string" },
): RawBuilder<unknown> {
  const [of, value, last] = partsOf(after);
  const isPlace = type === "string" ? typeof last === "string" : Number.isSafeInteger(last);
  const place = type === "string" ? sql`${last}::text` : sql`${last}::bigint`;
  if (of !== sort || !/^-?\d{1,18}$/.test(String(value)) || !isPlace)
    throw new Failure("incident-refused", "the next page cannot be told from this `after`", {
      hint: "take `next` of an answer with the same `sort`",
    });
  const end = sql`(${String(value)}::bigint, ${place})`;
  return descending ? sql`(${key}, ${tie}) < ${end}` : sql`(${key}, ${tie}) > ${end}`;
}

function partsOf(after: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(after, "base64url").toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
