import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, describe, test } from "vitest";
import {
  clock,
  date,
  floored,
  has,
  highest,
  isoText,
  later,
  lower,
  lowest,
  months,
  part,
  place,
  realLiteral,
  remainder,
  rest,
  startOf,
  wrap,
} from "./testing/function-models.js";
import { type Input, models } from "./testing/model.js";
import { quoted, spanText, texts } from "./testing/random-cells.js";

const { agree, close } = await models();
afterAll(close);

const text: Input<string> = { type: "string", values: texts, literal: quoted };
const needle: Input<string> = {
  type: "string",
  values: fc.oneof(
    fc.constantFrom(
      "a",
      "b",
      "ab",
      "A",
      "1",
      "12",
      "é",
      "Ж",
      "語",
      " ",
      ".",
      "_",
      "a_",
      "-b",
      "",
      "a b",
      "\\",
      "😀",
      "%",
    ),
    texts.map((content) => [...content].slice(0, 3).join("")),
  ),
  literal: quoted,
};
const long: Input<bigint> = {
  type: "long",
  values: fc.oneof(
    fc.bigInt({ min: -20n, max: 20n }),
    fc.bigInt({ min: -(2n ** 63n) + 1n, max: 2n ** 63n - 1n }),
    fc.constantFrom(0n, 1n, -1n, 2n ** 63n - 1n, -(2n ** 63n) + 1n, 2n ** 53n + 1n, 2n ** 31n),
  ),
  literal: (value) => `long(${value})`,
};
const small: Input<number> = {
  type: "long",
  values: fc.integer({ min: -6, max: 9 }),
  literal: (value) => `long(${value})`,
};
const real: Input<number> = {
  type: "real",
  values: fc.oneof(
    fc.double({ noNaN: true, min: -1e6, max: 1e6 }),
    fc.constantFrom(0, 1, -1, 0.5, -0.5, 2.5, 1e300, -1e300, 1e19, Number.NaN, Infinity, -Infinity, 0.1),
  ),
  literal: realLiteral,
};
const day = 864_000_000_000n;
const hour = 36_000_000_000n;
/** From here on the engine has no day of the week. */
const lastWeek = 2_534_017_824_000_000_000n;
const instant: Input<bigint> = {
  type: "datetime",
  values: fc.oneof(
    fc.bigInt({ min: lowest, max: highest }),
    fc.bigInt({ min: 0n, max: 2_000_000_000n }).map((seconds) => seconds * 10_000_000n),
    fc.constantFrom(lowest, highest, 0n, -1n, 951_782_400_000n * 10_000n, 1_709_164_800_000n * 10_000n),
  ),
  literal: (ticks) => `datetime(${isoText(ticks)})`,
};
const span: Input<bigint> = {
  type: "timespan",
  values: fc.oneof(
    fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n }),
    fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }),
    fc.constantFrom(0n, 1n, -1n, day, -day, 36_000_000_000n),
  ),
  literal: (ticks) => `timespan(${spanText(ticks)})`,
};
const numbers: Input<readonly number[]> = {
  type: "dynamic",
  values: fc.array(fc.integer({ min: -5, max: 9 }), { maxLength: 6 }),
  literal: (values) => `dynamic([${values.join(", ")}])`,
};

describe("text", () => {
  test("operators that search for a term", () =>
    agree(
      [text, needle],
      {
        "x0 has x1": (s, n) => has(lower(s), lower(n)),
        "x0 !has x1": (s, n) => !has(lower(s), lower(n)),
        "x0 has_cs x1": (s, n) => has(s, n),
        "x0 hasprefix x1": (s, n) => has(lower(s), lower(n), "prefix"),
        "x0 !hasprefix_cs x1": (s, n) => !has(s, n, "prefix"),
        "x0 hassuffix x1": (s, n) => has(lower(s), lower(n), "suffix"),
        "x0 hassuffix_cs x1": (s, n) => has(s, n, "suffix"),
      },
      { runs: 4, size: 60 },
    ));
  test("operators that search for any text", () =>
    agree(
      [text, needle],
      {
        "x0 contains x1": (s, n) => lower(s).includes(lower(n)),
        "x0 !contains x1": (s, n) => !lower(s).includes(lower(n)),
        "x0 contains_cs x1": (s, n) => s.includes(n),
        "x0 startswith x1": (s, n) => lower(s).startsWith(lower(n)),
        "x0 !startswith_cs x1": (s, n) => !s.startsWith(n),
        "x0 endswith x1": (s, n) => lower(s).endsWith(lower(n)),
        "x0 endswith_cs x1": (s, n) => s.endsWith(n),
        "x0 =~ x1": (s, n) => lower(s) === lower(n),
        "x0 !~ x1": (s, n) => lower(s) !== lower(n),
        "x0 == x1": (s, n) => s === n,
        "x0 in~ ('a', x1)": (s, n) => lower(s) === "a" || lower(s) === lower(n),
      },
      { runs: 2, size: 60 },
    ));
  test("constants that are searched for", () =>
    agree(
      [text],
      Object.fromEntries(
        ["a", "AB", "1", "é", "ж", "a b", "_", ".", "a.", "-b", "", "語", "😀"].flatMap((n) => [
          [`x0 has ${quoted(n)}`, (s: string) => has(lower(s), lower(n))],
          [`x0 contains ${quoted(n)}`, (s: string) => lower(s).includes(lower(n))],
          [`x0 has_cs ${quoted(n)}`, (s: string) => has(s, n)],
          [`x0 startswith ${quoted(n)}`, (s: string) => lower(s).startsWith(lower(n))],
          [`x0 has_any ("zz", ${quoted(n)})`, (s: string) => has(lower(s), lower(n))],
          [`x0 has_all ("a", ${quoted(n)})`, (s: string) => has(lower(s), "a") && has(lower(s), lower(n))],
          [`x0 hassuffix ${quoted(n)}`, (s: string) => has(lower(s), lower(n), "suffix")],
          [`x0 hasprefix ${quoted(n)}`, (s: string) => has(lower(s), lower(n), "prefix")],
        ]),
      ),
      { size: 60 },
    ));
  test("length, parts and places", () =>
    agree<[string, number, number, string]>(
      [text, small, small, needle],
      {
        "strlen(x0)": (s) => [...s].length,
        "string_size(x0)": (s) => Buffer.byteLength(s),
        "substring(x0, x1)": (s, from) => part(s, from),
        "substring(x0, x1, x2)": (s, from, n) => part(s, from, n),
        "indexof(x0, x3)": (s, _from, _n, what) => place(s, what),
        "reverse(x0)": (s) => [...s].reverse().join(""),
        "toupper(x0)": (s) => s.toUpperCase(),
        "tolower(x0)": (s) => s.toLowerCase(),
        "strcat(x0, x1, '-', x3)": (s, a, _b, t) => `${s}${a}-${t}`,
        "strrep(x0, 3, '|')": (s) => `${s}|${s}|${s}`,
        "strcat_delim(';', x0, x1, x3)": (s, a, _b, t) => `${s};${a};${t}`,
        "isempty(x0)": (s) => s === "",
        "to_utf8(x0)": (s) => [...s].map((c) => c.codePointAt(0) ?? 0),
        "base64_encode_tostring(x0)": (s) => Buffer.from(s).toString("base64"),
        "base64_decode_tostring(base64_encode_tostring(x0))": (s) => s,
        "url_decode(url_encode_component(x0))": (s) => s,
        "hash_md5(x0)": (s) => createHash("md5").update(s).digest("hex"),
        "hash_sha256(x0)": (s) => createHash("sha256").update(s).digest("hex"),
        "hash_sha1(x0)": (s) => createHash("sha1").update(s).digest("hex"),
      },
      { runs: 2 },
    ));
  test("replacing, splitting and counting", () =>
    agree(
      [text, needle, needle],
      {
        "replace_string(x0, x1, x2)": (s, from, to) => (from === "" ? s : s.replaceAll(from, () => to)),
        "split(x0, '.')": (s) => s.split("."),
        "split(x0, 'ab')": (s) => s.split("ab"),
        "split(x0, strcat(x1, ';'))": (s, by) => s.split(`${by};`),
        "split(x0, strcat(x1, x2, 'a'))": (s, a, b) => s.split(`${a}${b}a`),
        "array_length(split(x0, '-'))": (s) => s.split("-").length,
        "strcat_array(split(x0, ','), '+')": (s) => s.split(",").join("+"),
        "replace_regex(x0, '[ab]+', '<\\\\0>')": (s) => s.replace(/[ab]+/g, "<$&>"),
        "extract('([a-z])([0-9]?)', 2, x0)": (s) => /([a-z])([0-9]?)/u.exec(s)?.[2] ?? "",
        "trim('[ab]', x0)": (s) => s.replace(/^[ab]/, "").replace(/[ab]$/, ""),
        "trim_start('[ -]+', x0)": (s) => s.replace(/^[ -]+/, ""),
        "trim_end('b', x0)": (s) => s.replace(/b$/, ""),
        "x0 matches regex 'a.?b'": (s) => /a.?b/u.test(s),
        "translate('ab', 'ba', x0)": (s) => s.replace(/[ab]/g, (c) => (c === "a" ? "b" : "a")),
        "countof(x0, 'a')": (s) => s.split("a").length - 1,
        "tostring(parse_json(tostring(pack_array(x0)))[0])": (s) => s,
        "tostring(bag_pack(strcat('k', x1), x0)[strcat('k', x1)])": (s) => s,
      },
      { runs: 2 },
    ));
});

describe("numbers", () => {
  test("longs wrap as 64-bit integers do", () =>
    agree(
      [long, long],
      {
        "x0 + x1": (a, b) => wrap(a + b),
        "x0 - x1": (a, b) => wrap(a - b),
        "x0 * x1": (a, b) => wrap(a * b),
        "x0 / x1": (a, b) => (b === 0n ? null : wrap(a / b)),
        "x0 % x1": (a, b) => (b === 0n ? null : remainder(a, b)),
        "-x0": (a) => wrap(-a),
        "abs(x0)": (a) => wrap(a < 0n ? -a : a),
        "binary_and(x0, x1)": (a, b) => wrap(a & b),
        "binary_or(x0, x1)": (a, b) => wrap(a | b),
        "binary_xor(x0, x1)": (a, b) => wrap(a ^ b),
        "binary_not(x0)": (a) => wrap(~a),
        "max_of(x0, x1)": (a, b) => [a, b].reduce(later),
        "min_of(x0, x1, 3)": (a, b) => [a, b, 3n].reduce((least, n) => (n < least ? n : least)),
        "x0 < x1": (a, b) => a < b,
        "x0 == x1": (a, b) => a === b,
        "x0 between (x1 .. 5)": (a, b) => a >= b && a <= 5n,
        "tostring(x0)": (a) => String(a),
        "tolong(tostring(x0))": (a) => a,
        "toint(x0)": (a) => Number(BigInt.asIntN(32, a)),
        "toreal(x0)": (a) => Number(a),
        "tolong(parse_json(tostring(x0)))": (a) => a,
        "tolong(pack_array(x0, x1)[1])": (_a, b) => b,
        "tolong(bag_pack('k', x0).k)": (a) => a,
        "sign(x0)": (a) => (a > 0n ? 1 : a < 0n ? -1 : 0),
      },
      { runs: 3 },
    ));
  test("bins and shifts", () =>
    agree<[bigint, number]>([long, small], {
      "bin(x0, 7)": (a) => (a < -(2n ** 62n) ? wrap(a - remainder(a, 7n)) : a - remainder(a, 7n)),
      "bin_at(x0, 10, 3)": (a) => wrap(a - remainder(wrap(a - 3n), 10n)),
      "binary_shift_left(x0, 5)": (a) => wrap(a << 5n),
      "binary_shift_right(x0, 3)": (a) => wrap(a >> 3n),
      "case(x1 > 3, 'many', x1 > 0, 'few', 'none')": (_a, n) => (n > 3 ? "many" : n > 0 ? "few" : "none"),
      "iff(x1 > 0, x0, long(null))": (a, n) => (n > 0 ? a : null),
    }));
  test("reals are what IEEE says", () =>
    agree(
      [real, real],
      {
        "x0 + x1": (a, b) => a + b,
        "x0 - x1": (a, b) => a - b,
        "x0 * x1": (a, b) => a * b,
        "x0 / x1": (a, b) => a / b,
        "x0 < x1": (a, b) => a < b,
        "x0 >= x1": (a, b) => a >= b,
        "x0 == x1": (a, b) => a === b,
        "x0 != x1": (a, b) => a !== b,
        "isnan(x0)": (a) => Number.isNaN(a),
        "isinf(x0)": (a) => Math.abs(a) === Infinity,
        "isfinite(x0)": (a) => Number.isFinite(a),
        "floor(x0, 1)": (a) => (Number.isFinite(a) ? Math.floor(a) : a),
        "abs(x0)": (a) => Math.abs(a),
        "sqrt(x0)": (a) => Math.sqrt(a),
        "todouble(tostring(x0))": (a) => a,
        "toreal(pack_array(x0)[0])": (a) => a,
        "x0 > 1 and x1 > 1": (a, b) => a > 1 && b > 1,
        "iff(x0 > x1, 'more', 'not')": (a, b) => (a > b ? "more" : "not"),
      },
      { runs: 2 },
    ));
});

describe("time", () => {
  test("ticks are added exactly, and out of range is null", () =>
    agree<[bigint, bigint, bigint]>(
      [instant, span, span],
      {
        "x0 + x1": (t, d) => date(t + d),
        "x0 - x1": (t, d) => date(t - d),
        "(x0 + x1) - x0": (t, d) => (date(t + d) === null ? null : spanText(d)),
        "x1 + x2": (_t, a, b) => spanText(a + b),
        "x1 - x2": (_t, a, b) => spanText(a - b),
        "x1 * 3": (_t, a) => spanText(a * 3n),
        "x1 / x2": (_t, a, b) => Number(a) / Number(b),
        "-x1": (_t, a) => spanText(-a),
        "abs(x1)": (_t, a) => spanText(a < 0n ? -a : a),
        "tolong(x1)": (_t, a) => a,
        "tolong(x0)": (t) => t - lowest,
        "todatetime(tolong(x0))": (t) => date(t),
        "totimespan(tolong(x1))": (_t, a) => spanText(a),
        "tostring(x0)": (t) => date(t),
        "tostring(x1)": (_t, a) => spanText(a),
        "todatetime(tostring(x0))": (t) => date(t),
        "totimespan(tostring(x1))": (_t, a) => spanText(a),
        "x0 > datetime(2000-01-01)": (t) => t > 946_684_800_000n * 10_000n,
        "bin(x0, 1d)": (t) => date(floored(t, day)),
        "bin(x0, 7d)": (t) => date(floored(t - lowest, 7n * day) + lowest),
        "bin(x0, 5m)": (t) => date(floored(t, 3_000_000_000n)),
        "bin(x1, 1h)": (_t, a) => spanText(floored(a, 36_000_000_000n)),
      },
      { runs: 3 },
    ));
  test("the parts of a day", () =>
    agree(
      [instant],
      {
        "getyear(x0)": (t) => clock(t).getUTCFullYear(),
        "monthofyear(x0)": (t) => clock(t).getUTCMonth() + 1,
        "dayofmonth(x0)": (t) => clock(t).getUTCDate(),
        "hourofday(x0)": (t) => clock(t).getUTCHours(),
        "datetime_part('minute', x0)": (t) => clock(t).getUTCMinutes(),
        "datetime_part('second', x0)": (t) => clock(t).getUTCSeconds(),
        "datetime_part('nanosecond', x0)": (t) => Number(rest(t, 10_000_000n) * 100n),
        "dayofyear(x0)": (t) => Number((startOf(t, 1) === t ? 0n : (floored(t, day) - startOf(t, 1)) / day) + 1n),
        "dayofweek(x0)": (t) => (t >= lastWeek ? null : spanText(BigInt(clock(t).getUTCDay()) * day)),
        "startofday(x0)": (t) => date(floored(t, day)),
        "startofmonth(x0)": (t) => date(startOf(t)),
        "startofyear(x0)": (t) => date(startOf(t, 1)),
        "endofday(x0)": (t) => date(floored(t, day) + day - 1n),
        "format_datetime(x0, 'yyyy-MM-dd HH:mm:ss.fffffff')": (t) => isoText(t).replace("T", " ").replace("Z", ""),
        "make_datetime(getyear(x0), monthofyear(x0), dayofmonth(x0))": (t) => date(floored(t, day)),
      },
      { runs: 2 },
    ));
  test("boundaries between two times", () =>
    agree(
      [instant, instant],
      {
        "datetime_diff('day', x0, x1)": (a, b) => Number((floored(a, day) - floored(b, day)) / day),
        "datetime_diff('hour', x0, x1)": (a, b) => Number((floored(a, hour) - floored(b, hour)) / hour),
        "datetime_diff('minute', x0, x1)": (a, b) =>
          Number((floored(a, hour / 60n) - floored(b, hour / 60n)) / (hour / 60n)),
        "datetime_diff('month', x0, x1)": (a, b) => months(a) - months(b),
        "datetime_diff('year', x0, x1)": (a, b) => clock(a).getUTCFullYear() - clock(b).getUTCFullYear(),
        "x0 - x1": (a, b) => spanText(a - b),
        "x0 == x1": (a, b) => a === b,
        "max_of(x0, x1)": (a, b) => date([a, b].reduce(later)),
        "x0 between (x1 .. 10d)": (a, b) => (a < b ? false : date(b + 10n * day) === null ? null : a <= b + 10n * day),
      },
      { runs: 2 },
    ));
});

describe("arrays", () => {
  test("parts and places of arrays", () =>
    agree<[readonly number[], readonly number[], number]>(
      [numbers, numbers, small],
      {
        "array_length(x0)": (a) => a.length,
        "array_concat(x0, x1)": (a, b) => [...a, ...b],
        "array_reverse(x0)": (a) => [...a].reverse(),
        "array_index_of(x0, x2)": (a, _b, n) => a.indexOf(n),
        "array_slice(x0, 1, 2)": (a) => a.slice(1, 3),
        "array_sort_asc(x0)": (a) => [...a].sort((m, n) => m - n),
        "array_sort_desc(x0)": (a) => [...a].sort((m, n) => n - m),
        "set_union(x0, x1)": (a, b) => [...new Set([...a, ...b])],
        "set_intersect(x0, x1)": (a, b) => [...new Set(a)].filter((n) => b.includes(n)),
        "set_difference(x0, x1)": (a, b) => [...new Set(a)].filter((n) => !b.includes(n)),
        "set_has_element(x0, x2)": (a, _b, n) => a.includes(n),
        "x0[x2]": (a, _b, n) => a.at(n) ?? null,
        "x0[0]": (a) => a[0] ?? null,
        "x0[-1]": (a) => a.at(-1) ?? null,
        "tolong(x0[1]) + 1": (a) => (a[1] === undefined ? null : a[1] + 1),
        "zip(x0, x1)": (a, b) =>
          Array.from({ length: Math.max(a.length, b.length) }, (_, at) => [a[at] ?? null, b[at] ?? null]),
        "x2 in (x0)": (a, _b, n) => a.includes(n),
        "tostring(x0)": (a) => JSON.stringify(a),
        "isnull(x0[2])": (a) => a[2] === undefined,
        "toreal(array_sum(x0))": (a) => (a.length === 0 ? null : a.reduce((sum, n) => sum + n, 0)),
      },
      { runs: 3 },
    ));
});
