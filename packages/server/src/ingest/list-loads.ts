import { createReadStream } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { ensureLedger, type LoadRecord, type LoadStatus, ledgerTable } from "./ledger.js";
import { jsonLines, named, one } from "./profile.js";
import { rejectedName } from "./rejects.js";

/** A load as it is listed. */
export interface ListedLoad extends Omit<LoadRecord, "sha256"> {
  readonly status: LoadStatus;
}

/** Which loads are listed. */
export interface LoadFilter {
  /** A part of the source's name, whatever the case. */
  readonly find?: string | undefined;
  readonly table?: string | undefined;
  /** Only those with rows that could not be read. */
  readonly rejected?: boolean | undefined;
  readonly offset: number;
  readonly limit: number;
}

/** The loads of the ledger, the latest first, and how many of them there are. */
export async function listLoads(
  store: Store,
  { find, table, rejected, offset, limit }: LoadFilter,
): Promise<{ readonly loads: readonly ListedLoad[]; readonly total: number }> {
  await ensureLedger(store);
  const conditions = [
    // Loads that were given up have no table, and say nothing but that.
    ...(find === undefined ? [] : [`positionCaseInsensitiveUTF8(source, ${quoteText(find)}) > 0`]),
    ...(table === undefined ? [] : [`\`table\` = ${quoteText(table)}`]),
    ...(rejected === true ? ["rejected > 0"] : []),
  ];
  const where = conditions.length === 0 ? "" : ` WHERE ${conditions.join(" AND ")}`;
  const last = `SELECT * FROM ${ledgerTable} ORDER BY step DESC LIMIT 1 BY id`;
  const counted = await one<{ total: number }>(
    store,
    `SELECT ${named({ total: "Float64" })} FROM (SELECT count() AS total FROM (${last})${where})`,
  );
  const loads: ListedLoad[] = [];
  const page = `SELECT * REPLACE (toUnixTimestamp64Milli(started) AS started) FROM (${last})${where} ORDER BY started DESC, id LIMIT ${limit} OFFSET ${offset}`;
  for await (const row of jsonLines<LoadRow>(store, `SELECT ${named(columns)} FROM (${page})`)) loads.push(loadOf(row));
  return { loads, total: counted?.total ?? 0 };
}

/** One load of the ledger; undefined where there is none. */
export async function loadNamed(store: Store, id: string): Promise<ListedLoad | undefined> {
  await ensureLedger(store);
  const sql = `SELECT * REPLACE (toUnixTimestamp64Milli(started) AS started) FROM ${ledgerTable} WHERE id = ${quoteText(id)} ORDER BY step DESC LIMIT 1`;
  const row = await one<LoadRow>(store, `SELECT ${named(columns)} FROM (${sql})`);
  return row === undefined ? undefined : loadOf(row);
}

/** A row that could not be read. */
export interface RejectedRow {
  readonly line: number;
  readonly reason: string;
  readonly text: string;
}

/** The longest text of a rejected row that is given, in characters. */
const longestText = 4000;

/** Rejected rows of a load from the first that is wanted on, and one more where there are more. None where they were not kept. */
export async function rejectedRows(
  folder: string,
  { id, source }: Pick<ListedLoad, "id" | "source">,
  { offset, limit }: { readonly offset: number; readonly limit: number },
): Promise<readonly RejectedRow[]> {
  // Further loads of a source have the id of its first, with something after it.
  const file = createReadStream(join(folder, rejectedName(source, id.slice(0, 16))));
  const rows: RejectedRow[] = [];
  let at = 0;
  try {
    for await (const text of createInterface({ input: file })) {
      at += 1;
      if (at <= offset) continue;
      const row = JSON.parse(text) as RejectedRow; // What `Rejects` wrote.
      rows.push({ ...row, text: row.text.slice(0, longestText) });
      if (rows.length > limit) break;
    }
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
  } finally {
    file.destroy();
  }
  return rows;
}

const columns = {
  ...{ id: "String", status: "String", source: "String", bytes: "Float64", table: "String", read: "Float64" },
  ...{
    stored: "Float64",
    duplicates: "Float64",
    rejected: "Float64",
    from: "String",
    to: "String",
    started: "Float64",
  },
};

type LoadRow = Omit<ListedLoad, "started" | "from" | "to"> & {
  readonly from: string;
  readonly to: string;
  readonly started: number;
};

function loadOf({ from, to, started, ...row }: LoadRow): ListedLoad {
  return { ...row, from: from === "" ? null : from, to: to === "" ? null : to, started: new Date(started) };
}
