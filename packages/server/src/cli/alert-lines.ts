import type { Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import type { Alert } from "../detect/alert.js";
import { printJson } from "../detect/cells.js";
import type { Diagnosis } from "../detect/diagnosis.js";
import { entityNames } from "../detect/entity-names.js";
import type { Evaluation } from "../detect/evaluate.js";
import { printTicks } from "../detect/ticks.js";

/** An alert as one line of JSON. What its rows override stands in `rule` too, where scripts look for it. */
export function alertLine(rule: Rule, alert: Alert): string {
  return printJson(alertFields(rule, alert));
}

/** The fields of that line. */
export function alertFields(rule: Rule, alert: Alert) {
  const { severity, tactics, techniques, subTechniques } = alert;
  const filled = (key: string, value: object) => (Object.keys(value).length === 0 ? {} : { [key]: value });
  return {
    rule: { id: rule.id, name: rule.name, severity, tactics, techniques, ...filled("subTechniques", subTechniques) },
    title: alert.title,
    description: alert.description,
    severity,
    start: alert.start,
    end: alert.end,
    rows: alert.rows,
    entities: alert.entities,
    customDetails: alert.customDetails,
    ...filled("dynamicProperties", alert.dynamicProperties),
    ...filled("notes", alert.notes),
    sample: alert.sample,
    window: { from: printTicks(alert.window.from), to: printTicks(alert.window.to) },
  };
}

/** A rule that could not run, as one line of JSON; `rule` is absent where the file could not be read. */
export function errorLine(rule: Rule | undefined, diagnosis: Diagnosis): string {
  return printJson(errorFields(rule, diagnosis));
}

/** The fields of that line. */
export function errorFields(rule: Rule | undefined, diagnosis: Diagnosis) {
  const { code, message, file, line, column, key } = diagnosis;
  const named =
    rule === undefined
      ? { id: diagnosis.rule ?? "", name: fileName(file), severity: null, tactics: [], techniques: [] }
      : { id: rule.id, name: rule.name, severity: rule.severity, tactics: rule.tactics, techniques: rule.techniques };
  return { rule: named, error: { code, message, file, ...(key === undefined ? {} : { key }), line, column } };
}

/** What limits kept out of the alerts of a window, in words. */
export function remarksOf({ heldBack, discardedOverrides }: Evaluation): string[] {
  return [
    ...(heldBack === 0 ? [] : [`${heldBack} more rows raised no alert, because of --max-alerts`]),
    ...discardedOverrides.map((part) => `the ${part} has too many different values to be taken from the rows`),
  ];
}

/** An alert as a line for people who watch: when, how bad, what, who. */
export function alertText(alert: Alert): string {
  const time = alert.start.slice(0, 19).replace("T", " ");
  return [time, alert.severity.padEnd(13), alert.title, `[${entityNames(alert.entities)}]`].join("  ");
}

/** The columns of the table of alerts that people read. */
export const alertColumns: readonly Column[] = ["Time", "Severity", "Rule", "Title", "Entities"].map((name) => ({
  name,
  type: "string",
}));

/** An alert as a row of that table, in JSON. A title that is the rule's name is not said twice. */
export function alertRow(rule: Rule, alert: Alert): string {
  const time = alert.start.slice(0, 19).replace("T", " ");
  const title = alert.title === rule.name ? "" : alert.title;
  return printJson([time, alert.severity, rule.name, title, entityNames(alert.entities)]);
}

function fileName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}
