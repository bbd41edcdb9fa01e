import type { Column } from "./types.js";

/** A table that queries may read, and where ClickHouse finds it. */
export interface TableSchema {
  readonly name: string;
  /** Columns that `T` returns, in order. */
  readonly columns: readonly Column[];
  /** Columns that exist, but are returned only where a query names them (`_TimeReceived`, `_ItemId`). */
  readonly hidden?: readonly Column[];
  /** Names that another product gives to columns, each with the column that it stands for. */
  readonly otherNames?: Readonly<Record<string, string>>;
  /** The column of the storage for each column that is not called as it is there. */
  readonly stored?: ReadonlyMap<string, string>;
  /** The ClickHouse table, as `database.table`; the name itself where absent. */
  readonly storage?: { readonly database?: string; readonly table: string };
  /** Columns that the table's storage declares without Nullable. */
  readonly notNull?: readonly string[];
  /** String columns with a text index on their search form. */
  readonly indexed?: readonly string[];
  /** Properties that the table has as columns of their own beside the column that they are in. */
  readonly properties?: readonly StoredProperty[];
  /** The column that holds `ingestion_time()`. */
  readonly ingestionTime?: string;
  /** False for tables that a rule's time window does not restrict (watchlists). */
  readonly timeScoped?: boolean;
  /**
   * KQL of rows that the table has beside those that are stored, as of the instant that it calls `at`; of the tables that it
   * names, this one is read as it is stored.
   */
  readonly addedRows?: string;
}

/** A property of a dynamic column, or of the JSON in a string column, in a column that `storedPropertySql` fills. */
export interface StoredProperty {
  readonly column: string;
  readonly path: readonly (string | number)[];
  readonly stored: string;
}

/** A function saved in the workspace: its text is the body, bound at each call. */
export interface FunctionSchema {
  readonly name: string;
  /** Parameters as KQL writes them: `(start:datetime, names:dynamic=dynamic([]))`. */
  readonly parameters: string;
  readonly body: string;
  /** The file that messages about the body name; the function's own name where absent. */
  readonly file?: string;
  /** The place in that file of a place in the body. */
  readonly placeInFile?: (place: { readonly line: number; readonly column: number }) => {
    readonly line: number;
    readonly column: number;
  };
  /** What every query that calls the function should know: for one that stands in for data that nobody has. */
  readonly warning?: string;
}

/** A watchlist, whose items are rows of the table `Watchlist`. */
export interface WatchlistSchema {
  readonly alias: string;
  /** Columns of its items, beside those that every watchlist has; all of them are strings. */
  readonly columns: readonly string[];
  /** Only its columns are known: nobody has loaded items. */
  readonly unloaded?: true;
}

/** All that names in a query may mean. Look-ups are by name, so that a schema of a thousand tables costs nothing. */
export interface WorkspaceSchema {
  readonly name: string;
  /** The same workspace with its tables' columns by their own names, where this one has some of them by other names. */
  readonly own?: WorkspaceSchema;
  table(name: string): TableSchema | undefined;
  readonly tableNames: readonly string[];
  /** The tables that hold data, which a pattern such as `union *` or `search` stands for; all of them where absent. */
  readonly filledTables?: readonly string[];
  function?(name: string): FunctionSchema | undefined;
  readonly functionNames?: readonly string[];
  /** A watchlist by its alias, in any case of letters. */
  watchlist?(alias: string): WatchlistSchema | undefined;
  readonly watchlistAliases?: readonly string[];
  /** The file, in MaxMind's format, that says where addresses are; nothing is known of them where absent. */
  readonly addressDatabase?: string;
}

/** A schema over a fixed list of tables and functions. */
export function workspaceSchema(
  name: string,
  tables: Iterable<TableSchema>,
  functions: Iterable<FunctionSchema> = [],
): WorkspaceSchema {
  const byName = new Map([...tables].map((table) => [table.name, table]));
  const functionByName = new Map([...functions].map((entry) => [entry.name, entry]));
  return {
    name,
    table: (key) => byName.get(key),
    tableNames: [...byName.keys()],
    function: (key) => functionByName.get(key),
    functionNames: [...functionByName.keys()],
  };
}
