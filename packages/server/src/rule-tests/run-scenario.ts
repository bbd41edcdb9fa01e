import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import type { Rule, Scenario, ScenarioFile, ScenarioWatchlist } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import type { HiddenByException } from "../detect/exceptions.js";
import { detect } from "../detect/run.js";
import { ticksOfMilliseconds, type Window } from "../detect/ticks.js";
import { ingestPaths } from "../ingest/ingest.js";
import { forgetLoads, insertKnownRows, storedWhenHappened } from "../ingest/known-rows.js";
import { loadWatchlist } from "../ingest/watchlists/load-watchlists.js";
import type { Watchlists } from "../ingest/watchlists/watchlists.js";
import type { Ids } from "../platform/ids.js";
import { queryPorts } from "../search/run-query.js";
import { Failure } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { columnsOf, scenarioRows } from "./scenario-rows.js";

/** A workspace that nobody else uses: scenarios fill it and leave it empty. */
export interface ScenarioWorkspace {
  readonly store: Store;
  readonly watchlists: Watchlists;
  readonly ids: Ids;
}

/** What came of a scenario: the alerts of its rule, or why there is no telling. */
export interface ScenarioRun {
  readonly alerts: readonly Alert[];
  /** Why the rule or a window of it could not run, or the events could not be stored. */
  readonly failures: readonly string[];
  /** Doubts about the rule, which may explain what it did. */
  readonly warnings: readonly string[];
}

/** Stores the events of a scenario, runs its rule as `calypso detect` does, and takes the events away again. */
export async function runScenario(
  workspace: ScenarioWorkspace,
  file: ScenarioFile,
  scenario: Scenario,
  rule: Rule,
): Promise<ScenarioRun> {
  const { store, watchlists } = workspace;
  const now = ticksOfMilliseconds(scenario.now);
  const alerts: Alert[] = [];
  const failures: string[] = [];
  const warnings: string[] = [];
  try {
    failures.push(...(await storeEvents(workspace, file, scenario)));
    if (failures.length > 0) return { alerts, failures, warnings };
    for await (const event of detect(queryPorts(store), [rule], { now, range: rangeOf(scenario, rule) })) {
      if (event.kind === "alert") alerts.push(event.alert);
      else if (event.kind === "failed") failures.push(messageOf(event.diagnosis));
      else if (event.kind === "warning") warnings.push(messageOf(event.diagnosis));
      else if (event.kind === "ran") warnings.push(...event.evaluation.hidden.byException.map(hiddenText));
    }
    return { alerts, failures, warnings };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { alerts: [], failures: [...failures, error.message], warnings };
  } finally {
    await forgetLoads(store, store.schema().filledTables ?? []);
    await watchlists.refresh(store);
  }
}

function hiddenText({ exception, rows }: HiddenByException): string {
  return `the exception ${exception.id} kept out ${rows === 1 ? "1 row" : `${rows} rows`}`;
}

function messageOf({
  code,
  message,
  line,
  column,
}: {
  code: string;
  message: string;
  line: number;
  column: number;
}): string {
  return `[${code}] line ${line}, column ${column}: ${message}`;
}

/** The time over which the rule's schedule is run: where the scenario says none, just long enough for the run that is due at its clock. */
function rangeOf({ now, replay }: Scenario, { kind, queryFrequency, queryPeriod }: Rule): Window {
  if (replay !== undefined) return { from: ticksOfMilliseconds(replay.from), to: ticksOfMilliseconds(replay.to) };
  const day = 86_400_000;
  const length = kind === "NRT" ? 60_000 : kind === "Hunting" ? (queryPeriod ?? 14 * day) : (queryFrequency ?? day);
  return { from: ticksOfMilliseconds(now - length), to: ticksOfMilliseconds(now) };
}

/** Gives what kept events from being stored. */
async function storeEvents(
  workspace: ScenarioWorkspace,
  file: ScenarioFile,
  scenario: Scenario,
): Promise<readonly string[]> {
  const { store } = workspace;
  const now = new Date(scenario.now);
  const failures: string[] = [];
  for (const { table } of file.tables) {
    await store.ensureTable(table, [...(columnsOf(file, table, store.schema())?.values() ?? [])]);
  }
  for (const rows of scenarioRows(file, scenario, store.schema()).rows) await insertKnownRows(store, rows);
  for (const events of scenario.events) {
    if (events.kind !== "file") continue;
    const path = resolve(dirname(file.name), events.path);
    for await (const result of ingestPaths(store, [path], { table: events.table, now: () => now })) {
      failures.push(...result.messages.map(({ message }) => message));
      if (result.rejected > 0) failures.push(`${path}: ${result.rejected} of ${result.read} rows cannot be read`);
    }
    if (failures.length === 0) await storedWhenHappened(store, events.table);
  }
  for (const watchlist of scenario.watchlists) {
    await storeWatchlist(workspace, file, watchlist, now);
  }
  await workspace.watchlists.refresh(store);
  return failures;
}

/** A watchlist's file is its CSV, and what is said of it stands in a YAML file beside that, so both are written. */
async function storeWatchlist(
  { store, ids }: ScenarioWorkspace,
  file: ScenarioFile,
  { alias, path, rows, searchKey }: ScenarioWatchlist,
  now: Date,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "calypso-watchlist-"));
  try {
    const csv = join(folder, "watchlist.csv");
    await writeFile(csv, path === undefined ? csvOf(rows) : await readFile(resolve(dirname(file.name), path)));
    const described = { alias, ...(searchKey === undefined ? {} : { searchKey }) };
    await writeFile(join(folder, "watchlist.yaml"), JSON.stringify(described));
    await loadWatchlist(store, csv, { now, ids });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function csvOf(rows: ScenarioWatchlist["rows"]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  const lines = rows.map((row) => columns.map((name) => quoted(row[name] ?? "")).join(","));
  return [columns.map(quoted).join(","), ...lines, ""].join("\n");
}
