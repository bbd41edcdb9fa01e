import type { KqlType } from "@calypso/kql";
import { quoteText } from "../store/quoting.js";

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

/** The canonical JSON of a dynamic column from the raw JSON of a property, which tells a string from a number. */
export function dynamicFromJson(raw: string): string {
  const content = `JSONExtractString(${raw})`;
  return (
    `multiIf(${raw} IN ('', 'null', '""'), '',` +
    ` startsWith(${raw}, '"'), if(${looksStructured(content)}, ${canonical(content)}, ${raw}),` +
    ` ${exactNumbers(raw)})`
  );
}

/**
 * The text of a property of a JSON line, where a number keeps its digits: the engine prints `10.0` as `10`. The property is
 * looked for token by token, because one of the same name may be deeper inside or in a string.
 */
export function writtenValue(line: string, key: string, text: string): string {
  const name = JSON.stringify(key);
  const number = `${escapedRegex(name)}\\s*:\\s*(-0|-?[0-9]+[.eE])`;
  const tokens = `arrayFilter(token -> NOT match(token, '^\\\\s+$'), extractAll(${line}, ${quoteText(jsonToken)}))`;
  const depths = "arrayCumSum(token -> (token IN ('{', '[')) - (token IN ('}', ']')), tokens)";
  const value =
    `arrayMap(tokens -> tokens[toInt64(arrayFirstIndex((token, next, depth) -> depth = 1 AND next = ':' AND token = ${quoteText(name)},` +
    ` tokens, arrayPushBack(arrayPopFront(tokens), ''), ${depths})) + 2], [${tokens}])[1]`;
  return `if(match(${text}, '^-?[0-9]') AND match(${line}, ${quoteText(number)}) AND match(${value}, '^-?[0-9]'), ${value}, ${text})`;
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

/** A JSON line whose numbers all fit: those that do not, and bytes that are no UTF-8, would make it unreadable. */
export function repairedJson(line: string): string {
  const valid = `toValidUTF8(${line})`;
  return `arrayStringConcat(arrayMap(token -> if(match(token, ${quoteText(unreadableToken)}), concat('"', token, '"'), token), extractAll(${valid}, ${quoteText(jsonToken)})))`;
}

/** CSV has no types: text that is JSON is the value, any other text is a string. */
function dynamicFromText(text: string): string {
  return `multiIf(${text} IN ('', 'null'), '', ${looksStructured(text)} OR isValidJSON(${text}), ${canonical(text)}, toJSONString(${text}))`;
}

function escapedRegex(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

function looksStructured(text: string): string {
  return `(startsWith(${text}, '{') OR startsWith(${text}, '['))`;
}

function canonical(text: string): string {
  const repaired = `JSONExtractRaw(${repairedJson(text)})`;
  return (
    `if(JSONExtractRaw(${text}) != '', ${exactNumbers(printed(text))},` +
    ` if(${repaired} != '', ${exactNumbers(repaired)}, toJSONString(${text})))`
  );
}

/**
 * A JSON text without spaces. The engine prints a real that is whole as an integer, which is another value: such numbers
 * go through it as strings, with a character in front that no text may have. Beyond 1e15 it takes them for reals anyway.
 */
function printed(text: string): string {
  const real = "toFloat64OrNull(token)";
  const isWhole = `(match(token, ${quoteText(realToken)}) AND ${real} = trunc(${real}) AND abs(${real}) < 1e15)`;
  const number = "replaceRegexpOne(toString(toFloat64OrNull(token)), '^(-?[0-9]+)$', '\\\\1.0')";
  const marked = `arrayStringConcat(arrayMap(token -> if(${isWhole}, concat('"\uFDD0', ifNull(${number}, token), '"'), token), extractAll(${text}, ${quoteText(jsonToken)})))`;
  const kept = `replaceRegexpAll(JSONExtractRaw(${marked}), '"\uFDD0([^"]*)"', '\\\\1')`;
  return `if(match(${text}, '[0-9]([.](0|9{9})|[eE])'), ${kept}, JSONExtractRaw(${text}))`;
}

/** A large real is printed as an integer that no JSON reader of the engine accepts again; an exponent keeps it real. */
function exactNumbers(json: string): string {
  const rewritten = `arrayStringConcat(arrayMap(token -> if(match(token, '^-?[0-9]{19,}$') AND isNull(toInt64OrNull(token)) AND isNull(toUInt64OrNull(token)), concat(token, 'e0'), token), extractAll(${json}, ${quoteText(jsonToken)})))`;
  return `if(multiMatchAny(${json}, ['[0-9]{19}']), ${rewritten}, ${json})`;
}

const jsonToken = String.raw`"(?:[^"\\]|\\.)*"|[-+.0-9A-Za-z_]+|(?s:.)`;
const realToken = "^-?[0-9]+([.][0-9]+([eE][-+]?[0-9]{1,3})?|[eE][-+]?[0-9]{1,3})$";
const unreadableToken = String.raw`^(-?[0-9]{20,}|-[0-9]{19}|-?[0-9]+(\.[0-9]+)?[eE]\+?[0-9]{3,}|[-+]?(NaN|nan|Infinity|inf))$`;

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
  const digits = `toInt64OrZero(splitByChar('.', ${trimmed})[1])`;
  const fraction = `toInt64OrZero(substring(rightPad(splitByChar('.', ${trimmed})[2], 7, '0'), 1, 7))`;
  const wrapped = `toInt64OrZero(extract(${text}, '^/Date[(](-?[0-9]+)'))`;
  return (
    `multiIf(${text} = '', NULL,` +
    ` match(${text}, ${quoteText(usTime)}), parseDateTime64BestEffortUSOrNull(replaceAll(${trimmed}, '\\u202f', ' '), 7, 'UTC'),` +
    ` match(${text}, ${quoteText(namedTime)}), parseDateTime64BestEffortOrNull(${trimmed}, 7, 'UTC'),` +
    ` match(${text}, '^[0-9]{9,10}([.][0-9]+)?$'), ${ticks(`toInt64(${digits} * 10000000 + ${fraction})`)},` +
    ` match(${text}, '^[0-9]{12,13}([.][0-9]+)?$'), ${ticks(`toInt64(${digits} * 10000)`)},` +
    ` match(${text}, '^[0-9]{15,16}$'), ${ticks(`toInt64(${digits} * 10)`)},` +
    ` match(${text}, '^[0-9]{19}$'), ${ticks(`intDiv(${digits}, 100)`)},` +
    ` match(${text}, '^/Date[(]-?[0-9]{1,15}([+-][0-9]{4})?[)]/$'), ${ticks(`toInt64(${wrapped} * 10000)`)},` +
    ` match(${trimmed}, ${quoteText(isoTime)}), parseDateTime64BestEffortOrNull(${trimmed}, 7, 'UTC'), NULL)`
  );
}

const clock = "(0?[0-9]|1[0-9]|2[0-3]):[0-5]?[0-9](:[0-5]?[0-9]([.][0-9]+)?)?";
const zone = "( ?(Z|z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2}))?";
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
