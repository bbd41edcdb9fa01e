import type { RuleSeverity } from "@calypso/catalog";
import type { Cell } from "./cells.js";
import type { Window } from "./ticks.js";

/** Something that an alert is about; identifiers are Sentinel's, in camelCase, and all text. */
export interface Entity {
  readonly type: string;
  readonly [identifier: string]: string;
}

/** What a rule found in one window. */
export interface Alert {
  readonly title: string;
  readonly description: string;
  readonly severity: RuleSeverity;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly subTechniques: readonly string[];
  /** First and last `TimeGenerated` of the rows; the ends of the window, or of its data, where the rows have none. */
  readonly start: string;
  readonly end: string;
  /** How many result rows are behind the alert. */
  readonly rows: number;
  readonly entities: readonly Entity[];
  readonly customDetails: Readonly<Record<string, readonly string[]>>;
  /** Properties that `alertDynamicProperties` took from the rows. */
  readonly dynamicProperties: Readonly<Record<string, string>>;
  /** The first rows, by column. */
  readonly sample: readonly Readonly<Record<string, Cell>>[];
  readonly window: Window;
  /** What limits kept out of the alert, in words. */
  readonly notes: readonly string[];
}

/** Limits of evaluation. Those of Microsoft Sentinel are the defaults, but for the number of alerts, which has none. */
export interface AlertLimits {
  /** Alerts of one run; rows beyond are held back, and counted. */
  readonly alerts: number;
  readonly entities: number;
  readonly customDetailValues: number;
  readonly customDetailBytes: number;
  /** Above so many distinct values of a part of alerts, all alerts of the run keep the rule's own. */
  readonly overrideValues: number;
  readonly titleBytes: number;
  readonly descriptionBytes: number;
  readonly sampleRows: number;
}

/** What holds where nothing else is said. */
export const defaultAlertLimits: AlertLimits = {
  alerts: Number.POSITIVE_INFINITY,
  entities: 500,
  customDetailValues: 50,
  customDetailBytes: 2048,
  overrideValues: 50,
  titleBytes: 256,
  descriptionBytes: 5 * 1024,
  sampleRows: 5,
};
