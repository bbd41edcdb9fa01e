import { joinSql, type Sql, sql, text } from "../../sql/sql.js";
import { constantElements, constantText, elementTexts } from "../constant-elements.js";
import { type ScalarEntry, scalars } from "../entry.js";
import { constantRegex, isRefused, patternLiteral, regexLimit } from "../regex.js";
import { foldCase, foldedPair, foldLiteral, isAscii, searchForm } from "../search-form.js";
import { textOf } from "../text-form.js";
import { isRefusal, type Refusal, type Value } from "../value.js";
import { termsFirst } from "./terms-first.js";

type Test = (subject: Value, needle: Value) => Sql | Refusal;

/** Two entries for a test: the operator and its negation. Both are total, as a string is never null. */
function pair(about: string, test: Test, examples: ScalarEntry["examples"], limit?: string) {
  const entry = (negated: boolean): ScalarEntry => ({
    about: negated ? `The contrary of: ${about}` : about,
    emit: (...args) => {
      const [subject, needle] = args;
      if (!subject || !needle) return { refused: "an operator without its two sides" };
      const result = test(subject, needle);
      return isRefusal(result) || !negated ? result : sql`NOT (${result})`;
    },
    notNull: true,
    ...(limit === undefined ? {} : { limit }),
    examples: negated ? contrary(examples) : examples,
  });
  return { is: entry(false), not: entry(true) };
}

/** Examples are written with the operator between braces, `'abc' {contains} 'B'`, so that its negation has them too. */
function contrary(examples: ScalarEntry["examples"]): ScalarEntry["examples"] {
  return Object.fromEntries(Object.entries(examples).map(([expression, result]) => [expression, !result]));
}

function named(operator: string, negation: string, about: string, test: Test, sides: Sides, limit?: string) {
  const with_ = (name: string) =>
    Object.fromEntries(sides.map(([left, right, result]) => [`${left} ${name} ${right}`, result]));
  const { is } = pair(about, test, with_(operator), limit);
  const { not } = pair(about, test, with_(negation), limit);
  return { [operator]: is, [negation]: not };
}

type Sides = readonly (readonly [left: string, right: string, result: boolean])[];

function equalsIgnoringCase(subject: Value, needle: Value): Sql {
  const literal = constantText(needle);
  const known = constantText(subject);
  if (literal === undefined && known !== undefined) return equalsIgnoringCase(needle, subject);
  if (literal === undefined) return sql`(${foldCase(textOf(subject))} = ${foldCase(textOf(needle))})`;
  const folded = foldedPair(textOf(subject), literal);
  const same = sql`(${folded.subject} = ${folded.literal})`;
  return termsFirst(subject, [literal], same);
}

function contains(subject: Value, needle: Value): Sql {
  const literal = constantText(needle);
  if (literal === "") return sql`toUInt8(1)`;
  if (literal === undefined) return sql`(position(${foldCase(textOf(subject))}, ${foldCase(textOf(needle))}) > 0)`;
  const folded = foldedPair(textOf(subject), literal);
  const found = sql`(position(${folded.subject}, ${folded.literal}) > 0)`;
  return containedInIndex(subject, literal, found);
}

function containsCaseSensitive(subject: Value, needle: Value): Sql {
  const literal = constantText(needle);
  if (literal === "") return sql`toUInt8(1)`;
  const found = sql`(position(${textOf(subject)}, ${textOf(needle)}) > 0)`;
  return literal === undefined ? found : containedInIndex(subject, literal, found);
}

/** With an index, its terms answer first; too short a term is in too many of them to be worth it. */
function containedInIndex(subject: Value, literal: string, found: Sql): Sql {
  if (!subject.indexed || !isAscii(literal) || !/[A-Za-z0-9]{4}/.test(literal)) return found;
  const like = text(`%${literal.toLowerCase().replace(/[\\%_]/g, (character) => `\\${character}`)}%`);
  return sql`(${searchForm(subject.sql)} LIKE ${like} AND ${found})`;
}

function startsWith(subject: Value, needle: Value): Sql {
  const literal = constantText(needle);
  if (literal === undefined) return sql`startsWith(${foldCase(textOf(subject))}, ${foldCase(textOf(needle))})`;
  const folded = foldedPair(textOf(subject), literal);
  return sql`startsWith(${folded.subject}, ${folded.literal})`;
}

function endsWith(subject: Value, needle: Value): Sql {
  const literal = constantText(needle);
  if (literal === undefined) return sql`endsWith(${foldCase(textOf(subject))}, ${foldCase(textOf(needle))})`;
  const folded = foldedPair(textOf(subject), literal);
  return sql`endsWith(${folded.subject}, ${folded.literal})`;
}

function matchesRegex(subject: Value, needle: Value): Sql | Refusal {
  const regex = constantRegex(needle);
  return isRefused(regex) ? regex : sql`match(${textOf(subject)}, ${patternLiteral(regex)})`;
}

function inIgnoringCase(args: readonly Value[]): Sql {
  const [subject, ...members] = args;
  if (!subject) return sql`toUInt8(0)`;
  const left = textOf(subject);
  const literals = new Set<string>();
  const tests: Sql[] = [];
  for (const member of members) {
    const literal = constantText(member);
    const elements = constantElements(member);
    if (literal !== undefined) literals.add(literal);
    else if (elements) for (const element of elements) literals.add(element ?? "");
    else if (member.type === "dynamic") {
      tests.push(sql`has(arrayMap(_m -> ${foldCase(sql`_m`)}, ${elementTexts(member)}), ${foldCase(left)})`);
    } else tests.push(sql`${foldCase(left)} = ${foldCase(textOf(member))}`);
  }
  const ascii = [...literals].every(isAscii);
  const folded = [...new Set([...literals].map((literal) => (ascii ? literal.toLowerCase() : foldLiteral(literal))))];
  if (folded.length > 0) {
    const list = joinSql(folded.map(text));
    const listed = ascii ? sql`lower(${left}) IN (${list})` : sql`${foldCase(left)} IN (${list})`;
    tests.unshift(termsFirst(subject, folded, listed));
  }
  return tests.length === 0 ? sql`toUInt8(0)` : sql`(${joinSql(tests, " OR ")})`;
}

const membership: ScalarEntry = {
  about: "Whether a string is one of a list, whatever the case of its letters.",
  call: ({ args }) => inIgnoringCase(args),
  notNull: true,
  examples: { "'naïve' in~ ('X', 'NAÏVE')": true, "'a' in~ (dynamic(['A', 1]))": true, "'' in~ ('a')": false },
};

/** Operators on strings that look at characters, not at terms. */
export const stringOperators = scalars({
  ...named("=~", "!~", "Whether two strings are equal, whatever the case of their letters.", equalsIgnoringCase, [
    ["'Straße'", "'STRAßE'", true],
    ["'straße'", "'strasse'", false],
    ["tostring(dynamic(null))", "''", true],
  ]),
  ...named("contains", "!contains", "Whether a string holds another, whatever the case of its letters.", contains, [
    ["'NAÏVE'", "'ïv'", true],
    ["'50% off'", "'% O'", true],
    ["''", "''", true],
    ["''", "'a'", false],
  ]),
  ...named("contains_cs", "!contains_cs", "Whether a string holds another.", containsCaseSensitive, [
    ["'RED blue'", "'RED'", true],
    ["'red blue'", "'RED'", false],
    ["'a'", "''", true],
  ]),
  ...named("startswith", "!startswith", "Whether a string starts with another, whatever the case.", startsWith, [
    ["'Hello'", "'hEL'", true],
    ["'Hello'", "''", true],
    ["''", "'a'", false],
  ]),
  ...named(
    "startswith_cs",
    "!startswith_cs",
    "Whether a string starts with another.",
    (subject, needle) => sql`startsWith(${textOf(subject)}, ${textOf(needle)})`,
    [
      ["'Hello'", "'Hel'", true],
      ["'Hello'", "'hel'", false],
    ],
  ),
  ...named("endswith", "!endswith", "Whether a string ends with another, whatever the case.", endsWith, [
    ["'Hello'", "'LO'", true],
    ["'end.'", "'end'", false],
    ["'x'", "''", true],
  ]),
  ...named(
    "endswith_cs",
    "!endswith_cs",
    "Whether a string ends with another.",
    (subject, needle) => sql`endsWith(${textOf(subject)}, ${textOf(needle)})`,
    [
      ["'Hello'", "'llo'", true],
      ["'Hello'", "'LLO'", false],
    ],
  ),
  "matches regex": {
    ...pair("Whether a part of a string matches a regular expression.", matchesRegex, {}, regexLimit).is,
    examples: {
      "'a1' matches regex '^[a-z][0-9]$'": true,
      "'ＡＢ１２' matches regex @'\\d'": true,
      "'a\\nb' matches regex 'a.b'": false,
    },
  },
  "in~": membership,
  "!in~": {
    ...membership,
    about: "Whether a string is none of a list, whatever the case of its letters.",
    call: ({ args }) => sql`NOT (${inIgnoringCase(args)})`,
    examples: { "'A' !in~ ('b', 'a')": false, "'' !in~ ('a')": true },
  },
});
