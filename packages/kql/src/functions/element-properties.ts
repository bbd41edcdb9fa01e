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
    const typed = sql`JSONExtract(${json}, ${type})`;
    // An array among the elements would be read as a tuple by place, and a whole real as an integer; where no element has
    // a property there are none. Few texts hold anything that looks like either, and only those are looked at closely.
    const suspect = sql`multiSearchAny(${json}, ['[[', ',[', '.0,', '.0}', '.0]'])`;
    const mixed = sql`startsWith(${json}, '[[') OR position(${json}, ',[') > 0 OR ${hasWholeReals(json, "dynamic")}`;
    const flat = sql`startsWith(${json}, '[') AND NOT (${suspect} AND (${mixed}))`;
    return sql`if(${flat} AND (notEmpty(${typed}) OR ${json} = '[]'), ${typed}, ${each})`;
  });
}
