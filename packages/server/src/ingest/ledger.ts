import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { jsonLines, named, one } from "./profile.js";

/** One load of one source into one table, as the workspace remembers it. */
export interface LoadRecord {
  readonly id: string;
  readonly source: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly table: string;
  readonly read: number;
  readonly stored: number;
  readonly duplicates: number;
  readonly rejected: number;
  readonly from: string | null;
  readonly to: string | null;
  readonly started: Date;
}

/** `moving` begins when all rows are in the staging table: from there on a load is finished, never undone. */
export type LoadStatus = "loading" | "moving" | "done" | "abandoned";

/** The ledger of loads: every load of logs, with what became of it. */
export const ledgerTable = "_calypso_loads";

/** Makes the ledger where it does not exist. */
export async function ensureLedger(store: Store): Promise<void> {
  await store.command(
    `CREATE TABLE IF NOT EXISTS ${ledgerTable} (id String, status String, source String, sha256 String, bytes UInt64,` +
      " `table` String, read UInt64, stored UInt64, duplicates UInt64, rejected UInt64, `from` String, `to` String," +
      " started DateTime64(3, 'UTC'), at DateTime64(3, 'UTC'), step UInt8) ENGINE = MergeTree ORDER BY (id, step)",
  );
}

/** Writes the state of a load. */
export async function recordLoad(store: Store, load: LoadRecord, status: LoadStatus, at: Date): Promise<void> {
  const values = [
    ...[load.id, status, load.source, load.sha256].map(quoteText),
    load.bytes,
    quoteText(load.table),
    load.read,
    load.stored,
    load.duplicates,
    load.rejected,
    quoteText(load.from ?? ""),
    quoteText(load.to ?? ""),
    quoteText(timeText(load.started)),
    quoteText(timeText(at)),
    steps.indexOf(status),
  ];
  await store.command(
    `INSERT INTO ${ledgerTable} (id, status, source, sha256, bytes, \`table\`, read, stored, duplicates, rejected, \`from\`, \`to\`,` +
      ` started, at, step) SELECT ${values.join(", ")}`,
  );
}

/** Whether content of this size was ever loaded; where not, nothing can be a duplicate. */
export async function hasLoadOfSize(store: Store, bytes: number): Promise<boolean> {
  const row = await one<{ found: number }>(
    store,
    `SELECT ${named({ found: "UInt32" })} FROM (SELECT count() AS found FROM ${ledgerTable} WHERE bytes = ${bytes} AND status = 'done')`,
  );
  return row !== undefined && row.found > 0;
}

/** The finished loads of this content. */
export async function loadsOf(store: Store, sha256: string): Promise<readonly { table: string; stored: number }[]> {
  const loads: { table: string; stored: number }[] = [];
  const columns = named({ table: "String", stored: "UInt32" });
  const sql = `SELECT ${columns} FROM ${ledgerTable} WHERE sha256 = ${quoteText(sha256)} AND status = 'done' AND stored > 0`;
  for await (const load of jsonLines<{ table: string; stored: number }>(store, sql)) loads.push(load);
  return loads;
}

/** When a file, or what is in it, was last loaded; undefined where it never was. */
export async function lastLoadOf(store: Store, path: string): Promise<Date | undefined> {
  await ensureLedger(store);
  const ofPath = `(source = ${quoteText(path)} OR startsWith(source, ${quoteText(`${path}/`)}))`;
  const last = `SELECT toUnixTimestamp64Milli(started) AS at FROM ${ledgerTable} WHERE ${ofPath} AND status = 'done'`;
  const sql = `SELECT ${named({ at: "Float64" })} FROM (${last}) ORDER BY at DESC LIMIT 1`;
  for await (const { at } of jsonLines<{ at: number }>(store, sql)) return new Date(at);
  return undefined;
}

/** The name of the table in which a load's rows wait until all are there. */
export function stagingTable(id: string): string {
  return `_calypso_load_${id}`;
}

/** Moves all rows of a load to their table. Can be repeated after an interruption: what is moved is gone from the staging. */
export async function moveRows(store: Store, load: { readonly id: string; readonly table: string }): Promise<void> {
  const staging = stagingTable(load.id);
  await growLike(store, staging, load.table);
  const parts = `SELECT DISTINCT partition_id AS part FROM system.parts WHERE database = currentDatabase() AND table = ${quoteText(staging)} AND active`;
  for await (const row of jsonLines<{ part: string }>(store, `SELECT ${named({ part: "String" })} FROM (${parts})`)) {
    await store.command(
      `ALTER TABLE ${quoteName(staging)} MOVE PARTITION ID ${quoteText(row.part)} TO TABLE ${quoteName(load.table)}`,
    );
  }
  await store.command(`DROP TABLE IF EXISTS ${quoteName(staging)} SYNC`);
}

/**
 * Takes rows out of the staging that have reached their table already: a process that ends while the engine moves a partition may
 * leave it in both. Rows are known by the ids that this very load gave them.
 */
async function forgetMoved(
  store: Store,
  { id, table }: { readonly id: string; readonly table: string },
): Promise<void> {
  const staging = stagingTable(id);
  const holders = `SELECT count() AS found FROM system.columns WHERE database = currentDatabase() AND name = '_ItemId' AND table IN (${[staging, table].map(quoteText).join(", ")})`;
  const both = await one<{ found: number }>(store, `SELECT ${named({ found: "UInt32" })} FROM (${holders})`);
  if (both?.found !== 2) return;
  const moved = `SELECT _ItemId FROM ${quoteName(table)} WHERE startsWith(_ItemId, ${quoteText(`${id}-`)})`;
  const counted = `SELECT count() AS found FROM ${quoteName(staging)} WHERE _ItemId IN (${moved})`;
  const twice = await one<{ found: number }>(store, `SELECT ${named({ found: "UInt32" })} FROM (${counted})`);
  if (twice === undefined || twice.found === 0) return;
  // A change of rows is a merge, and these are stopped while a table is filled.
  await store.command(`SYSTEM START MERGES ${quoteName(staging)}`);
  await store.command(
    `ALTER TABLE ${quoteName(staging)} DELETE WHERE _ItemId IN (${moved}) SETTINGS mutations_sync = 1`,
  );
}

/** Gives a staging table the columns that its table got since, by another load: rows move between tables of one form only. */
async function growLike(store: Store, staging: string, table: string): Promise<void> {
  const columnsOf = (name: string) =>
    `FROM system.columns WHERE database = currentDatabase() AND table = ${quoteText(name)} AND default_kind != 'ALIAS'`;
  const missing = `SELECT name, type ${columnsOf(table)} AND name NOT IN (SELECT name ${columnsOf(staging)})`;
  const added: string[] = [];
  const columns = named({ name: "String", type: "String" });
  for await (const { name, type } of jsonLines<{ name: string; type: string }>(
    store,
    `SELECT ${columns} FROM (${missing})`,
  )) {
    added.push(`ADD COLUMN ${quoteName(name)} ${type}`);
  }
  if (added.length > 0) await store.command(`ALTER TABLE ${quoteName(staging)} ${added.join(", ")}`);
}

/**
 * Brings loads that a crash interrupted to their end: those whose rows were all there are finished, of the others nothing
 * remains, so that loading the file again gives exactly its rows.
 */
export async function finishInterruptedLoads(store: Store, now: () => Date): Promise<void> {
  const columns = {
    id: "String",
    status: "String",
    source: "String",
    sha256: "String",
    bytes: "Float64",
    table: "String",
    read: "Float64",
    stored: "Float64",
    duplicates: "Float64",
    rejected: "Float64",
    from: "String",
    to: "String",
    started: "String",
  };
  const last = `SELECT * REPLACE (toString(started) AS started) FROM ${ledgerTable} ORDER BY step DESC LIMIT 1 BY id`;
  type Row = Omit<LoadRecord, "started"> & { readonly status: LoadStatus; readonly started: string };
  const open: Row[] = [];
  const sql = `SELECT ${named(columns)} FROM (${last}) WHERE status IN ('loading', 'moving')`;
  for await (const row of jsonLines<Row>(store, sql)) if (!active.has(row.id)) open.push(row);
  for (const row of open) {
    const load = { ...row, started: new Date(`${row.started.replace(" ", "T")}Z`) };
    if (row.status === "moving") {
      await forgetMoved(store, load);
      await moveRows(store, load);
    }
    await recordLoad(store, load, row.status === "moving" ? "done" : "abandoned", now());
  }
  const kept = new Set([...active].map(stagingTable));
  const scratch = `SELECT name FROM system.tables WHERE database = currentDatabase() AND match(name, '^_calypso_(load|raw|scratch)_')`;
  for await (const row of jsonLines<{ name: string }>(store, `SELECT ${named({ name: "String" })} FROM (${scratch})`)) {
    if (![...active].some((id) => row.name.endsWith(id)) && !kept.has(row.name)) {
      await store.command(`DROP TABLE IF EXISTS ${quoteName(row.name)} SYNC`);
    }
  }
}

/** Loads that this process is working on, which are not interrupted. */
export const active = new Set<string>();

const steps: readonly LoadStatus[] = ["loading", "moving", "done", "abandoned"];

function timeText(date: Date): string {
  return date.toISOString().replace("T", " ").replace("Z", "");
}
