import type { KqlType } from "../schema/types.js";
import { type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { arrayJson, toJson } from "./json-text.js";
import { type Value, value } from "./value.js";
import { itemsOf, membersOf } from "./whole-reals.js";

/**
 * The elements of a dynamic as an Array(String) of canonical texts, `''` for null: an array's elements, a bag as
 * one-key bags, anything else (null too) as a single element. `[]` and `{}` have none.
 */
export function elements(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  return bind(source.sql, (json) => {
    const members = sql`arrayMap(_m -> concat('{', toJSONString(_m.1), ':', _m.2, '}'), ${membersOf(json)})`;
    return sql`multiIf(startsWith(${json}, '['), ${textElements(json)}, startsWith(${json}, '{'), ${members}, [${json}])`;
  });
}

/** The elements of an array as canonical texts, `''` for null; no elements where the dynamic is no array. */
export function arrayElements(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  return textElements(source.sql);
}

/** The elements of an array as JSON texts, `null` where missing; no elements where the dynamic is no array. */
export function rawElements(source: Value): Sql {
  return sql`arrayMap(_x -> if(_x = '', 'null', _x), ${arrayElements(source)})`;
}

/** What `make_list` and `make_set` take from a dynamic: an array's elements, or the value itself if it is no array. */
export function listed(source: Value): Sql {
  if (source.array !== undefined) return nativeElements(source.array);
  return bind(source.sql, (json) => sql`if(startsWith(${json}, '['), ${textElements(json)}, [${json}])`);
}

/** An array with its elements changed, moved or chosen, as native array or as texts; null where it is no array. */
export function mapArray(source: Value, change: (array: Sql, of: KqlType) => Sql): Value {
  if (source.array !== undefined) return arrayValue(change(source.array.sql, source.array.of), source.array.of);
  return value(
    bind(
      source.sql,
      (json) => sql`if(startsWith(${json}, '['), ${arrayJson(change(textElements(json), "dynamic"), "dynamic")}, '')`,
    ),
    "dynamic",
  );
}

/** Something computed from an array's elements (texts, `''` for null); `otherwise` where the dynamic is no array. */
export function fromArray(source: Value, compute: (texts: Sql) => Sql, otherwise: Sql): Sql {
  if (source.array !== undefined) return compute(nativeElements(source.array));
  return bind(source.sql, (json) => sql`if(startsWith(${json}, '['), ${compute(textElements(json))}, ${otherwise})`);
}

/** A dynamic that is surely an array, held natively. */
export function arrayValue(array: Sql, of: KqlType): Value {
  return { ...value(arrayJson(array, of), "dynamic"), array: { sql: array, of } };
}

/** Uses a dynamic several times but writes it once, where it is long. */
export function bindDynamic(source: Value, use: (bound: Value) => Sql): Sql {
  const { array } = source;
  if (array !== undefined) return bind(array.sql, (name) => use(arrayValue(name, array.of)));
  return bind(source.sql, (name) => use(value(name, "dynamic")));
}

/** Whether a dynamic is an array, as UInt8. */
export function isArray(source: Value): Sql {
  return source.array === undefined ? sql`startsWith(${source}, '[')` : sql`toUInt8(1)`;
}

/** Whether a dynamic is a bag, as UInt8. */
export function isBag(source: Value): Sql {
  return source.array === undefined ? sql`startsWith(${source}, '{')` : sql`toUInt8(0)`;
}

/** Texts in the form in which equal elements are equal texts: an integral real as an integer. */
export function comparable(texts: Sql): Sql {
  return sql`arrayMap(_x -> if(endsWith(_x, '.0'), substring(_x, 1, length(_x) - 2), _x), ${texts})`;
}

/** The elements of a JSON text. Reading numbers drops the `.0` of an integral real; bare numbers are cut at commas. */
function textElements(source: Sql): Sql {
  return bind(
    source,
    (json) =>
      sql`arrayMap(_x -> if(_x = 'null', '', _x), if(${bareReals(json)}, ${cutAtCommas(json)}, ${itemsOf(json)}))`,
  );
}

/** Whether a JSON text is an array of numbers and nulls in which a `.0` would be lost by reading it. */
export function bareReals(json: Sql): Sql {
  return sql`position(${json}, '.0') > 0 AND match(${json}, ${numbersOnly})`;
}

/** The elements of an array of bare numbers, as they are written. */
export function cutAtCommas(json: Sql): Sql {
  return sql`splitByChar(',', substring(${json}, 2, length(${json}) - 2))`;
}

function nativeElements(array: { readonly sql: Sql; readonly of: KqlType }): Sql {
  if (array.of === "dynamic") return array.sql;
  return sql`arrayMap(_x -> ${toJson(value(sql`_x`, array.of, false))}, ${array.sql})`;
}

const numbersOnly = text(String.raw`^\[[-+0-9.eE,nul]+\]$`);
