import { timespanText } from "../functions/text-form.js";
import type { Value } from "../functions/value.js";
import type { Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import { joinSql, type Sql, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { emitPlan } from "./plan.js";
import { close, printSelect, type Select } from "./select.js";

/** The rows of a plan, each as one line of text that `spell` makes of its values. */
export function rowsOf(plan: Plan, columns: readonly Column[], spell: Spelling, emitter: Emitter): string {
  const select = emitPlan(plan, new Set(columns.map(({ name }) => name)), emitter);
  const [rows = ""] = emitter.complete(printRows(select, valuesOf(select, columns), spell, emitter));
  return rows;
}

/** How a row is written. */
export type Spelling = (values: readonly Value[]) => Sql;

/** A SELECT of one line of text for each row. */
export function printRows(
  select: Select,
  values: readonly (readonly [string, Value])[],
  spell: Spelling,
  emitter: Emitter,
): Sql {
  // A cell is written several times, so a computed one comes from a derived table; its order survives.
  const simple = values.every(([, value]) => value.sql.text.length < 60);
  const source = simple ? select : close({ ...select, columns: new Map(values) }, emitter.alias());
  const cells = values.map(([name, value]) => source.columns.get(name) ?? value);
  return printSelect(source, [["row", { sql: spell(cells), type: "string", nullable: false }]]);
}

/** The values of a result's columns, in order. */
export function valuesOf(select: Select, columns: readonly Column[]): readonly (readonly [string, Value])[] {
  return columns.map(({ name }): readonly [string, Value] => {
    const value = select.columns.get(name);
    if (value === undefined) throw new Error(`no column ${name} in the result`);
    return [name, value];
  });
}

/** A row as one line of text: a JSON array of its values in the spelling of the command line. */
export function rowAsJson(values: readonly Value[]): Sql {
  return arrayOf(values, cell);
}

/** The same, in which a dynamic is the text of its JSON: a reader of JSON changes none of its numbers. */
export function rowWithDynamicTexts(values: readonly Value[]): Sql {
  return arrayOf(values, (value) =>
    value.type === "dynamic" ? sql`if(${value} = '', 'null', toJSONString(${value}))` : cell(value),
  );
}

/** A row as transforms outside the engine read it (see `Step.rowsSql`). */
export function rowForTransform(values: readonly Value[]): Sql {
  return arrayOf(values, transformCell);
}

function arrayOf(values: readonly Value[], spell: (value: Value) => Sql): Sql {
  if (values.length === 0) return sql`'[]'`;
  const cells = values.map((value, index) => (index === 0 ? spell(value) : sql`',', ${spell(value)}`));
  return sql`concat('[', ${joinSql(cells)}, ']')`;
}

function transformCell(value: Value): Sql {
  switch (value.type) {
    case "dynamic":
      return sql`toJSONString(${value})`;
    case "long":
    case "timespan":
      return sql`ifNull(concat('"', toString(${value}), '"'), 'null')`;
    case "datetime":
      return sql`if(isNull(${value}), 'null', concat('"', toString(reinterpret(assumeNotNull(${value}), 'Int64')), '"'))`;
    default:
      return cell(value);
  }
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
