import { integer, joinSql, type Sql, sql } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantElements, elementTexts } from "./constant-elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { characters } from "./letters.js";
import { subjectOf } from "./operators/search.js";
import { hasLiteral, hasUnknown } from "./operators/terms.js";
import { textOf } from "./text-form.js";
import { type Refusal, type Value, value } from "./value.js";

/** The number of a character, from the bytes of its UTF-8. */
const codeOf = (character: Sql): Sql => {
  const byte = (place: Sql) => sql`toInt64(ascii(substring(${character}, ${place}, 1)))`;
  const [first, second, third, fourth] = [sql`1`, sql`2`, sql`3`, sql`4`].map(
    (place) => sql`bitAnd(${byte(place)}, 255)`,
  );
  if (!first || !second || !third || !fourth) return sql`toInt64(0)`;
  return sql`multiIf(length(${character}) <= 1, ${first}, length(${character}) = 2, (${first} - 192) * 64 + ${second} - 128, length(${character}) = 3, (${first} - 224) * 4096 + (${second} - 128) * 64 + ${third} - 128, (${first} - 240) * 262144 + (${second} - 128) * 4096 + (${third} - 128) * 64 + ${fourth} - 128)`;
};

/** The bytes of UTF-8 of a character's number; none for what is no character. */
const characterOf = (code: Sql): Sql => {
  const tail = (shift: Sql) => sql`128 + bitAnd(bitShiftRight(${code}, ${shift}), 63)`;
  return sql`multiIf(${code} < 0 OR ${code} > 1114111 OR (${code} >= 55296 AND ${code} <= 57343), '', ${code} < 128, char(${code}), ${code} < 2048, char(192 + bitShiftRight(${code}, 6), ${tail(sql`0`)}), ${code} < 65536, char(224 + bitShiftRight(${code}, 12), ${tail(sql`6`)}, ${tail(sql`0`)}), char(240 + bitShiftRight(${code}, 18), ${tail(sql`12`)}, ${tail(sql`6`)}, ${tail(sql`0`)}))`;
};

function codes(source: Value): Value {
  const array = sql`arrayMap(_c -> ${codeOf(sql`_c`)}, ${characters(textOf(source))})`;
  return { ...value(arrayJson(array, "long"), "dynamic"), array: { sql: array, of: "long" } };
}

function fromCodes(args: readonly Value[]): Sql {
  const parts = args.map((arg) => {
    if (arg.type === "dynamic") {
      const numbers =
        arg.array?.of === "long" ? arg.array.sql : sql`arrayMap(_n -> toInt64OrZero(_n), ${elementTexts(arg)})`;
      return sql`arrayStringConcat(arrayMap(_n -> ${characterOf(sql`_n`)}, ${numbers}))`;
    }
    return bind(sql`ifNull(toInt64(${arg}), toInt64(-1))`, characterOf);
  });
  return parts.length === 1 && parts[0] ? parts[0] : sql`concat(${joinSql(parts)})`;
}

function firstTerm(source: Value, list: Value): Sql | Refusal {
  const subject = subjectOf(source);
  const mode = { startEdge: true, endEdge: true };
  const known = constantElements(list);
  if (known) {
    const tests = known.flatMap((term, index) =>
      term === null ? [] : [hasLiteral(subject, term, mode), sql`toInt64(${integer(index)})`],
    );
    return tests.length === 0 ? sql`toInt64(-1)` : sql`multiIf(${joinSql(tests)}, toInt64(-1))`;
  }
  return sql`toInt64(arrayFirstIndex(_t -> ${hasUnknown(subject, sql`_t`, mode)}, ${elementTexts(list)})) - 1`;
}

const fromNumbers: ScalarEntry = {
  about: "The text of characters given by their numbers, one by one or in arrays.",
  call: ({ args }) => fromCodes(args),
  examples: {
    "unicode_codepoints_to_string(75, 117, 115, 116, 111)": "Kusto",
    "unicode_codepoints_to_string(dynamic([75, 117, 115]), 116, 111)": "Kusto",
    "unicode_codepoints_to_string(233, 9382, 128512)": "é⒦😀",
  },
};

const toNumbers: ScalarEntry = {
  about: "The numbers of a text's characters.",
  emit: (source) => codes(source),
  examples: {
    "unicode_codepoints_from_string('⒦⒰⒮⒯⒪')": [9382, 9392, 9390, 9391, 9386],
    "unicode_codepoints_from_string('aé😀')": [97, 233, 128512],
    "unicode_codepoints_from_string('')": [],
  },
};

/** Texts as characters' numbers, and the place of a term in a list. */
export const codepointFunctions = scalars({
  unicode_codepoints_to_string: fromNumbers,
  make_string: fromNumbers,
  unicode_codepoints_from_string: toNumbers,
  to_utf8: toNumbers,
  isascii: {
    about: "Whether a text is ASCII alone.",
    emit: (source) => sql`isValidASCII(${textOf(source)})`,
    notNull: true,
    examples: { "isascii('abc')": true, "isascii('é')": false },
  },
  isutf8: {
    about: "Whether a text is well-formed UTF-8.",
    emit: (source) => sql`isValidUTF8(${textOf(source)})`,
    notNull: true,
    examples: { "isutf8('é')": true },
  },
  has_any_index: {
    about: "The place in an array, from 0, of the first text that another holds as a term; -1 without one.",
    emit: firstTerm,
    notNull: true,
    dynamicArguments: true,
    examples: {
      "has_any_index('this is an example', dynamic(['this', 'example']))": 0,
      "has_any_index('this is an example', dynamic(['not', 'example']))": 1,
      "has_any_index('this is an example', dynamic(['not', 'found']))": -1,
      "has_any_index('Example number 2', dynamic([1, 2, 3]))": 1,
      "has_any_index('this is an example', dynamic([]))": -1,
    },
  },
});
