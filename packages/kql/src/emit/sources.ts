import { constantValue } from "../functions/constants.js";
import { storedProperties } from "../functions/stored-properties.js";
import type { Value } from "../functions/value.js";
import { ingestionTime } from "../plan/internal.js";
import type { External, Range, Rows, Scan } from "../plan/plan.js";
import type { TableSchema } from "../schema/schema.js";
import { clickHouseTypes } from "../schema/types.js";
import { identifier, integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { emitExpression } from "./expression.js";
import { unread } from "./plan.js";
import { fromAlias, type Select } from "./select.js";

/** The rows of a stored table. */
export function emitScan(plan: Scan, emitter: Emitter): Select {
  const table = emitter.schema.table(plan.table);
  if (table === undefined) throw new Error(`no table ${plan.table}`);
  const alias = emitter.alias();
  const notNull = new Set(table.notNull ?? []);
  const indexed = new Set(table.indexed ?? []);
  const columns = new Map(
    plan.columns.map(({ name, type }): [string, Value] => {
      const stored = name === ingestionTime ? (table.ingestionTime ?? name) : (table.stored?.get(name) ?? name);
      const text = type === "string" || type === "dynamic";
      const properties = storedProperties(stored, table.properties ?? [], (own) => sql`${alias}.${identifier(own)}`);
      return [
        name,
        {
          sql: sql`${alias}.${identifier(stored)}`,
          type,
          nullable: !text && !notNull.has(stored),
          ...(indexed.has(stored) ? { indexed: true } : {}),
          ...(properties === undefined ? {} : { properties }),
        },
      ];
    }),
  );
  return { from: sql`${storageOf(table)} AS ${alias}`, columns, where: [] };
}

function storageOf(table: TableSchema): Sql {
  const { database, table: name } = { table: table.name, database: undefined, ...table.storage };
  return database === undefined ? identifier(name) : sql`${identifier(database)}.${identifier(name)}`;
}

/** The rows of a file that was loaded for this query. */
export function emitExternal(plan: External, emitter: Emitter): Select {
  const alias = emitter.alias();
  const values = new Map(plan.columns.map(({ name, type }) => [name, unread(type)]));
  return { from: sql`${identifier(plan.table)} AS ${alias}`, columns: fromAlias(values, alias), where: [] };
}

/** Rows written in the query. */
export function emitRows(plan: Rows, emitter: Emitter): Select {
  const alias = emitter.alias();
  const values = new Map(
    plan.columns.map(({ name, type }, index): [string, Value] => {
      const present = plan.rows.every((row) => (row[index] ?? null) !== null);
      return [name, { ...unread(type), ...(present ? { present } : {}) }];
    }),
  );
  if (plan.columns.length === 0) {
    const where = plan.rows.length === 0 ? [sql`0`] : [];
    return { from: sql`(SELECT 1 AS one) AS ${alias}`, columns: new Map(), where };
  }
  if (plan.rows.length === 0) {
    const empty = plan.columns.map(({ name, type }) => sql`${constantValue(type, null)} AS ${identifier(name)}`);
    return { from: sql`(SELECT ${joinSql(empty)} WHERE 0) AS ${alias}`, columns: fromAlias(values, alias), where: [] };
  }
  const structure = plan.columns
    .map(({ name, type }) => `${identifier(name).text} ${clickHouseTypes[type]}`)
    .join(", ");
  const rows = plan.rows.map(
    (row) => sql`(${joinSql(plan.columns.map(({ type }, index) => constantValue(type, row[index] ?? null)))})`,
  );
  const source = sql`values(${text(structure)}, ${joinSql(rows)})`;
  return { from: sql`${source} AS ${alias}`, columns: fromAlias(values, alias), where: [] };
}

/** The values of `range`. */
export function emitRange(plan: Range, emitter: Emitter): Select {
  const none = new Map<string, Value>();
  const parts = [plan.from, plan.to, plan.step].map((part) => emitExpression(part, none, emitter));
  const [from, to, step] = parts.map((part) => part.sql);
  if (from === undefined || to === undefined || step === undefined) throw new Error("a range has three parts");
  const absent = parts.filter((part) => part.nullable).map((part) => sql`isNull(${part})`);
  const alias = emitter.alias();
  const { type, name } = plan.column;
  const number = sql`toInt64(${alias}.number)`;
  const distance =
    type === "datetime"
      ? sql`(reinterpret(assumeNotNull(${to}), 'Int64') - reinterpret(assumeNotNull(${from}), 'Int64'))`
      : sql`(${to} - ${from})`;
  const whole = type === "real" || type === "decimal";
  const count = whole
    ? sql`toInt64(floor(${distance} / ${step} + 1e-9)) + 1`
    : sql`if(${distance} = 0 OR (${distance} > 0) = (${step} > 0), intDivOrNull(${distance}, ${step}) + 1, 0)`;
  const size =
    absent.length === 0 ? sql`ifNull(${count}, 0)` : sql`if(${joinSql(absent, " OR ")}, 0, ifNull(${count}, 0))`;
  const value: Sql =
    type === "datetime"
      ? sql`reinterpret(toInt64(reinterpret(assumeNotNull(${from}), 'Int64') + ${number} * ${step}), 'DateTime64(7, \\'UTC\\')')`
      : type === "int"
        ? sql`toInt32(${from} + ${number} * ${step})`
        : sql`(${from} + ${number} * ${step})`;
  return {
    from: sql`numbers(toUInt64(greatest(${integer(0)}, ${size}))) AS ${alias}`,
    columns: new Map([[name, { sql: value, type, nullable: type !== "datetime" }]]),
    where: [],
  };
}
