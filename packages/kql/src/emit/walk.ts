import type { Value } from "../functions/value.js";
import { type Gathering, stepNames, type Walk, walkColumns } from "../plan/walk.js";
import { type Column, clickHouseTypes } from "../schema/types.js";
import { identifier, integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";
import { unread } from "./plan.js";
import { fromAlias, type Select } from "./select.js";

/** A recursive table: rows of no step yet, and again and again the rows of the last round with one step more. */
export function emitWalk(plan: Walk, needed: ReadonlySet<string>, emitter: Emitter): Select {
  const alias = emitter.alias();
  const names = { ways: emitter.alias(), step: emitter.alias() };
  const columns = carriedColumns(plan, needed);
  const first = columns.map(({ name, first: value }) => sql`${value(names.step)} AS ${identifier(name)}`);
  const next = columns.map(({ name, next: value }) => sql`${value(names)} AS ${identifier(name)}`);
  const start = sql`SELECT ${joinSql(first)} FROM (${seedRows(plan, emitter)}) AS ${names.step}`;
  const steps = sql`(${stepRows(plan, needed, emitter)}) AS ${names.step}`;
  const round = sql`SELECT ${joinSql(next)} FROM ${names.ways} INNER JOIN ${steps} ON ${meeting(plan, names)} WHERE ${conditions(plan, names)}${onlyAny(plan, names)}`;
  const asked = walkColumns(plan).filter(({ name }) => needed.has(name) || name === plan.names.length);
  const listed = asked.map(({ name }) => sql`${names.ways}.${identifier(name)} AS ${identifier(name)}`);
  const whole = sql`WITH RECURSIVE ${names.ways} AS (${start} UNION ALL ${round}) SELECT ${joinSql(listed)} FROM ${names.ways} WHERE ${names.ways}.${identifier(plan.names.length)} >= ${integer(plan.least)}`;
  const given = new Map(asked.map(({ name, type }): [string, Value] => [name, known(plan, name, type)]));
  return { from: sql`(${whole}) AS ${alias}`, columns: fromAlias(given, alias), where: [] };
}

interface Aliases {
  readonly ways: Sql;
  readonly step: Sql;
}

function seedRows(plan: Walk, emitter: Emitter): Sql {
  return emitter.subquery(plan.seeds, [stepNames.key, ...(plan.part === undefined ? [] : [stepNames.part])]);
}

function stepRows(plan: Walk, needed: ReadonlySet<string>, emitter: Emitter): Sql {
  const { from, to, edge, part } = stepNames;
  const values = plan.gatherings.filter((item) => isKept(item, needed)).map(({ value }) => value);
  return emitter.subquery(plan.steps, [
    ...new Set([from, to, edge, ...(plan.part === undefined ? [] : [part]), ...values]),
  ]);
}

/** Where a way ends, a step begins; a null is a key like any other. */
function meeting({ names, key, part }: Walk, { ways, step }: Aliases): Sql {
  const equal = key.type === "string" ? sql`=` : sql`<=>`;
  const keys = sql`${ways}.${identifier(names.end)} ${equal} ${cast(sql`${step}.${identifier(stepNames.from)}`, key)}`;
  if (part === undefined) return keys;
  return sql`${keys} AND ${ways}.${identifier(part.name)} <=> ${cast(sql`${step}.${identifier(stepNames.part)}`, part)}`;
}

function conditions(plan: Walk, names: Aliases): Sql {
  const parts = [
    sql`${names.ways}.${identifier(plan.names.length)} < ${integer(plan.most)}`,
    ...unmet(plan, names),
    ...plan.gatherings.filter(({ required }) => required).map((item) => requirement(item, plan, names)),
  ];
  return joinSql(parts, " AND ");
}

function onlyAny(plan: Walk, { ways, step }: Aliases): Sql {
  if (plan.anyOfEach !== true) return sql``;
  const part = plan.part === undefined ? [] : [sql`${ways}.${identifier(plan.part.name)}`];
  const keys = [sql`${ways}.${identifier(plan.names.seed)}`, sql`${step}.${identifier(stepNames.to)}`, ...part];
  return sql` LIMIT 1 BY ${joinSql(keys)}`;
}

/** What is known of a column of the result. */
function known(plan: Walk, name: string, type: Column["type"]): Value {
  const counted = name === plan.names.length || plan.gatherings.some((item) => item.name === name);
  return counted ? { ...unread(type), nullable: false } : unread(type);
}

interface Carried {
  readonly name: string;
  /** Its value before the first step. */
  readonly first: (seed: Sql) => Sql;
  /** Its value after one step more. */
  readonly next: (aliases: Aliases) => Sql;
}

/** The columns that ways carry: those that are read, and those that decide how a way may go on. */
function carriedColumns(plan: Walk, needed: ReadonlySet<string>): readonly Carried[] {
  const { key, part, names } = plan;
  const push = plan.backward ? sql`arrayPushFront` : sql`arrayPushBack`;
  const seedKey = (seed: Sql) => cast(sql`${seed}.${identifier(stepNames.key)}`, key);
  const to = (step: Sql) => cast(sql`${step}.${identifier(stepNames.to)}`, key);
  const kept =
    (name: string) =>
    ({ ways }: Aliases) =>
      sql`${ways}.${identifier(name)}`;
  const columns: Carried[] = [
    { name: names.seed, first: seedKey, next: kept(names.seed) },
    { name: names.end, first: seedKey, next: ({ step }) => to(step) },
    {
      name: names.length,
      first: () => sql`toInt64(0)`,
      next: ({ ways }) => sql`toInt64(${ways}.${identifier(names.length)} + 1)`,
    },
  ];
  if (part !== undefined) {
    const first = (seed: Sql) => cast(sql`${seed}.${identifier(stepNames.part)}`, part);
    columns.push({ name: part.name, first, next: kept(part.name) });
  }
  if (plan.once === "edges" || needed.has(names.edges)) {
    const edge = (step: Sql) => sql`${step}.${identifier(stepNames.edge)}`;
    columns.push({
      name: names.edges,
      first: () => sql`CAST([], 'Array(Int64)')`,
      next: ({ ways, step }) => sql`${push}(${ways}.${identifier(names.edges)}, ${edge(step)})`,
    });
  }
  if (plan.once === "nodes" || needed.has(names.nodes)) {
    columns.push({
      name: names.nodes,
      first: (seed) => sql`[${seedKey(seed)}]`,
      next: ({ ways, step }) => sql`${push}(${ways}.${identifier(names.nodes)}, ${to(step)})`,
    });
  }
  return [...columns, ...plan.gatherings.filter((item) => isKept(item, needed)).map((item) => gathered(item, plan))];
}

function isKept({ name, required }: Gathering, needed: ReadonlySet<string>): boolean {
  return required === true || needed.has(name);
}

function gathered(item: Gathering, plan: Walk): Carried {
  const next = (aliases: Aliases) => {
    const before = sql`${aliases.ways}.${identifier(item.name)}`;
    const value = sql`${aliases.step}.${identifier(item.value)}`;
    const grown = item.how === "list" ? listed(before, value, plan) : judged(item.how, before, value);
    return item.inner ? afterFirst(plan, aliases, grown, before) : grown;
  };
  return { name: item.name, first: () => empty[item.how], next };
}

const empty = { list: sql`''`, all: sql`toUInt8(1)`, any: sql`toUInt8(0)` } as const;

function listed(before: Sql, value: Sql, { backward }: Walk): Sql {
  const [left, right] = backward ? [value, before] : [before, value];
  return sql`if(${before} = '', ${value}, concat(${left}, ',', ${right}))`;
}

function judged(how: "all" | "any", before: Sql, value: Sql): Sql {
  return how === "all" ? sql`toUInt8(${before} AND ${value})` : sql`toUInt8(${before} OR ${value})`;
}

/** A value for all steps but the first, which leaves the node that a way begins at. */
function afterFirst(plan: Walk, { ways }: Aliases, value: Sql, first: Sql): Sql {
  return sql`if(${ways}.${identifier(plan.names.length)} = 0, ${first}, ${value})`;
}

function requirement(item: Gathering, plan: Walk, aliases: Aliases): Sql {
  const value = sql`${aliases.step}.${identifier(item.value)}`;
  return item.inner ? afterFirst(plan, aliases, value, sql`toUInt8(1)`) : value;
}

/** That the step leads to what the way has not met yet. */
function unmet(plan: Walk, { ways, step }: Aliases): readonly Sql[] {
  if (plan.once === "nothing") return [];
  const { names, key } = plan;
  if (plan.once === "edges") {
    return [sql`NOT has(${ways}.${identifier(names.edges)}, ${step}.${identifier(stepNames.edge)})`];
  }
  return [sql`NOT has(${ways}.${identifier(names.nodes)}, ${cast(sql`${step}.${identifier(stepNames.to)}`, key)})`];
}

/** A value as the one type that its column has in every round. */
function cast(value: Sql, { type }: Column): Sql {
  return sql`CAST(${value}, ${text(clickHouseTypes[type])})`;
}
