import type { WorkspaceSchema } from "@calypso/kql";
import { columnName } from "./columns.js";

/** The table that a file is named after: `SigninLogs.ndjson`, `SigninLogs-2024-05.csv`, `insights-logs-signinlogs.json`. */
export function tableOfFileName(schema: WorkspaceSchema, name: string): string | undefined {
  const stem = name.replace(/\.[A-Za-z0-9]{1,6}$/, "").replace(/\.(ndjson|jsonl?|csv|tsv|log|txt)$/i, "");
  const byLowerName = lowerNames(schema);
  const candidates = [
    stem,
    ...[...stem.matchAll(/[^A-Za-z0-9]/g)].map((match) => stem.slice(0, match.index)).reverse(),
  ];
  for (const candidate of candidates) {
    const table = byLowerName.get(candidate.toLowerCase());
    if (table !== undefined) return table;
  }
  return byLowerName.get(stem.toLowerCase().replace(/^(insights-logs-(advancedhunting-)?|am-)/, ""));
}

/** The known table whose name this is, without regard to case. */
export function knownTable(schema: WorkspaceSchema, name: string): string | undefined {
  return schema.table(name) === undefined ? lowerNames(schema).get(name.toLowerCase()) : name;
}

/**
 * The table whose columns fit the keys best, or undefined where none fits well or several fit alike. Columns that every
 * table has say nothing and do not count. Where several tables have the same of the keys, a smaller one fits better only
 * if the keys are most of it: a few columns that many tables have tell none from the others. `not` are tables that it cannot be.
 */
export function tableOfColumns(
  schema: WorkspaceSchema,
  keys: readonly string[],
  not: readonly string[] = [],
): string | undefined {
  const wanted = new Set(keys.map((key) => columnName(key).toLowerCase()).filter((key) => !everywhere.has(key)));
  if (wanted.size < 3) return undefined;
  const fits = schema.tableNames.flatMap((table) => {
    if (not.includes(table)) return [];
    const names = columnsOf(schema, table);
    let shared = 0;
    for (const key of wanted) if (names.has(key)) shared += 1;
    if (shared < 3 || shared / wanted.size < 0.6) return [];
    // Mostly, how much of the data has a column; a little, how much of the table is there, to tell alike tables apart.
    const score = shared / wanted.size + (0.2 * shared) / (names.size + wanted.size - shared);
    return [{ table, shared, score, filled: shared / names.size }];
  });
  const [best, second] = fits.sort((a, b) => b.score - a.score);
  if (best === undefined || best.score <= (second?.score ?? 0) + 0.001) return undefined;
  const isAlone = !fits.some((other) => other !== best && other.shared >= best.shared);
  return isAlone || best.filled > 0.5 ? best.table : undefined;
}

/** A name for a table of its own, after the file: letters, digits and `_`, with the suffix of custom tables. */
export function customTable(name: string): string {
  const stem = name.replace(/\.(gz|zip)$/i, "").replace(/\.(ndjson|jsonl?|csv|tsv|log|txt)$/i, "");
  const plain = stem.replace(/[^A-Za-z0-9_]+/g, "_").replace(/^_+|_+$/g, "") || "Data";
  const safe = /^[0-9]/.test(plain) ? `T${plain}` : plain;
  return /_CL$/i.test(safe) ? safe.replace(/_CL$/i, "_CL") : `${safe.slice(0, 60)}_CL`;
}

const everywhere = new Set(["timegenerated", "tenantid", "type", "sourcesystem", "tablename", "$table", "timestamp"]);

const lowerNamesOf = new WeakMap<WorkspaceSchema, ReadonlyMap<string, string>>();

function lowerNames(schema: WorkspaceSchema): ReadonlyMap<string, string> {
  let names = lowerNamesOf.get(schema);
  if (names === undefined) {
    names = new Map(schema.tableNames.map((name) => [name.toLowerCase(), name]));
    lowerNamesOf.set(schema, names);
  }
  return names;
}

const columnNamesOf = new WeakMap<WorkspaceSchema, Map<string, ReadonlySet<string>>>();

function columnsOf(schema: WorkspaceSchema, table: string): ReadonlySet<string> {
  let tables = columnNamesOf.get(schema);
  if (tables === undefined) {
    tables = new Map();
    columnNamesOf.set(schema, tables);
  }
  let names = tables.get(table);
  if (names === undefined) {
    const { columns = [], otherNames = {} } = schema.table(table) ?? {};
    const all = [...columns.map((column) => column.name), ...Object.keys(otherNames)];
    names = new Set(all.map((name) => name.toLowerCase()));
    tables.set(table, names);
  }
  return names;
}
