import { type Problem, type Rule, readScenarios } from "@calypso/catalog";
import { type Condition, type Place, placeAt, type QueryFacts, type WorkspaceSchema } from "@calypso/kql";
import type { Alert } from "../../detect/alert.js";
import { runScenario, type ScenarioWorkspace } from "../run-scenario.js";
import { scenarioRows } from "../scenario-rows.js";
import { countsOf, type Draft, type DraftRow, draftOf, type Met } from "./draft.js";
import { type DerivedScenario, scenarioText } from "./scenario-text.js";
import type { CellValue } from "./values.js";

/** Scenarios of a rule that were derived from its query and have been run, and what could not be derived. */
export interface Derivation {
  readonly scenarios: readonly DerivedScenario[];
  /** Conditions whose values their form does not tell, and those whose absence the rule does not mind. */
  readonly left: readonly Underived[];
  /** Why no events that make it fire were found. */
  readonly failure?: string;
}

export interface Underived {
  readonly text: string;
  /** In the query. */
  readonly place: Place;
  readonly why: string;
}

/** What deriving needs: the facts of the rule's query, and `now` as they have it. */
export interface DeriveRequest {
  readonly rule: Rule;
  readonly facts: QueryFacts;
  readonly now: bigint;
}

/** Finds the smallest events that make a rule fire, and a near miss for each condition; everything is run before it counts. */
export async function deriveTests(workspace: ScenarioWorkspace, request: DeriveRequest): Promise<Derivation> {
  const { rule, facts, now } = request;
  const schema = workspace.store.schema();
  const draft = draftOf(facts, schema, now);
  const open = draft.open.map((location) => underived(location, "its form does not tell which values meet it"));
  const failures: string[] = [];
  const fires = async (rows: readonly DraftRow[]): Promise<readonly Alert[]> => {
    const { alerts, failures: found } = await tried(workspace, rule, rows, schema);
    failures.push(...found);
    return alerts;
  };
  const candidates = candidatesOf(draft, facts, rule);
  let rows: readonly DraftRow[] | undefined;
  for (const candidate of candidates) {
    if ((await fires(candidate)).length === 0) continue;
    rows = candidate;
    break;
  }
  if (rows === undefined) {
    const failure = failures[0] ?? "no events were found that make the rule fire";
    const numbers = facts.thresholds.map(({ location }) => underived(location, "no events were found that reach it"));
    const tries = draft.met.flatMap(({ condition: { location } }) =>
      location === undefined ? [] : [underived(location, "the value that was tried for it may not be what it takes")],
    );
    const left = [...open, ...numbers];
    return { scenarios: [], left: distinct(left.length === 0 ? tries : left), failure };
  }
  rows = await smallest(rows, fires);
  const scenarios: DerivedScenario[] = [{ name: "Fires", rows, alerts: await fires(rows) }];
  const left = [...open];
  for (const miss of missesOf(draft, rows, facts)) {
    const alerts = await fires(miss.rows);
    if (alerts.length === 0) scenarios.push({ name: `Near miss: not ${miss.text}`, rows: miss.rows, alerts });
    else left.push({ text: miss.text, place: miss.place, why: "the rule fires without it too" });
  }
  return { scenarios: named(scenarios), left: distinct(left) };
}

/** One of each row; as many as thresholds ask for; and as many results as the rule's trigger asks for. */
function candidatesOf({ rows }: Draft, facts: QueryFacts, rule: Rule): readonly (readonly DraftRow[])[] {
  const { count, differing } = countsOf(facts);
  const counted = count === 1 ? [] : [rows.map((row) => repeated(row, count, differing))];
  const needed = rule.triggerOperator === "gt" ? rule.triggerThreshold + 1 : rule.triggerThreshold;
  const all = [...facts.columns.keys()];
  const triggered =
    needed <= 1 || needed > 10_000 ? [] : [rows.map((row) => repeated(row, Math.max(count, needed), all))];
  return [rows, ...counted, ...triggered];
}

function repeated(row: DraftRow, count: number, differing: readonly string[]): DraftRow {
  const cells = new Map(row.cells);
  for (const column of differing) {
    const value = cells.get(column);
    if (typeof value === "string") cells.set(column, differ(value));
  }
  return { ...row, count, cells };
}

/** The number of a row, where it leaves an address and a user what they are. */
function differ(value: string): string {
  if (/^\d+\.\d+\.\d+\.\d+$/.test(value)) return value.replace(/\d+$/, "$$n");
  return value.includes("@") ? value.replace("@", "$n@") : `${value}-$n`;
}

/** Leaves out rows and repetitions as long as the rule fires. */
async function smallest(
  rows: readonly DraftRow[],
  fires: (rows: readonly DraftRow[]) => Promise<readonly Alert[]>,
): Promise<readonly DraftRow[]> {
  let kept = rows;
  for (const row of rows) {
    const without = kept.filter((one) => one !== row);
    if (without.length > 0 && (await fires(without)).length > 0) kept = without;
  }
  for (const row of kept.filter(({ count }) => count > 1)) {
    const single = kept.map((one) => (one === row ? { ...one, count: 1 } : one));
    if ((await fires(single)).length > 0) kept = single;
  }
  return kept;
}

interface Miss {
  readonly text: string;
  readonly place: Place;
  readonly rows: readonly DraftRow[];
}

/** The events with one condition broken, each in its turn. */
function missesOf(draft: Draft, rows: readonly DraftRow[], facts: QueryFacts): readonly Miss[] {
  const conditions = draft.met.flatMap(({ condition, row, cells }: Met): readonly Miss[] => {
    const source = draft.rows[row];
    if (condition.location === undefined || source === undefined) return [];
    const changed = rows.map((one) => (one.table === source.table ? { ...one, cells: merged(one.cells, cells) } : one));
    return [{ ...textAndPlace(condition.location), rows: changed }];
  });
  const fewer = facts.thresholds.flatMap(({ location }): readonly Miss[] => {
    if (!rows.some(({ count }) => count > 1)) return [];
    return [
      { ...textAndPlace(location), rows: rows.map((one) => (one.count > 1 ? { ...one, count: one.count - 1 } : one)) },
    ];
  });
  return [
    ...new Map([...conditions, ...fewer].map((miss) => [`${miss.place.line} ${miss.place.column}`, miss])).values(),
  ];
}

function merged(
  cells: ReadonlyMap<string, CellValue>,
  changes: ReadonlyMap<string, CellValue>,
): ReadonlyMap<string, CellValue> {
  const result = new Map(cells);
  for (const [name, value] of changes) {
    const before = result.get(name);
    const both = typeof before === "object" && typeof value === "object" && before !== null && value !== null;
    result.set(name, both ? deeply(before, value) : value);
  }
  return result;
}

type Bag = { readonly [key: string]: CellValue };

function deeply(before: Bag, change: Bag): CellValue {
  const members = Object.entries(change).map(([name, value]) => {
    const own = before[name];
    const both = typeof own === "object" && typeof value === "object" && own !== null && value !== null;
    return [name, both ? deeply(own, value) : value] as const;
  });
  return { ...before, ...Object.fromEntries(members) };
}

/** Runs rows as the text that would be printed, so that what is printed is what was run. */
async function tried(
  workspace: ScenarioWorkspace,
  rule: Rule,
  rows: readonly DraftRow[],
  schema: WorkspaceSchema,
): Promise<{ readonly alerts: readonly Alert[]; readonly failures: readonly string[] }> {
  const text = scenarioText([{ name: "try", rows, alerts: [] }]);
  const { file, problems } = readScenarios({ name: "derived.tests.yaml", text });
  const scenario = file?.scenarios[0];
  if (file === undefined || scenario === undefined) return { alerts: [], failures: problems.map(messageOf) };
  const wrong = [...problems, ...scenarioRows(file, scenario, schema).problems];
  if (wrong.length > 0) return { alerts: [], failures: wrong.map(messageOf) };
  return runScenario(workspace, file, scenario, rule);
}

function messageOf({ message }: Problem): string {
  return message;
}

function underived(location: NonNullable<Condition["location"]>, why: string): Underived {
  return { ...textAndPlace(location), why };
}

function textAndPlace({ source, span }: NonNullable<Condition["location"]>): { text: string; place: Place } {
  const text = source.text.slice(span.start, span.end).replace(/\s+/g, " ");
  return { text: text.length > 80 ? `${text.slice(0, 79)}…` : text, place: placeAt(source.text, span.start) };
}

/** Two conditions may read the same, and no two scenarios may. */
function named(scenarios: readonly DerivedScenario[]): readonly DerivedScenario[] {
  return scenarios.map((scenario, index) => {
    const earlier = scenarios.slice(0, index).filter(({ name }) => name === scenario.name).length;
    return earlier === 0 ? scenario : { ...scenario, name: `${scenario.name} (${earlier + 1})` };
  });
}

function distinct(left: readonly Underived[]): readonly Underived[] {
  return [...new Map(left.map((one) => [`${one.place.line} ${one.place.column}`, one])).values()];
}
