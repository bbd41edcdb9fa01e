import { timespanText } from "../functions/text-form.js";
import type { Value } from "../functions/value.js";
import { joinSql, type Sql, sql } from "../sql/sql.js";

/** A row as one line of text: a JSON array of its values in the spelling of the command line. */
export function rowAsJson(values: readonly Value[]): Sql {
  if (values.length === 0) return sql`'[]'`;
  const cells = values.map((value, index) => (index === 0 ? cell(value) : sql`',', ${cell(value)}`));
  return sql`concat('[', ${joinSql(cells)}, ']')`;
}

/** A value as JSON: longs beyond 2^53 and the reals that JSON lacks are strings, a dynamic is itself. */
function cell(value: Value): Sql {
  switch (value.type) {
    case "string":
      return sql`toJSONString(${value})`;
    case "dynamic":
      return sql`if(${value} = '', 'null', ${value})`;
    case "bool":
      return sql`multiIf(isNull(${value}), 'null', ${value}, 'true', 'false')`;
    case "int":
      return sql`ifNull(toString(${value}), 'null')`;
    case "long":
      return sql`ifNull(if(abs(${value}) > 9007199254740992, concat('"', toString(${value}), '"'), toString(${value})), 'null')`;
    case "real":
      return sql`multiIf(isNull(${value}), 'null', isNaN(${value}), '"NaN"', isInfinite(${value}), if(${value} > 0, '"Infinity"', '"-Infinity"'), assumeNotNull(toString(${value})))`;
    case "decimal":
    case "guid":
      return sql`ifNull(concat('"', toString(${value}), '"'), 'null')`;
    case "datetime":
      return sql`ifNull(concat('"', replaceOne(toString(${value}), ' ', 'T'), 'Z"'), 'null')`;
    case "timespan":
      return sql`if(isNull(${value}), 'null', concat('"', ${timespanText(value.sql)}, '"'))`;
    default:
      return value.type satisfies never;
  }
}
