import { settledWhere } from "../functions/settled.js";
import { timespanText } from "../functions/text-form.js";
import { type Value, value } from "../functions/value.js";
import { integer, type Sql, sql, text } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { close, printSelect, type Select } from "./select.js";

/** A SELECT whose columns have types that a file of columns (Parquet) can hold, and that other programs read. */
export function printPortable(select: Select, values: readonly (readonly [string, Value])[], emitter: Emitter): Sql {
  // A value is written several times, so a computed one comes from a derived table; its order survives.
  const source = close({ ...select, columns: new Map(values) }, emitter.alias());
  const columns = values.map(([name, own]): [string, Value] => {
    const read = source.columns.get(name) ?? own;
    return [name, value(portable(name, read), own.type)];
  });
  return printSelect(source, columns);
}

/** The value as its column holds it; a dynamic is the text of its JSON, a timespan its own text, and a missing one of them null. */
function portable(name: string, own: Value): Sql {
  switch (own.type) {
    case "string":
      return sql`CAST(toValidUTF8(${own}) AS String)`;
    case "dynamic":
      return sql`CAST(nullIf(toValidUTF8(${own}), '') AS Nullable(String))`;
    case "bool":
      return sql`CAST(${own} AS Nullable(Bool))`;
    case "int":
      return sql`accurateCast(${own}, 'Nullable(Int32)')`;
    case "long":
      return sql`accurateCast(${own}, 'Nullable(Int64)')`;
    case "real":
      return sql`CAST(${own} AS Nullable(Float64))`;
    case "guid":
      return sql`CAST(${own} AS Nullable(UUID))`;
    case "timespan":
      return sql`if(isNull(${own}), NULL, ${timespanText(own.sql)})`;
    case "datetime":
      return datetimeOf(name, own);
    case "decimal":
      return decimalOf(name, own);
    default:
      return own.type satisfies never;
  }
}

/** Parquet counts nanoseconds from 1970 in 64 bits, and nothing coarser keeps a datetime's seven digits. */
const farthestTick = 92_233_720_368_547_758n;

function datetimeOf(name: string, own: Value): Sql {
  const ticks = sql`reinterpret(assumeNotNull(${own}), 'Int64')`;
  const fits = sql`(isNull(${own}) OR ${ticks} BETWEEN ${integer(-farthestTick)} AND ${integer(farthestTick)})`;
  const why = `Parquet has no datetimes before 1677-09-22 or after 2262-04-11, and \`${name}\` does: give it as text, with tostring()`;
  return sql`if(${settledWhere(fits, why)}, CAST(${own} AS Nullable(DateTime64(7, 'UTC'))), NULL)`;
}

/** Programs that read Parquet know decimals of up to 38 digits. */
function decimalOf(name: string, own: Value): Sql {
  const narrow = sql`accurateCastOrNull(${own}, ${text("Decimal(38, 18)")})`;
  const isShort = sql`abs(${own}) < toDecimal256('100000000000000000000', 18)`;
  const fits = sql`(isNull(${own}) OR ifNull(${isShort} AND ${narrow} = ${own}, 0))`;
  const why = `Parquet's decimals have at most 20 digits before the point, and \`${name}\` has more: give it as text, with tostring()`;
  return sql`if(${settledWhere(fits, why)}, ${narrow}, NULL)`;
}
