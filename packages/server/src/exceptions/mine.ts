import { isTriggered, type Rule } from "@calypso/catalog";
import type { Dimension } from "./dimensions.js";

/** Rows of a window that are alike in all dimensions. */
export interface AlikeRows {
  readonly rows: number;
  /** The text of each dimension; empty where the rows have none. */
  readonly values: readonly string[];
}

/** One part of a condition: a dimension has a value. */
export interface Trait {
  readonly dimension: Dimension;
  readonly value: string;
}

/** Something that nearly all rows have in common. */
export interface Candidate {
  /** One, or a pair of different kinds. */
  readonly traits: readonly Trait[];
  readonly rows: number;
  readonly alerts: number;
  /** How many different users the rows are of; undefined where the rows name none. */
  readonly users: number | undefined;
}

/** What candidates are chosen from. */
export interface Mined {
  readonly rows: number;
  readonly alerts: number;
  /** The best first: pairs before single values, those of few users and of lasting names before others. */
  readonly candidates: readonly Candidate[];
}

/** Finds what at least a share of the rows, or of the alerts, of windows that raised alerts have in common. */
export function mine(
  rule: Rule,
  dimensions: readonly Dimension[],
  windows: readonly (readonly AlikeRows[])[],
  share: number,
): Mined {
  const alerting = windows.filter((window) => isTriggered(rule, rowsIn(window)));
  const all = { rows: sum(alerting.map(rowsIn)), alerts: sum(alerting.map((one) => alertsOf(rule, rowsIn(one)))) };
  const user = userDimension(dimensions);
  const effect = (traits: readonly Trait[]): Candidate => effectOf(rule, dimensions, user, alerting, traits);
  const isLarge = ({ rows, alerts }: Candidate) =>
    rows > 0 && (rows >= share * all.rows || (all.alerts > 0 && alerts >= share * all.alerts));
  const single = dimensions
    .flatMap((dimension, index) => usualValues(alerting, index, share).map((value): Trait => ({ dimension, value })))
    .map((trait) => effect([trait]))
    .filter(isLarge);
  const pairs = single.flatMap(({ traits: [one] }, index) =>
    single.slice(index + 1).flatMap(({ traits: [other] }) => {
      const isPair = one !== undefined && other !== undefined && one.dimension.kind !== other.dimension.kind;
      return isPair ? [effect([one, other])] : [];
    }),
  );
  // What all rows have in common tells nothing, but who it was and from where.
  const telling = single.filter(
    ({ traits: [one], rows }) => one !== undefined && (rows < all.rows || /^wh(?:o|ere)$/.test(one.dimension.kind)),
  );
  return { ...all, candidates: [...pairs.filter(isLarge).sort(narrower), ...telling.sort(narrower)] };
}

/** A single value hides more than one would think: of others, or after it has come to mean something else. */
export function isWeak({ traits, users }: Candidate, mostUsers: number): boolean {
  const [only] = traits;
  if (users !== undefined && users > mostUsers) return true;
  return traits.length === 1 && only !== undefined && (only.dimension.stability < 3 || only.dimension.kind !== "who");
}

function narrower(a: Candidate, b: Candidate): number {
  const byUsers = (a.users ?? Number.MAX_SAFE_INTEGER) - (b.users ?? Number.MAX_SAFE_INTEGER);
  return byUsers || stabilityOf(b) - stabilityOf(a) || b.alerts - a.alerts || b.rows - a.rows;
}

function stabilityOf({ traits }: Candidate): number {
  return sum(traits.map(({ dimension }) => dimension.stability));
}

function effectOf(
  rule: Rule,
  dimensions: readonly Dimension[],
  user: number,
  windows: readonly (readonly AlikeRows[])[],
  traits: readonly Trait[],
): Candidate {
  const places = traits.map(({ dimension, value }) => ({ at: dimensions.indexOf(dimension), value }));
  const users = new Set<string>();
  let rows = 0;
  let alerts = 0;
  for (const window of windows) {
    const met = window.filter(({ values }) => places.every(({ at, value }) => values[at] === value));
    const before = rowsIn(window);
    rows += rowsIn(met);
    alerts += alertsOf(rule, before) - alertsOf(rule, before - rowsIn(met));
    for (const { values } of met) if ((values[user] ?? "") !== "") users.add(values[user] ?? "");
  }
  return { traits, rows, alerts, users: users.size === 0 ? undefined : users.size };
}

function alertsOf(rule: Rule, rows: number): number {
  if (!isTriggered(rule, rows)) return 0;
  return rule.eventGrouping === "AlertPerResult" ? Math.max(1, rows) : 1;
}

/** The dimension that tells users apart best; -1 where none does. */
function userDimension(dimensions: readonly Dimension[]): number {
  const best = dimensions.filter(({ kind }) => kind === "who").sort((a, b) => b.stability - a.stability)[0];
  return best === undefined ? -1 : dimensions.indexOf(best);
}

/** The values that may have a large enough part in the rows, or in the alerts. */
function usualValues(windows: readonly (readonly AlikeRows[])[], index: number, share: number): readonly string[] {
  const counts = new Map<string, { rows: number; readonly windows: Set<unknown> }>();
  for (const window of windows) {
    for (const { values, rows } of window) {
      const value = values[index] ?? "";
      const known = counts.get(value) ?? { rows: 0, windows: new Set() };
      known.rows += rows;
      known.windows.add(window);
      counts.set(value, known);
    }
  }
  counts.delete("");
  const all = sum(windows.map(rowsIn));
  const isUsual = (one: { readonly rows: number; readonly windows: ReadonlySet<unknown> }) =>
    one.rows >= share * all || one.windows.size >= share * windows.length;
  return [...counts].flatMap(([value, one]) => (isUsual(one) ? [value] : []));
}

function rowsIn(window: readonly AlikeRows[]): number {
  return sum(window.map(({ rows }) => rows));
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
