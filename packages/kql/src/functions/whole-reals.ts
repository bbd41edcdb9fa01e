import { type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";

/**
 * Reads of JSON that keep a real a real. ClickHouse writes the numbers anew that it takes out of a JSON text, and leaves
 * out the `.0` of a whole one. Where a text has one, each is put into a string with a mark in front, which comes through
 * every read, and is taken out of it again.
 */
export function keepingReals(source: Sql, read: (json: Sql) => Sql, { what, from }: Reading): Sql {
  return bind(source, (json) => {
    const found = read(json);
    // Texts and bools hold no number; nothing is found in a text whose numbers are too long to be read.
    const mayHold = sql`substring(${found}, 1, 1) IN ('', '-', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '[', '{')`;
    return sql`if(${mayHold} AND ${hasWholeReals(json, from, found)}, ${readMarked(json, read, what, found)}, ${found})`;
  });
}

/** What a read gives, and whether it reads a dynamic, which has no spaces or exponents, or a text of the user's. */
export interface Reading {
  readonly what: "json" | "text";
  readonly from: "dynamic" | "user";
}

/** Whether a JSON text has a whole number that is a real. Nearly all texts fail the quick test in front. */
export function hasWholeReals(json: Sql, from: Reading["from"], apart?: Sql): Sql {
  const quick =
    from === "dynamic"
      ? sql`multiSearchAny(${json}, ['.0,', '.0}', '.0]'${needleApart(apart)}])`
      : sql`(multiSearchAny(${json}, ['.0,', '.0}', '.0]', '.0 ', '.00', 'e+', 'E+'${needleApart(apart)}]) OR endsWith(${json}, '.0'))`;
  return sql`(${quick} AND match(${json}, ${text(wholeReal + neverThere(apart))}))`;
}

/** The same as one more text to look for; a text that has it is looked at for nothing. */
function needleApart(apart: Sql | undefined): Sql {
  return apart === undefined ? sql`` : sql`, ${text(neverThere(apart))}`;
}
/**
 * A branch of a pattern that matches nothing and differs from read to read. What two reads have in common the engine
 * computes for all rows, where each alone is computed for the few rows that need it.
 */
function neverThere(apart: Sql | undefined): string {
  if (apart === undefined) return "";
  let sum = 7;
  for (let at = 0; at < apart.text.length; at++) sum = (sum * 31 + apart.text.charCodeAt(at)) % 2_147_483_647;
  return `|$r${sum}`;
}

/** A JSON text with its whole reals, and integers too long to be one, as marked strings. */
function marked(json: Sql, apart?: Sql): Sql {
  return sql`arrayStringConcat(arrayMap(_t -> if(match(_t, ${realToken}) OR (${tooLong} AND isFinite(toFloat64OrNull(_t))), concat(${opening}, ${written(sql`_t`)}, '"'), _t), extractAll(${json}, ${text(jsonTokens + neverThere(apart))})))`;
}

/** Reads a JSON text by way of the marks, and takes them away. */
export function readMarked(json: Sql, read: (json: Sql) => Sql, what: Reading["what"], apart?: Sql): Sql {
  const found = read(marked(json, apart));
  return what === "json" ? unmarked(found) : unmarkedText(found);
}

/** A JSON text without the marks. */
function unmarked(json: Sql): Sql {
  return sql`replaceRegexpAll(${json}, ${markedReal}, '\\\\1')`;
}

/** The members of a bag as names and JSON texts. */
export function membersOf(bag: Sql): Sql {
  const read = (json: Sql): Sql => sql`JSONExtractKeysAndValuesRaw(${json})`;
  return bind(bag, (json) => {
    const kept = sql`arrayMap(_m -> (_m.1, ${unmarked(sql`_m.2`)}), ${read(marked(json, read(json)))})`;
    return sql`if(${hasWholeReals(json, "dynamic", read(json))}, ${kept}, ${read(json)})`;
  });
}

/** The elements of an array as JSON texts. */
export function itemsOf(array: Sql): Sql {
  const read = (json: Sql): Sql => sql`JSONExtractArrayRaw(${json})`;
  return bind(array, (json) => {
    const kept = sql`arrayMap(_x -> ${unmarked(sql`_x`)}, ${read(marked(json, read(json)))})`;
    return sql`if(${hasWholeReals(json, "dynamic", read(json))}, ${kept}, ${read(json)})`;
  });
}

function unmarkedText(found: Sql): Sql {
  return bind(found, (name) => sql`if(match(${name}, ${markedNumber}), substring(${name}, 4), ${unmarked(name)})`);
}

/** A number's text in the form that a real has inside a dynamic. */
function written(token: Sql): Sql {
  return sql`ifNull(replaceRegexpOne(toString(toFloat64OrNull(${token})), '^(-?[0-9]+)$', '\\\\1.0'), ${token})`;
}

/** A character that no text should have, of three bytes; where one has it, only a number after it is taken for marked. */
const opening = text('"\uFDD0');
const markedNumber = text("^\uFDD0-?[0-9][-+.0-9eE]*$");
const markedReal = text('"\uFDD0(-?[0-9][-+.0-9eE]*)"');
const wholeReal = String.raw`(?:^|[\[:,])\s*-?[0-9]+(?:\.0+|(?:\.[0-9]+)?[eE]\+[0-9]+)\s*(?:[,}\]]|$)`;
const realToken = text(String.raw`^-?[0-9]+(?:\.0+|(?:\.[0-9]+)?[eE][-+]?[0-9]+)$`);
const jsonTokens = String.raw`"(?:[^"\\]|\\.)*"|-?[0-9][-+.0-9eE]*|[^"0-9-]+|.`;
/** Whether a token `_t` of a JSON text is a number with more digits than 64 bits hold. */
const tooLong = sql`length(_t) > 18 AND NOT startsWith(_t, '"') AND isNull(toInt64OrNull(_t)) AND isNull(toUInt64OrNull(_t))`;
