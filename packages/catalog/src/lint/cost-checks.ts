import type { Condition, TableRead } from "@calypso/kql";
import { atTable, type Check, type CheckFinding, isAutomatic, isOnTime } from "./check.js";

/** Checks of how much work a query makes, and of conditions that cannot be what was meant. */
export const costChecks = {
  "reads-everything": {
    severity: "error",
    about: "`search`, `find` or `union *` over every table, which Microsoft Sentinel refuses in rules.",
    find: ({ rule, facts }) =>
      (isAutomatic(rule) ? (facts?.everything ?? []) : []).map(({ operator, location }) => ({
        message: `\`${operator}\` reads every table of the workspace, which no rule may do`,
        hint: "name the tables",
        at: { location },
      })),
  },
  "never-true": {
    severity: "error",
    about: "A text in one case of letters is compared with one in the other, and is never equal.",
    find: ({ query }) =>
      conditionsOf(query?.facts.reads).flatMap((condition) => {
        const fold = foldOf(condition);
        const texts = condition.values.filter((value) => typeof value === "string");
        const wrong = texts.filter((text) => fold !== undefined && fold(text) !== text);
        if (!exact.has(condition.operator) || wrong.length === 0) return [];
        const message = `\`${condition.through}(${condition.column})\` is never \`${wrong[0]}\``;
        return found(condition, { message, hint: "compare with `=~` or `in~`, and without the function" });
      }),
  },
  "folded-case": {
    severity: "note",
    about: "`tolower` or `toupper` before a comparison, which `=~` and `in~` spare.",
    find: ({ query }) =>
      conditionsOf(query?.facts.reads).flatMap((condition) => {
        const { operator, through, column } = condition;
        if (foldOf(condition) === undefined || !exact.has(operator)) return [];
        const instead = operator === "==" ? "=~" : "in~";
        return found(condition, {
          message: `\`${through}(${column})\` is computed for every row`,
          hint: `write \`${column} ${instead} …\``,
        });
      }),
  },
  "contains-word": {
    severity: "note",
    about: "`contains` looks through every text; where a whole word is meant, `has` finds it in the index.",
    find: ({ query }) =>
      conditionsOf(query?.facts.reads).flatMap((condition) => {
        const instead = { contains: "has", contains_cs: "has_cs" }[condition.operator];
        const [text] = condition.values;
        if (instead === undefined || typeof text !== "string" || !/^[\p{L}\p{N}]{3,}$/u.test(text)) return [];
        const message = `\`${condition.operator} "${text}"\` looks through every text`;
        return found(condition, { message, hint: `if \`${text}\` stands as a word of its own, write \`${instead}\`` });
      }),
  },
  "regex-first": {
    severity: "warning",
    about: "A regular expression is tried on every row of a table, since no other condition comes with it.",
    find: ({ query, references }) =>
      (query?.facts.reads ?? []).flatMap(({ table, conditions }) => {
        const others = conditions.filter((condition) => !isOnTime(condition, table, references));
        if (others.some((condition) => !isRegex(condition))) return [];
        return others.slice(0, 1).flatMap((condition) =>
          found(condition, {
            message: `the pattern is tried on every row of ${table}`,
            hint: "put a `has` with a word of the pattern before it",
          }),
        );
      }),
  },
  "join-whole-table": {
    severity: "warning",
    about: "A side of a `join` or `lookup` is a whole table, without a condition.",
    find: ({ query }) =>
      (query?.facts.wholeSides ?? []).map(({ table, location }) => ({
        message: `the join reads all of ${table}`,
        hint: "filter it first, and keep the columns that are needed",
        at: { location },
      })),
  },
  "filter-after-expand": {
    severity: "warning",
    about:
      "A condition stands after `mv-expand` and reads nothing of its results: rows are multiplied, and then dropped.",
    find: ({ query }) =>
      (query?.facts.late ?? [])
        .filter(({ after }) => after === "mv-expand")
        .map(({ location }) => ({
          message: "the condition reads nothing that `mv-expand` makes, and can stand before it",
          at: { location },
        })),
  },
  "filter-after-summarize": {
    severity: "note",
    about: "A condition after `summarize` reads only what it groups by: other groups are computed for nothing.",
    find: ({ query }) =>
      (query?.facts.late ?? [])
        .filter(({ after }) => after === "summarize")
        .map(({ location }) => ({
          message: "the condition reads nothing that `summarize` makes, and can stand before it",
          at: { location },
        })),
  },
  "unfiltered-table": {
    severity: "note",
    about: "No condition on a table is one that an index answers, so that all its rows of the period are read.",
    find: ({ query, references }) =>
      (query?.facts.reads ?? []).flatMap(({ table, conditions }) => {
        const others = conditions.filter((condition) => !isOnTime(condition, table, references));
        if (query === undefined || !query.facts.places.has(table) || others.some(isAnswered)) return [];
        const message =
          others.length === 0 ? `all rows of ${table} are read` : `no index helps to find the rows of ${table}`;
        const hint = "`==`, `in`, `has` and `startswith` on a column are answered from an index";
        return [{ message, hint, at: atTable(query, table) }];
      }),
  },
  "any-rows": {
    severity: "warning",
    about: "`take` or `limit` keeps any rows, other ones on each run.",
    find: ({ rule, query }) =>
      (isAutomatic(rule) ? (query?.facts.anyRows ?? []) : []).map((location) => ({
        message: "which rows are kept is left to chance",
        hint: "write `top N by …`, or leave it out",
        at: { location },
      })),
  },
} as const satisfies Readonly<Record<string, Check>>;

const exact = new Set(["==", "in"]);

/** What an index answers, and what is made of such conditions or of another query. */
const answered =
  /^(?:==|=~|in~?|has(?:_cs|_any|_all|prefix|prefix_cs|suffix|suffix_cs|_ipv4|_any_ipv4.*)?|startswith(?:_cs)?|<|<=|>|>=|between|or)$/;

function isAnswered({ operator, column, through }: Condition): boolean {
  return answered.test(operator) && through === undefined && (column !== undefined || operator === "or");
}

function isRegex({ operator, through }: Condition): boolean {
  return operator === "matches regex" || through === "extract";
}

function foldOf({ through }: Condition): ((text: string) => string) | undefined {
  if (through === "tolower") return (text) => text.toLowerCase();
  return through === "toupper" ? (text) => text.toUpperCase() : undefined;
}

/** The conditions of all reads, each place once. */
function conditionsOf(reads: readonly TableRead[] = []): readonly Condition[] {
  const byPlace = new Map<number, Condition>();
  for (const condition of reads.flatMap(({ conditions }) => conditions)) {
    if (condition.location !== undefined) byPlace.set(condition.location.span.start, condition);
  }
  return [...byPlace.values()];
}

function found({ location }: Condition, finding: Omit<CheckFinding, "at">): readonly CheckFinding[] {
  return location === undefined ? [] : [{ ...finding, at: { location } }];
}
