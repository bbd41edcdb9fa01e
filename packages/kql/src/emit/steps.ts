import type { ScalarEntry } from "../functions/entry.js";
import type { Value } from "../functions/value.js";
import { integer, type Sql, type SqlPart, sql } from "../sql/sql.js";

/** Steps of operators that are no functions of KQL: no query can call them. */
export const steps: ReadonlyMap<string, ScalarEntry> = new Map<string, ScalarEntry>([
  [
    "#pair-value",
    {
      about: "The value of a key in a text of pairs: parts between delimiters, each cut at its first inner delimiter.",
      emit: (subject: Value, key: Value, between: Value, inside: Value) => {
        const width = integer(new TextEncoder().encode(String(inside.constant ?? "")).length);
        const at = (pair: Sql) => sql`position(${pair}, ${inside})`;
        const pair = sql`pair`;
        const own = sql`${at(pair)} > 0 AND ${trimmed(sql`substring(pair, 1, ${at(pair)} - 1)`)} = ${key}`;
        const found = sql`arrayFirst(pair -> ${own}, splitByString(${between}, ${subject}))`;
        return trimmed(sql`substring(${found}, ${at(found)} + ${width})`);
      },
      examples: {},
    },
  ],
  [
    "#quoted-value",
    {
      about:
        "The value of a key in a text of pairs; the pattern takes pairs apart into quoted and plain keys and values.",
      emit: (subject: Value, key: Value, pattern: Value, escaping: Value) => {
        const unescaped = (part: Sql) =>
          escaping.constant === ""
            ? part
            : sql`replaceRegexpAll(${part}, concat('(?s)', regexpQuoteMeta(${escaping}), '(.)'), '\\\\1')`;
        const own = sql`concat(${unescaped(sql`pair[1]`)}, ${trimmed(sql`pair[2]`)}) = ${key}`;
        const found = sql`arrayFirst(pair -> ${own}, extractAllGroupsVertical(${subject}, ${pattern}))`;
        return sql`concat(${unescaped(sql`${found}[3]`)}, ${trimmed(sql`${found}[4]`)})`;
      },
      examples: {},
    },
  ],
  [
    "#greedy-value",
    {
      about: "The value of a key in a text of pairs, up to the next key; the pattern finds where keys begin and end.",
      emit: (subject: Value, key: Value, start: Value) => {
        // Two characters that Unicode keeps out of texts mark the keys.
        const [before, after] = [sql`'\u{fdd0}'`, sql`'\u{fdd1}'`];
        const marked = sql`replaceRegexpAll(${subject}, ${start}, concat(${before}, '\\\\1', ${after}))`;
        const pair = sql`pair`;
        const own = sql`${trimmed(sql`substring(pair, 1, position(pair, ${after}) - 1)`)} = ${key}`;
        const found = sql`arrayFirst(${pair} -> ${own}, arraySlice(splitByString(${before}, ${marked}), 2))`;
        return trimmed(sql`substring(${found}, position(${found}, ${after}) + 3)`);
      },
      examples: {},
    },
  ],
  [
    "#matched-value",
    {
      about: "The second group of the first match of a pattern whose first group is the key.",
      emit: (subject: Value, key: Value, pattern: Value) =>
        sql`arrayFirst(pair -> pair[1] = ${key}, extractAllGroupsVertical(${subject}, ${pattern}))[2]`,
      examples: {},
    },
  ],
  [
    "#matches",
    {
      about: "Whether a pattern fits a text.",
      emit: (subject: Value, pattern: Value) => sql`notEmpty(extractGroups(${subject}, ${pattern}))`,
      notNull: true,
      examples: {},
    },
  ],
  [
    "#group",
    {
      about: "What a group of a pattern takes out of a text; all groups are taken at once.",
      emit: (subject: Value, pattern: Value, group: Value) =>
        sql`extractGroups(${subject}, ${pattern})[${integer(Number(group.constant ?? 1))}]`,
      examples: {},
    },
  ],
]);

function trimmed(part: SqlPart): Sql {
  return sql`replaceRegexpAll(${part}, '^\\\\s+|\\\\s+$', '')`;
}
