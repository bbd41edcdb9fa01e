import type { Column, KqlType, TableSchema, WorkspaceSchema } from "@calypso/kql";
import { Failure } from "./failures.js";
import { quoteName } from "./quoting.js";
import type { ShippedTables } from "./shipped-tables.js";
import { storedProperty } from "./stored-properties.js";
import {
  addColumnsStatement,
  createStatement,
  defineTable,
  type StoredColumn,
  type StoredForms,
  schemaOf,
  storedAs,
  storedColumn,
  type TableDefinition,
  withStandIns,
} from "./table-definition.js";

/** What names in queries mean beside tables: saved functions, watchlists, and where addresses are. */
export type QueryNames = Pick<
  WorkspaceSchema,
  "function" | "functionNames" | "watchlist" | "watchlistAliases" | "addressDatabase"
>;

/** How many snapshots of earlier tables are remembered. */
const mostEarlier = 8;

/** The tables of one workspace: those that ship, and those that are stored, which may have grown. */
export class Tables {
  readonly #shipped: ShippedTables;
  readonly #run: (sql: string) => Promise<void>;
  readonly #names: QueryNames;
  readonly #stored = new Map<string, TableDefinition>();
  #schemas = new Map<string, TableSchema>();
  #snapshot: WorkspaceSchema | undefined;
  /** Tables that are empty in the engine and unknown to the schema, each as the statement that made it. */
  readonly #spare = new Map<string, string>();
  /** Statements that made tables which have not changed since. */
  readonly #made = new Map<string, string>();
  /** Snapshots of the tables that were there before some were dropped, for when the same are filled again. */
  readonly #earlier = new Map<string, WorkspaceSchema>();
  #changes: Promise<void> = Promise.resolve();

  constructor(shipped: ShippedTables, run: (sql: string) => Promise<void>, names: QueryNames = {}) {
    this.#shipped = shipped;
    this.#run = run;
    this.#names = names;
  }

  /** Takes up the tables that a workspace already has, from the lines of `storedColumnsQuery`. */
  async read(lines: AsyncIterable<string>): Promise<void> {
    for await (const line of lines) {
      const [table, name, comment]: string[] = JSON.parse(line);
      if (table === undefined || name === undefined || comment === undefined) continue;
      const { columns, properties } = this.#stored.get(table) ?? { columns: [], properties: [] };
      const column = storedColumn(name, comment);
      const property = storedProperty(name, comment);
      if (column !== undefined) this.#stored.set(table, { name: table, columns: [...columns, column], properties });
      if (property !== undefined)
        this.#stored.set(table, { name: table, columns, properties: [...properties, property] });
    }
  }

  /** The same object until a table changes, so that what is derived from it can be kept. */
  schema(): WorkspaceSchema {
    this.#snapshot ??= this.#earlierSnapshot() ?? this.#newSnapshot();
    return this.#snapshot;
  }

  /** Functions have come, gone or changed: what was derived from the schema is of the past. */
  namesChanged(): void {
    this.#earlier.clear();
    this.#snapshot = undefined;
  }

  /** Makes the table, or adds the columns that it lacks. */
  async ensure(name: string, columns: readonly Column[]): Promise<void> {
    const stored = this.#stored.get(name);
    if (stored !== undefined && newColumns(stored, columns, this.#shipped.forms(name)).length === 0) return;
    const change = this.#changes.then(() => this.#change(name, columns));
    this.#changes = change.catch(() => {});
    await change;
  }

  /**
   * Takes the table away. Where it is still as it was made, the engine keeps it without its rows until the same is wanted
   * again, or until the end: scenarios fill the same few tables hundreds of times.
   */
  async drop(name: string): Promise<void> {
    const change = this.#changes.then(async () => {
      const made = this.#made.get(name);
      if (this.#snapshot !== undefined) this.#keep(this.#snapshot);
      if (made === undefined) await this.#dropNow(name);
      else {
        await this.#run(`TRUNCATE TABLE ${quoteName(name)}`);
        this.#spare.set(name, made);
      }
      this.#forget(name);
    });
    this.#changes = change.catch(() => {});
    await change;
  }

  keepsSpare(): boolean {
    return this.#spare.size > 0;
  }

  /** Takes away what is only kept for later. */
  async end(): Promise<void> {
    await this.#changes;
    for (const name of [...this.#spare.keys()]) await this.#dropNow(name);
  }

  async #dropNow(name: string): Promise<void> {
    await this.#run(`DROP TABLE IF EXISTS ${quoteName(name)} SYNC`);
    this.#spare.delete(name);
  }

  #forget(name: string): void {
    this.#stored.delete(name);
    this.#made.delete(name);
    this.#schemas = new Map(this.#schemas);
    this.#schemas.delete(name);
    this.#snapshot = undefined;
  }

  /** Remembers a snapshot by all that it was made of. */
  #keep(snapshot: WorkspaceSchema): void {
    const [oldest] = this.#earlier.keys();
    if (this.#earlier.size >= mostEarlier && oldest !== undefined) this.#earlier.delete(oldest);
    this.#earlier.set(JSON.stringify([...this.#stored]), snapshot);
  }

  #earlierSnapshot(): WorkspaceSchema | undefined {
    return this.#earlier.size === 0 ? undefined : this.#earlier.get(JSON.stringify([...this.#stored]));
  }

  async #change(name: string, columns: readonly Column[]): Promise<void> {
    const stored = this.#stored.get(name);
    const table = stored ?? this.#definition(name) ?? defineTable(name, columns, this.#shipped.forms(name));
    const added = withStandIns(
      table,
      newColumns(table, columns, this.#shipped.forms(name)),
      this.#shipped.otherNames(name),
    );
    const grown = { ...table, columns: [...table.columns, ...added] };
    if (stored === undefined) await this.#make(grown);
    else if (added.length > 0) {
      this.#made.delete(name);
      await this.#run(addColumnsStatement(name, added));
    }
    this.#stored.set(name, grown);
    // A snapshot that someone still holds goes on filling its own map.
    this.#schemas = new Map(this.#schemas);
    this.#schemas.delete(name);
    this.#snapshot = undefined;
  }

  async #make(table: TableDefinition): Promise<void> {
    const statement = createStatement(table);
    const spare = this.#spare.get(table.name);
    if (spare !== undefined && spare !== statement) await this.#dropNow(table.name);
    if (spare !== statement) await this.#run(statement);
    this.#spare.delete(table.name);
    this.#made.set(table.name, statement);
  }

  #definition(name: string): TableDefinition | undefined {
    const columns = this.#shipped.columns(name);
    return columns === undefined ? undefined : defineTable(name, columns, this.#shipped.forms(name));
  }

  #newSnapshot(): WorkspaceSchema {
    const stored = new Map(this.#stored);
    const schemas = this.#schemas;
    const shipped = this.#shipped;
    const names = this.#names;
    return {
      name: "workspace",
      ...(names.function === undefined ? {} : { function: names.function }),
      ...(names.watchlist === undefined ? {} : { watchlist: names.watchlist }),
      get functionNames() {
        return names.functionNames ?? [];
      },
      get watchlistAliases() {
        return names.watchlistAliases ?? [];
      },
      get addressDatabase() {
        return names.addressDatabase;
      },
      table: (name) => {
        const known = schemas.get(name);
        if (known !== undefined) return known;
        const definition = stored.get(name) ?? this.#definition(name);
        if (definition === undefined) return undefined;
        const addedRows = shipped.addedRows(name);
        const schema = {
          ...schemaOf(definition, shipped.otherNames(name)),
          ...(addedRows === undefined ? {} : { addedRows }),
        };
        schemas.set(name, schema);
        return schema;
      },
      get filledTables() {
        return [...stored.keys()];
      },
      get tableNames() {
        return [...new Set([...stored.keys(), ...shipped.names])];
      },
    };
  }
}

/** The columns that a table lacks; fails where a column's type cannot hold the type that is asked for. */
function newColumns(table: TableDefinition, columns: readonly Column[], forms: StoredForms): readonly StoredColumn[] {
  const known = new Map(table.columns.map((column) => [column.name, column.type]));
  const added: StoredColumn[] = [];
  for (const column of columns) {
    const type = known.get(column.name);
    if (type === undefined) {
      known.set(column.name, column.type);
      added.push(storedAs(column, forms));
    } else if (!holds(type, column.type)) {
      throw new Failure(
        "column-conflict",
        `column ${column.name} of table ${table.name} is ${type}, and the data has it as ${column.type}`,
        { hint: "load the data into another table, or rename the column" },
      );
    }
  }
  return added;
}

/** Whether a column of one type can take values of another: every text is a string, every value is dynamic. */
function holds(column: KqlType, value: KqlType): boolean {
  if (column === value || column === "string" || column === "dynamic") return true;
  if (column === "long" || column === "decimal") return value === "int" || (column === "decimal" && value === "long");
  return column === "real" && (value === "int" || value === "long");
}
