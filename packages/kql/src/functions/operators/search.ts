import { joinSql, type Sql, sql, text } from "../../sql/sql.js";
import { bindLong } from "../bind.js";
import { constantElements, constantText, elementTexts } from "../constant-elements.js";
import { pathText } from "../dynamic-path.js";
import { type ScalarEntry, scalars } from "../entry.js";
import { searchForm } from "../search-form.js";
import { textOf } from "../text-form.js";
import type { Refusal, Value } from "../value.js";
import { anyTerm, hasLiteral, hasUnknown, type SearchMode, type Subject } from "./terms.js";

/** The text that a search reads: a dynamic's JSON text counts with its escapes undone, so that no term glues to them. */
export function subjectOf(value: Value): Subject {
  if (value.type !== "dynamic") return { text: textOf(value), indexed: value.indexed === true };
  if (value.element?.of === "string") return { text: value.element.sql, indexed: false };
  return { text: sql`if(startsWith(${value}, '"'), ${pathText(value)}, ${withoutEscapes(value.sql)})`, indexed: false };
}

function withoutEscapes(json: Sql): Sql {
  const slashes = sql`replaceAll(${json}, ${text("\\\\")}, '/')`;
  return sql`replaceRegexpAll(${slashes}, ${text('\\\\[nrtbf"]')}, ' ')`;
}

function search(subject: Value, needle: Value, mode: SearchMode): Sql {
  const literal = constantText(needle);
  return withSubject(subject, (held) =>
    literal === undefined ? hasUnknown(held, textOf(needle), mode) : hasLiteral(held, literal, mode),
  );
}

/** A test of a text, which is written once where it is long. No index stands on such a text. */
function withSubject(subject: Value, test: (held: Subject) => Sql): Sql {
  const { text, indexed } = subjectOf(subject);
  return indexed ? test({ text, indexed }) : bindLong(text, (name) => test({ text: name, indexed }));
}

/** An operator and its negation; `sides` are the examples: left, right, result. */
function operators(name: string, about: string, mode: SearchMode, sides: Sides): Record<string, ScalarEntry> {
  const entry = (negated: boolean): ScalarEntry => ({
    about: negated ? `The contrary of \`${name}\`.` : about,
    emit: (...[subject, needle]) => {
      if (!subject || !needle) return { refused: "an operator without its two sides" };
      const found = search(subject, needle, mode);
      return negated ? sql`NOT (${found})` : found;
    },
    notNull: true,
    dynamicArguments: true,
    examples: Object.fromEntries(
      sides.map(([left, right, result]) => [`${left} ${negated ? "!" : ""}${name} ${right}`, result !== negated]),
    ),
  });
  return { [name]: entry(false), [`!${name}`]: entry(true) };
}

type Sides = readonly (readonly [left: string, right: string, result: boolean])[];

function hasAny(args: readonly Value[]): Sql | Refusal {
  const [first, ...members] = args;
  if (!first) return sql`toUInt8(0)`;
  return withSubject(first, (subject) => anyMember(subject, members));
}

function anyMember(subject: Subject, members: readonly Value[]): Sql {
  const { literals, unknown } = sorted(members);
  const tests = literals.length > 0 ? [anyTerm(subject, literals)] : [];
  for (const member of unknown) {
    tests.push(
      member.type === "dynamic"
        ? anyUnknown(subject, member)
        : hasUnknown(subject, textOf(member), { startEdge: true, endEdge: true }),
    );
  }
  return tests.length === 0 ? sql`toUInt8(0)` : sql`(${joinSql(tests, " OR ")})`;
}

/** A list known only when the query runs; one that is the same for all rows is looked up by its terms first. */
function anyUnknown(subject: Subject, list: Value): Sql {
  const mode: SearchMode = { startEdge: true, endEdge: true };
  const texts = elementTexts(list);
  const found = sql`arrayExists(_t -> ${hasUnknown(subject, sql`_t`, mode)}, ${texts})`;
  if (list.once !== true) return found;
  const termsOf = sql`tokens(${searchForm(sql`_t`)})`;
  const longest = sql`arrayMap(_t -> arraySort(_k -> -length(_k), ${termsOf})[1], ${texts})`;
  const likely = sql`hasAnyTokens(${searchForm(subject.text)}, (SELECT arrayDistinct(arrayFilter(_k -> _k != '', ${longest}))))`;
  return sql`((${likely} OR (SELECT arrayExists(_t -> empty(${termsOf}), ${texts}))) AND ${found})`;
}

function hasAll(args: readonly Value[]): Sql | Refusal {
  const [first, ...members] = args;
  if (!first) return sql`toUInt8(1)`;
  return withSubject(first, (subject) => allMembers(subject, members));
}

function allMembers(subject: Subject, members: readonly Value[]): Sql {
  const mode: SearchMode = { startEdge: true, endEdge: true };
  const { literals, unknown } = sorted(members);
  const tests = literals.map((literal) => hasLiteral(subject, literal, mode));
  for (const member of unknown) {
    tests.push(
      member.type === "dynamic"
        ? sql`arrayAll(_t -> ${hasUnknown(subject, sql`_t`, mode)}, ${elementTexts(member)})`
        : hasUnknown(subject, textOf(member), mode),
    );
  }
  return tests.length === 0 ? sql`toUInt8(1)` : sql`(${joinSql(tests, " AND ")})`;
}

/** A list's members: those known now, constant arrays taken apart, and those known only when the query runs. */
function sorted(members: readonly Value[]): {
  readonly literals: readonly string[];
  readonly unknown: readonly Value[];
} {
  const literals: string[] = [];
  const unknown: Value[] = [];
  for (const member of members) {
    const literal = constantText(member);
    const elements = constantElements(member);
    if (literal !== undefined) literals.push(literal);
    else if (elements) literals.push(...elements.filter((element) => element !== null));
    else unknown.push(member);
  }
  return { literals: [...new Set(literals)], unknown };
}

/** Operators that search for whole terms: runs of letters and digits. */
export const searchOperators = scalars({
  ...operators("has", "Whether a text holds a term, whatever its case.", { startEdge: true, endEdge: true }, [
    ["'alpha_beta'", "'ALPHA'", true],
    ["'alphabeta'", "'alpha'", false],
    ["'C:\\\\Windows\\\\system32\\\\cmd.exe /c'", "'system32\\\\cmd.exe'", true],
    ["'–mimikatz“x'", "'mimikatz'", true],
    ["'CAFÉ RÉSUMÉ'", "'café'", true],
    ["'caféteria'", "'café'", false],
    ["''", "''", true],
    ["'a b'", "' '", true],
    ["parse_json(strcat('{\"k\":[\"a\\\\nfoo', '\"]}'))", "'foo'", true],
  ]),
  ...operators("has_cs", "Whether a text holds a term.", { startEdge: true, endEdge: true, caseSensitive: true }, [
    ["'hello-world'", "'hello'", true],
    ["'Hello'", "'hello'", false],
    ["'x a.B y'", "'a.B'", true],
  ]),
  ...operators(
    "hasprefix",
    "Whether a term of a text starts with another text, whatever its case.",
    { startEdge: true, endEdge: false },
    [
      ["'category'", "'CAT'", true],
      ["'scatter'", "'cat'", false],
      ["'x/abc def'", "'abc d'", true],
    ],
  ),
  ...operators(
    "hasprefix_cs",
    "Whether a term of a text starts with another text.",
    { startEdge: true, endEdge: false, caseSensitive: true },
    [
      ["'Category'", "'Cat'", true],
      ["'Category'", "'cat'", false],
    ],
  ),
  ...operators(
    "hassuffix",
    "Whether a term of a text ends with another text, whatever its case.",
    { startEdge: false, endEdge: true },
    [
      ["'the end.'", "'END'", true],
      ["'ending'", "'end'", false],
      ["'x'", "''", true],
    ],
  ),
  ...operators(
    "hassuffix_cs",
    "Whether a term of a text ends with another text.",
    { startEdge: false, endEdge: true, caseSensitive: true },
    [
      ["'notepad.EXE'", "'EXE'", true],
      ["'notepad.EXE'", "'exe'", false],
    ],
  ),
  has_any: {
    about: "Whether a text holds one of several terms, whatever their case.",
    call: ({ args }) => hasAny(args),
    notNull: true,
    dynamicArguments: true,
    examples: {
      "'café x' has_any ('alpha', 'CAFÉ')": true,
      "'cmd.exe /c' has_any (dynamic(['powershell.exe', 'cmd.exe']))": true,
      "'alphabet' has_any ('alpha', 'bet')": false,
      "'a10.0.0.1' has_any ('10.0.0.1', '10.0.0.2', '10.0.0.3')": false,
    },
  },
  has_all: {
    about: "Whether a text holds all of several terms, whatever their case.",
    call: ({ args }) => hasAll(args),
    notNull: true,
    dynamicArguments: true,
    examples: {
      "'one two three' has_all ('three', 'ONE')": true,
      "'one two' has_all (dynamic(['one', 'three']))": false,
    },
  },
});
