import { integer, type Sql, sql, text } from "../sql/sql.js";
import { bind, bindOnce } from "./bind.js";
import { constantElements, constantInteger, constantText, rawElements } from "./constant-elements.js";
import { arrayElements, isArray } from "./elements.js";
import { scalars } from "./entry.js";
import { constantRegex, isRefused, patternLiteral } from "./regex.js";
import { quoteRegex } from "./search-form.js";
import { settledWhere } from "./settled.js";
import { textOf } from "./text-form.js";
import { nullOf, type Refusal, type Value } from "./value.js";

function translate(from: Value, to: Value, source: Value): Sql | Refusal {
  const searched = constantText(from);
  const written = constantText(to);
  if (searched === undefined || written === undefined) return translatedByRow(from, to, source);
  const replacements = [...written];
  const pairs = new Map<string, string>();
  for (const [index, character] of [...searched].entries()) {
    if (!pairs.has(character)) pairs.set(character, replacements[index] ?? replacements.at(-1) ?? "");
  }
  if (pairs.size === 0) return textOf(source);
  const keys = [...pairs.keys()];
  if (replacements.length === 0) {
    return sql`replaceRegexpAll(${textOf(source)}, ${text(`(?s)(?:${keys.map(quoteRegex).join("|")})`)}, '')`;
  }
  return sql`translateUTF8(${textOf(source)}, ${text(keys.join(""))}, ${text([...pairs.values()].join(""))})`;
}

function translatedByRow(from: Value, to: Value, source: Value): Sql {
  return bindOnce(characters(from), (searched) =>
    bindOnce(characters(to), (written) => {
      const place = sql`indexOf(${searched}, _c)`;
      const replaced = sql`arrayElement(${written}, least(${place}, length(${written})))`;
      const each = sql`multiIf(${place} = 0, _c, empty(${written}), '', ${replaced})`;
      return sql`arrayStringConcat(arrayMap(_c -> ${each}, ${characters(source)}))`;
    }),
  );
}

/** The characters of a text; bytes that are no text in UTF-8 are left out. */
function characters(source: Value): Sql {
  return sql`extractAll(${textOf(source)}, '(?s).')`;
}

function replaceStrings(source: Value, lookups: Value, rewrites: Value): Sql | Refusal {
  const searched = constantElements(lookups);
  const written = constantElements(rewrites);
  const raw = typeof rewrites.constant === "string" ? rawElements(rewrites.constant) : undefined;
  const rawSearched = typeof lookups.constant === "string" ? rawElements(lookups.constant) : undefined;
  if (!searched || !written || !raw || !rawSearched) return replacedByRow(source, lookups, rewrites);
  if (searched.length !== written.length) return { refused: "`replace_strings` with lists of different length" };
  const pairs = new Map<string, string>();
  searched.forEach((lookup, index) => {
    if (lookup === null || lookup === "" || pairs.has(lookup) || !rawSearched[index]?.startsWith('"')) return;
    pairs.set(lookup, raw[index]?.startsWith('"') ? (written[index] ?? lookup) : lookup);
  });
  if (pairs.size === 0) return textOf(source);
  // A marker for each text found, in bytes that no text has, keeps later texts of the list from matching in it.
  const marker = (index: number) =>
    sql`char(254, ${integer(128 + (index % 64))}, ${integer(128 + Math.floor(index / 64))})`;
  if (pairs.size > 4096) return { refused: "`replace_strings` with more than 4096 texts" };
  const marked = [...pairs.keys()].reduce(
    (result, lookup, index) => sql`replaceAll(${result}, ${text(lookup)}, ${marker(index)})`,
    textOf(source),
  );
  return [...pairs.values()].reduce(
    (result, rewrite, index) => sql`replaceAll(${result}, ${marker(index)}, ${text(rewrite)})`,
    marked,
  );
}

/** The same with lists of each row; other elements than texts are not looked for, and do not replace. */
function replacedByRow(source: Value, lookups: Value, rewrites: Value): Sql {
  return bindOnce(arrayElements(lookups), (searched) =>
    bindOnce(arrayElements(rewrites), (written) => {
      const even = sql`(${isArray(lookups)} AND ${isArray(rewrites)} AND length(${searched}) = length(${written}))`;
      const known = settledWhere(even, "`replace_strings` takes two arrays of the same length");
      const found = sql`JSONExtractString(_p.1)`;
      // In bytes that no text has, so that later texts of the list do not match in it.
      const marker = sql`char(254, 128 + _p.3 % 64, 128 + intDiv(_p.3, 64) % 64, 128 + intDiv(_p.3, 4096) % 64)`;
      const pairs = sql`arrayFilter(_p -> startsWith(_p.1, '"') AND _p.1 != '""', arrayZip(${searched}, arrayResize(${written}, length(${searched})), arrayEnumerate(${searched})))`;
      return bindOnce(pairs, (all) => {
        const marked = sql`arrayFold((_a, _p) -> replaceAll(_a, ${found}, ${marker}), ${all}, ${textOf(source)})`;
        const rewrite = sql`if(startsWith(_p.2, '"'), JSONExtractString(_p.2), ${found})`;
        const replaced = sql`arrayFold((_a, _p) -> replaceAll(_a, ${marker}, ${rewrite}), ${all}, ${marked})`;
        return sql`if(${known}, ${replaced}, '')`;
      });
    }),
  );
}

/** The part of a text between two places, and where it starts; a place below 0 counts from the end. */
interface Window {
  readonly text: Sql;
  readonly start: Sql;
}

function inWindow(source: Sql, start: Value | undefined, length: Value | undefined, use: (window: Window) => Sql): Sql {
  if (start === undefined) return use({ text: source, start: sql`toInt64(0)` });
  const given = sql`toInt64(${start})`;
  const first = sql`ifNull(if(${given} < 0, greatest(toInt64(0), toInt64(lengthUTF8(${source})) + ${given}), least(${given}, toInt64(1000000000000))), toInt64(0))`;
  return bind(first, (from) => {
    const rest = sql`substringUTF8(${source}, ${from} + 1)`;
    if (length === undefined) return use({ text: rest, start: from });
    const count = sql`ifNull(toInt64(${length}), toInt64(-1))`;
    return bind(sql`if(${count} < 0, ${rest}, substringUTF8(${source}, ${from} + 1, ${count}))`, (part) =>
      use({ text: part, start: from }),
    );
  });
}

function indexOf(source: Value, match: Value, start?: Value, length?: Value, occurrence?: Value): Sql | Refusal {
  const nth = occurrence === undefined ? 1 : constantInteger(occurrence);
  if (nth === undefined) return { refused: "`indexof` with an occurrence that is not a constant" };
  const count = constantInteger(length);
  if (nth < 1 || (count !== undefined && count < -1)) return nullOf("long");
  return bind(textOf(source), (subject) =>
    bind(textOf(match), (needle) => {
      const found = inWindow(subject, start, length, (window) => {
        if (nth === 1) {
          return bind(
            sql`toInt64(positionUTF8(${window.text}, ${needle}))`,
            (place) => sql`if(${place} = 0, toInt64(-1), ${place} - 1 + ${window.start})`,
          );
        }
        const after = nthPlace(subject, needle, nth, window.start, count === -1 ? undefined : length);
        return bind(after, (end) => sql`if(${end} < 0, ${end}, ${end} - 1)`);
      });
      const invalid =
        length === undefined || count !== undefined
          ? sql`${needle} = ''`
          : sql`${needle} = '' OR ifNull(${length} < -1, 0)`;
      return sql`if(${invalid}, ${nullOf("long")}, toNullable(${found}))`;
    }),
  );
}

/** The place behind the start of the n-th occurrence, -1 without one; a length limits the search for each anew. */
function nthPlace(source: Sql, needle: Sql, nth: number, start: Sql, length: Value | undefined): Sql {
  const endless = sql`toInt64(1000000000000)`;
  const most =
    length === undefined
      ? endless
      : sql`if(ifNull(toInt64(${length}), -1) < 0, ${endless}, ifNull(toInt64(${length}), 0))`;
  const place = sql`toInt64(positionUTF8(substringUTF8(${source}, _a + 1, ${most}), ${needle}))`;
  return sql`arrayFold((_a, _i) -> if(_a < 0, _a, if(${place} = 0, toInt64(-1), _a + ${place})), range(${integer(nth)}), toInt64(${start}))`;
}

function indexOfRegex(source: Value, pattern: Value, start?: Value, length?: Value, occurrence?: Value): Sql | Refusal {
  const regex = constantRegex(pattern);
  if (isRefused(regex)) return regex;
  const nth = occurrence === undefined ? 1 : constantInteger(occurrence);
  const from = start === undefined ? 0 : constantInteger(start);
  const count = length === undefined ? -1 : constantInteger(length);
  if (nth === undefined || from === undefined || count === undefined) {
    return { refused: "`indexof_regex` with a start, length or occurrence that is not a constant" };
  }
  if (from < 0 || nth < 1 || count < -1) return nullOf("long");
  return bind(textOf(source), (subject) =>
    inWindow(subject, start, length, (window) => {
      const literal = patternLiteral(regex);
      const matches = sql`arrayMap(_m -> _m[1], extractAllGroupsVertical(${window.text}, ${text(`(${regex.pattern})`)}))`;
      // The text before the n-th match: what is left of it is cut off match by match.
      const before = sql`arrayFold((_a, _m) -> _a + positionUTF8(substringUTF8(${window.text}, toUInt64(_a) + 1), _m) - 1 + lengthUTF8(_m), arraySlice(${matches}, 1, ${integer(nth)}), toInt64(0))`;
      return bind(
        matches,
        (all) =>
          sql`if(length(${all}) < ${integer(nth)} OR NOT match(${window.text}, ${literal}), toNullable(toInt64(-1)), toNullable(toInt64(${before}) - toInt64(lengthUTF8(${all}[${integer(nth)}])) + ${window.start}))`,
      );
    }),
  );
}

/** Replacing texts, and finding where they stand. */
export const replacementFunctions = scalars({
  replace_string: {
    about: "A text with every occurrence of another replaced.",
    emit: (source, lookup, rewrite) => {
      if (constantText(lookup) === "") return textOf(source);
      return sql`replaceAll(${textOf(source)}, ${textOf(lookup)}, ${textOf(rewrite)})`;
    },
    examples: {
      "replace_string('aba', 'a', '')": "b",
      "replace_string('aaa', '', 'X')": "aaa",
      "replace_string('O\\'B', '\\'', '\"')": 'O"B',
    },
  },
  replace_strings: {
    about: "A text with the occurrences of several texts replaced, the earlier in the list first.",
    emit: replaceStrings,
    examples: {
      "replace_strings('This is it', dynamic(['This', 'is']), dynamic(['This', 'was']))": "This was it",
      "replace_strings('This is it', dynamic(['is', 'This']), dynamic(['was', 'This']))": "Thwas was it",
      "replace_strings('This is it', dynamic(['This', 'is']), dynamic([12345, 'was']))": "This was it",
      "replace_strings('a.b', dynamic(['.']), dynamic(['']))": "ab",
    },
  },
  translate: {
    about:
      "A text with characters replaced by those at the same place of another list, whose last stands for all that miss.",
    emit: translate,
    examples: {
      "translate('abc', 'x', 'abc')": "xxx",
      "translate('abc', '', 'ab')": "",
      "translate('krasp', 'otsku', 'spark')": "kusto",
      "translate('é-', 'e_', 'é-')": "e_",
    },
  },
  indexof: {
    about: "Where a text stands in another, from 0: -1 where it does not, null for an empty one.",
    emit: (source, match, start, length, occurrence) => indexOf(source, match, start, length, occurrence),
    examples: {
      "indexof('abcdefg', 'cde')": 2,
      "indexof('abcdefg', 'cde', 1, 4)": 2,
      "indexof('abcdefg', 'cde', 1, 2)": -1,
      "indexof('abcdefg', 'cde', 3, 4)": -1,
      "indexof('abcdefg', 'cde', -5)": 2,
      "indexof(1234567, 5, 1, 4)": 4,
      "indexof('abcdefg', 'cde', 2, -1)": 2,
      "indexof('abcdefgabcdefg', 'cde', 1, 10, 2)": 9,
      "indexof('abcdefgabcdefg', 'cde', 1, -1, 3)": -1,
      "indexof('aaa', 'a', 2)": 2,
      "indexof('abc', '')": null,
      "indexof('éa', 'a')": 1,
    },
  },
  indexof_regex: {
    about:
      "Where the n-th match of a regular expression starts, from 0: -1 where there is none, null for a negative start.",
    emit: (source, pattern, start, length, occurrence) => indexOfRegex(source, pattern, start, length, occurrence),
    examples: {
      "indexof_regex('abcabc', @'a.c')": 0,
      "indexof_regex('abcabcdefg', @'a.c', 0, 9, 2)": 3,
      "indexof_regex('abcabc', @'a.c', 1, -1, 2)": -1,
      "indexof_regex('ababaa', @'a.a', 0, -1, 2)": -1,
      "indexof_regex('abcabc', @'a|ab', -1)": null,
      "indexof_regex('é12', @'\\d')": 1,
    },
  },
});
