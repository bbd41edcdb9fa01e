import { isTriggered, type Rule } from "@calypso/catalog";
import type { Column } from "@calypso/kql";
import { type Alert, type AlertLimits, defaultAlertLimits } from "./alert.js";
import type { Row } from "./cells.js";
import { detailCollectors, type OverriddenParts, overrideReader, techniquesIn } from "./details.js";
import { entityCollectors } from "./entities.js";
import { type HiddenRows, nothingHidden } from "./exceptions.js";
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
  /** Rows that exceptions kept out; they are not among `rows`. */
  readonly hidden: HiddenRows;
}

/** Takes the rows of one run, one by one, and makes the alerts of them at the end. */
export interface Evaluator {
  add(row: Row): void;
  /** `hidden` is what exceptions kept out of the rows. */
  finish(hidden?: HiddenRows): Evaluation;
}

/** Starts the evaluation of a rule's results for one window. Keeps what alerts need of the rows, and never the rows. */
export function startEvaluation(
  rule: Rule,
  columns: readonly Column[],
  window: Window,
  given: Partial<AlertLimits> = {},
): Evaluator {
  const limits = { ...defaultAlertLimits, ...given };
  const override = overrideReader(rule, columns, limits);
  const startDraft = drafts(rule, columns, window, limits);
  const perRow = rule.eventGrouping === "AlertPerResult";
  const whole = startDraft();
  const single: { readonly body: AlertBody; readonly parts: OverriddenParts }[] = [];
  let first: OverriddenParts = { properties: {} };
  let rows = 0;
  let heldBack = 0;
  return {
    add(row) {
      rows += 1;
      const parts = override.read(row);
      if (!perRow) {
        if (rows === 1) first = parts;
        whole.add(row);
      } else if (single.length >= limits.alerts) {
        heldBack += 1;
      } else {
        const draft = startDraft();
        draft.add(row);
        single.push({ body: draft.body(), parts });
      }
    },
    finish(hidden = nothingHidden) {
      const discardedOverrides = override.discarded();
      if (!isTriggered(rule, rows)) return { rows, alerts: [], heldBack: 0, discardedOverrides, hidden };
      // A rule that fires on nothing has an alert to raise, though there is no row to raise it for.
      const raised = perRow && rows > 0 ? single : [{ body: withHidden(whole.body(), hidden), parts: first }];
      const alerts = raised.map(({ body, parts }) => complete(rule, body, override.settle(parts)));
      return { rows, alerts, heldBack, discardedOverrides, hidden };
    },
  };
}

/** The parts of an alert that no override touches. */
type AlertBody = Pick<Alert, "start" | "end" | "rows" | "entities" | "customDetails" | "sample" | "window" | "notes">;

interface Draft {
  add(row: Row): void;
  body(): AlertBody;
}

function drafts(rule: Rule, columns: readonly Column[], window: Window, limits: AlertLimits): () => Draft {
  const startEntities = entityCollectors(rule, columns, limits.entities);
  const startDetails = detailCollectors(rule, columns, limits);
  const time = columns.findIndex((column) => column.name === "TimeGenerated" && column.type === "datetime");
  return () => {
    const entities = startEntities();
    const details = startDetails();
    const sample: Alert["sample"][number][] = [];
    let rows = 0;
    let start: string | undefined;
    let end: string | undefined;
    return {
      add(row) {
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
      body() {
        const { values, leftOut } = details.details();
        return {
          start: start ?? printTicks(window.from),
          end: end ?? printTicks(window.last ?? window.to),
          rows,
          entities: entities.entities(),
          customDetails: values,
          sample,
          window,
          notes: [
            ...note(entities.leftOut(), `entities beyond the limit of ${limits.entities} were left out`),
            ...note(leftOut, "values of custom details beyond the limits were left out"),
          ],
        };
      },
    };
  };
}

function withHidden(body: AlertBody, { rows }: HiddenRows): AlertBody {
  return {
    ...body,
    notes: [...body.notes, ...note(rows, `${rows === 1 ? "row was" : "rows were"} kept out by exceptions`)],
  };
}

function complete(rule: Rule, body: AlertBody, parts: OverriddenParts): Alert {
  return {
    ...body,
    title: parts.title ?? rule.name,
    description: parts.description ?? rule.description,
    severity: parts.severity ?? rule.severity,
    tactics: parts.tactics ?? rule.tactics,
    techniques: techniquesOf(parts.properties["Techniques"], rule.techniques),
    subTechniques: techniquesOf(parts.properties["SubTechniques"], rule.subTechniques),
    dynamicProperties: parts.properties,
  };
}

function techniquesOf(written: string | undefined, own: readonly string[]): readonly string[] {
  return written === undefined ? own : techniquesIn(written);
}

function note(count: number, text: string): string[] {
  return count === 0 ? [] : [`${count} ${text}`];
}
