import { quoteName } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { recogniseGraph } from "./identity/recognise-graph.js";
import type { IngestOptions } from "./ingest.js";
import { active, hasLoadOfSize, type LoadRecord, loadsOf, moveRows, recordLoad, stagingTable } from "./ledger.js";
import { type PreparedLoad, prepare } from "./prepare.js";
import { recognise } from "./recognise.js";
import { Rejects } from "./rejects.js";
import type { IngestMessage, IngestResult } from "./result.js";
import { recogniseStix } from "./stix/recognise-stix.js";
import { firstBytes, type PlainFile } from "./unpack.js";
import { isWindowsTable } from "./windows/event-parts.js";
import { recogniseWindows } from "./windows/recognise-windows.js";

/** What the load of one source works with. */
export interface SourceContext {
  readonly store: Store;
  readonly folder: string;
  readonly options: IngestOptions;
  readonly id: string;
  /** Tables that rows go to only if they or the user name them, however much they look like theirs. */
  readonly onlyNamed?: readonly string[];
}

/** Loads one plain file into the tables that its rows belong to. */
export async function* loadSource(context: SourceContext, file: PlainFile): AsyncGenerator<IngestResult> {
  const { store, options } = context;
  const head = await firstBytes(file.path, headBytes);
  // What a user says about a file is not asked of its content.
  const isTold = options.table !== undefined || options.format !== undefined;
  const stix = isTold ? undefined : recogniseStix(head);
  const graph = isTold || stix !== undefined ? undefined : recogniseGraph(head);
  const mayBeEvents = !isTold || (options.format === undefined && isWindowsTable(options.table));
  const windows = mayBeEvents && stix === undefined && graph === undefined ? recogniseWindows(head) : undefined;
  const shape = stix ?? graph?.shape ?? windows?.shape ?? recognise(head, options.format);
  const problems: IngestMessage[] = [...file.messages];
  if (file.problem !== undefined) problems.push({ message: `${file.source}: ${file.problem}` });
  if (shape.kind === "empty" || shape.kind === "unknown") {
    const what =
      shape.kind === "empty" ? "the file is empty" : `expected JSON lines, JSON or CSV, found ${shape.found}`;
    // Of a file that could not be unpacked nothing more is known than why.
    const known = shape.kind === "empty" && file.problem !== undefined;
    const messages = known ? problems : [...problems, { message: `${file.source}: ${what}` }];
    yield { ...nothing(file, await file.sha256()), messages };
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
    const prepared =
      stix !== undefined
        ? await (await import("./stix/prepare-stix.js")).prepareStix(context, file, stix, rejects, started)
        : graph !== undefined
          ? await (await import("./identity/prepare-identity.js")).prepareIdentity(
              context,
              file,
              graph,
              rejects,
              started,
            )
          : windows !== undefined
            ? await (await import("./windows/prepare-windows.js")).prepareWindows(
                context,
                file,
                windows,
                rejects,
                started,
              )
            : await prepare(context, file, shape, rejects, started);
    if (prepared.loads.length === 0) {
      yield {
        ...nothing(file, await digest),
        ...rejects.counts(),
        messages: [...problems, ...rejects.messages(), ...noRows(file, rejects)],
      };
      return;
    }
    const known = knownLoads(earlier);
    for (const [index, load] of prepared.loads.entries()) {
      const first = index === 0;
      const rejected = (first ? rejects.total : 0) + load.rejected;
      const sha256 = await digest;
      const stored = known(load) ? 0 : load.staged.stored;
      const record: LoadRecord = {
        id: load.id,
        source: file.source,
        sha256,
        bytes: file.bytes,
        table: load.table,
        read: load.staged.stored + (load.known ?? 0) + rejected,
        stored,
        duplicates: load.staged.stored - stored + (load.known ?? 0),
        rejected,
        from: load.staged.from,
        to: load.staged.to,
        started,
      };
      if (stored > 0) {
        await recordLoad(store, record, "moving", options.now());
        // From here on the load is brought to its end by whoever comes next, whatever stops it, and is never undone.
        done = true;
        await moveRows(store, record);
      } else await store.command(`DROP TABLE IF EXISTS ${quoteName(stagingTable(load.id))} SYNC`);
      await recordLoad(store, record, "done", options.now());
      done = true;
      active.delete(load.id);
      const { id: _id, bytes: _bytes, started: _started, ...printed } = record;
      yield {
        ...printed,
        ...(rejects.path === undefined || rejected === 0 ? {} : { rejectedFile: rejects.path }),
        messages: [
          ...(first ? [...problems, ...rejects.messages()] : []),
          ...load.messages,
          ...(record.read === 0 ? noRows(file, rejects) : []),
        ],
      };
    }
  } finally {
    await rejects.close();
    if (!done) await recordLoad(store, opened, "abandoned", options.now());
    await store.command(`DROP TABLE IF EXISTS ${quoteName(`_calypso_raw_${context.id}`)} SYNC`);
  }
}

const headBytes = 256 << 10;

/**
 * Tells which loads of some content were stored before. Several may go to one table; where the first attempt ended between
 * them, only as many as it stored are known.
 */
function knownLoads(earlier: readonly { readonly table: string }[]): (load: PreparedLoad) => boolean {
  const left = new Map<string, number>();
  for (const { table } of earlier) left.set(table, (left.get(table) ?? 0) + 1);
  return ({ table, staged }) => {
    const count = left.get(table) ?? 0;
    if (staged.stored === 0 || count === 0) return false;
    left.set(table, count - 1);
    return true;
  };
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
