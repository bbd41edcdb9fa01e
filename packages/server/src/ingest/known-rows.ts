import type { Column } from "@calypso/kql";
import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { castText, dynamicFromJson } from "./casts.js";
import { ledgerTable } from "./ledger.js";

/** Rows whose columns and types are known: the text of each value, `''` for none; of a dynamic, its JSON. */
export interface KnownRows {
  readonly table: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Stores rows as a load of a file would, in one statement and without a ledger. They count as received and stored when
 * they happened, unless they say when they were received.
 */
export async function insertKnownRows(store: Store, { table, columns, rows }: KnownRows): Promise<void> {
  if (rows.length === 0) return;
  await store.ensureTable(table, columns);
  const values = new Map(
    columns.map(({ name, type }, index) => {
      const cell = quoteName(`c${index}`);
      return [name, type === "dynamic" ? dynamicFromJson(cell) : castText(type, cell)];
    }),
  );
  const arrived = values.get("_TimeReceived") ?? values.get("TimeGenerated");
  if (arrived !== undefined) values.set("_TimeReceived", arrived).set(ingestionTime, arrived);
  const names = [...values.keys()].map(quoteName).join(", ");
  const structure = columns.map((_, index) => `${quoteName(`c${index}`)} String`).join(", ");
  const data = quoteText(rows.map((row) => JSON.stringify(row)).join("\n"));
  await store.command(
    `INSERT INTO ${quoteName(table)} (${names}) SELECT ${[...values.values()].join(", ")}` +
      ` FROM format(JSONCompactEachRow, ${quoteText(structure)}, ${data})`,
  );
}

/** Makes the rows of a table count as stored when they happened. */
export async function storedWhenHappened(store: Store, table: string): Promise<void> {
  await store.command(
    `ALTER TABLE ${quoteName(table)} UPDATE ${ingestionTime} = TimeGenerated WHERE true SETTINGS mutations_sync = 1`,
  );
}

/** Takes away the tables and the memory of loads, so that the same files can be loaded anew. */
export async function forgetLoads(store: Store, tables: Iterable<string>): Promise<void> {
  for (const table of tables) await store.dropTable(table);
  await store.command(`DROP TABLE IF EXISTS ${ledgerTable} SYNC`);
}

const ingestionTime = "_IngestionTime";
