import { type Sql, sql, text } from "../sql/sql.js";
import { toJson } from "./json-text.js";
import { parsedTimespan } from "./parse-time.js";
import { type Value, value } from "./value.js";

/**
 * How sketches are held: as dynamic arrays in the form that Kusto prints. One of `hll` is `[[1024,bits],[hashes],[]]`,
 * one of `tdigest` is `[[7],[values],[weights]]`. Neither ever drops a value, so what is made of them is exact.
 */

/** The sketch of distinct hashes, an Array of quoted numbers; `bits` follows from the accuracy that was asked for. */
export function hashesJson(bits: Sql, hashes: Sql): Sql {
  return sql`concat('[[1024,', ${bits}, '],[', arrayStringConcat(${hashes}, ','), '],[]]')`;
}

/** The hashes of a sketch; none where it is no sketch. */
export function hashesOf(sketch: Value): Sql {
  return sql`if(${isHashes(sketch)}, JSONExtractArrayRaw(${sketch}, 2), [])`;
}

/** The bits of a sketch's accuracy, as text. */
export function bitsOf(sketch: Value): Sql {
  return sql`extract(${sketch}, '^..[0-9]+,([0-9]+)')`;
}

/** Whether a dynamic is a sketch that `hll` made. */
export function isHashes(sketch: Value): Sql {
  return sql`match(${sketch}, ${hashesShape})`;
}

/** The sketch of values and their weights, a Tuple of an Array(String) of JSON texts and one of numbers. */
export function digestJson(tallied: Sql): Sql {
  return sql`concat('[[7],[', arrayStringConcat(${tallied}.1, ','), '],[', arrayStringConcat(${tallied}.2, ','), ']]')`;
}

/** The values and weights of a sketch, as `digestJson` takes them; none where it is no sketch. */
export function digestOf(sketch: Value): Sql {
  const parts = sql`splitByString('],[', substring(${sketch}, 1, length(${sketch}) - 2))`;
  const listed = (place: Sql) => sql`arrayFilter(_s -> _s != '', splitByChar(',', arrayElement(${parts}, ${place})))`;
  const weights = sql`arrayMap(_s -> toUInt64OrZero(_s), ${listed(sql`3`)})`;
  const none = sql`(CAST([] AS Array(String)), CAST([] AS Array(UInt64)))`;
  return sql`if(${isDigest(sketch)}, (${listed(sql`2`)}, ${weights}), ${none})`;
}

/** Whether a dynamic is a sketch that `tdigest` made. */
export function isDigest(sketch: Value): Sql {
  return sql`match(${sketch}, ${digestShape})`;
}

/** What the JSON text of a number or time is ordered by. */
export function orderOf(json: Sql): Sql {
  const bare = sql`trim(BOTH '"' FROM ${json})`;
  const ticks = sql`ifNull(${parsedTimespan(bare)}, 0)`;
  const isTimespan = sql`position(${json}, ':') > 0 AND position(${json}, 'T') = 0`;
  const isDatetime = sql`position(${json}, 'T') > 0`;
  const rough = sql`multiIf(${isDatetime}, 0., ${isTimespan}, toFloat64(${ticks}), toFloat64OrZero(${bare}))`;
  // Longs, ticks and decimals that are one as reals still differ here.
  const fine = sql`multiIf(${isDatetime}, toDecimal256(0, 18), ${isTimespan}, toDecimal256(${ticks}, 18), toDecimal256OrZero(${bare}, 18))`;
  return sql`tuple(${rough}, ${fine}, if(${isDatetime}, ${json}, ''))`;
}

/** The JSON text under which a value is kept. */
export function digestToken(source: Value): Sql {
  return toJson(value(source.sql, source.type, source.nullable));
}

const hashesShape = text("^\\[\\[[0-9]+,[0-9]+\\],\\[[^\\]]*\\],\\[\\]\\]$");
const digestShape = text("^\\[\\[7\\],\\[[^\\[\\]]*\\],\\[[0-9,]*\\]\\]$");
