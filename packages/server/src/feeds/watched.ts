import { setImmediate } from "node:timers/promises";
import type { Rule } from "@calypso/catalog";
import type { Column, Compilation, WorkspaceSchema } from "@calypso/kql";
import { compileRule, type LintPorts } from "../lint/compile-rule.js";

/** A rule as drifts name it. */
export interface RuleName {
  /** In lower case; empty where the rule has none. */
  readonly id: string;
  readonly name: string;
}

/** A column that rules read. */
export interface WatchedField extends Column {
  readonly rules: readonly RuleName[];
}

/** A table that rules read, and its columns that they read. */
export interface WatchedTable {
  readonly name: string;
  readonly rules: readonly RuleName[];
  readonly fields: readonly WatchedField[];
}

/** The tables with `TimeGenerated` that enabled rules read, in the order of their names. Rules that cannot run read nothing. */
export async function watchedTables(ports: LintPorts, rules: readonly Rule[]): Promise<readonly WatchedTable[]> {
  const tables = new Map<string, { readonly rules: RuleName[]; readonly fields: Map<string, RuleName[]> }>();
  for (const rule of rules) {
    const runs = rule.kind === "Scheduled" || rule.kind === "NRT";
    if (!runs || !rule.enabled || rule.obstacle !== undefined) continue;
    // Other work of the process, such as windows that are due, goes on between two rules.
    await setImmediate();
    const compilation = await compileRule(ports, rule).catch(() => undefined);
    const { diagnostics = [], fields } = compilation ?? {};
    if (compilation === undefined || fields === undefined) continue;
    if (diagnostics.some(({ severity }) => severity === "error")) continue;
    const named = { id: rule.id.toLowerCase(), name: rule.name };
    for (const [table, columns] of fields([...alertColumns(rule), ...ownColumns(compilation, ports.schema())])) {
      const own = tables.get(table) ?? { rules: [], fields: new Map<string, RuleName[]>() };
      own.rules.push(named);
      for (const column of columns) own.fields.set(column, [...(own.fields.get(column) ?? []), named]);
      tables.set(table, own);
    }
  }
  const schema = ports.schema();
  return [...tables]
    .map(([name, own]) => ({ name, rules: own.rules, fields: fieldsOf(schema, name, own.fields) }))
    .filter(({ name }) => hasTime(schema, name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The columns of its result that a rule makes alerts of. */
function alertColumns(rule: Rule): readonly string[] {
  const { alertDetailsOverride: override } = rule;
  const formats = [override?.alertDisplayNameFormat, override?.alertDescriptionFormat].join(" ");
  return [
    ...rule.entityMappings.flatMap(({ fieldMappings }) => fieldMappings.map(({ columnName }) => columnName)),
    ...[...rule.sentinelEntitiesMappings, ...rule.customDetails].map(({ columnName }) => columnName),
    ...(override?.alertDynamicProperties ?? []).map(({ columnName }) => columnName),
    ...[override?.alertSeverityColumnName, override?.alertTacticsColumnName].filter((name) => name !== undefined),
    ...[...formats.matchAll(/\{\{\s*([^{}]+?)\s*\}\}/g)].flatMap(([, name]) => name ?? []),
  ];
}

/** The columns of a result that the query names or makes; those that only come along with a table's rows are not among them. */
function ownColumns({ columns, facts, tables }: Compilation, schema: WorkspaceSchema): readonly string[] {
  const named = facts?.().columns;
  const coming = new Set(tables.flatMap((table) => schema.table(table)?.columns.map(({ name }) => name) ?? []));
  return columns.map(({ name }) => name).filter((name) => named?.has(name) === true || !coming.has(name));
}

/** The columns by the names that the table itself gives them; all rows have a time and the name of their table. */
function fieldsOf(
  schema: WorkspaceSchema,
  table: string,
  read: ReadonlyMap<string, readonly RuleName[]>,
): readonly WatchedField[] {
  const { columns = [], hidden = [], otherNames = {} } = schema.table(table) ?? {};
  const types = new Map([...columns, ...hidden].map(({ name, type }) => [name, type]));
  const found = new Map<string, WatchedField>();
  for (const [written, rules] of read) {
    const name = types.has(written) || !Object.hasOwn(otherNames, written) ? written : (otherNames[written] ?? written);
    const type = types.get(name);
    if (type === undefined || name === "TimeGenerated" || name === "Type") continue;
    found.set(name, { name, type, rules: [...new Set([...(found.get(name)?.rules ?? []), ...rules])] });
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Watchlists and tables of states have no stream of events that could stop. */
function hasTime(schema: WorkspaceSchema, name: string): boolean {
  const table = schema.table(name);
  return table?.timeScoped !== false && table?.columns.some((column) => column.name === "TimeGenerated") === true;
}
