import { type Expression, type Kysely, type SqlBool, sql } from "kysely";
import type { StateTables } from "../state/tables.js";
import { searchText } from "./words.js";

/** One value, or several of which one is enough. */
export type AnyOf = string | readonly string[];

/** What rules are searched for; all that is given has to hold. Texts of values may have `*` for any text. */
export interface RuleSearch {
  /** Words anywhere in the rule; `"…"` for words in order, `or`, and `-` for words that are not there. */
  readonly text?: string;
  readonly source?: AnyOf;
  readonly platform?: AnyOf;
  readonly language?: AnyOf;
  readonly purpose?: AnyOf;
  readonly severity?: AnyOf;
  readonly verdict?: AnyOf;
  /** A technique also finds its sub-techniques. */
  readonly technique?: AnyOf;
  readonly tactic?: AnyOf;
  readonly table?: AnyOf;
  /** A kind of events that it looks at, as the counts name it. */
  readonly events?: AnyOf;
  /** All these are of one comparison: the table that it is of, and whether it stands under a `not`. */
  readonly field?: string;
  readonly operator?: string;
  readonly value?: string;
  readonly comparedIn?: string;
  readonly negated?: boolean;
  /** Whether a `*` in the field or the value is nothing but itself. */
  readonly asWritten?: boolean;
  /** The id of a rule that is left out. */
  readonly otherThan?: string;
  readonly limit: number;
  /** How many of the best are passed over; none where absent. */
  readonly offset?: number;
  /** Of what is narrowed by its values, the other values are counted too: they could be chosen beside them. */
  readonly countsOthers?: true;
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
  /** As it claims them, with the techniques of its sub-techniques. */
  readonly techniques: readonly string[];
  readonly tactics: readonly string[];
  readonly tables: readonly string[];
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
  const { total, counts } = await facetsOf(db, search);
  const facets = { ...counts };
  for (const name of search.countsOthers === true ? [...attributes, ...facetKinds] : []) {
    if (valuesOf(search[name]).length === 0) continue;
    const { [name]: _chosen, ...others } = search;
    facets[name] = (await facetsOf(db, others)).counts[name] ?? [];
  }
  return { total, rules, facets };
}

async function page(db: Kysely<StateTables>, search: RuleSearch): Promise<readonly ListedRule[]> {
  const words = wordsOf(search);
  const rules = db
    .selectFrom("catalog_rules")
    .select(["id", "platform", "language", "name", "purpose", "severity", "verdict", "source", "file", "facets"])
    .where(matching(search))
    .limit(search.limit)
    .offset(search.offset ?? 0);
  const ranked = words === undefined ? rules : rules.orderBy(sql`ts_rank(words, ${words})`, "desc");
  const found = await ranked.orderBy("name").orderBy("id").execute();
  return found.map(({ facets, ...rule }) => {
    const own = facets === "" ? [] : facets.split("\n").map(facetOf);
    const of = (kind: string) => own.flatMap(([name, value]) => (name === kind ? [value] : []));
    return { ...rule, techniques: of("technique"), tactics: of("tactic"), tables: of("table") };
  });
}

/** Kind and value of a line that `facetLines` made. */
function facetOf(line: string): readonly [string, string] {
  return JSON.parse(line);
}

const attributes = ["platform", "language", "purpose", "severity", "verdict", "source"] as const;
const facetKinds = ["technique", "tactic", "table", "events"] as const;

function valuesOf(wanted: AnyOf | undefined): readonly string[] {
  return wanted === undefined ? [] : [wanted].flat();
}

interface CountedFacets {
  readonly total: number;
  readonly counts: Readonly<Record<string, readonly FacetCount[]>>;
}

/**
 * One pass over the rules found: their attributes are counted there. What a rule is found by stands in its row, and comes as one text that is
 * counted here: to join and group a hundred thousand short rows took a database most of the time of a search.
 */
async function facetsOf(db: Kysely<StateTables>, search: RuleConditions): Promise<CountedFacets> {
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
    const [kind, value] = facetOf(line);
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

/** What the rules found compare, those values first that most of them do. */
export interface FoundComparisons {
  readonly fields: readonly FacetCount[];
  /** Of the field that is searched for; none where there is no such field. */
  readonly operators: readonly FacetCount[];
  readonly values: readonly FacetCount[];
}

/** Counts the fields that the rules found compare, and the operators and values of the one that is searched for. */
export async function comparisonsOf(db: Kysely<StateTables>, search: RuleConditions): Promise<FoundComparisons> {
  const count = async (column: "field" | "operator" | "value") => {
    const own =
      column === "field" || search.field === undefined ? sql`` : sql`AND ${likeAs(search)("field", search.field)}`;
    const { rows } = await sql<{ readonly value: string; readonly rules: bigint }>`
      SELECT min(${sql.ref(column)}) AS value, count(DISTINCT rule) AS rules FROM catalog_tests
      WHERE rule IN (SELECT number FROM catalog_rules WHERE ${matching(search)}) ${own}
      GROUP BY lower(${sql.ref(column)}) ORDER BY 2 DESC, 1 LIMIT ${mostCompared}`.execute(db);
    return rows.map(({ value, rules }) => ({ value, rules: Number(rules) }));
  };
  const fields = await count("field");
  if (search.field === undefined) return { fields, operators: [], values: [] };
  return { fields, operators: await count("operator"), values: await count("value") };
}

/** The most fields, operators or values that are counted. */
const mostCompared = 50;

function best(values: ReadonlyMap<string, number>): readonly FacetCount[] {
  return [...values]
    .map(([value, rules]) => ({ value, rules }))
    .sort((one, other) => other.rules - one.rules || (one.value < other.value ? -1 : 1))
    .slice(0, mostValues);
}

/** What rules have to be. */
export type RuleConditions = Omit<RuleSearch, "limit" | "offset" | "countsOthers">;

/** The condition on rows of `catalog_rules`. */
export function matching(search: RuleConditions): Expression<SqlBool> {
  const words = wordsOf(search);
  const conditions = [
    sql`removed_at IS NULL`,
    ...(search.otherThan === undefined ? [] : [sql`id <> ${search.otherThan}`]),
    ...(words === undefined ? [] : [sql`words @@ ${words}`]),
    ...attributes.flatMap((name) => {
      const values = valuesOf(search[name]).map((value) => value.toLowerCase());
      return values.length === 0 ? [] : [sql`lower(${sql.ref(name)}) IN (${sql.join(values)})`];
    }),
    ...facetKinds.flatMap((kind) => {
      const values = valuesOf(search[kind]).map((value) => like("value", value));
      if (values.length === 0) return [];
      const one = sql.join(values, sql` OR `);
      return [sql`number IN (SELECT rule FROM catalog_facets WHERE kind = ${kind} AND (${one}))`];
    }),
    ...testsMatching(search),
  ];
  return sql<SqlBool>`${sql.join(conditions, sql` AND `)}`;
}

function testsMatching(search: RuleConditions) {
  const { field, operator, value, comparedIn, negated } = search;
  const of = likeAs(search);
  const conditions = [
    ...(field === undefined ? [] : [of("field", field)]),
    ...(operator === undefined ? [] : [equal("operator", operator)]),
    ...(value === undefined ? [] : [of("value", value)]),
    ...(comparedIn === undefined ? [] : [equal("table_name", comparedIn)]),
    ...(negated === undefined ? [] : [sql`negated = ${negated}`]),
  ];
  if (conditions.length === 0) return [];
  return [sql`number IN (SELECT rule FROM catalog_tests WHERE ${sql.join(conditions, sql` AND `)})`];
}

/** How fields and values are compared with those that are searched for. */
function likeAs({ asWritten }: RuleConditions) {
  return asWritten === true ? equal : like;
}

function equal(column: string, value: string) {
  return sql`lower(${sql.ref(column)}) = ${value.toLowerCase()}`;
}

/** Equal in any case of letters; `*` stands for any text. */
function like(column: string, value: string) {
  const lower = value.toLowerCase();
  if (!lower.includes("*")) return equal(column, value);
  const pattern = lower.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
  return sql`lower(${sql.ref(column)}) LIKE ${pattern}`;
}

/** The words as PostgreSQL searches for them; undefined where none are given. */
function wordsOf({ text }: Pick<RuleSearch, "text">) {
  const words = text === undefined ? "" : searchText(text).trim();
  return words === "" ? undefined : sql`websearch_to_tsquery('english', ${words})`;
}
