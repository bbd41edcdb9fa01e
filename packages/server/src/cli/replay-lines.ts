import type { Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { printJson } from "../detect/cells.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import { entityNames } from "../detect/entity-names.js";
import { printTicks, type Window } from "../detect/ticks.js";
import type { Difference } from "../replay/compare.js";
import type { ComparisonEvent, Version } from "../replay/compare-versions.js";
import type { ReplayedIncident } from "../replay/incidents.js";
import type { RuleCost } from "../replay/replay.js";
import { alertFields, errorFields } from "./alert-lines.js";

/** What decides the exit status of a replay. */
export interface ReplayCounts {
  /** Rules and windows that could not run, by reason. */
  failed: number;
  /** Alerts that differ between the versions. */
  changed: number;
}

/** Something that could not run, as a line; `version` says which where two are compared. */
export function failureLine(rule: Rule, diagnosis: Diagnosis, window: Window | undefined, version?: Version): string {
  return printJson({
    kind: "error",
    version,
    ...errorFields(rule, diagnosis),
    ...(window === undefined ? {} : { window: { from: printTicks(window.from), to: printTicks(window.to) } }),
  });
}

/** An incident as a replay leaves it, as a line. */
export function incidentLine(incident: ReplayedIncident): string {
  const { rule, createdAt, number, alerts, ...summary } = incident;
  return printJson({
    kind: "incident",
    number,
    rule: named(rule),
    ...summary,
    createdAt: createdAt.toISOString(),
    alerts,
  });
}

/** What a rule's windows took, as a line. */
export function costLine(rule: Rule, cost: RuleCost): string {
  return printJson({ kind: "cost", rule: named(rule), ...costFields(cost) });
}

/** A difference between two versions of a rule, as a line. */
export function differenceLine(rule: Rule, difference: Difference): string {
  if (difference.kind === "changed") {
    const { kind, changes, alert } = difference;
    return printJson({ kind, rule: named(rule), changes, alert: comparedFields(rule, alert) });
  }
  const { kind, because, alert } = difference;
  return printJson({ kind, rule: named(rule), because, alert: comparedFields(rule, alert) });
}

/** How a rule's versions compare as a whole, as a line. */
export function comparedLine({ rule, same, costs }: Extract<ComparisonEvent, { kind: "compared" }>): string {
  const { now, before } = costs;
  return printJson({
    kind: "cost",
    rule: named(rule),
    same,
    ...(now === undefined ? {} : { now: costFields(now) }),
    ...(before === undefined ? {} : { before: costFields(before) }),
  });
}

/** Whole numbers that no double holds are texts, as everywhere. */
function costFields({ rowsRead, bytesRead, ...cost }: RuleCost) {
  return { ...cost, seconds: rounded(cost.seconds), rowsRead: long(rowsRead), bytesRead: long(bytesRead) };
}

/** The samples of rows are not compared, and not kept. */
function comparedFields(rule: Rule, alert: Difference["alert"]) {
  const { rule: _rule, sample: _sample, ...fields } = alertFields(rule, alert);
  return fields;
}

function named({ id, name }: Rule) {
  return { id, name };
}

function rounded(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}

function long(value: bigint): number | string {
  return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : String(value);
}

/** The columns of the table of incidents. */
export const incidentColumns = textColumns("Number", "Severity", "Rule", "Title", "First", "Last", "Alerts");

/** An incident as a row of that table. */
export function incidentCells(incident: ReplayedIncident): string {
  const { number, severity, rule, title, firstActivity, lastActivity, alerts } = incident;
  const times = [firstActivity, lastActivity].map(short);
  return printJson([String(number), severity, rule.name, title === rule.name ? "" : title, ...times, String(alerts)]);
}

const numbers = ["Windows", "Failed", "Suppressed", "Rows", "Alerts", "Seconds", "Rows read", "Bytes read"];

/** The columns of the table of costs. */
export const costColumns: readonly Column[] = [
  { name: "Rule", type: "string" },
  ...numbers.map((name) => ({ name, type: "long" }) as const),
];

/** What a rule's windows took as a row of that table; the version stands behind the name where two are compared. */
export function costCells(rule: Rule, cost: RuleCost, version?: Version): string {
  const { windows, failed, suppressed, rows, alerts, seconds, rowsRead, bytesRead } = cost;
  const name = version === undefined ? rule.name : `${rule.name} (${version})`;
  const cells = [windows, failed, suppressed, rows, alerts, rounded(seconds), rowsRead, bytesRead];
  return printJson([name, ...cells.map(String)]);
}

/** The columns of the table of differences. */
export const differenceColumns = textColumns("Difference", "Window", "Severity", "Rule", "Title", "What");

/** A difference as a row of that table. */
export function differenceCells(rule: Rule, difference: Difference): string {
  const { kind, alert } = difference;
  const title = alert.title === rule.name ? "" : alert.title;
  const what =
    difference.kind === "changed"
      ? difference.changes.map(({ field }) => field).join(", ")
      : [entityNames(alert.entities), ...(difference.because === undefined ? [] : [`(${difference.because})`])].join(
          " ",
        );
  return printJson([kind, short(printTicks(alert.window.to)), alert.severity, rule.name, title, what]);
}

function textColumns(...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: "string" }));
}

function short(time: string): string {
  return time.slice(0, 19).replace("T", " ");
}
