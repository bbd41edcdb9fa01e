import { type Column, clickHouseTypes, type ExternalSource } from "@calypso/kql";
import { unpacked } from "./archives.js";
import { lastSegment, type ResolveUrl, withoutQuery } from "./external-files.js";
import { planReading } from "./external-formats.js";
import { Failure } from "./failures.js";
import { quoteName } from "./quoting.js";
import type { Store } from "./store.js";

/** The tables that stand for files of `externaldata` while queries read them. */
export class Externals {
  readonly #store: Pick<Store, "command" | "insertFile">;
  readonly #resolveUrl: ResolveUrl;
  readonly #loaded = new Map<string, Loaded>();

  constructor(store: Pick<Store, "command" | "insertFile">, resolveUrl: ResolveUrl) {
    this.#store = store;
    this.#resolveUrl = resolveUrl;
  }

  /** Runs `work` with the tables loaded; queries at the same time share a table where they mean the same files. */
  async with<T>(sources: readonly ExternalSource[], work: () => Promise<T>): Promise<T> {
    const held: ExternalSource[] = [];
    try {
      for (const source of sources) {
        await this.#hold(source);
        held.push(source);
      }
      return await work();
    } finally {
      for (const source of held) await this.#letGo(source);
    }
  }

  async #hold(source: ExternalSource): Promise<void> {
    const meaning = JSON.stringify(source);
    for (;;) {
      const other = this.#loaded.get(source.table);
      if (other === undefined) break;
      if (other.meaning === meaning && other.users > 0) {
        other.users += 1;
        try {
          await other.ready;
          return;
        } catch (error) {
          other.users -= 1;
          throw error;
        }
      }
      await other.gone;
    }
    await this.#load(source, meaning);
  }

  async #load(source: ExternalSource, meaning: string): Promise<void> {
    let announce = () => {};
    const gone = new Promise<void>((resolve) => {
      announce = resolve;
    });
    const ready = loadTable(this.#store, this.#resolveUrl, source);
    this.#loaded.set(source.table, { meaning, users: 1, ready, gone, announce });
    try {
      await ready;
    } catch (error) {
      this.#loaded.delete(source.table);
      announce();
      throw error;
    }
  }

  async #letGo(source: ExternalSource): Promise<void> {
    const entry = this.#loaded.get(source.table);
    if (entry === undefined) return;
    entry.users -= 1;
    if (entry.users > 0) return;
    try {
      await this.#store.command(`DROP TABLE IF EXISTS ${quoteName(source.table)}`);
    } finally {
      this.#loaded.delete(source.table);
      entry.announce();
    }
  }
}

interface Loaded {
  readonly meaning: string;
  users: number;
  readonly ready: Promise<void>;
  /** Settles when the table is dropped. */
  readonly gone: Promise<void>;
  readonly announce: () => void;
}

async function loadTable(
  store: Pick<Store, "command" | "insertFile">,
  resolveUrl: ResolveUrl,
  source: ExternalSource,
): Promise<void> {
  const declarations = source.columns.map(({ name, type }: Column) => `${quoteName(name)} ${clickHouseTypes[type]}`);
  // What a process that was killed has left behind is replaced.
  await store.command(
    `CREATE OR REPLACE TABLE ${quoteName(source.table)} (${declarations.join(", ")}) ENGINE = Memory`,
  );
  try {
    for (const url of source.urls) await loadUrl(store, resolveUrl, source, url);
  } catch (error) {
    await store.command(`DROP TABLE IF EXISTS ${quoteName(source.table)}`).catch(() => {});
    throw error;
  }
}

async function loadUrl(
  store: Pick<Store, "insertFile">,
  resolveUrl: ResolveUrl,
  source: ExternalSource,
  url: string,
): Promise<void> {
  const file = await resolveUrl(url);
  try {
    for await (const path of unpacked(file.path)) {
      const plan = planReading(source, path === file.path ? lastSegment(url) : path);
      const names = source.columns.map((column) => quoteName(column.name)).join(", ");
      await store.insertFile({ into: `${quoteName(source.table)} (${names})`, path, ...plan });
    }
  } catch (error) {
    throw readingFailure(error, source, url);
  } finally {
    await file.dispose();
  }
}

function readingFailure(error: unknown, source: ExternalSource, url: string): unknown {
  if (!(error instanceof Failure) || !["bad-data", "bad-value", "engine-error"].includes(error.code)) return error;
  const row = /\(at row (\d+)\)/.exec(error.cause instanceof Error ? error.cause.message : "")?.[1];
  const place = row === undefined ? "" : `, at row ${row}`;
  const format = source.format ?? "its format";
  return new Failure("external-unreadable", `${withoutQuery(url)} cannot be read as ${format}${place}`, {
    cause: error,
  });
}
