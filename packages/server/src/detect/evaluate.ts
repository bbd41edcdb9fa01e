import type { Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { type Alert, type AlertLimits, defaultAlertLimits } from "./alert.js";
import type { Row } from "./cells.js";
import { detailCollector, type OverriddenParts, overrideReader, techniquesIn } from "./details.js";
import { entityCollector } from "./entities.js";
import { printTicks, type Window } from "./ticks.js";

/** What a run of a rule came to. */
export interface Evaluation {
  /** Rows that the query returned. */
  readonly rows: number;
  readonly alerts: readonly Alert[];
  /** Rows of a rule that alerts per row which the limit left without an alert. */
  readonly heldBack: number;
  /** Parts of alerts that had too many different values in this run, and kept the rule's own. */
  readonly discardedOverrides: readonly string[];
}

/** Takes the rows of one run, one by one, and makes the alerts of them at the end. */
export interface Evaluator {
  add(row: Row): void;
  finish(): Evaluation;
}

/** Starts the evaluation of a rule's results for one window. Keeps a draft of each alert, and never the rows. */
export function startEvaluation(
  rule: Rule,
  columns: readonly Column[],
  window: Window,
  given: Partial<AlertLimits> = {},
): Evaluator {
  const limits = { ...defaultAlertLimits, ...given };
  const override = overrideReader(rule, columns, limits);
  const perRow = rule.eventGrouping === "AlertPerResult";
  const startDraft = () => draft(rule, columns, window, limits);
  const drafts = perRow ? [] : [startDraft()];
  let rows = 0;
  let heldBack = 0;
  return {
    add(row) {
      rows += 1;
      const parts = override.read(row);
      if (perRow && drafts.length >= limits.alerts) {
        heldBack += 1;
        return;
      }
      const current = perRow ? startDraft() : drafts[0];
      if (perRow && current !== undefined) drafts.push(current);
      current?.add(row, parts);
    },
    finish() {
      const discardedOverrides = override.discarded();
      if (!isTriggered(rule, rows)) return { rows, alerts: [], heldBack: 0, discardedOverrides };
      // A rule that fires on nothing has an alert to raise, though there is no row to raise it for.
      const raised = rows === 0 && perRow ? [startDraft()] : drafts;
      const alerts = raised.map((one) => one.finish((parts) => override.settle(parts)));
      return { rows, alerts, heldBack, discardedOverrides };
    },
  };
}

/** Whether a run with so many rows fires. */
export function isTriggered(rule: Pick<Rule, "triggerOperator" | "triggerThreshold">, rows: number): boolean {
  switch (rule.triggerOperator) {
    case "gt":
      return rows > rule.triggerThreshold;
    case "lt":
      return rows < rule.triggerThreshold;
    case "eq":
      return rows === rule.triggerThreshold;
    case "ne":
      return rows !== rule.triggerThreshold;
    default:
      return rule.triggerOperator satisfies never;
  }
}

interface Draft {
  add(row: Row, parts: OverriddenParts): void;
  finish(settle: (parts: OverriddenParts) => OverriddenParts): Alert;
}

function draft(rule: Rule, columns: readonly Column[], window: Window, limits: AlertLimits): Draft {
  const entities = entityCollector(rule, columns, limits.entities);
  const details = detailCollector(rule, columns, limits);
  const time = columns.findIndex((column) => column.name === "TimeGenerated" && column.type === "datetime");
  const sample: Alert["sample"][number][] = [];
  let rows = 0;
  let start: string | undefined;
  let end: string | undefined;
  let first: OverriddenParts = { properties: {} };
  return {
    add(row, parts) {
      if (rows === 0) first = parts;
      rows += 1;
      entities.add(row);
      details.add(row);
      const instant = row[time];
      if (typeof instant === "string") {
        if (start === undefined || instant < start) start = instant;
        if (end === undefined || instant > end) end = instant;
      }
      if (sample.length < limits.sampleRows) {
        sample.push(Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null])));
      }
    },
    finish(settle) {
      const parts = settle(first);
      const { values, leftOut } = details.details();
      return {
        title: parts.title ?? rule.name,
        description: parts.description ?? rule.description,
        severity: parts.severity ?? rule.severity,
        tactics: parts.tactics ?? rule.tactics,
        techniques: techniquesOf(parts.properties["Techniques"], rule.techniques),
        subTechniques: techniquesOf(parts.properties["SubTechniques"], rule.subTechniques),
        start: start ?? printTicks(window.from),
        end: end ?? printTicks(window.last ?? window.to),
        rows,
        entities: entities.entities(),
        customDetails: values,
        dynamicProperties: parts.properties,
        sample,
        window,
        notes: [
          ...note(entities.leftOut(), `entities beyond the limit of ${limits.entities} were left out`),
          ...note(leftOut, "values of custom details beyond the limits were left out"),
        ],
      };
    },
  };
}

function techniquesOf(written: string | undefined, own: readonly string[]): readonly string[] {
  return written === undefined ? own : techniquesIn(written);
}

function note(count: number, text: string): string[] {
  return count === 0 ? [] : [`${count} ${text}`];
}
