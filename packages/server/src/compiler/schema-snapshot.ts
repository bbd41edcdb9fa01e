import type { FunctionSchema, TableSchema, WatchlistSchema, WorkspaceSchema } from "@calypso/kql";

/** What names mean in a workspace, as data that a thread can be given; the same until a table or a function changes. */
export interface SchemaSnapshot {
  readonly name: string;
  readonly tables: readonly TableSchema[];
  readonly filledTables?: readonly string[];
  readonly functions: readonly Omit<FunctionSchema, "placeInFile">[];
}

/** What comes and goes while the tables stay the same. */
export interface Surroundings {
  readonly watchlists: readonly WatchlistSchema[];
  readonly addressDatabase?: string;
}

export function snapshotOf(schema: WorkspaceSchema): SchemaSnapshot {
  const { name, filledTables } = schema;
  return {
    name,
    tables: schema.tableNames.flatMap((table) => schema.table(table) ?? []),
    ...(filledTables === undefined ? {} : { filledTables: [...filledTables] }),
    functions: (schema.functionNames ?? []).flatMap((named) => {
      const found = schema.function?.(named);
      if (found === undefined) return [];
      const { placeInFile: _, ...rest } = found;
      return [rest];
    }),
  };
}

export function surroundingsOf(schema: WorkspaceSchema): Surroundings {
  const { addressDatabase } = schema;
  return {
    watchlists: (schema.watchlistAliases ?? []).flatMap((alias) => schema.watchlist?.(alias) ?? []),
    ...(addressDatabase === undefined ? {} : { addressDatabase }),
  };
}

/** The schema of a snapshot, in what surroundings there are whenever it is asked. */
export function schemaOf(snapshot: SchemaSnapshot, around: () => Surroundings): WorkspaceSchema {
  const tables = new Map(snapshot.tables.map((table) => [table.name, table]));
  const functions = new Map(snapshot.functions.map((entry) => [entry.name, entry]));
  return {
    name: snapshot.name,
    table: (name) => tables.get(name),
    tableNames: [...tables.keys()],
    ...(snapshot.filledTables === undefined ? {} : { filledTables: snapshot.filledTables }),
    function: (name) => functions.get(name),
    functionNames: [...functions.keys()],
    watchlist: (alias) => around().watchlists.find((one) => one.alias.toLowerCase() === alias.toLowerCase()),
    get watchlistAliases() {
      return around().watchlists.map(({ alias }) => alias);
    },
    get addressDatabase() {
      return around().addressDatabase;
    },
  };
}
