import type { TableSchema, WorkspaceSchema } from "./schema.js";
import type { Column } from "./types.js";

/** Whether columns go by their other names in place of their own, or by both. */
type Reading = "instead" | "beside";

/** The names among those given that are other names of columns of the tables. A table's own column keeps its name. */
export function otherNamesAmong(names: Iterable<string>, tables: readonly TableSchema[]): ReadonlySet<string> {
  const known = new Set(tables.flatMap((table) => othersOf(table).map(([name]) => name)));
  return new Set([...names].filter((name) => known.has(name)));
}

/** The workspace as it is for a query that knows columns by the given other names. The same object each time. */
export function withOtherNames(schema: WorkspaceSchema, names: ReadonlySet<string>, reading: Reading): WorkspaceSchema {
  const known = readings.get(schema) ?? new Map<string, WorkspaceSchema>();
  readings.set(schema, known);
  const key = [reading, ...[...names].sort()].join();
  const read = known.get(key) ?? readAs(schema, names, reading);
  known.set(key, read);
  return read;
}

const readings = new WeakMap<WorkspaceSchema, Map<string, WorkspaceSchema>>();

function readAs(schema: WorkspaceSchema, names: ReadonlySet<string>, reading: Reading): WorkspaceSchema {
  const tables = new Map<TableSchema, TableSchema>();
  const table = (name: string): TableSchema | undefined => {
    const own = schema.table(name);
    if (own === undefined) return undefined;
    const read = tables.get(own) ?? tableAs(own, names, reading);
    tables.set(own, read);
    return read;
  };
  return Object.create(schema, { table: { value: table }, own: { value: schema } });
}

function tableAs(table: TableSchema, names: ReadonlySet<string>, reading: Reading): TableSchema {
  const others = new Map(othersOf(table).filter(([name]) => names.has(name)));
  if (others.size === 0) return table;
  const nameOf = new Map([...others].map(([name, column]) => [column, name]));
  const renamed = ({ name, type }: Column): Column => ({ name: nameOf.get(name) ?? name, type });
  const added = table.columns.filter(({ name }) => nameOf.has(name)).map(renamed);
  const columns = reading === "instead" ? table.columns.map(renamed) : [...table.columns, ...added];
  return { ...table, columns, stored: others };
}

/** Other names with the columns that they stand for. */
function othersOf(table: TableSchema): readonly (readonly [string, string])[] {
  if (table.otherNames === undefined) return [];
  const own = new Set([...table.columns, ...(table.hidden ?? [])].map(({ name }) => name));
  return Object.entries(table.otherNames).filter(([name, column]) => !own.has(name) && own.has(column));
}
