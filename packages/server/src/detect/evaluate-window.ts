import type { Rule, RuleException } from "@calypso/catalog";
import type { Compilation, Stage } from "@calypso/kql";
import { errorFrom } from "../search/query-error.js";
import type { AlertLimits } from "./alert.js";
import { type Cell, parseRow } from "./cells.js";
import { type Diagnosis, diagnosisOf, wholeRule } from "./diagnosis.js";
import { type Evaluation, startEvaluation } from "./evaluate.js";
import { exceptionDiagnoses, exceptionsAt, exclusionsOf, hiddenIn, toldIn } from "./exceptions.js";
import type { QueryPorts } from "./extent.js";
import type { Window } from "./ticks.js";

/** How one window is looked at. */
export interface WindowOptions {
  /** Makes a missing column an error. */
  readonly strict?: boolean;
  readonly limits?: Partial<AlertLimits>;
  /** Which time decides whether a row is in the window: that of the event, or that of its arrival. */
  readonly cutBy?: "event" | "arrival";
  /** What is asked of the results in place of their rows. */
  readonly stage?: Stage;
}

/** What a rule came to in a window, or why it cannot run there. */
export type WindowOutcome =
  | {
      readonly evaluation: Evaluation;
      readonly diagnosis?: undefined;
      /** Why exceptions were left out. */
      readonly exceptionDiagnoses: readonly Diagnosis[];
    }
  | { readonly evaluation?: undefined; readonly diagnosis: Diagnosis };

/**
 * Runs a rule over one window: the same code for a preview, a replay, a test and the service. Failures are thrown. An exception
 * that ends the query is left out, and the rule runs without any: too much is shown rather than too little.
 */
export async function evaluateWindow(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  options: WindowOptions,
): Promise<WindowOutcome> {
  const exceptions = exceptionsAt(rule, window);
  try {
    return await evaluateWith(ports, rule, window, options, exceptions);
  } catch (thrown) {
    const { code, message } = errorFrom(thrown);
    if (exceptions.length === 0 || !ofRows.has(code)) throw thrown;
    const outcome = await evaluateWith(ports, rule, window, options, []);
    if (outcome.evaluation === undefined) return outcome;
    const names = exceptions.map(({ id }) => id).join(", ");
    const told = `the exceptions are left out (${names}), as the query fails with them: ${message}`;
    return { ...outcome, exceptionDiagnoses: [wholeRule(rule, { code, severity: "warning", message: told })] };
  }
}

/** Failures that an exception's condition may have a part in. */
const ofRows: ReadonlySet<string> = new Set(["unsettled-rows", "engine-error"]);

async function evaluateWith(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  options: WindowOptions,
  exceptions: readonly RuleException[],
): Promise<WindowOutcome> {
  const compilation = await compileRule(ports, rule, options, window, exceptions);
  // What the data of this window makes wrong, such as two columns of one name.
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) return { diagnosis: diagnosisOf(rule, error) };
  const evaluator = startEvaluation(rule, compilation.columns, window, options.limits);
  let told: Cell | undefined;
  for await (const line of ports.rows(compilation)) {
    const row = parseRow(line, compilation.columns);
    const of = toldIn(row, compilation);
    if (of === undefined) evaluator.add(row);
    else told = of;
  }
  const evaluation = evaluator.finish(hiddenIn(told, rule, exceptions, compilation));
  return { evaluation, exceptionDiagnoses: exceptionDiagnoses(rule, exceptions, compilation) };
}

/** `now()` is the window's end, so that the rule sees what it would have seen then. */
export function compileRule(
  ports: QueryPorts,
  rule: Rule,
  { strict, cutBy, stage }: WindowOptions,
  { from, to }: Window,
  exceptions: readonly RuleException[],
): Promise<Compilation> {
  return ports.compile({
    text: rule.query.text,
    sourceName: `${rule.file} › ${rule.query.key === "" ? "query" : rule.query.key}`,
    now: to,
    ...(cutBy === "arrival" ? { arrivalScope: { from, to } } : { timeScope: { from, to } }),
    ...(strict === undefined ? {} : { strict }),
    ...(stage === undefined ? {} : { stage }),
    ...(exceptions.length === 0 ? {} : { exclusions: exclusionsOf(rule, exceptions) }),
  });
}
