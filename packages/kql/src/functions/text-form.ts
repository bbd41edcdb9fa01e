import { type Sql, sql } from "../sql/sql.js";
import { pathText } from "./dynamic-path.js";
import { realText } from "./real-text.js";
import { unchecked } from "./ticks.js";
import type { Value } from "./value.js";

/** What KQL's `tostring` makes of a value, as a String that is never NULL; `''` for null. */
export function textOf(source: Value): Sql {
  switch (source.type) {
    case "string":
      return source.sql;
    case "dynamic":
      return pathText(source);
    case "bool":
      return source.nullable
        ? sql`multiIf(isNull(${source}), '', ${source}, 'True', 'False')`
        : sql`if(${source}, 'True', 'False')`;
    case "int":
    case "long":
    case "decimal":
    case "guid":
      return present(source, sql`toString(${source})`);
    case "real":
      return source.nullable
        ? sql`if(isNull(${source}), '', ${realText(sql`assumeNotNull(${source})`)})`
        : realText(source.sql);
    case "datetime":
      return present(source, sql`concat(replaceOne(toString(${source}), ' ', 'T'), 'Z')`);
    case "timespan":
      return present(source, timespanText(source.sql));
    default:
      return source.type satisfies never;
  }
}

/** Ticks as `[-][d.]hh:mm:ss[.fffffff]`. */
export function timespanText(ticks: Sql): Sql {
  const size = sql`abs(${ticks})`;
  const clock = sql`substring(toString(${unchecked(sql`toInt64(${size} % 864000000000)`)}), 12)`;
  const days = sql`if(${size} >= 864000000000, concat(toString(intDiv(${size}, 864000000000)), '.'), '')`;
  return sql`concat(if(${ticks} < 0, '-', ''), ${days}, replaceOne(${clock}, '.0000000', ''))`;
}

function present(source: Value, written: Sql): Sql {
  return source.nullable ? sql`ifNull(${written}, '')` : sql`assumeNotNull(${written})`;
}
