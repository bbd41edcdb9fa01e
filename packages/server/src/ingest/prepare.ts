import { rm } from "node:fs/promises";
import { join } from "node:path";
import { quoteName, quoteText } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { columnName, type SourceKey, zoneLabel } from "./columns.js";
import { csvProfile } from "./csv-profile.js";
import { active } from "./ledger.js";
import { brokenRow, type LoadRequest, rowsWithBadTime, type Staged, stageRows } from "./load.js";
import { fileRows, fullProfile, jsonLines, named, one, type Profile, sampleProfile, tableRows } from "./profile.js";
import { fillRaw } from "./raw.js";
import { fileReader, type Reader, rawReader } from "./reader.js";
import type { Shape } from "./recognise.js";
import { type Rejects, shownRejects } from "./rejects.js";
import type { IngestMessage } from "./result.js";
import type { SourceContext } from "./source.js";
import { type BrokenRow, splitCsv, splitObjects } from "./split.js";
import { isDataError, isSurprise } from "./surprises.js";
import { targets } from "./targets.js";
import type { PlainFile } from "./unpack.js";

/** Rows of a source that wait in the staging table of their table, with what is to be said of them. */
export interface PreparedLoad {
  readonly id: string;
  readonly table: string;
  readonly staged: Pick<Staged, "stored" | "from" | "to">;
  /** Rows of the source that were stored before. */
  readonly known?: number;
  readonly rejected: number;
  readonly messages: readonly IngestMessage[];
}

/** All loads that the rows of one source make. */
export interface Prepared {
  readonly loads: readonly PreparedLoad[];
}

/** Stages all rows of a file: in one pass where all is as expected, else in smaller steps that find what is not. */
export async function prepare(
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
  const { store, id } = context;
  const quoted = await fillRawRows(context, file, shape, rejects);
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

/** Makes the table of a source's rows (see `fillRaw`) and sets aside what is broken. Returns the table's name, quoted. */
export async function fillRawRows(
  { store, id, folder }: SourceContext,
  file: PlainFile,
  shape: Shape,
  rejects: Rejects,
): Promise<string> {
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
  return quoted;
}

/** Stages the rows of a reader in the tables that they belong to. */
export async function stageAll(
  context: SourceContext,
  file: PlainFile,
  reader: Reader,
  profile: Profile,
  strict: boolean,
  arrival: Date,
  rejects?: Rejects,
): Promise<Prepared> {
  const { store } = context;
  const loads: PreparedLoad[] = [];
  for (const [index, target] of targets(context, file, profile).entries()) {
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
