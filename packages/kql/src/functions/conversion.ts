import type { KqlType } from "../schema/types.js";
import { sql, text } from "../sql/sql.js";
import { constantValue } from "./constants.js";
import { converted } from "./convert.js";
import { storedJson } from "./dynamic-path.js";
import { scalars } from "./entry.js";
import { isRefusal, type Refusal, type Value, value } from "./value.js";

/** The conversions between types, and `gettype`. */
const toreal = {
  about: "A value as a real number; null where it is none.",
  emit: (source: Value) => conversion(source, "real"),
  examples: {
    "todouble('1.5e+3')": 1500,
    "todouble('0x10')": null,
    "todouble(' 3.14 ')": 3.14,
    "todouble('nan')": "NaN",
    "todouble('1e400')": "Infinity",
    "todouble(1h)": 36000000000,
    "todouble(true)": 1,
  },
};

const tobool = {
  about: "A value as a bool: a number other than 0, `true`, `false`, or an integer as text; null for anything else.",
  emit: (source: Value) => conversion(source, "bool"),
  examples: {
    "tobool('tRuE')": true,
    "tobool('-1')": true,
    "tobool('0')": false,
    "tobool('1.0')": null,
    "tobool(' true')": null,
    "tobool('')": null,
    "tobool(0.5)": true,
    "tobool(dynamic('42'))": true,
  },
};

const totimespan = {
  about: "A text or a number of 100 ns ticks as a timespan; null where it is none.",
  emit: (source: Value) => conversion(source, "timespan"),
  limit: "A text that is only a number is null.",
  examples: {
    "totimespan('1.02:03:04.5')": "1.02:03:04.5000000",
    "totimespan('13:00')": "13:00:00",
    "totimespan('-1d')": "-1.00:00:00",
    "totimespan('90s')": "00:01:30",
    "totimespan('1.5')": null,
    "totimespan('abc')": null,
    "totimespan(tolong(1d))": "1.00:00:00",
  },
};

export const conversionFunctions = scalars({
  tostring: {
    about: "A value as text; the empty text for null.",
    emit: textValue,
    notNull: true,
    examples: {
      "tostring(123)": "123",
      "tostring(1.0)": "1.0",
      "tostring(-0.0)": "-0.0",
      "tostring(0.1 + 0.2)": "0.30000000000000007",
      "tostring(100.0 / 3)": "33.333333333333339",
      "tostring(0.1)": "0.1",
      "tostring(real(+inf))": "inf",
      "tostring(real(nan))": "NaN",
      "tostring(true)": "True",
      "tostring(dynamic(true))": "true",
      "tostring(int(null))": "",
      "tostring(datetime(2020-01-01))": "2020-01-01T00:00:00.0000000Z",
      "tostring(-(1d + 2h))": "-1.02:00:00",
      "tostring(1ms)": "00:00:00.0010000",
      "tostring(dynamic({'b':2,'a':[1,'x']}))": '{"b":2,"a":[1,"x"]}',
    },
  },
  toint: {
    about: "A value as a 32-bit integer: fractions are cut, a long keeps its low 32 bits; null where it is no number.",
    emit: (source) => conversion(source, "int"),
    examples: {
      "toint('12')": 12,
      "toint(' 45 ')": 45,
      "toint('12.5')": null,
      "toint('0x1F')": 31,
      "toint('2147483648')": null,
      "toint(-2.9)": -2,
      "toint(1e19)": 2147483647,
      "toint(2147483648)": -2147483648,
      "toint(1h)": 1640261632,
      "toint(true)": 1,
      "toint(dynamic(1.9))": 1,
      "toint(dynamic([1]))": null,
      "toint('')": null,
    },
  },
  tolong: {
    about: "A value as a 64-bit integer: fractions are cut, times are ticks of 100 ns; null where it is no number.",
    emit: (source) => conversion(source, "long"),
    examples: {
      "tolong('42')": 42,
      "tolong('1e3')": null,
      "tolong('0xFFFFFFFFFFFFFFFF')": -1,
      "tolong('9223372036854775808')": null,
      "tolong(1e19)": "9223372036854775807",
      "tolong(real(+inf))": null,
      "tolong(1d)": 864000000000,
      "tolong(datetime(2020-01-01))": "637134336000000000",
    },
  },
  toreal,
  todouble: toreal,
  todecimal: {
    about: "A value as a decimal; null where it is none.",
    emit: (source) => conversion(source, "decimal"),
    limit: "Eighteen digits after the point are kept.",
    examples: {
      "todecimal('3.14159')": "3.14159",
      "todecimal('abc')": null,
      "todecimal(10)": "10",
      "todecimal(1.1)": "1.1",
    },
  },
  tobool,
  toboolean: tobool,
  todatetime: {
    about: "A text, or a number of 100 ns ticks since year 1, as a datetime; null where it is none.",
    emit: (source) => conversion(source, "datetime"),
    limit: "A text with a time of day alone is null.",
    examples: {
      "todatetime('2022-12-02')": "2022-12-02T00:00:00.0000000Z",
      "todatetime('2022-12-02T10:11:12.1234567+02:00')": "2022-12-02T08:11:12.1234567Z",
      "todatetime('12/02/2022')": "2022-12-02T00:00:00.0000000Z",
      "todatetime('13-01-2022')": null,
      "todatetime('Fri, 02 Dec 2022 10:00:00 GMT')": "2022-12-02T10:00:00.0000000Z",
      "todatetime('20221202')": "2022-12-02T00:00:00.0000000Z",
      "todatetime('2020-02-30')": null,
      "todatetime('')": null,
      "todatetime(1)": "0001-01-01T00:00:00.0000001Z",
    },
  },
  totimespan,
  totime: totimespan,
  toguid: {
    about: "A text as a guid; null where it is none.",
    emit: (source) => conversion(source, "guid"),
    examples: {
      "toguid('0123456789ABCDEF0123456789abcdef')": "01234567-89ab-cdef-0123-456789abcdef",
      "toguid('{01234567-89ab-cdef-0123-456789abcdef}')": "01234567-89ab-cdef-0123-456789abcdef",
      "toguid('xyz')": null,
    },
  },
  gettype: {
    about: "The name of a value's type; of a dynamic, what it holds.",
    emit: (source) => (source.type === "dynamic" ? typeInside(source) : constantValue("string", source.type)),
    notNull: true,
    examples: {
      "gettype(1)": "long",
      "gettype(int(null))": "int",
      "gettype(1.5)": "real",
      "gettype(dynamic(1.5))": "double",
      "gettype(dynamic(1))": "long",
      "gettype(dynamic({}))": "dictionary",
      "gettype(dynamic([]))": "array",
      "gettype(dynamic(null))": "null",
      "gettype('')": "string",
    },
  },
  tohex: {
    about: "An integer in lower-case hexadecimal, padded with zeros to a length if one is given.",
    emit: (source, length) => {
      const digits = sql`lower(hex(reinterpret(toInt64(${source}), 'UInt64')))`;
      const short = sql`if(${source} = 0, '0', replaceRegexpOne(${digits}, '^0+', ''))`;
      // As many zeros as are missing, at most as many as a text of that length can want.
      const padded = length
        ? sql`concat(repeat('0', toUInt64(least(greatest(toInt64(${length}) - toInt64(length(${short})), 0), 1000))), ${short})`
        : short;
      return sql`ifNull(${padded}, '')`;
    },
    notNull: true,
    limit: "At most a thousand zeros are put in front.",
    examples: {
      "tohex(256)": "100",
      "tohex(-256)": "ffffffffffffff00",
      "tohex(256, 8)": "00000100",
      "tohex(256, 2)": "100",
      "tohex(-256, 8)": "ffffffffffffff00",
      "tohex(0)": "0",
    },
  },
});

function conversion(source: Value, type: KqlType): Value | Refusal {
  const result = converted(source, type);
  if (result === undefined) return { refused: `a ${source.type} cannot be converted to ${type}` };
  return { ...value(result, type), ...(source.volatile === true ? { volatile: true } : {}) };
}

function typeInside(source: Value) {
  return sql`multiIf(${source} = '', 'null', startsWith(${source}, '{'), 'dictionary', startsWith(${source}, '['), 'array', startsWith(${source}, ${text('"')}), 'string', ${source} IN ('true', 'false'), 'bool', match(${source}, '^-?[0-9]+$'), 'long', 'double')`;
}

/** A value's text; that of a stored property keeps the column where its JSON is. */
function textValue(source: Value): Value | Refusal {
  const written = conversion(source, "string");
  const json = storedJson(source);
  return json === undefined || isRefusal(written) ? written : { ...written, jsonText: json };
}
