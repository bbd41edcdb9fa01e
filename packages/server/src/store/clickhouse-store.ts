import type { Column, ExternalSource, WorkspaceSchema } from "@calypso/kql";
import { Externals } from "./externals.js";
import { failureFrom } from "./failures.js";
import type { StoreContext } from "./open.js";
import type { ConnectionPool } from "./pool.js";
import {
  dropScratchStatement,
  fillScratchStatement,
  leftScratchQuery,
  makeScratchStatement,
  scratchPrefix,
} from "./scratch-tables.js";
import { selectLines, selectParquet } from "./select.js";
import type { ShippedTables } from "./shipped-tables.js";
import type { FileInsert, QueryLimits, SelectOptions, Store } from "./store.js";
import { storedColumnsQuery } from "./table-definition.js";
import { Tables } from "./tables.js";

/** A store on any engine: what is special about one is behind its connections. */
export class ClickHouseStore implements Store {
  readonly limits: QueryLimits;
  readonly #context: StoreContext;
  readonly #pool: ConnectionPool;
  readonly #tables: Tables;
  readonly #externals: Externals;
  readonly #onClose: () => void;

  constructor(
    context: StoreContext,
    pool: ConnectionPool,
    shipped: ShippedTables,
    options: { readonly onClose?: () => void },
  ) {
    this.#context = context;
    this.limits = context.limits;
    this.#pool = pool;
    this.#tables = new Tables(shipped, (sql) => this.command(sql), context.names);
    this.#externals = new Externals(this, context.resolveUrl);
    this.#onClose = options.onClose ?? (() => {});
  }

  /** Takes up the tables that the workspace already has, and clears away what killed runs have left. */
  async readTables(options: { readonly alone: boolean }): Promise<void> {
    await this.#tables.read(this.lines(storedColumnsQuery, { maxResultRows: 10_000_000 }));
    for await (const name of this.lines(leftScratchQuery(options.alone))) await this.dropScratch(name);
  }

  schema(): WorkspaceSchema {
    return this.#tables.schema();
  }

  namesChanged(): void {
    this.#tables.namesChanged();
  }

  lines(sql: string, options: SelectOptions = {}): AsyncIterable<string> {
    return selectLines({ pool: this.#pool, ids: this.#context.ids }, sql, { ...this.limits, ...options });
  }

  parquet(sql: string, options: SelectOptions = {}): AsyncIterable<Uint8Array> {
    return selectParquet({ pool: this.#pool, ids: this.#context.ids }, sql, { ...this.limits, ...options });
  }

  ensureTable(name: string, columns: readonly Column[]): Promise<void> {
    return this.#tables.ensure(name, columns);
  }

  dropTable(name: string): Promise<void> {
    return this.#tables.drop(name);
  }

  async command(sql: string): Promise<void> {
    try {
      await this.#pool.use(async (connection) => {
        const output = await connection.run(sql);
        for await (const _ of output.chunks) {
          // Only the end of the output says that the statement has been carried out.
        }
      });
    } catch (error) {
      throw failureFrom(error);
    }
  }

  async insertFile(insert: FileInsert): Promise<void> {
    try {
      await this.#pool.use((connection) => connection.insertFile(insert));
    } catch (error) {
      throw failureFrom(error);
    }
  }

  withExternals<T>(externals: readonly ExternalSource[], work: () => Promise<T>): Promise<T> {
    return this.#externals.with(externals, work);
  }

  scratchPrefix(): string {
    return `${scratchPrefix}${this.#context.ids()}_`;
  }

  makeScratch(name: string, columns: readonly Column[]): Promise<void> {
    return this.command(makeScratchStatement(name, columns));
  }

  fillScratch(name: string, lines: readonly string[], columns: readonly Column[]): Promise<void> {
    return this.command(fillScratchStatement(name, lines, columns));
  }

  dropScratch(name: string): Promise<void> {
    return this.command(dropScratchStatement(name));
  }

  async close(): Promise<void> {
    // Nothing may come between a close and the pool that refuses what is asked later, where there is nothing to do.
    if (this.#tables.keepsSpare()) await this.#tables.end();
    await this.#pool.close();
    this.#onClose();
  }
}
