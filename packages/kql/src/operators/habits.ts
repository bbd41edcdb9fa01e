import type { Span } from "../source/source.js";
import { foreignFunctions, foreignOperators } from "./foreign-names.js";
import { suggestion } from "./nearest.js";
import { operators } from "./operators.js";

/**
 * The KQL for what stands at a place that the parser does not understand: people come from SQL, SPL and Sigma, write names in
 * capitals, or leave out a `|`. Undefined where the place tells nothing.
 */
export function habitAt(text: string, { start, end }: Span): string | undefined {
  const before = text.slice(0, start);
  const at = text.slice(start);
  for (const writing of writings) {
    const earlier = writing.before.exec(before);
    const found = writing.at.exec(at);
    if (earlier !== null && found !== null) return writing.hint(found[1] ?? earlier[1] ?? "");
  }
  const word = /^[\w-]+/.exec(text.slice(start, end))?.[0] ?? "";
  return word === "" ? undefined : habitOfWord(word, /\|\s*$/.test(before));
}

/** What to do where a second query begins after an empty line: editors run one of them, but a text is one query. */
export function anotherQueryAt(text: string, { start }: Span): string | undefined {
  const before = text.slice(0, start);
  const gap = /(?:\s|\/\/[^\n]*\n)*$/.exec(before)?.[0] ?? "";
  const after = /^(?:\s|\/\/[^\n]*(?:\n|$))*/.exec(text.slice(start))?.[0] ?? "";
  const begins = /^(?:let\s|\w+\s*(?:\/\/[^\n]*\s*)*\|)/.test(text.slice(start + after.length));
  if (!begins || gap.length === before.length || !/\n[ \t\r]*\n/.test(gap + after)) return undefined;
  return "another query begins here, after an empty line: run them one by one, or put `;` between them";
}

/** The KQL for a function of another language; undefined for other names. */
export function habitOfFunction(name: string): string | undefined {
  const key = name.toLowerCase();
  const found = Object.hasOwn(foreignFunctions, key) ? foreignFunctions[key] : undefined;
  return found === undefined ? undefined : `in KQL: ${found}`;
}

function habitOfWord(word: string, startsOperator: boolean): string | undefined {
  const names = [...Object.values(operators).map(({ name }) => name), "limit", "order", "filter"];
  const key = word.toLowerCase();
  const isOperator = names.includes(key);
  if (!startsOperator) return isOperator && key === word ? `put \`|\` before \`${word}\`` : undefined;
  if (isOperator) return key === word ? undefined : lowerCase(word);
  const found = Object.hasOwn(foreignOperators, key) ? foreignOperators[key] : undefined;
  return found === undefined ? suggestion(word, names) : `in KQL: ${found}`;
}

function lowerCase(word: string): string {
  return `KQL's own words are in lower case: \`${word.toLowerCase()}\``;
}

/** A way of writing: what stands in front of the place and ends there, and what begins at it. */
interface Writing {
  readonly before: RegExp;
  readonly at: RegExp;
  /** `part` is the group of `at`, or else of `before`. */
  readonly hint: (part: string) => string;
}

function writing(at: RegExp, hint: string | Writing["hint"], before = /(?:)/): Writing {
  return { before, at, hint: typeof hint === "string" ? () => hint : hint };
}

const startsWith = (table: string): string => `begin with the table: \`${table} | where … | project …\``;

/** From the special to the general: the first that fits is told. */
const writings: readonly Writing[] = [
  writing(/^(\w+)/, startsWith, /^\s*select\b.*\bfrom\s+$/is),
  writing(/^/, "begin with the table: `Table | where … | project …`", /^\s*select\b[^|]*$/i),
  writing(/^(\w+)/, startsWith, /^\s*from\s+$/i),
  writing(
    /^\s*=/,
    "begin with the name of a table, which takes the place of an index",
    /^\s*(?:index|sourcetype|source)$/i,
  ),
  writing(/^\s*=/, (field) => `begin with the name of a table: \`Table | where ${field} == …\``, /^\s*(\w+)$/),
  writing(/^(?:where|extend|project|summarize)\b/, "begin with the name of a table and `|`", /^\s*$/),
  writing(/^&/, "in KQL: `and`"),
  writing(/^\|/, "in KQL: `or`, and `strcat(a, b)` for texts", /\|\s*$/),
  writing(/^(AND|OR|NOT|IN|BY|ON|CONTAINS|HAS|STARTSWITH|ENDSWITH|BETWEEN)\b/, lowerCase),
  writing(/(?:)/, lowerCase, /\b(AND|OR|NOT|IN|BY|ON|CONTAINS|HAS|STARTSWITH|ENDSWITH|BETWEEN)\s+$/),
  writing(
    /^(?:(?:and|or)\s+)?(?:[\w.]+\s+)?is\s+not\s+null\b/i,
    "in KQL: `isnotnull(x)`, and `isnotempty(x)` for a text",
  ),
  writing(/^(?:(?:and|or)\s+)?(?:[\w.]+\s+)?is\s+null\b/i, "in KQL: `isnull(x)`, and `isempty(x)` for a text"),
  writing(/^(?:[\w.]+\s+)?not\s+in\b/i, "in KQL: `x !in (…)`"),
  writing(
    /^(?:[\w.]+\s+)?not\s+(contains|has|startswith|endswith|between)\b/i,
    (word) => `in KQL: \`x !${word.toLowerCase()} …\``,
  ),
  writing(/^(?:[\w.]+\s+)?(?:not\s+)?i?like\b/i, "in KQL: `contains`, `startswith`, `endswith` or `matches regex`"),
  writing(/^(?:[\w.]+\s+)?(?:regex|rlike|regexp)\b/i, 'in KQL: `x matches regex "…"`'),
  writing(
    /^[\w.]+\|(\w+)/,
    (word) => `a modifier of Sigma: in KQL \`x ${sigmaModifiers[word.toLowerCase()] ?? "contains"} …\``,
  ),
  writing(/^[\w.]+\s*:\s*["']/, 'in KQL: `x == "…"`, `x has "…"` or `x startswith "…"`'),
  writing(/^\w+\s*==/, "in KQL: `on a`, or `on $left.a == $right.b`", /\bon\s+$/),
  writing(/^not\b(?!\s*\()/, "`not` is a function: `not(…)`"),
  writing(/^\s*!\s*\w/, "in KQL: `not(…)`"),
  writing(/^[\w.]+\s*~=/, "in KQL: `=~`"),
  writing(/^(?:count|dcount|sum|avg|min|max)\s*\(/, "aggregates stand in front of `by`", /\bsummarize\s+by\b[^|]*$/),
  writing(
    /^(count|dcount|sum|avg|min|max)\s*\(/,
    (name) => `count first: \`summarize n = ${name}(…) by x | where n > …\``,
    /\bwhere\b[^|]*$/,
  ),
  writing(/^\w/, "in KQL: the operator `distinct x`, or `dcount(x)`", /\bdistinct\s*\(\s*$/),
  writing(/^or\s+["']/, 'each condition names its column: `x startswith "a" or x startswith "b"`'),
  writing(/^/, "in KQL: `top 10 by x`, or `take 10`", /\btop\s+\d+\s*$/),
  writing(/^\s*(?:\||$)/, "take the last comma away", /,\s*$/),
  writing(/^[\w.'"[\]]+\s*=\s*[^=~]/, "a comparison is written `==`; `=` gives a name to a value"),
  writing(/^=/, "a comparison is written `==`, or `=~` whatever the case", /==\s*$/),
  writing(/^\[/, 'in KQL a list stands in parentheses: `in ("a", "b")`', /\bin~?\s*$/),
  writing(/^\*/, "in KQL: `count()`", /\bcount\s*\(\s*$/i),
  writing(/^["'](\d[\w.:]*)["']/, (span) => `a timespan has no quotes: \`${span}\``, /\bago\s*\(\s*$/),
  writing(/^[^|]*\band\b/, "in KQL: `x between (a .. b)`", /\bbetween\s*$/i),
  writing(/^\w+/, "the new name stands in front: `project New = Old`", /\bas\s+$/i),
  writing(/^as\b/i, "the new name stands in front: `project New = Old`"),
  writing(/^asc?ending\b|^desc?ending\b/i, "in KQL: `asc` or `desc`", /\b(?:sort|order)\s+by\b[^|]*$/),
  writing(/^left\b/, "in KQL: `kind=leftouter`", /\bkind\s*=\s*$/),
  writing(/^right\b/, "in KQL: `kind=rightouter`", /\bkind\s*=\s*$/),
  writing(/^(?:full|outer)\b/, "in KQL: `kind=fullouter`", /\bkind\s*=\s*$/),
  writing(/^group\s+by\b/i, "in KQL: `summarize count() by x`"),
  writing(/^when\b|^case\s+when\b/i, "in KQL: `case(condition, value, …, otherwise)`"),
  writing(/^\?\?/, "in KQL: `coalesce(a, b)`"),
  writing(/^\?/, "in KQL: `iff(condition, a, b)`"),
  writing(/^\+/, "in KQL: `strcat(a, b)`", /["']\s*$|\w\s*$/),
  writing(/^--/, "a comment begins with `//`"),
  writing(/^\w/, "a statement ends with `;`", /^\s*let\s+\w+\s*=\s*[^;|]*\s$/),
];

const sigmaModifiers: Readonly<Record<string, string>> = {
  contains: "contains",
  startswith: "startswith",
  endswith: "endswith",
  re: "matches regex",
  cased: "contains_cs",
  cidr: "in a range by `ipv4_is_in_range`:",
  all: "has_all",
};
