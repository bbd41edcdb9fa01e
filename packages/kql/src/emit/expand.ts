import { pathText, pathValue } from "../functions/dynamic-path.js";
import { elementProperties } from "../functions/element-properties.js";
import { elements } from "../functions/elements.js";
import type { Value } from "../functions/value.js";
import { membersOf } from "../functions/whole-reals.js";
import { internalName } from "../plan/internal.js";
import type { Expand, Expansion } from "../plan/plan.js";
import { identifier, integer, joinSql, type Sql, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { emitExpression } from "./expression.js";
import { closedUnless, emitPlan, withRead } from "./plan.js";
import { close, type Select } from "./select.js";

/** ARRAY JOIN over the elements of one or more dynamic values, which advance together. */
export function emitExpand(plan: Expand, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const properties = plan.items.map((item) => (item.properties ?? []).filter(({ name }) => needed.has(name)));
  const own = [...plan.items, ...properties.flat()].map(({ name }) => name);
  const made = new Set([...own, ...(plan.index === undefined ? [] : [plan.index])]);
  const rest = [...needed].filter((name) => !made.has(name));
  const expressions = plan.items.map(({ expression }) => expression);
  const select = emitPlan(plan.input, withRead(rest, expressions), emitter);
  // What differs from row to row belongs to the rows before they are multiplied.
  const isVolatile = [...select.columns.values()].some(({ volatile }) => volatile === true);
  const base = closedUnless(isBare(select) && !isVolatile, select, emitter);
  const [only] = plan.items;
  // Where nothing reads the elements as a whole, what is read of them comes out of one parse of the array.
  const isTyped =
    plan.items.length === 1 && only?.bagsAsArrays === false && properties.flat().length > 0 && !needed.has(only.name);
  const arrays = plan.items.map((item, at) => {
    const value = emitExpression(item.expression, base.columns, emitter);
    const keys = (properties[at] ?? []).map(({ key }) => key);
    return isTyped ? elementProperties(value, keys) : elementsOf(item, value);
  });
  const withArrays = plan.items.length > 1 ? materialized(base, arrays, emitter) : { select: base, arrays };
  const cut = aligned(withArrays.arrays, plan.limit);
  const aliases = plan.items.map(() => emitter.elementAlias());
  const index = emitter.elementAlias();
  const joins = cut.map((array, at) => sql`${array} AS ${aliases[at] ?? index}`);
  const [first] = cut;
  const positions = plan.index === undefined || first === undefined ? [] : [sql`arrayEnumerate(${first}) AS ${index}`];
  const added = plan.items.flatMap((item, at): [string, Value][] => {
    const alias = sql`${aliases[at] ?? index}`;
    const element: Value = { sql: alias, type: "dynamic", nullable: false };
    const wanted = properties[at] ?? [];
    if (isTyped)
      return wanted.map(({ name }, place) => [name, text(sql`tupleElement(${alias}, ${integer(place + 1)})`)]);
    return [
      [item.name, element],
      ...wanted.map(({ name, key }): [string, Value] => [name, text(pathText(pathValue(element, [key])))]),
    ];
  });
  const place: [string, Value][] =
    plan.index === undefined
      ? []
      : [[plan.index, { sql: sql`(toInt64(${index}) - 1)`, type: "long", nullable: false }]];
  const keyword = plan.keepEmpty ? sql`LEFT ARRAY JOIN` : sql`ARRAY JOIN`;
  return {
    ...withArrays.select,
    columns: new Map([...withArrays.select.columns, ...added, ...place]),
    arrayJoin: sql`${keyword} ${joinSql([...joins, ...positions])}`,
  };
}

function text(string: Sql): Value {
  return { sql: string, type: "string", nullable: false };
}

/** ARRAY JOIN runs before every other clause, so nothing may be there yet. */
function isBare(select: Select): boolean {
  return (
    select.where.length === 0 &&
    select.arrayJoin === undefined &&
    select.groupBy === undefined &&
    select.orderBy === undefined &&
    select.limit === undefined &&
    select.limitBy === undefined &&
    select.windowed !== true
  );
}

function elementsOf(item: Expansion, value: Value): Sql {
  if (!item.bagsAsArrays) return elements(value);
  const pairs = sql`arrayMap(kv -> concat('[', toJSONString(kv.1), ',', kv.2, ']'), ${membersOf(value.sql)})`;
  return sql`if(startsWith(${value}, '{'), ${pairs}, ${elements(value)})`;
}

/** The arrays as columns of a derived table, so that each is computed once. */
function materialized(
  base: Select,
  arrays: readonly Sql[],
  emitter: Emitter,
): { readonly select: Select; readonly arrays: readonly Sql[] } {
  const named = arrays.map((array, at): [string, Value] => [
    internalName(`array${at}`),
    { sql: array, type: "dynamic", nullable: false },
  ]);
  const alias = emitter.alias();
  const select = close({ ...base, columns: new Map([...base.columns, ...named]) }, alias);
  return { select, arrays: named.map(([name]) => sql`${alias}.${identifier(name)}`) };
}

/** Arrays of one length, the longest's; what a shorter one lacks is null. */
function aligned(arrays: readonly Sql[], limit: number | undefined): readonly Sql[] {
  const cut = limit === undefined ? arrays : arrays.map((array) => sql`arraySlice(${array}, 1, ${integer(limit)})`);
  if (cut.length < 2) return cut;
  const longest = sql`greatest(${joinSql(cut.map((array) => sql`length(${array})`))})`;
  return cut.map((array) => sql`arrayResize(${array}, ${longest}, '')`);
}
