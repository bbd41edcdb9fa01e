import { quoteText } from "../store/quoting.js";

/**
 * JSON through the engine, with what is written kept: printing it anew, the engine changes numbers such as `1.0` and `1.50`,
 * so they go through it as strings with a mark in front, a character that no text should have. Only a number after the mark
 * is taken for one that was marked, whatever a text holds.
 */
export const mark = "\uFDD0";
const numberText = "-?[0-9][-+.0-9eE]*";

/** Whether a `token` is an integer with more digits than 64 bits hold. */
export const isLongInteger =
  "match(token, '^-?[0-9]{19,}$') AND isNull(toInt64OrNull(token)) AND isNull(toUInt64OrNull(token))";

/** A valid JSON text with the numbers that would be printed otherwise as marked strings. */
export function markedJson(json: string): string {
  const real = quoteText("^(-0|-?[0-9]+([.][0-9]+([eE][-+]?[0-9]+)?|[eE][-+]?[0-9]+))$");
  const marked = mapTokens(json, `if(match(token, ${real}), concat('"${mark}', token, '"'), token)`);
  return `if(match(${json}, '[0-9][.eE]|-0'), ${marked}, ${json})`;
}

/** A JSON text that was printed after marking, with its numbers as they were written. */
export function unmarkedJson(json: string): string {
  return `if(position(${json}, '${mark}') = 0, ${json}, replaceRegexpAll(${json}, '"${mark}(${numberText})"', '\\\\1'))`;
}

/** The text of a property of a marked JSON text: of a number its digits, of an array or object its JSON. */
export function unmarkedText(text: string): string {
  const number = `replaceRegexpOne(${text}, '^${mark}(${numberText})$', '\\\\1')`;
  return `if(position(${text}, '${mark}') = 0, ${text}, ${unmarkedJson(number)})`;
}

/** Whether the raw JSON of a property is a number that was marked. */
export function isMarkedNumber(raw: string): string {
  return `match(${raw}, '^"${mark}${numberText}"$')`;
}

/**
 * A JSON text that the engine can read: numbers beyond all bounds become strings, and halves of characters and bytes that
 * are no UTF-8 become U+FFFD.
 */
export function repairedJson(json: string): string {
  const unreadable =
    `(${isLongInteger}) OR match(token, '^[-+]?(NaN|nan|Infinity|inf)$')` +
    " OR (match(token, '^-?[0-9]+([.][0-9]+)?[eE][+]?[0-9]+$') AND isInfinite(toFloat64OrZero(token)))";
  const halves = `match(token, ${quoteText(String.raw`^".*\\u[dD][89a-fA-F]`)})`;
  return mapTokens(
    `toValidUTF8(${json})`,
    `multiIf(startsWith(token, '"'), if(${halves}, ${wholeCharacters("token")}, token), ${unreadable}, concat('"', token, '"'), token)`,
  );
}

/** A string of JSON in which escapes of half a character are those of U+FFFD. */
function wholeCharacters(text: string): string {
  const pair = String.raw`\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}`;
  const half = String.raw`\\u[dD][89a-fA-F][0-9a-fA-F]{2}`;
  const parts = quoteText(`${pair}|${half}|${String.raw`\\.|[^\\]+`}`);
  return (
    `arrayStringConcat(arrayMap(part -> if(length(part) = 6 AND match(part, ${quoteText(`^${half}$`)}), '\\\\ufffd', part),` +
    ` extractAll(${text}, ${parts})))`
  );
}

/** A JSON text with each of its tokens as `token` makes it. */
export function mapTokens(json: string, token: string): string {
  return `arrayStringConcat(arrayMap(token -> ${token}, extractAll(${json}, ${quoteText(jsonToken)})))`;
}

const jsonToken = String.raw`"(?:[^"\\]|\\.)*"|[-+.0-9A-Za-z_]+|(?s:.)`;
