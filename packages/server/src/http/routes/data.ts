import { basename } from "node:path";
import { type ColumnFill, columnFills, frequentValues, type Sample } from "../../feeds/column-sample.js";
import { keptWhileSame } from "../../feeds/kept.js";
import { type Drift, type FeedState, lookAtFeeds } from "../../feeds/look.js";
import { notLookedAt, type TableVolume, tableVolume } from "../../feeds/table-volumes.js";
import { type RuleName, watchedTables } from "../../feeds/watched.js";
import { type ListedLoad, listLoads, loadNamed, rejectedRows } from "../../ingest/list-loads.js";
import { rejectedFolder } from "../../ingest/rejects.js";
import type { Background } from "../../platform/background.js";
import { briefly } from "../../platform/briefly.js";
import { queryPorts } from "../../search/run-query.js";
import { Failure } from "../../store/failures.js";
import { type TableSize, tableSizes } from "../../store/table-sizes.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";

type Names = ("dataTables" | "dataTable" | "columnValues" | "drifts") | ("lookAtFeeds" | "loads" | "rejectedRows");

/** How long what was counted is told again, in milliseconds; and the bounds of one question. */
const holds = 5000;
const bounds = { maxSeconds: 20 };
const mostDrifts = 200;

export function dataHandlers(served: Served, background: Background): Handlers<Names> {
  const { state, workspace, rules, uploadLimit } = served;
  const { store, clock } = workspace;
  const ports = queryPorts(store, { ...bounds, signal: background.signal });
  const sizes = briefly(clock, holds, () => tableSizes(store));
  const volumes = keptWhileSame<TableVolume>();
  const fills = keptWhileSame<{ readonly sample: Sample; readonly columns: readonly ColumnFill[] }>();
  const counted = async (name: string) => {
    const [size, now] = [(await sizes()).get(name), clock()];
    const volume = await volumes(name, size, now, () => tableVolume(ports, name, now)).catch((error) =>
      notLookedAt(name, error),
    );
    return { size, now, volume };
  };
  const driftsOf = async () => {
    const open = await state.db.selectFrom("drifts").select(["table_name"]).where("ended_at", "is", null).execute();
    return (name: string) => open.filter(({ table_name }) => table_name === name).length;
  };
  const counts = briefly(clock, holds, async () => {
    const drifting = await driftsOf();
    const tables = [];
    for (const name of [...(store.schema().filledTables ?? [])].sort()) {
      const { volume, size } = await counted(name);
      tables.push(tableOf(volume, size, drifting(name)));
    }
    return { now: clock().toISOString(), tables, uploadLimit };
  });
  const filledTable = async (name: string) => {
    const schema = store.schema();
    const columns = schema.filledTables?.includes(name) === true ? schema.table(name)?.columns : undefined;
    if (columns === undefined) throw new Failure("table-unknown", `no table ${name} has rows`);
    return { columns, ...(await counted(name)) };
  };
  return {
    dataTables: counts,

    dataTable: async ({ params: { table: name } }) => {
      const { columns, size, volume, now } = await filledTable(name);
      const { sample, columns: filled } = await fills(name, size, now, () =>
        columnFills(ports, name, columns, volume.last, now),
      );
      const table = tableOf(volume, size, (await driftsOf())(name));
      return { table, ...sampleOf(sample), columns: filled.map((column) => ({ ...column })) };
    },

    columnValues: async ({ params }) => {
      const { columns, volume, now } = await filledTable(params.table);
      const column = columns.find(({ name }) => name === params.column);
      if (column === undefined) throw new Failure("table-unknown", `${params.table} has no column ${params.column}`);
      const { sample, values } = await frequentValues(ports, params.table, column, volume.last, now);
      return { ...sampleOf(sample), values: [...values] };
    },

    drifts: async () => {
      const rows = await state.db
        .selectFrom("drifts")
        .selectAll()
        .orderBy("ended_at", (order) => order.desc().nullsFirst())
        .orderBy("id", "desc")
        .limit(mostDrifts)
        .execute();
      return {
        drifts: rows.map(({ kind, table_name: table, field, since, message, rules: names, told_at, ended_at }) => ({
          ...driftOf({ kind, table, since, message, rules: JSON.parse(names) as readonly RuleName[] }), // As `recordDrifts` wrote it.
          ...(field === "" ? {} : { field }),
          told: told_at.toISOString(),
          ...(ended_at === null ? {} : { ended: ended_at.toISOString() }),
        })),
      };
    },

    lookAtFeeds: async function* (_request, { signal }) {
      const watching = queryPorts(store, { ...bounds, signal });
      const tables = await watchedTables(watching, rules.loaded().rules);
      for await (const feed of lookAtFeeds(watching, tables, clock())) {
        if (signal.aborted) return;
        yield feedOf(feed);
      }
    },

    loads: async ({ query }) => {
      const { find, table, rejected, after = "0", limit = 100 } = query;
      const offset = Number(after);
      const { loads, total } = await listLoads(store, { find, table, rejected, offset, limit });
      const handed = await handedIn(served, loads);
      const next = offset + loads.length < total ? { next: String(offset + loads.length) } : {};
      return { loads: loads.map((load) => loadOf(load, handed)), total, ...next };
    },

    rejectedRows: async ({ params, query }) => {
      const load = await loadNamed(store, params.load);
      if (load === undefined) throw new Failure("load-unknown", "there is no such load");
      const { after: offset = 0, limit = 100 } = query;
      const rows = await rejectedRows(rejectedFolder(workspace), load, { offset, limit });
      const shown = rows.slice(0, limit).map((row) => ({ ...row }));
      return { source: load.source, rows: shown, ...(rows.length > limit ? { next: offset + limit } : {}) };
    },
  };
}

function tableOf(
  { first, last, arrived, volume, gaps, lag, ...rest }: TableVolume,
  size: TableSize | undefined,
  drifts: number,
) {
  const time = (at: Date | undefined, name: string) => (at === undefined ? {} : { [name]: at.toISOString() });
  return {
    ...{ name: rest.name, rows: rest.rows, late: rest.late, drifts },
    ...(rest.problem === undefined ? {} : { problem: rest.problem }),
    ...(size === undefined ? {} : { bytes: size.bytes }),
    ...(first === undefined ? {} : { first: first.toISOString() }),
    ...(last === undefined ? {} : { last: last.toISOString() }),
    ...time(arrived, "arrived"),
    ...(volume === undefined ? {} : { volume: { from: volume.from.toISOString(), hours: [...volume.hours] } }),
    gaps: gaps.map(({ from, to }) => ({ from: from.toISOString(), to: to.toISOString() })),
    ...(lag === undefined ? {} : { lag: { ...lag } }),
  };
}

function sampleOf({ rows, isWhole, stretch }: Sample) {
  const times = stretch === undefined ? {} : { from: stretch.from.toISOString(), to: stretch.to.toISOString() };
  return { sampled: rows, isWhole, ...times };
}

function driftOf({ kind, table, field, since, message, rules }: Drift) {
  return {
    ...{ kind, table, since: since.toISOString(), message },
    ...(field === undefined ? {} : { field }),
    rules: rules.map(({ id, name }) => ({ id, name })),
  };
}

function feedOf({ table, status, last, volume, lag, drifts, rules, problem }: FeedState) {
  return {
    ...{ table, status, recent: volume.recent, usual: volume.usual },
    ...(last === undefined ? {} : { last: last.toISOString() }),
    ...(lag === undefined ? {} : { lag }),
    drifts: drifts.map(driftOf),
    rules: rules.map(({ id, name }) => ({ id, name })),
    ...(problem === undefined ? {} : { problem }),
  };
}

/** Who handed in the files of loads, by their sources. */
async function handedIn(
  { state }: Served,
  loads: readonly ListedLoad[],
): Promise<(source: string) => string | undefined> {
  const oldest = loads.at(-1)?.started;
  if (oldest === undefined) return () => undefined;
  const day = 86_400_000;
  const rows = await state.db
    .selectFrom("uploads")
    .select(["source", "by"])
    .where("at", ">=", new Date(oldest.getTime() - day))
    .execute();
  return (source) => rows.find((row) => source === row.source || source.startsWith(`${row.source}/`))?.by;
}

function loadOf({ started, from, to, source, ...load }: ListedLoad, by: (source: string) => string | undefined) {
  const who = by(source);
  return {
    ...load,
    ...{ source, name: basename(source), started: started.toISOString() },
    ...(from === null ? {} : { from }),
    ...(to === null ? {} : { to }),
    ...(who === undefined ? {} : { by: who }),
  };
}
