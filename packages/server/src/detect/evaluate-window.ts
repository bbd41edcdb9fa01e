import type { Rule } from "@calypso/catalog";
import type { Compilation } from "@calypso/kql";
import type { AlertLimits } from "./alert.js";
import { parseRow } from "./cells.js";
import { type Diagnosis, diagnosisOf } from "./diagnosis.js";
import { type Evaluation, startEvaluation } from "./evaluate.js";
import type { QueryPorts } from "./extent.js";
import type { Window } from "./ticks.js";

/** How one window is looked at. */
export interface WindowOptions {
  /** Makes a missing column an error. */
  readonly strict?: boolean;
  readonly limits?: Partial<AlertLimits>;
  /** Which time decides whether a row is in the window: that of the event, or that of its arrival. */
  readonly cutBy?: "event" | "arrival";
}

/** What a rule came to in a window, or why it cannot run there. */
export type WindowOutcome =
  | { readonly evaluation: Evaluation; readonly diagnosis?: undefined }
  | { readonly evaluation?: undefined; readonly diagnosis: Diagnosis };

/** Runs a rule over one window: the same code for a preview, a replay, a test and the service. Failures are thrown. */
export async function evaluateWindow(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  options: WindowOptions,
): Promise<WindowOutcome> {
  const compilation = await compileRule(ports, rule, options, window);
  // What the data of this window makes wrong, such as two columns of one name.
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) return { diagnosis: diagnosisOf(rule, error) };
  const evaluator = startEvaluation(rule, compilation.columns, window, options.limits);
  for await (const line of ports.rows(compilation)) evaluator.add(parseRow(line, compilation.columns));
  return { evaluation: evaluator.finish() };
}

/** `now()` is the window's end, so that the rule sees what it would have seen then. */
export function compileRule(
  ports: QueryPorts,
  rule: Rule,
  { strict, cutBy }: WindowOptions,
  { from, to }: Window,
): Promise<Compilation> {
  return ports.compile({
    text: rule.query.text,
    sourceName: `${rule.file} › ${rule.query.key === "" ? "query" : rule.query.key}`,
    now: to,
    ...(cutBy === "arrival" ? { arrivalScope: { from, to } } : { timeScope: { from, to } }),
    ...(strict === undefined ? {} : { strict }),
  });
}
