import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { constantInteger, constantText } from "./constant-elements.js";
import { rawElements } from "./elements.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { lowered, raised } from "./letters.js";
import { textOf } from "./text-form.js";
import { type Refusal, type Value, value } from "./value.js";

/** A string that is known, as a value. */
function known(constant: string): Value {
  return { sql: text(constant), type: "string", nullable: false, constant };
}

function concatenated(args: readonly Value[], separator?: Value): Sql | Value {
  const texts = args.map(constantText);
  const between = separator === undefined ? "" : constantText(separator);
  if (between !== undefined && texts.every((each) => each !== undefined)) return known(texts.join(between));
  if (separator === undefined) {
    const [only] = args;
    return args.length === 1 && only ? textOf(only) : sql`concat(${joinSql(args.map(textOf))})`;
  }
  return joined(sql`[${joinSql(args.map(textOf))}]`, separator);
}

/** An array's texts with another between them; the engine's own form takes a constant one only. */
function joined(texts: Sql, separator: Value): Sql {
  const constant = constantText(separator);
  if (constant !== undefined) return sql`arrayStringConcat(${texts}, ${text(constant)})`;
  return bind(textOf(separator), (between) => {
    const led = sql`arrayStringConcat(arrayMap(_t -> concat(${between}, _t), ${texts}))`;
    return sql`substring(${led}, length(${between}) + 1)`;
  });
}

/** An integer that may be NULL as one that is not. */
function orElse(number: Value, otherwise: bigint): Sql {
  return number.nullable ? sql`ifNull(toInt64(${number}), ${integer(otherwise)})` : sql`toInt64(${number})`;
}

/** More characters than a string can have, and no risk of overflow when added to. */
const endless = 1_000_000_000_000n;

function substring(source: Value, start: Value, length: Value | undefined): Sql {
  const from = constantInteger(start);
  const count = constantInteger(length);
  const characters = length === undefined ? endless : undefined;
  if (from !== undefined && from >= 0 && from < endless && (characters !== undefined || count !== undefined)) {
    const first = integer(from + 1);
    if (length === undefined) return sql`substringUTF8(${textOf(source)}, ${first})`;
    if (count !== undefined && count <= 0) return text("");
    return sql`substringUTF8(${textOf(source)}, ${first}, ${integer(Math.min(count ?? 0, Number(endless)))})`;
  }
  return bind(textOf(source), (subject) =>
    bind(sql`greatest(-${integer(endless)}, least(${integer(endless)}, ${orElse(start, endless)}))`, (first) => {
      const most =
        length === undefined ? integer(endless) : sql`greatest(0, least(${integer(endless)}, ${orElse(length, 0n)}))`;
      return sql`multiIf(${first} >= 0, substringUTF8(${subject}, ${first} + 1, ${most}), -${first} <= lengthUTF8(${subject}), substringUTF8(${subject}, ${first}, ${most}), '')`;
    }),
  );
}

function repeated(source: Value, times: Value, delimiter: Value | undefined): Sql {
  const count = constantInteger(times);
  const bounded =
    count === undefined
      ? sql`greatest(0, least(1024, ${orElse(times, 0n)}))`
      : integer(Math.max(0, Math.min(1024, count)));
  if (delimiter === undefined) return sql`repeat(${textOf(source)}, ${bounded})`;
  return joined(sql`arrayWithConstant(${bounded}, ${textOf(source)})`, delimiter);
}

function split(source: Value, delimiter: Value, index: Value | undefined): Sql | Value | Refusal {
  const separator = constantText(delimiter);
  if (separator === "")
    return { refused: "`split` by an empty text", hint: "use `extract_all('(.)', text)` for its characters" };
  if (separator === undefined) return splitUnknown(source, delimiter, index);
  const by = separator.length === 1 && separator <= "\x7f" ? sql`splitByChar` : sql`splitByString`;
  const parts = sql`${by}(${text(separator)}, ${textOf(source)})`;
  return splitParts(parts, index);
}

/**
 * The engine splits by constants only, so the separator becomes a byte that no UTF-8 text has. With an empty separator,
 * which KQL's documents leave open, the text stays whole.
 */
function splitUnknown(source: Value, delimiter: Value, index: Value | undefined): Sql | Value {
  const separator = textOf(delimiter);
  const subject = textOf(source);
  return splitParts(sql`splitByChar('\\xFF', replaceAll(${subject}, ${separator}, '\\xFF'))`, index);
}

function splitParts(parts: Sql, index: Value | undefined): Sql | Value {
  const all = { ...value(sql`toJSONString(${parts})`, "dynamic"), array: { sql: parts, of: "string" as const } };
  if (index === undefined) return all;
  const at = orElse(index, endless);
  return bind(
    parts,
    (found) => sql`if(${at} >= 0 AND ${at} < length(${found}), toJSONString([${found}[${at} + 1]]), '')`,
  );
}

function strcatArray(array: Value, delimiter: Value): Sql {
  if (array.array?.of === "string") return joined(array.array.sql, delimiter);
  const texts = sql`arrayMap(_e -> if(startsWith(_e, '"'), JSONExtractString(_e), if(_e = 'null', '', _e)), ${rawElements(array)})`;
  return joined(texts, delimiter);
}

function compared(left: Value, right: Value): Sql {
  return bind(textOf(left), (one) =>
    bind(
      textOf(right),
      (other) => sql`multiIf(${one} < ${other}, toInt64(-1), ${one} > ${other}, toInt64(1), toInt64(0))`,
    ),
  );
}

const arrayText: ScalarEntry = {
  about: "The elements of an array as one text, with another between them.",
  emit: strcatArray,
  examples: {
    "strcat_array(dynamic([1, 2, 3]), '->')": "1->2->3",
    "strcat_array(dynamic(['a', null, '', 'b']), '|')": "a|||b",
    "strcat_array(dynamic([]), ',')": "",
    "strcat_array(split('a.b', '.'), '-')": "a-b",
  },
};

/** How long, put together, cut and compared. */
export const stringFunctions = scalars({
  strlen: {
    about: "Length in characters, not bytes.",
    emit: (source) => sql`toInt64(lengthUTF8(${source}))`,
    notNull: true,
    examples: { "strlen('héllo')": 5, "strlen('')": 0, "strlen('😀😀')": 2 },
  },
  string_size: {
    about: "Length in bytes of UTF-8.",
    emit: (source) => sql`toInt64(length(${source}))`,
    notNull: true,
    examples: { "string_size('a😀b')": 6, "string_size('')": 0 },
  },
  tolower: {
    about: "Lower case.",
    emit: (source) => {
      const constant = constantText(source);
      return constant !== undefined && /^[\0-\x7f]*$/.test(constant)
        ? known(constant.toLowerCase())
        : bind(textOf(source), lowered);
    },
    examples: { "tolower('ÀB')": "àb", "tolower('ΟΔΟΣ')": "οδοσ", "tolower('')": "" },
  },
  toupper: {
    about: "Upper case; letters whose upper case is several letters stay.",
    emit: (source) => {
      const constant = constantText(source);
      return constant !== undefined && /^[\0-\x7f]*$/.test(constant)
        ? known(constant.toUpperCase())
        : bind(textOf(source), raised);
    },
    examples: { "toupper('Straße')": "STRAßE", "toupper('naïve')": "NAÏVE", "toupper('')": "" },
  },
  substring: {
    about: "A part of a text, from a place that counts from 0, or from the end if negative.",
    emit: (source, start, length) => substring(source, start, length),
    examples: {
      "substring('hello', 1, 3)": "ell",
      "substring('hello', -2, 2)": "lo",
      "substring('hello', -100, 3)": "",
      "substring('x', -2, 5)": "",
      "substring('abc', 5, 3)": "",
      "substring('abc', 1, -1)": "",
      "substring('añb', 1)": "ñb",
      "substring(12345, 2)": "345",
      "substring('abcdef', strlen('ab'), strlen('xyz'))": "cde",
    },
  },
  strcat: {
    about: "Texts put together; other values count as `tostring` writes them.",
    call: ({ args }) => concatenated(args),
    examples: { "strcat('a', 1, '-', true)": "a1-True", "strcat('p', long(null), 'q')": "pq", "strcat('a')": "a" },
  },
  strcat_delim: {
    about: "Texts put together with another between them.",
    call: ({ args: [delimiter, ...args] }) => (delimiter ? concatenated(args, delimiter) : text("")),
    examples: { "strcat_delim('-', 1, '2', 'A')": "1-2-A", "strcat_delim('-', '', 'z')": "-z" },
  },
  strcat_array: arrayText,
  array_strcat: arrayText,
  strcmp: {
    about: "-1, 0 or 1 as a text sorts before, with or after another.",
    emit: compared,
    notNull: true,
    examples: {
      "strcmp('ABC', 'ABC')": 0,
      "strcmp('abc', 'ABC')": 1,
      "strcmp('ABC', 'abc')": -1,
      "strcmp('', 'a')": -1,
    },
  },
  strrep: {
    about: "A text repeated, up to 1024 times.",
    emit: (source, times, delimiter) => repeated(source, times, delimiter),
    examples: { "strrep('ab', 3)": "ababab", "strrep('ab', 3, '.')": "ab.ab.ab", "strrep('x', 0)": "" },
  },
  reverse: {
    about: "A text backwards, by characters.",
    emit: (source) => sql`reverseUTF8(${textOf(source)})`,
    examples: { "reverse('héa')": "aéh", "reverse(123)": "321", "reverse('')": "" },
  },
  split: {
    about: "The parts of a text between separators, as an array; with an index the array of that part alone.",
    emit: (source, delimiter, index) => split(source, delimiter, index),
    examples: {
      "split('a,,b', ',')": ["a", "", "b"],
      "split('', ',')": [""],
      "split('aabbcc', 'bb')": ["aa", "cc"],
      "split('a_b_c', '_', 1)": ["b"],
      "split('a_b_c', '_', 3)": null,
      "split('a.b', '.')[-1]": "b",
    },
  },
  regex_quote: {
    about: "A text with the signs that mean something in a regular expression escaped.",
    emit: (source) => {
      const constant = constantText(source);
      if (constant !== undefined) return known(constant.replace(/[\\.+*?()|[\]{}^$#&~-]/g, "\\$&"));
      return sql`replaceRegexpAll(${textOf(source)}, ${text("[\\\\.+*?()|\\[\\]{}^$#&~-]")}, ${text("\\\\\\0")})`;
    },
    examples: { "regex_quote('(so$me.Te^xt)')": "\\(so\\$me\\.Te\\^xt\\)" },
  },
});
