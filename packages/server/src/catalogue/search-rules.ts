import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import type { StateTables } from "../state/tables.js";
import { searchText } from "./words.js";

/** What rules are searched for; all that is given has to hold. Texts of values may have `*` for any text. */
export interface RuleSearch {
  /** Words anywhere in the rule; `"…"` for words in order, `or`, and `-` for words that are not there. */
  readonly text?: string;
  readonly source?: string;
  readonly platform?: string;
  readonly language?: string;
  readonly purpose?: string;
  readonly severity?: string;
  readonly verdict?: string;
  /** A technique also finds its sub-techniques. */
  readonly technique?: string;
  readonly tactic?: string;
  readonly table?: string;
  /** A kind of events that it looks at, as the counts name it. */
  readonly events?: string;
  /** These three are of one comparison. */
  readonly field?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly limit: number;
  /** How many of the best are passed over; none where absent. */
  readonly offset?: number;
}

/** A rule in one line. */
export interface ListedRule {
  readonly id: string;
  readonly platform: string;
  readonly language: string;
  readonly name: string;
  readonly purpose: string;
  readonly severity: string | null;
  readonly verdict: string | null;
  readonly source: string;
  readonly file: string;
}

/** How many of the rules that were found have a value. */
export interface FacetCount {
  readonly value: string;
  readonly rules: number;
}

/** What was found: the best rules first, and what all of them are by their attributes. */
export interface FoundRules {
  readonly total: number;
  readonly rules: readonly ListedRule[];
  readonly facets: Readonly<Record<string, readonly FacetCount[]>>;
}

/** The most values that a facet lists. */
const mostValues = 15;

/** Searches the rules that sources have now. */
export async function searchRules(db: Kysely<StateTables>, search: RuleSearch): Promise<FoundRules> {
  const rules = await page(db, search);
  const facets = await facetsOf(db, search);
  return { total: facets.total, rules, facets: facets.counts };
}

async function page(db: Kysely<StateTables>, search: RuleSearch): Promise<readonly ListedRule[]> {
  const words = wordsOf(search);
  const rules = db
    .selectFrom("catalog_rules")
    .select(["id", "platform", "language", "name", "purpose", "severity", "verdict", "source", "file"])
    .where(matching(search))
    .limit(search.limit)
    .offset(search.offset ?? 0);
  const ranked = words === undefined ? rules : rules.orderBy(sql`ts_rank(words, ${words})`, "desc");
  return ranked.orderBy("name").orderBy("id").execute();
}

const attributes = ["platform", "language", "purpose", "severity", "verdict", "source"] as const;

/**
 * One pass over the rules found: their attributes are counted there. What a rule is found by stands in its row, and comes as one text that is
 * counted here: to join and group a hundred thousand short rows took a database most of the time of a search.
 */
async function facetsOf(db: Kysely<StateTables>, search: RuleSearch) {
  const columns = sql.join(attributes.map((name) => sql.ref(name)));
  const { rows: groups } = await sql<Group>`
    SELECT ${columns}, count(*) AS rules, string_agg(nullif(facets, ''), ${"\n"}) AS facets
    FROM catalog_rules WHERE ${matching(search)} GROUP BY ${columns}`.execute(db);
  const counts = new Map<string, Map<string, number>>();
  const add = (name: string, value: string, rules: number) => {
    const values = counts.get(name) ?? new Map<string, number>();
    counts.set(name, values.set(value, (values.get(value) ?? 0) + rules));
  };
  const lines = new Map<string, number>();
  for (const { facets, rules, ...group } of groups) {
    for (const name of attributes) if (group[name] !== null) add(name, group[name], Number(rules));
    for (const line of facets?.split("\n") ?? []) lines.set(line, (lines.get(line) ?? 0) + 1);
  }
  for (const [line, rules] of lines) {
    const [kind, value]: readonly [string, string] = JSON.parse(line);
    add(kind, value, rules);
  }
  const total = groups.reduce((sum, { rules }) => sum + Number(rules), 0);
  return { total, counts: Object.fromEntries([...counts].map(([name, values]) => [name, best(values)])) };
}

type Group = { readonly [name in (typeof attributes)[number]]: string | null } & {
  readonly rules: bigint;
  /** Lines as `facetLines` makes them. */
  readonly facets: string | null;
};

function best(values: ReadonlyMap<string, number>): readonly FacetCount[] {
  return [...values]
    .map(([value, rules]) => ({ value, rules }))
    .sort((one, other) => other.rules - one.rules || (one.value < other.value ? -1 : 1))
    .slice(0, mostValues);
}

/** What rules have to be. */
export type RuleConditions = Omit<RuleSearch, "limit" | "offset">;

/** The condition on rows of `catalog_rules`. */
export function matching(search: RuleConditions): Expression<SqlBool> {
  const words = wordsOf(search);
  const conditions = [
    sql`removed_at IS NULL`,
    ...(words === undefined ? [] : [sql`words @@ ${words}`]),
    ...attributes.flatMap((name) => {
      const value = search[name];
      return value === undefined ? [] : [sql`lower(${sql.ref(name)}) = ${value.toLowerCase()}`];
    }),
    ...(["technique", "tactic", "table", "events"] as const).flatMap((kind) => {
      const value = search[kind];
      if (value === undefined) return [];
      return [sql`number IN (SELECT rule FROM catalog_facets WHERE kind = ${kind} AND ${like("value", value)})`];
    }),
    ...testsMatching(search),
  ];
  return sql<SqlBool>`${sql.join(conditions, sql` AND `)}`;
}

function testsMatching({ field, operator, value }: RuleConditions) {
  const conditions = [
    ...(field === undefined ? [] : [like("field", field)]),
    ...(operator === undefined ? [] : [sql`lower(operator) = ${operator.toLowerCase()}`]),
    ...(value === undefined ? [] : [like("value", value)]),
  ];
  if (conditions.length === 0) return [];
  return [sql`number IN (SELECT rule FROM catalog_tests WHERE ${sql.join(conditions, sql` AND `)})`];
}

/** Equal in any case of letters; `*` stands for any text. */
function like(column: string, value: string) {
  const lower = value.toLowerCase();
  if (!lower.includes("*")) return sql`lower(${sql.ref(column)}) = ${lower}`;
  const pattern = lower.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
  return sql`lower(${sql.ref(column)}) LIKE ${pattern}`;
}

/** The words as PostgreSQL searches for them; undefined where none are given. */
function wordsOf({ text }: Pick<RuleSearch, "text">) {
  const words = text === undefined ? "" : searchText(text).trim();
  return words === "" ? undefined : sql`websearch_to_tsquery('english', ${words})`;
}
