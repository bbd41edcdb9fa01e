import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import { quoteName } from "../../store/quoting.js";
import { active, stagingTable } from "../ledger.js";
import { stagedSummary } from "../load.js";
import { fillRawRows, type Prepared, type PreparedLoad } from "../prepare.js";
import { jsonLines, named, one } from "../profile.js";
import type { Shape } from "../recognise.js";
import type { Rejects } from "../rejects.js";
import type { SourceContext } from "../source.js";
import type { PlainFile } from "../unpack.js";
import {
  indicatorTable,
  isStixPattern,
  objectTable,
  type StixTables,
  stageIndicators,
  stageLostObservables,
  stageObjects,
} from "./indicator-rows.js";
import { observablesOf } from "./pattern.js";
import { changedOf, fillObjects, unversioned } from "./stix-objects.js";

/**
 * Stages the rows of the STIX objects of a file that are newer than what is stored. An object is known by its id and the time
 * of its last change; older and equal versions count as duplicates.
 */
export async function prepareStix(
  context: SourceContext,
  file: PlainFile,
  shape: Shape,
  rejects: Rejects,
  started: Date,
): Promise<Prepared> {
  const { store, id } = context;
  const scratch = (part: string) => quoteName(`_calypso_scratch_${part}_${id}`);
  const objects = scratch("objects");
  const fresh = scratch("fresh");
  const observables = scratch("observables");
  const raw = await fillRawRows(context, file, shape, rejects);
  try {
    await fillObjects(store, raw, objects, rejects);
    await store.command(`DROP TABLE IF EXISTS ${raw} SYNC`);
    const counts = await one<{ indicators: number; others: number }>(store, counted(objects));
    const loads: PreparedLoad[] = [];
    const kinds = [
      { table: indicatorTable, read: counts?.indicators ?? 0, condition: "type = 'indicator'" },
      { table: objectTable, read: counts?.others ?? 0, condition: "type != 'indicator'" },
    ].filter(({ read }) => read > 0);
    for (const [index, { table, read, condition }] of kinds.entries()) {
      const load = `${id}${index === 0 ? "" : `x${index}`}`;
      active.add(load);
      await store.ensureTable(table, store.schema().table(table)?.columns ?? []);
      await store.command(`DROP TABLE IF EXISTS ${fresh} SYNC`);
      await store.command(`CREATE TABLE ${fresh} AS ${objects}`);
      await store.command(`INSERT INTO ${fresh} ${newer(objects, condition, table)}`);
      const staging = quoteName(stagingTable(load));
      await store.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
      await store.command(`CREATE TABLE ${staging} AS ${quoteName(table)}`);
      const tables: StixTables = { fresh, objects, observables, staging };
      if (table === indicatorTable) {
        await fillObservables(context, fresh, observables);
        await stageIndicators(store, tables, started, context.options.feed);
        await stageLostObservables(store, tables);
      } else await stageObjects(store, tables, started, context.options.feed);
      const taken = await one<{ n: number }>(
        store,
        `SELECT ${named({ n: "Float64" })} FROM (SELECT count() AS n FROM ${fresh})`,
      );
      const staged = await stagedSummary(store, staging);
      loads.push({ id: load, table, staged, known: read - (taken?.n ?? 0), rejected: 0, messages: [] });
    }
    return { loads };
  } finally {
    for (const table of [objects, fresh, observables]) await store.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  }
}

function counted(objects: string): string {
  const counts = "countIf(type = 'indicator') AS indicators, countIf(type != 'indicator') AS others";
  return `SELECT ${named({ indicators: "Float64", others: "Float64" })} FROM (SELECT ${counts} FROM ${objects})`;
}

/** A SELECT of the newest version of each object of a kind that is newer than what its table holds. */
function newer(objects: string, condition: string, table: string): string {
  const change = table === indicatorTable ? "coalesce(Modified, Created)" : changedOf("Data");
  const stored =
    `SELECT Id AS known, max(ifNull(${change}, ${unversioned})) AS last, argMax(Data, TimeGenerated) AS content FROM ${table}` +
    ` WHERE Id IN (SELECT id FROM ${objects} WHERE ${condition}) GROUP BY Id`;
  return (
    `SELECT o.* FROM (SELECT * FROM ${objects} WHERE ${condition} ORDER BY version DESC, n DESC LIMIT 1 BY id) AS o` +
    ` LEFT JOIN (${stored}) AS s ON s.known = o.id WHERE ifNull(known, '') = '' OR version > last` +
    ` OR (version = ${unversioned} AND last = ${unversioned} AND data != content)`
  );
}

/** Makes the table of what the patterns of new indicators look for; STIX's patterns are nothing that the engine reads. */
async function fillObservables({ store, folder }: SourceContext, fresh: string, table: string): Promise<void> {
  await store.command(`DROP TABLE IF EXISTS ${table} SYNC`);
  await store.command(
    `CREATE TABLE ${table} (pattern String, key String, value String) ENGINE = MergeTree ORDER BY tuple()`,
  );
  const path = join(folder, "observables");
  const out = await open(path, "w");
  try {
    const patterns = `SELECT DISTINCT pattern FROM ${fresh} WHERE ${isStixPattern("data")}`;
    let batch = "";
    for await (const { pattern } of jsonLines<{ pattern: string }>(
      store,
      `SELECT ${named({ pattern: "String" })} FROM (${patterns})`,
    )) {
      for (const observable of observablesOf(pattern) ?? []) batch += `${JSON.stringify({ pattern, ...observable })}\n`;
      if (batch.length < 1 << 20) continue;
      await out.write(batch);
      batch = "";
    }
    await out.write(batch);
  } finally {
    await out.close();
  }
  const structure = "pattern String, key String, value String";
  await store.insertFile({
    into: `${table} (pattern, key, value)`,
    select: "pattern, key, value",
    path,
    format: "JSONEachRow",
    structure,
  });
  await rm(path, { force: true });
}
