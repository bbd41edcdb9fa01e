import type { Field, NodeReading } from "../rules/fields.js";
import type { Problem } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import { readYamlDocument } from "../rules/yaml-document.js";
import { readExpected } from "./expected-alerts.js";
import type { Scenario, ScenarioCell, ScenarioFile, ScenarioWatchlist } from "./scenario.js";
import { readDefaults, readEvents, readExternaldata, readTables, readWatchlists } from "./scenario-events.js";
import { timeOf } from "./scenario-times.js";
import { items, requiredText, strictMap, wrong } from "./strict-fields.js";

/** The scenarios of a file, and all that makes no sense in it: a file with problems should not be run. */
export interface ReadScenarios {
  readonly file?: ScenarioFile;
  readonly problems: readonly Problem[];
}

/** Reads a file `NAME.tests.yaml`. Every key that means nothing and every value of the wrong form is a problem with its place. */
export function readScenarios(written: RuleFile): ReadScenarios {
  const problems: Problem[] = [];
  const reading = readYamlDocument(written, problems);
  if (reading === undefined) return { problems };
  const root: Field = { path: "", key: "the file", node: reading.document.contents, offset: 0 };
  return { file: readFile(reading, written.name, root), problems };
}

const fileKeys = ["rule", "now", "externaldata", "tables", "defaults", "watchlists", "scenarios"];

/** What all scenarios of a file share. */
interface Common {
  readonly now: number;
  readonly defaults: ReadonlyMap<string, readonly ScenarioCell[]>;
  readonly watchlists: readonly ScenarioWatchlist[];
}

/** The clock of scenarios that say nothing of it: a Thursday at noon. */
const usualNow = Date.UTC(2026, 0, 15, 12);

function readFile(reading: NodeReading, name: string, root: Field): ScenarioFile {
  const keys = strictMap(reading, root, fileKeys);
  const rule = keys.get("rule");
  const named = rule === undefined ? undefined : requiredText(reading, rule);
  const externaldata = readExternaldata(reading, keys.get("externaldata"));
  const now = keys.get("now");
  const common: Common = {
    now: (now === undefined ? undefined : timeOf(reading, now, undefined)) ?? usualNow,
    defaults: readDefaults(reading, keys.get("defaults")),
    watchlists: readWatchlists(reading, keys.get("watchlists")),
  };
  const scenarios = keys.get("scenarios");
  if (scenarios === undefined) wrong(reading, root, "the file has no `scenarios`");
  const read = items(reading, scenarios).map((item) => readScenario(reading, item, common));
  reportSameNames(reading, items(reading, scenarios), read);
  return {
    name,
    ...(rule === undefined || named === undefined ? {} : { rule: { named, place: reading.place(rule.offset) } }),
    ...(externaldata === undefined ? {} : { externaldata }),
    tables: readTables(reading, keys.get("tables")),
    scenarios: read,
  };
}

const scenarioKeys = ["name", "now", "replay", "events", "watchlists", "expect"];

function readScenario(reading: NodeReading, field: Field, common: Common): Scenario {
  const keys = strictMap(reading, field, scenarioKeys);
  const nameField = keys.get("name");
  const name = nameField === undefined ? undefined : requiredText(reading, nameField);
  if (nameField === undefined) wrong(reading, field, "a scenario has a `name`");
  const nowField = keys.get("now");
  const now = (nowField === undefined ? undefined : timeOf(reading, nowField, undefined)) ?? common.now;
  const replay = keys.get("replay");
  const range = replay === undefined ? undefined : readReplay(reading, replay, now);
  const expect = keys.get("expect");
  if (expect === undefined) wrong(reading, field, "a scenario says what it expects: alerts, or `none`");
  const watchlists = readWatchlists(reading, keys.get("watchlists"));
  const own = new Set(watchlists.map(({ alias }) => alias.toLowerCase()));
  return {
    name: name?.trim() ?? "",
    place: reading.place(field.offset),
    now,
    ...(range === undefined ? {} : { replay: range }),
    events: readEvents(reading, keys.get("events"), common.defaults),
    watchlists: [...common.watchlists.filter(({ alias }) => !own.has(alias.toLowerCase())), ...watchlists],
    expected: expect === undefined ? [] : readExpected(reading, expect),
  };
}

function readReplay(reading: NodeReading, field: Field, now: number): Scenario["replay"] {
  const keys = strictMap(reading, field, ["from", "to"]);
  const [fromField, toField] = [keys.get("from"), keys.get("to")];
  if (fromField === undefined) return wrong(reading, field, "`replay` has `from`, and `to` where that is not now");
  const from = timeOf(reading, fromField, now);
  const to = toField === undefined ? now : timeOf(reading, toField, now);
  if (from === undefined || to === undefined) return undefined;
  return from < to ? { from, to } : wrong(reading, field, "`from` is not before `to`");
}

function reportSameNames(reading: NodeReading, fields: readonly Field[], scenarios: readonly Scenario[]): void {
  for (const [index, { name }] of scenarios.entries()) {
    const field = fields[index];
    const first = scenarios.findIndex((other) => other.name === name);
    if (first < index && field !== undefined && name !== "") {
      wrong(reading, field, `another scenario is called \`${name}\` too`);
    }
  }
}
