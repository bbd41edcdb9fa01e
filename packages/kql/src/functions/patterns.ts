import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantInteger, constantText, rawElements as rawConstants } from "./constant-elements.js";
import { converted } from "./convert.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { constantRegex, isRefused, patternLiteral, type Regex, regexLimit } from "./regex.js";
import { textOf } from "./text-form.js";
import { type Refusal, type Value, value } from "./value.js";

function extract({ args, type }: Call): Sql | Value | Refusal {
  const [pattern, group, source] = args;
  if (!pattern || !group || !source) return { refused: "`extract` without its three arguments" };
  const regex = constantRegex(pattern);
  if (isRefused(regex)) return regex;
  const number = constantInteger(group);
  if (number === undefined) return { refused: "`extract` of a group that is not a constant" };
  const found = extracted(regex, number, textOf(source));
  if (type === "string") return found;
  return converted(value(found, "string"), type) ?? { refused: `\`extract\` to ${type}` };
}

function extracted(regex: Regex, group: number, source: Sql): Sql {
  if (group < 0 || group > regex.groups) return text("");
  return sql`regexpExtract(${source}, ${patternLiteral(regex)}, ${integer(group)})`;
}

function extractAll(args: readonly Value[]): Sql | Value | Refusal {
  const [pattern] = args;
  const source = args.at(-1);
  if (!pattern || !source) return { refused: "`extract_all` without its arguments" };
  const regex = constantRegex(pattern);
  if (isRefused(regex)) return regex;
  if (regex.groups === 0)
    return { refused: "`extract_all` with a pattern that captures nothing", hint: "put a part of it in `( )`" };
  if (regex.empty !== false) return emptyMatches("extract_all");
  const wanted = args.length > 2 && args[1] ? chosenGroups(regex, args[1]) : regex.names.map((_, index) => index + 1);
  if (!Array.isArray(wanted)) return wanted;
  const subject = textOf(source);
  const [only] = wanted;
  if (regex.groups === 1 && wanted.length === 1) {
    return list(sql`extractAll(${subject}, ${patternLiteral(regex)})`);
  }
  const rows = sql`extractAllGroupsVertical(${subject}, ${patternLiteral(regex)})`;
  if (wanted.length === 1 && only !== undefined) return list(sql`arrayMap(_g -> _g[${integer(only)}], ${rows})`);
  const picked = wanted.length === regex.groups && wanted.every((group, index) => group === index + 1);
  const chosen = picked
    ? rows
    : sql`arrayMap(_g -> [${joinSql(wanted.map((group) => sql`_g[${integer(group)}]`))}], ${rows})`;
  return bind(chosen, (found) => sql`if(empty(${found}), '', toJSONString(${found}))`);
}

/** An array of strings, null where it has no element. */
function list(strings: Sql): Value {
  const json = bind(strings, (found) => sql`if(empty(${found}), '', toJSONString(${found}))`);
  return value(json, "dynamic");
}

function chosenGroups(regex: Regex, groups: Value): number[] | Refusal {
  const written = typeof groups.constant === "string" ? rawConstants(groups.constant) : undefined;
  if (written === undefined) return { refused: "`extract_all` of groups that are not a constant array" };
  const numbers = written.map((each) => {
    if (/^\d+$/.test(each)) return Number(each);
    // A JSON text that starts with a quote is a string.
    const name = each.startsWith('"') ? (JSON.parse(each) as string) : undefined;
    return name === undefined ? 0 : regex.names.indexOf(name) + 1;
  });
  if (numbers.length === 0 || numbers.some((number) => number < 1 || number > regex.groups)) {
    return { refused: "`extract_all` of a group that its pattern does not have" };
  }
  return numbers;
}

function replaceRegex(source: Value, pattern: Value, rewrite: Value): Sql | Refusal {
  const regex = constantRegex(pattern);
  if (isRefused(regex)) return regex;
  const written = constantText(rewrite);
  if (written === undefined) return { refused: "a replacement that is not a constant" };
  if (regex.empty === true && written !== "") return emptyMatches("replace_regex");
  const replacement = rewritten(written, regex);
  if (typeof replacement !== "string") return replacement;
  return sql`replaceRegexpAll(${textOf(source)}, ${patternLiteral(regex)}, ${text(replacement)})`;
}

/** The replacement as ClickHouse writes it: `\1` is a group in both, any other backslash is itself. */
function rewritten(written: string, regex: Regex): string | Refusal {
  let result = "";
  for (let at = 0; at < written.length; at++) {
    const next = written[at + 1] ?? "";
    if (written[at] !== "\\") result += written[at];
    else if (/\d/.test(next)) {
      if (Number(next) > regex.groups)
        return { refused: `a replacement with group \\${next}, which the pattern does not have` };
      result += `\\${next}`;
      at++;
    } else {
      result += "\\\\";
      if (next === "\\") at++;
    }
  }
  return result;
}

function trimmed(pattern: Value, source: Value, sides: { readonly start?: true; readonly end?: true }): Sql | Refusal {
  const regex = constantRegex(pattern);
  if (isRefused(regex)) return regex;
  let result = textOf(source);
  if (sides.start) result = sql`replaceRegexpOne(${result}, ${text(`\\A(?:${regex.pattern})`)}, '')`;
  if (sides.end) result = sql`replaceRegexpOne(${result}, ${text(`(?:${regex.pattern})\\z`)}, '')`;
  return result;
}

function countOf(source: Value, search: Value, kind: Value | undefined): Sql | Refusal {
  const how = kind === undefined ? "normal" : constantText(kind);
  if (how === "regex") {
    const regex = constantRegex(search);
    if (isRefused(regex)) return regex;
    if (regex.empty !== false) return emptyMatches("countof");
    return sql`toInt64(countMatches(${textOf(source)}, ${patternLiteral(regex)}))`;
  }
  if (how !== "normal") return { refused: "a kind of `countof` other than `normal` and `regex`" };
  const literal = constantText(search);
  if (literal === "") return { refused: "`countof` of an empty text" };
  if (literal !== undefined && !overlapsItself(literal))
    return sql`toInt64(countSubstrings(${textOf(source)}, ${text(literal)}))`;
  return bind(textOf(source), (subject) =>
    bind(textOf(search), (needle) => {
      const places = sql`range(1, toUInt64(greatest(toInt64(1), toInt64(length(${subject})) - toInt64(length(${needle})) + 2)))`;
      return sql`toInt64(if(${needle} = '', 0, arrayCount(_p -> substring(${subject}, _p, length(${needle})) = ${needle}, ${places})))`;
    }),
  );
}

/** The engine steps over empty matches by bytes, and finds others at the ends of matches than KQL does. */
function emptyMatches(name: string): Refusal {
  return {
    refused: `\`${name}\` with a pattern that matches the empty text`,
    hint: "write `+` for `*`, or `{1,n}` for `{0,n}`",
  };
}

/** Whether a text can start again before its end, as `aa` does in `aaa`. */
function overlapsItself(literal: string): boolean {
  for (let size = 1; size < literal.length; size++) if (literal.endsWith(literal.slice(0, size))) return true;
  return false;
}

const trim = (
  sides: { readonly start?: true; readonly end?: true },
  about: string,
  examples: ScalarEntry["examples"],
): ScalarEntry => ({
  about,
  emit: (pattern, source) =>
    pattern && source ? trimmed(pattern, source, sides) : { refused: "`trim` without its two arguments" },
  limit: regexLimit,
  examples,
});

const allMatches: ScalarEntry = {
  about:
    "What the groups of a regular expression capture at each match: an array of texts, of arrays with several groups; null without a match.",
  call: ({ args }) => extractAll(args),
  limit: regexLimit,
  examples: {
    "extract_all(@'(\\d+)', '2020-01-02')": ["2020", "01", "02"],
    "extract_all(@'(\\w)(\\w+)(\\w)', '82b8be2d-dfa7')": [
      ["8", "2b8be2", "d"],
      ["d", "fa", "7"],
    ],
    "extract_all(@'(?P<first>\\w)(?P<rest>\\w+)', dynamic(['rest', 1]), 'ab cd')": [
      ["b", "a"],
      ["d", "c"],
    ],
    "extract_all(@'(\\d)(\\d)', dynamic([2]), '12-34')": ["2", "4"],
    "extract_all(@'(\\d)', 'nope')": null,
    "extract_all(@'(a)(b)?', 'ab a')": [
      ["a", "b"],
      ["a", ""],
    ],
  },
};

const replaced: ScalarEntry = {
  about: "A text with every match of a regular expression replaced; `\\1` stands for a group.",
  emit: (source, pattern, rewrite) => replaceRegex(source, pattern, rewrite),
  limit: regexLimit,
  examples: {
    "replace_regex('Number is 5', @'is (\\d+)', @'was: \\1')": "Number was: 5",
    "replace_regex('one two', @'(\\w)(\\w)', @'\\2\\1')": "noe wto",
    "replace_regex('a.b', @'\\.', @'\\')": "a\\b",
    "replace_regex('', 'a', 'b')": "",
  },
};

/** Functions that match regular expressions, or count what they find. */
export const patternFunctions = scalars({
  extract: {
    about:
      "What a group of a regular expression captures at the first match, group 0 being all of it; empty without one.",
    call: extract,
    limit: regexLimit,
    examples: {
      "extract(@'(\\d+)-(\\d+)', 2, '2020-12-31')": "12",
      "extract(@'\\d+', 0, 'Age: 29')": "29",
      "extract(@'x(\\d+)', 1, 'none')": "",
      "extract(@'(\\d+)', 3, '12')": "",
      "extract(@'(\\d+)', 1, 'Age: 29', typeof(long))": 29,
      "extract(@'a(x)?(b)', 1, 'ab')": "",
    },
  },
  extract_all: allMatches,
  extractall: allMatches,
  replace_regex: replaced,
  replace: {
    ...replaced,
    emit: (pattern, rewrite, source) => replaceRegex(source, pattern, rewrite),
    examples: { "replace('a', 'b', 'banana')": "bbnbnb" },
  },
  trim: trim({ start: true, end: true }, "A text without one match of a regular expression at each end.", {
    "trim('x', 'xxabcxx')": "xabcx",
    "trim('y', 'yyy')": "y",
    "trim(@'\\s+', '  pad  ')": "pad",
    "trim('1', '11')": "",
    "trim('a|b', 'abcab')": "bca",
  }),
  trim_start: trim({ start: true }, "A text without one match of a regular expression at its start.", {
    "trim_start('https://', 'https://bing.com')": "bing.com",
    "trim_start(@'[^\\w]+', '-  Te st// $')": "Te st// $",
  }),
  trim_end: trim({ end: true }, "A text without one match of a regular expression at its end.", {
    "trim_end('.com', 'bing.com')": "bing",
    "trim_end('x', 'xxx')": "xx",
    "trim_end(@'\\s+', '')": "",
  }),
  countof: {
    about: "How often a text, which may overlap itself, or a regular expression is found in another.",
    emit: (source, search, kind) => countOf(source, search, kind),
    notNull: true,
    limit: regexLimit,
    examples: {
      "countof('aaaa', 'aa')": 3,
      "countof('ababa', 'ab', 'normal')": 2,
      "countof('ababa', 'aba', 'regex')": 1,
      "countof('abcabc', 'a.c', 'regex')": 2,
      "countof('', 'a')": 0,
      "countof('añaña', 'aña')": 2,
    },
  },
});
