import { callSql, type Sql, sql } from "../sql/sql.js";
import { toJson } from "./json-text.js";
import { type Value, value } from "./value.js";

/**
 * The elements of a dynamic as an Array(String) of canonical texts, `''` for null: an array's elements, a bag as
 * one-key bags, anything else (null too) as a single element. `[]` and `{}` have none.
 */
export function elements(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  const members = sql`arrayMap(_m -> concat('{', toJSONString(_m.1), ':', _m.2, '}'), JSONExtractKeysAndValuesRaw(${source}))`;
  return sql`multiIf(startsWith(${source}, '['), ${withoutNull(rawElements(source))}, startsWith(${source}, '{'), ${members}, [${source}])`;
}

/** The elements of an array as canonical texts, `''` for null; no elements where the dynamic is no array. */
export function arrayElements(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  return withoutNull(rawElements(source));
}

/** What `make_list` and `make_set` take from a dynamic: an array's elements, or the value itself if it is no array. */
export function listed(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  return sql`if(startsWith(${source}, '['), ${arrayElements(source)}, [${source}])`;
}

/** The elements of an array as JSON texts, `null` where missing; no elements where the dynamic is no array. */
export function rawElements(source: Value): Sql {
  if (source.array !== undefined) return sql`arrayMap(_x -> if(_x = '', 'null', _x), ${nativeElements(source.array)})`;
  const read = callSql("JSONExtractArrayRaw", source);
  // Reading numbers drops the `.0` of an integral real; an array of bare numbers can be cut at its commas instead.
  const cut = sql`splitByChar(',', substring(${source}, 2, length(${source}) - 2))`;
  return sql`if(position(${source}, '.0') > 0 AND match(${source}, ${numbersOnly}), ${cut}, ${read})`;
}

/** Whether a dynamic is an array, as UInt8. */
export function isArray(source: Value): Sql {
  return source.array === undefined ? sql`startsWith(${source}, '[')` : sql`toUInt8(1)`;
}

/** Whether a dynamic is a bag, as UInt8. */
export function isBag(source: Value): Sql {
  return source.array === undefined ? sql`startsWith(${source}, '{')` : sql`toUInt8(0)`;
}

function nativeElements(array: { readonly sql: Sql; readonly of: Value["type"] }): Sql {
  if (array.of === "dynamic") return array.sql;
  return sql`arrayMap(_x -> ${toJson(value(sql`_x`, array.of, false))}, ${array.sql})`;
}

function withoutNull(texts: Sql): Sql {
  return sql`arrayMap(_x -> if(_x = 'null', '', _x), ${texts})`;
}

const numbersOnly = sql`'^\\\\[[-+0-9.eE,nul]+\\\\]$'`;
