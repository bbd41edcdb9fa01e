import { identifier, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { pathText, pathValue } from "./dynamic-path.js";
import { elements } from "./elements.js";
import { type Value, value } from "./value.js";
import { hasWholeReals } from "./whole-reals.js";

/**
 * The elements of a dynamic as an array of tuples, each the given properties as `tostring` gives them. One parse of an
 * array takes them out of all its elements.
 */
export function elementProperties(source: Value, keys: readonly string[]): Sql {
  const element = value(sql`_e`, "dynamic");
  const read = keys.map((key) => pathText(pathValue(element, [key])));
  const each = sql`arrayMap(_e -> tuple(${joinSql(read)}), ${elements(source)})`;
  if (source.array !== undefined) return each;
  const fields = keys.map((key) => `${identifier(key).text} String`).join(", ");
  const type = text(`Array(Tuple(${fields}))`);
  return bind(source.sql, (json) => {
    // An array among the elements would be read as a tuple by place, and a whole real as an integer; where no element has
    // a property there are none. Looking for a part of what makes a text suspect costs least, and few texts have it.
    const nested = sql`startsWith(${json}, '[[') OR position(${json}, ',[') > 0`;
    const whole = sql`position(${json}, '.0') > 0 AND ${hasWholeReals(json, "dynamic", type)}`;
    const flat = sql`startsWith(${json}, '[') AND NOT (${nested}) AND NOT (${whole})`;
    const typed = sql`JSONExtract(if(${flat}, ${json}, ''), ${type})`;
    return sql`if(notEmpty(${typed}), ${typed}, ${each})`;
  });
}
