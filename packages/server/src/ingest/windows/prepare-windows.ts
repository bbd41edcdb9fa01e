import { quoteName } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { fillRawRows, type Prepared, type PreparedLoad, stageAll } from "../prepare.js";
import { fullProfile, jsonLines, named, sampleProfile, tableRows } from "../profile.js";
import { rawReader } from "../reader.js";
import type { Rejects } from "../rejects.js";
import type { IngestMessage } from "../result.js";
import type { SourceContext } from "../source.js";
import type { PlainFile } from "../unpack.js";
import { fillParts, isWindowsTable, windowsTables } from "./event-parts.js";
import type { WindowsRecording } from "./recognise-windows.js";
import { shiftsOf } from "./time-shifts.js";
import { windowsReader } from "./windows-reader.js";

/**
 * Stages the events of a recording: those of the log `Security` as `SecurityEvent`, those of all other logs as `Event`, or all
 * of them for the table of Windows events that the user names. Rows that are no events go where other files' rows go.
 */
export async function prepareWindows(
  context: SourceContext,
  file: PlainFile,
  { form, shape }: WindowsRecording,
  rejects: Rejects,
  started: Date,
): Promise<Prepared> {
  const { store, id, options } = context;
  const parts = quoteName(`_calypso_scratch_parts_${id}`);
  const raw = await fillRawRows(context, file, shape, rejects);
  try {
    await fillParts(
      store,
      raw,
      { form, parts, ...(isWindowsTable(options.table) ? { told: options.table } : {}) },
      rejects,
    );
    await store.command(`DROP TABLE IF EXISTS ${raw} SYNC`);
    const loads: PreparedLoad[] = [];
    for (const [index, target] of (await targetsIn(store, parts)).entries()) {
      const load: SourceContext = { ...context, id: index === 0 ? id : `${id}x${index}` };
      if (isWindowsTable(target)) {
        const reader = await windowsReader(store, parts, target, shiftsOf(parts));
        const told = { ...load, options: { ...options, table: target } };
        loads.push(
          ...(await stageAll(told, file, reader, { keys: reader.keys, tables: [] }, false, started, rejects)).loads,
        );
      } else loads.push(...(await stageOthers(load, file, parts, rejects, started)));
    }
    const [first, ...others] = loads;
    if (first === undefined) return { loads };
    const messages = [...(await shiftNotes(store, parts, file)), ...first.messages];
    return { loads: [{ ...first, messages }, ...others] };
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${parts} SYNC`);
  }
}

/** The rows of a recording that are no events; none is one of Windows for what columns its table has grown. */
async function stageOthers(
  context: SourceContext,
  file: PlainFile,
  parts: string,
  rejects: Rejects,
  started: Date,
): Promise<readonly PreparedLoad[]> {
  const { store, id } = context;
  const others = `(SELECT n, line, 1 AS ok FROM ${parts} WHERE target = '')`;
  const rows = tableRows(store, others);
  const sample = await sampleProfile(store, rows, `_calypso_scratch_${id}`);
  if (sample.keys.length === 0) return [];
  const profile = await fullProfile(store, rows, sample, `_calypso_scratch_${id}`);
  const reader = rawReader(store, others, profile.keys, false);
  return (await stageAll({ ...context, onlyNamed: windowsTables }, file, reader, profile, false, started, rejects))
    .loads;
}

/** The tables that the rows go to; '' last, for rows that are no events. */
async function targetsIn(store: Store, parts: string): Promise<readonly string[]> {
  const targets: string[] = [];
  const distinct = `SELECT DISTINCT target FROM ${parts} WHERE target != 'rejected'`;
  for await (const { target } of jsonLines<{ target: string }>(
    store,
    `SELECT ${named({ target: "String" })} FROM (${distinct}) ORDER BY target DESC`,
  )) {
    targets.push(target);
  }
  return targets;
}

async function shiftNotes(store: Store, parts: string, file: PlainFile): Promise<readonly IngestMessage[]> {
  const found: { known: string; shift: number }[] = [];
  const columns = named({ known: "String", shift: "Float64" });
  for await (const shift of jsonLines<{ known: string; shift: number }>(
    store,
    `SELECT ${columns} FROM (${shiftsOf(parts)}) ORDER BY known`,
  )) {
    found.push(shift);
  }
  const notes = found.slice(0, shownShifts).map(({ known, shift }) => ({
    message: `${file.source}: the times of ${known} are written ${hours(shift)} UTC, as Sysmon's UtcTime shows; they are moved to UTC`,
  }));
  const more = found.length - notes.length;
  return more > 0 ? [...notes, { message: `${file.source}: so are those of ${more} more computers` }] : notes;
}

const shownShifts = 5;

function hours(seconds: number): string {
  const minutes = Math.abs(seconds) / 60;
  const two = (count: number) => String(count).padStart(2, "0");
  return `${two(Math.floor(minutes / 60))}:${two(minutes % 60)} ${seconds > 0 ? "behind" : "ahead of"}`;
}
