import type { ExpectedAlert, PlainValue } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { type Cell, printJson } from "../detect/cells.js";
import { identifierKey } from "../detect/identifier-key.js";

/** How the alerts of a run differ from those that were expected. */
export interface Comparison {
  /** Expected alerts that were not raised, each with the raised one that is nearest to it and is not expected either. */
  readonly missing: readonly {
    readonly expected: ExpectedAlert;
    readonly nearest?: Alert;
    readonly differences: readonly Difference[];
  }[];
  /** Alerts that were raised and are like none of those. */
  readonly unexpected: readonly Alert[];
}

/** A part of an alert that is not as expected; both as text. */
export interface Difference {
  readonly part: string;
  readonly expected: string;
  readonly actual: string;
}

/** Pairs expected alerts with raised ones, so that as many as possible agree, whatever their order. */
export function compareAlerts(expected: readonly ExpectedAlert[], alerts: readonly Alert[]): Comparison {
  const agrees = expected.map((one) => alerts.map((alert) => differencesOf(one, alert).length === 0));
  const takenBy = new Map<number, number>();
  const pair = (index: number, tried: Set<number>): boolean =>
    alerts.some((_, position) => {
      if (!agrees[index]?.[position] || tried.has(position)) return false;
      tried.add(position);
      const holder = takenBy.get(position);
      if (holder !== undefined && !pair(holder, tried)) return false;
      takenBy.set(position, index);
      return true;
    });
  const missing = expected.filter((_, index) => !pair(index, new Set()));
  const left = new Set(alerts.filter((_, position) => !takenBy.has(position)));
  return {
    missing: missing.map((one) => {
      const scored = [...left].map((alert) => ({ alert, differences: differencesOf(one, alert) }));
      const [nearest] = scored.sort((a, b) => a.differences.length - b.differences.length);
      if (nearest === undefined) return { expected: one, differences: [] };
      left.delete(nearest.alert);
      return { expected: one, nearest: nearest.alert, differences: nearest.differences };
    }),
    unexpected: [...left],
  };
}

/** All parts of an alert that are not as expected. */
function differencesOf(expected: ExpectedAlert, alert: Alert): Difference[] {
  const { title, description, severity, rows, tactics, techniques, customDetails } = expected;
  return [
    ...differs("title", title, alert.title),
    ...differs("description", description, alert.description),
    ...differs("severity", severity, alert.severity),
    ...differs("rows", rows?.toString(), String(alert.rows)),
    ...differs("tactics", tactics && list(tactics), list(alert.tactics)),
    ...differs(
      "techniques",
      techniques && list(techniques),
      list([...alert.techniques, ...alert.subTechniques].filter((id) => listed(id, techniques))),
    ),
    ...expected.entities.flatMap((entity) => missingEntity(entity, alert)),
    ...Object.entries(customDetails).flatMap(([name, values]) =>
      differs(`customDetails.${name}`, list(values), list(alert.customDetails[name] ?? [])),
    ),
    ...expected.sample.flatMap((row) => missingRow(row, alert)),
  ];
}

/** The base technique of a sub-technique counts only where it is named. */
function listed(id: string, techniques: readonly string[] = []): boolean {
  return techniques.includes(id) || !techniques.some((other) => other.startsWith(`${id}.`));
}

function differs(part: string, expected: string | undefined, actual: string): Difference[] {
  return expected === undefined || expected === actual ? [] : [{ part, expected, actual }];
}

function list(values: readonly string[]): string {
  return values.length === 0 ? "none" : [...values].sort().join(", ");
}

function missingEntity({ type, identifiers }: ExpectedAlert["entities"][number], alert: Alert): Difference[] {
  const wanted = Object.entries(identifiers).map(([name, value]) => [identifierKey(name), value] as const);
  const same = alert.entities.filter((entity) => entity.type === type);
  if (same.some((entity) => wanted.every(([name, value]) => entity[name] === value))) return [];
  const shown = same.map((entity) => printJson(entity)).join(" ");
  const expected = printJson({ type, ...Object.fromEntries(wanted) });
  return [{ part: "entities", expected, actual: shown === "" ? `no ${type}` : shown }];
}

function missingRow(row: Readonly<Record<string, PlainValue>>, alert: Alert): Difference[] {
  const has = (sample: Readonly<Record<string, Cell>>) =>
    Object.entries(row).every(([name, value]) => name in sample && sameValue(value, sample[name]));
  if (alert.sample.some(has)) return [];
  const actual = alert.sample.map((sample) =>
    printJson(
      Object.fromEntries(Object.keys(row).map((name) => [name, name in sample ? sample[name] : "(no such column)"])),
    ),
  );
  return [{ part: "sample", expected: printJson(row), actual: actual.length === 0 ? "no row" : actual.join(" ") }];
}

/** A number may be written as a text and the other way round, as YAML tells them apart by quotes alone. */
function sameValue(expected: PlainValue, actual: Cell | undefined): boolean {
  if (typeof expected === "object" && expected !== null) return sorted(expected) === sorted(actual ?? null);
  if (expected === null) return actual === null || actual === "";
  return String(expected) === (typeof actual === "object" && actual !== null ? printJson(actual) : String(actual));
}

function sorted(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(sorted).join(",")}]`;
  if (typeof value !== "object" || value === null) return printJson(value);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return entries.length === 0
    ? printJson(value)
    : `{${entries.map(([key, one]) => `${JSON.stringify(key)}:${sorted(one)}`).join(",")}}`;
}
