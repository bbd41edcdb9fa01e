import { rm } from "node:fs/promises";
import { join } from "node:path";
import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import type { SourceKey } from "./columns.js";
import { columnName, tableKeys, zoneLabel } from "./columns.js";
import type { IngestOptions } from "./ingest.js";
import { active, hasLoadOfSize, type LoadRecord, loadsOf, moveRows, recordLoad, stagingTable } from "./ledger.js";
import { brokenRow, type LoadRequest, rowsWithBadTime, type Staged, stageRows } from "./load.js";
import {
  fileRows,
  fullProfile,
  jsonLines,
  named,
  one,
  type Profile,
  sampleProfile,
  tableRows,
  withTable,
} from "./profile.js";
import { fillRaw } from "./raw.js";
import { fileReader, type Reader, rawReader } from "./reader.js";
import { recognise, type Shape } from "./recognise.js";
import { Rejects, shownRejects } from "./rejects.js";
import type { IngestMessage, IngestResult } from "./result.js";
import { customTable, knownTable, tableOfColumns, tableOfFileName } from "./route.js";
import { type BrokenRow, splitCsv, splitObjects } from "./split.js";
import { firstBytes, type PlainFile } from "./unpack.js";

/** What the load of one source works with. */
export interface SourceContext {
  readonly store: Store;
  readonly folder: string;
  readonly options: IngestOptions;
  readonly id: string;
}

/** Loads one plain file into the tables that its rows belong to. */
export async function* loadSource(context: SourceContext, file: PlainFile): AsyncGenerator<IngestResult> {
  const { store, options } = context;
  const shape = recognise(await firstBytes(file.path, headBytes), options.format);
  const problems: IngestMessage[] = [...file.messages];
  if (file.problem !== undefined) problems.push({ message: `${file.source}: ${file.problem}` });
  if (shape.kind === "empty" || shape.kind === "unknown") {
    const what =
      shape.kind === "empty" ? "the file is empty" : `expected JSON lines, JSON or CSV, found ${shape.found}`;
    yield { ...nothing(file, await file.sha256()), messages: [...problems, { message: `${file.source}: ${what}` }] };
    return;
  }
  const started = options.now();
  // Reading the file once more for its digest costs time; it runs beside the load unless the answer could end it.
  const digest = file.sha256();
  digest.catch(() => {});
  const earlier = (await hasLoadOfSize(store, file.bytes)) ? await loadsOf(store, await digest) : [];
  const rejects = new Rejects(file, options.rejectedFolder, context.id);
  const opened: LoadRecord = {
    ...{ id: context.id, source: file.source, sha256: "", bytes: file.bytes, table: "", read: 0, stored: 0 },
    ...{ duplicates: 0, rejected: 0, from: null, to: null, started },
  };
  await recordLoad(store, opened, "loading", started);
  let done = false;
  try {
    const prepared = await prepare(context, file, shape, rejects, started);
    if (prepared.loads.length === 0) {
      yield {
        ...nothing(file, await digest),
        ...rejects.counts(),
        messages: [...problems, ...rejects.messages(), ...noRows(file, rejects)],
      };
      return;
    }
    for (const [index, load] of prepared.loads.entries()) {
      const first = index === 0;
      const rejected = (first ? rejects.total : 0) + load.rejected;
      const sha256 = await digest;
      const before = earlier.find((entry) => entry.table === load.table);
      const stored = before === undefined ? load.staged.stored : 0;
      const record: LoadRecord = {
        id: load.id,
        source: file.source,
        sha256,
        bytes: file.bytes,
        table: load.table,
        read: load.staged.stored + rejected,
        stored,
        duplicates: load.staged.stored - stored,
        rejected,
        from: load.staged.from,
        to: load.staged.to,
        started,
      };
      if (stored > 0) {
        await recordLoad(store, record, "moving", options.now());
        await moveRows(store, record);
      } else await store.command(`DROP TABLE IF EXISTS ${quoteName(stagingTable(load.id))} SYNC`);
      await recordLoad(store, record, "done", options.now());
      done = true;
      active.delete(load.id);
      const { id: _id, bytes: _bytes, started: _started, ...printed } = record;
      yield {
        ...printed,
        ...(rejects.path === undefined || rejected === 0 ? {} : { rejectedFile: rejects.path }),
        messages: [...(first ? [...problems, ...rejects.messages()] : []), ...load.messages],
      };
    }
  } finally {
    await rejects.close();
    if (!done) await recordLoad(store, opened, "abandoned", options.now());
    await store.command(`DROP TABLE IF EXISTS ${quoteName(`_calypso_raw_${context.id}`)} SYNC`);
  }
}

interface PreparedLoad {
  readonly id: string;
  readonly table: string;
  readonly staged: Staged;
  readonly rejected: number;
  readonly messages: readonly IngestMessage[];
}

interface Prepared {
  readonly loads: readonly PreparedLoad[];
}

/** Stages all rows of a file: in one pass where all is as expected, else in smaller steps that find what is not. */
async function prepare(
  context: SourceContext,
  file: PlainFile,
  shape: Shape,
  rejects: Rejects,
  started: Date,
): Promise<Prepared> {
  const { store, id } = context;
  const scratch = `_calypso_scratch_${id}`;
  if (file.problem === undefined && (shape.kind === "csv" || shape.kind === "lines" || shape.kind === "objects")) {
    try {
      const rows =
        shape.kind === "csv"
          ? undefined
          : fileRows(store, file.path, shape.kind === "lines" ? "LineAsString" : "JSONAsString");
      let profile =
        rows === undefined
          ? await csvProfile(store, file.path, shape as Extract<Shape, { kind: "csv" }>, scratch)
          : await sampleProfile(store, rows, scratch);
      if (profile.keys.length > 0) {
        try {
          return await stageAll(
            context,
            file,
            fileReader(store, file.path, shape, profile.keys),
            profile,
            true,
            started,
          );
        } catch (error) {
          if (rows === undefined || !isSurprise(error)) throw error;
          const full = await fullProfile(store, rows, profile, scratch);
          if (full.keys.length === profile.keys.length && full.tables.length === profile.tables.length) throw error;
          profile = full;
          return await stageAll(
            context,
            file,
            fileReader(store, file.path, shape, profile.keys),
            profile,
            true,
            started,
          );
        }
      }
    } catch (error) {
      if (!isDataError(error)) throw error;
    }
  }
  return prepareRaw(context, file, shape, rejects, started);
}

/** The careful way: every row becomes a line of JSON in a table, with its number, and what is broken is set aside. */
async function prepareRaw(
  context: SourceContext,
  file: PlainFile,
  shape: Shape,
  rejects: Rejects,
  started: Date,
): Promise<Prepared> {
  const { store, id, folder } = context;
  const raw = `_calypso_raw_${id}`;
  const clean = join(folder, "clean");
  const broken = (row: BrokenRow) => rejects.add(row);
  if (shape.kind === "csv") {
    await splitCsv(file.path, clean, shape, broken);
    await fillRaw(store, raw, clean, shape, true);
  } else {
    try {
      await fillRaw(store, raw, file.path, shape, false);
      if (shape.kind !== "lines" && (await countRaw(store, raw, "ok = 0")) > 0) throw new Error("bad-data");
    } catch (error) {
      if (shape.kind === "lines") throw error;
      await splitObjects(file.path, clean, broken, shape.kind === "wrapped" ? { inside: shape.property } : {});
      await fillRaw(store, raw, clean, shape, true);
    }
  }
  await rm(clean, { force: true });
  const quoted = quoteName(raw);
  const reason = quoteText("expected a JSON object");
  for await (const row of jsonLines<BrokenRow>(
    store,
    `SELECT ${brokenRow} FROM (SELECT n AS line, ${reason} AS reason, line AS text FROM (SELECT n, line FROM ${quoted} WHERE ok = 0 ORDER BY n))`,
  )) {
    await rejects.add(row);
  }
  const rows = tableRows(store, quoted);
  const sample = await sampleProfile(store, rows, `_calypso_scratch_${id}`);
  if (sample.keys.length === 0) return { loads: [] };
  const full = await fullProfile(store, rows, sample, `_calypso_scratch_${id}`);
  const profile = shape.kind === "csv" ? { ...full, keys: asTexts(full.keys) } : full;
  return stageAll(
    context,
    file,
    rawReader(store, quoted, profile.keys, shape.kind === "csv"),
    profile,
    false,
    started,
    rejects,
  );
}

async function stageAll(
  context: SourceContext,
  file: PlainFile,
  reader: Reader,
  profile: Profile,
  strict: boolean,
  arrival: Date,
  rejects?: Rejects,
): Promise<Prepared> {
  const { store, options } = context;
  const loads: PreparedLoad[] = [];
  for (const [index, target] of targets(store, options, file, profile).entries()) {
    const id = `${context.id}${index === 0 ? "" : `x${index}`}`;
    active.add(id);
    const request: LoadRequest = {
      id,
      table: target.table,
      arrival,
      keys: profile.keys,
      strict,
      ...(target.names ? { names: target.names } : {}),
    };
    const staged = await stageRows(store, reader, request);
    let rejected = 0;
    const messages: IngestMessage[] = [];
    if (rejects !== undefined) {
      for await (const row of rowsWithBadTime(store, reader, request, staged.plan)) {
        rejected += 1;
        await rejects.keep(row);
        if (rejected <= shownRejects)
          messages.push({ line: row.line, message: `${file.source}:${row.line}: ${row.reason}` });
      }
    }
    if (staged.untimed > 0) {
      messages.push({
        message: `${file.source}: ${staged.untimed} rows have no time; TimeGenerated is the time of their arrival`,
      });
    }
    messages.push(
      ...staged.notes.map((note) => ({ message: `${file.source}: ${note}` })),
      ...zoneNotes(file, profile.keys),
    );
    loads.push({ id, table: target.table, staged, rejected, messages });
  }
  return { loads };
}

interface Target {
  readonly table: string;
  readonly names?: NonNullable<LoadRequest["names"]>;
}

/** The tables that the rows go to: what the user says, the file's name, what the rows say, what their columns resemble. */
function targets(store: Store, options: IngestOptions, file: PlainFile, profile: Profile): readonly Target[] {
  const schema = store.schema();
  if (options.table !== undefined) return [{ table: knownTable(schema, options.table) ?? options.table }];
  const named = tableOfFileName(schema, file.name);
  if (named !== undefined) return [{ table: named }];
  const guess = () =>
    tableOfColumns(
      schema,
      profile.keys.map((key) => key.name),
    ) ?? customTable(file.name);
  for (const key of tableKeys) {
    const values = profile.tables.filter((entry) => entry.key === key).map((entry) => entry.value);
    const tables = new Map<string, string[]>();
    for (const value of values) {
      const table = knownTable(schema, value) ?? (/^[A-Za-z][A-Za-z0-9_]*_CL$/.test(value) ? value : undefined);
      if (table !== undefined) tables.set(table, [...(tables.get(table) ?? []), value]);
    }
    if (tables.size === 0) continue;
    // A row without a name is a stranger too.
    const strangers = values.filter((value) => ![...tables.values()].flat().includes(value));
    // Rows that name no known table go with the others where these are of one table, else where their columns fit.
    if (strangers.length > 0) {
      const rest = tables.size === 1 ? [...tables.keys()][0]! : guess();
      tables.set(rest, [...(tables.get(rest) ?? []), ...strangers]);
    }
    const all = profile.tables;
    return [...tables].map(([table, mine]) => ({ table, names: { key, mine, all } }));
  }
  return [{ table: guess() }];
}

/** The keys of a CSV are its header; quotes that do not pair up make it one for the careful way. */
async function csvProfile(
  store: Store,
  path: string,
  shape: Extract<Shape, { kind: "csv" }>,
  scratch: string,
): Promise<Profile> {
  if (shape.delimiter === "\t") throw new DataError("the quick way reads no tabs");
  const quotes = await withTable(store, scratch, "quotes UInt64", async (table) => {
    await store.insertFile({
      into: table,
      select: "sum(countSubstrings(line, '\"'))",
      path,
      format: "LineAsString",
      structure: "line String",
    });
    return one<{ quotes: number }>(store, `SELECT ${named({ quotes: "Float64" })} FROM ${table}`);
  });
  if ((quotes?.quotes ?? 0) % 2 === 1) throw new DataError("a quote is not closed");
  const keys = shape.header.map((name): SourceKey => ({ name, kinds: ["Text"] }));
  const tables: { key: string; value: string }[] = [];
  for (const key of tableKeys.filter((candidate) => shape.header.includes(candidate))) {
    await withTable(store, scratch, "value String", async (table) => {
      const reader = fileReader(store, path, shape, keys);
      await reader.insert(table, [`arrayJoin(groupUniqArray(${reader.text(key)}))`]);
      for await (const row of jsonLines<{ value: string }>(
        store,
        `SELECT ${named({ value: "String" })} FROM ${table} ORDER BY value`,
      )) {
        tables.push({ key, value: row.value });
      }
    });
  }
  return { keys, tables };
}

const headBytes = 256 << 10;

/** The file is not what the quick way expects; the careful way says where. */
class DataError extends Error {}

function isDataError(error: unknown): boolean {
  if (error instanceof DataError) return true;
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return ["bad-data", "bad-value", "engine-error", "column-conflict"].includes(code);
}

function isSurprise(error: unknown): boolean {
  return isDataError(error) && !(error instanceof DataError);
}

function asTexts(keys: readonly SourceKey[]): readonly SourceKey[] {
  return keys.map((key) => ({ name: key.name, kinds: ["Text"] }));
}

async function countRaw(store: Store, raw: string, condition: string): Promise<number> {
  const row = await one<{ found: number }>(
    store,
    `SELECT ${named({ found: "Float64" })} FROM (SELECT count() AS found FROM ${quoteName(raw)} WHERE ${condition})`,
  );
  return row?.found ?? 0;
}

function zoneNotes(file: PlainFile, keys: readonly SourceKey[]): readonly IngestMessage[] {
  return keys.flatMap(({ name }) => {
    const zone = zoneLabel(name);
    return zone === undefined || /^utc$/i.test(zone)
      ? []
      : [{ message: `${file.source}: the times of ${columnName(name)} are marked [${zone}]; they are read as UTC` }];
  });
}

function noRows(file: PlainFile, rejects: Rejects): readonly IngestMessage[] {
  return rejects.total > 0 ? [] : [{ message: `${file.source}: the file holds no rows` }];
}

function nothing(file: PlainFile, sha256: string): IngestResult {
  return {
    source: file.source,
    sha256,
    table: "",
    read: 0,
    stored: 0,
    duplicates: 0,
    rejected: 0,
    from: null,
    to: null,
    messages: [],
  };
}
