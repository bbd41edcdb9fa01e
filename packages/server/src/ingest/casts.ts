import type { KqlType } from "@calypso/kql";
import { quoteText } from "../store/quoting.js";
import { isLongInteger, mapTokens, mark, repairedJson, unmarkedJson } from "./kept-json.js";

/**
 * The value of a column from a text, as SQL: null (or `''`) where the text does not hold such a value, never an error.
 * `text` is repeated, so it must be a plain name.
 */
export function castText(type: KqlType, text: string): string {
  switch (type) {
    case "string":
      return text;
    case "dynamic":
      return dynamicFromText(text);
    case "bool":
      return `transform(lower(${text}), ['true', '1', 'false', '0'], [toNullable(true), true, false, false], NULL)`;
    case "int":
      return `if(isNotNull(toInt32OrNull(${text})), toInt32OrNull(${text}), accurateCastOrNull(${wholeNumber(text)}, 'Int32'))`;
    case "long":
      return `if(isNotNull(toInt64OrNull(${text})), toInt64OrNull(${text}), accurateCastOrNull(${wholeNumber(text)}, 'Int64'))`;
    case "real":
      return `toFloat64OrNull(trimBoth(${text}))`;
    case "decimal":
      return `toDecimal256OrNull(trimBoth(${text}), 18)`;
    case "guid":
      return `toUUIDOrNull(replaceRegexpAll(trimBoth(${text}), '[{}]', ''))`;
    case "datetime":
      return datetimeFromText(text);
    case "timespan":
      return timespanFromText(text);
    default:
      return assertNever(type);
  }
}

/** The canonical JSON of a dynamic column from the JSON of a property as it is written, which tells a string from a number. */
export function dynamicFromJson(written: string): string {
  const content = bound(
    "content",
    "JSONExtractString(raw)",
    `if(${looksStructured("content")}, ${canonical("content")}, raw)`,
  );
  return bound(
    "raw",
    written,
    `multiIf(raw IN ('', 'null', '""'), '', startsWith(raw, '"'), ${content}, ${structureFromJson("raw")})`,
  );
}

/** What `sql` makes of a value that it knows by a name, so that it is computed, and written into the query, once. */
function bound(name: string, value: string, sql: string): string {
  return `arrayMap(${name} -> ${sql}, [${value}])[1]`;
}

/** The canonical JSON of an array, an object or a number. */
export function structureFromJson(raw: string): string {
  return exactNumbers(printed(raw));
}

/** The quick form for a text that is no surprise. Printing JSON anew costs more than seeing that it need not be. */
export function minifiedJson(text: string): string {
  return `if(${mayNotBeCanonical(text)}, ${exactNumbers(printed(text))}, ${text})`;
}

/**
 * True where the quick form would not be exact: a text that may be a string or a number, which a reader of texts cannot
 * tell apart, and text that is no JSON. Written without AND and OR, for which the engine would copy the texts.
 */
export function isSurprisingDynamic(text: string): string {
  return `(notEmpty(${text}) > (startsWith(${text}, '{') + startsWith(${text}, '[')) * isValidJSON(${text}))`;
}

/** Space between tokens, escapes, and numbers that may print otherwise: the same inside a string does no harm. */
function mayNotBeCanonical(text: string): string {
  // A number ends before one of ],} and a string does not, which keeps digits in names and identifiers out of it.
  const patterns = [
    "[:,{[]\\s",
    "\\s[],:}]",
    "\\\\",
    "[.]0000",
    "[.][0-9]{0,15}0[],}]",
    "-0[],}]",
    "[0-9.]{16}[],}]",
    "[0-9][eE][-+]?[0-9]{1,3}[],}]",
  ];
  return `multiMatchAny(${text}, [${patterns.map(quoteText).join(", ")}])`;
}

/** CSV has no types: text that is JSON is the value, any other text is a string. */
function dynamicFromText(text: string): string {
  return `multiIf(${text} IN ('', 'null'), '', ${looksStructured(text)} OR isValidJSON(${text}), ${canonical(text)}, toJSONString(${text}))`;
}

function looksStructured(text: string): string {
  return `(startsWith(${text}, '{') OR startsWith(${text}, '['))`;
}

function canonical(text: string): string {
  const repaired = repairedJson(text);
  const readable = `multiIf(JSONExtractRaw(${text}) != '', ${text}, JSONExtractRaw(${repaired}) != '', ${repaired}, '')`;
  return bound("json", readable, `if(json = '', toJSONString(${text}), ${structureFromJson("json")})`);
}

/**
 * A JSON text without spaces. The engine prints a real that is whole as an integer, which is another value: such numbers
 * go through it as strings. Beyond 1e15 it takes them for reals anyway.
 */
function printed(text: string): string {
  const real = "toFloat64OrNull(token)";
  const isWhole = `(match(token, ${quoteText(realToken)}) AND ${real} = trunc(${real}) AND abs(${real}) < 1e15)`;
  const number = "replaceRegexpOne(toString(toFloat64OrNull(token)), '^(-?[0-9]+)$', '\\\\1.0')";
  const marked = mapTokens(text, `if(${isWhole}, concat('"${mark}', ifNull(${number}, token), '"'), token)`);
  return `if(match(${text}, '[0-9]([.](0|9{9})|[eE])'), ${unmarkedJson(`JSONExtractRaw(${marked})`)}, JSONExtractRaw(${text}))`;
}

/** A large real is printed as an integer that no JSON reader of the engine accepts again; an exponent keeps it real. */
function exactNumbers(json: string): string {
  const rewritten = mapTokens(json, `if(${isLongInteger}, concat(token, 'e0'), token)`);
  return `if(multiMatchAny(${json}, ['[0-9]{19}']), ${rewritten}, ${json})`;
}

const realToken = "^-?[0-9]+([.][0-9]+([eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})$";

/** `12.0` and `1e3` are whole numbers; beyond 2^53 a real no longer says which. */
function wholeNumber(text: string): string {
  const real = `toFloat64OrNull(trimBoth(${text}))`;
  return `if(abs(${real}) < 9007199254740992, ${real}, NULL)`;
}

/** The forms of time that logs and exports write; a text without a zone is UTC, and no other form is guessed at. */
function datetimeFromText(text: string): string {
  const iso = `parseDateTime64BestEffortOrNull(${text}, 7, 'UTC')`;
  return `if(match(${text}, ${quoteText(isoTime)}), ${iso}, ${otherTime(text)})`;
}

function otherTime(text: string): string {
  const trimmed = `trimBoth(${text})`;
  const ticks = (sql: string) => `reinterpret(${sql}, 'DateTime64(7, \\'UTC\\')')`;
  const digits = `toInt64OrNull(splitByChar('.', ${trimmed})[1])`;
  const fraction = (length: number) =>
    `toInt64OrZero(substring(rightPad(splitByChar('.', ${trimmed})[2], ${length}, '0'), 1, ${length}))`;
  // Times with slashes between the parts of the date, and a comma before the fraction.
  const plain = `replaceRegexpOne(replaceRegexpOne(${trimmed}, '^([0-9]{4})/([0-9]{1,2})/', '\\\\1-\\\\2-'), '(:[0-9]{2}),([0-9])', '\\\\1.\\\\2')`;
  const wrapped = `toInt64OrZero(extract(${text}, '^/Date[(](-?[0-9]+)'))`;
  return (
    `multiIf(${text} = '', NULL,` +
    ` match(${text}, ${quoteText(usTime)}), parseDateTime64BestEffortUSOrNull(replaceAll(${trimmed}, '\\u202f', ' '), 7, 'UTC'),` +
    ` match(${text}, ${quoteText(namedTime)}), parseDateTime64BestEffortOrNull(${trimmed}, 7, 'UTC'),` +
    ` match(${text}, '^[0-9]{9,10}([.][0-9]+)?$'), ${ticks(`toInt64(${digits} * 10000000 + ${fraction(7)})`)},` +
    ` match(${text}, '^[0-9]{12,13}([.][0-9]+)?$'), ${ticks(`toInt64(${digits} * 10000 + ${fraction(4)})`)},` +
    ` match(${text}, '^[0-9]{15,16}$'), ${ticks(`toInt64(${digits} * 10)`)},` +
    ` match(${text}, '^1[0-9]{17}$'), ${ticks(`toInt64(${digits} - ${ticksFrom1601})`)},` +
    ` match(${text}, '^[0-9]{19}$'), ${ticks(`intDiv(${digits}, 100)`)},` +
    ` match(${text}, '^/Date[(]-?[0-9]{1,15}([+-][0-9]{4})?[)]/$'), ${ticks(`toInt64(${wrapped} * 10000)`)},` +
    ` match(${plain}, ${quoteText(isoTime)}), parseDateTime64BestEffortOrNull(${plain}, 7, 'UTC'), NULL)`
  );
}

/** Windows counts ticks from 1601 on. */
const ticksFrom1601 = "116444736000000000";

const clock = "(0?[0-9]|1[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]+)?)?";
const zone = "( ?(Z|z|UTC|GMT|[+-](0[0-9]|1[0-4]):?[0-5][0-9]))?";
/** The regular expression of ISO times, with one-digit parts too. */
export const isoTime = `^[0-9]{4}-(0?[1-9]|1[0-2])-(0?[1-9]|[12][0-9]|3[01])([Tt ]${clock}${zone})?$`;
const usTime = `^\\s*(0?[1-9]|1[0-2])/(0?[1-9]|[12][0-9]|3[01])/[0-9]{4}(,? ${clock}([  \\x{202f}]?[AaPp][Mm])?${zone})?\\s*$`;
const namedTime = `^\\s*([A-Z][a-z]{2}, )?(([0-9]{1,2} [A-Z][a-z]{2})|([A-Z][a-z]{2} [0-9]{1,2},?)) [0-9]{4} ${clock}${zone}\\s*$`;

/** `[-][d.]hh:mm:ss[.fffffff]` in ticks of 100 ns; whole numbers are ticks already. */
function timespanFromText(text: string): string {
  const part = (group: number) => `extractGroups(${text}, ${quoteText(timespan)})[${group}]`;
  const ticks =
    `((toInt64OrZero(${part(2)}) * 24 + toInt64OrZero(${part(3)})) * 3600 + toInt64OrZero(${part(4)}) * 60` +
    ` + toInt64OrZero(${part(5)})) * 10000000 + toInt64OrZero(substring(rightPad(${part(6)}, 7, '0'), 1, 7))`;
  return `if(match(${text}, ${quoteText(timespan)}), toInt64(if(${part(1)} = '-', -1, 1) * (${ticks})), toInt64OrNull(${text}))`;
}

const timespan = "^(-?)(?:([0-9]{1,8})[.])?([0-9]{1,2}):([0-9]{2})(?::([0-9]{2})(?:[.]([0-9]{1,9}))?)?$";

function assertNever(value: never): never {
  throw new Error(`no cast for ${String(value)}`);
}
