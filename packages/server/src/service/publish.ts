import { mkdir, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { sql } from "kysely";
import { ingestPaths } from "../ingest/ingest.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";

/** Where rows go on their way into the logs, and what time it is. */
export interface PublishContext {
  readonly store: Store;
  readonly folder: string;
  readonly now: () => Date;
}

/**
 * Puts the rows that the logs are owed into their tables, in batches. A batch keeps its number and its rows until it is
 * there, and the same content is loaded once, so a row is never lost and never there twice. Returns how many went.
 */
export async function publishOwed(state: State, context: PublishContext): Promise<number> {
  let published = 0;
  for (;;) {
    const batch = await nextBatch(state);
    if (batch === undefined) return published;
    await load(batch, context);
    await state.db.deleteFrom("publications").where("batch", "=", batch.number).execute();
    published += batch.lines.length;
  }
}

interface Batch {
  readonly number: bigint;
  readonly table: string;
  readonly lines: readonly string[];
}

/** The batch that a process before this one has begun, or a new one of the rows of one table. */
async function nextBatch(state: State): Promise<Batch | undefined> {
  return state.db.transaction().execute(async (db) => {
    const waiting = db.selectFrom("publications");
    const begun = await waiting.select("batch").where("batch", "is not", null).orderBy("batch").executeTakeFirst();
    let number = begun?.batch ?? null;
    if (number === null) {
      const first = await waiting.select(["id", "table_name"]).orderBy("id").executeTakeFirst();
      if (first === undefined) return undefined;
      const { rows } = await sql<{ number: bigint }>`SELECT nextval('publication_batches') AS number`.execute(db);
      number = rows[0]?.number ?? 0n;
      const together = waiting.select("id").where("table_name", "=", first.table_name).orderBy("id").limit(5000);
      await db.updateTable("publications").set({ batch: number }).where("id", "in", together).execute();
    }
    const rows = await waiting.select(["table_name", "line"]).where("batch", "=", number).orderBy("id").execute();
    return { number, table: rows[0]?.table_name ?? "", lines: rows.map(({ line }) => line) };
  });
}

async function load({ number, table, lines }: Batch, { store, folder, now }: PublishContext): Promise<void> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${table}-${number}.ndjson`);
  await writeFile(path, `${lines.join("\n")}\n`);
  try {
    for await (const { stored, duplicates, messages, diskFull } of ingestPaths(store, [path], {
      table,
      format: "ndjson",
      now,
    })) {
      if (stored + duplicates === lines.length) continue;
      if (diskFull === true) throw new Failure("store-full", "no space is left on the disk");
      throw new Failure("publication-refused", messages[0]?.message ?? `rows of ${table} were not stored`);
    }
  } finally {
    await rm(path, { force: true });
  }
}
