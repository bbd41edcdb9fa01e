import type { Rule } from "@calypso/catalog";
import { type Cell, parseRow, textOfCell } from "../detect/cells.js";
import { type Diagnosis, diagnosisOf, wholeRule } from "../detect/diagnosis.js";
import { compileRule } from "../detect/evaluate-window.js";
import { exceptionsAt } from "../detect/exceptions.js";
import type { QueryPorts } from "../detect/extent.js";
import { windowsOf } from "../detect/run.js";
import type { Window } from "../detect/ticks.js";
import { type Dimension, dimensionsOf, textOf } from "./dimensions.js";
import { type AlikeRows, type Mined, mine } from "./mine.js";

/** What the past results of a rule have in common, or why there is no telling. */
export type Suggestions =
  | { readonly mined: Mined; readonly diagnosis?: undefined }
  | { readonly mined?: undefined; readonly diagnosis: Diagnosis };

/**
 * Replays a rule over a stretch of time and finds what its results have in common, those that exceptions hide left out. The
 * engine counts rows that are alike; the rows themselves stay there. Failures are thrown.
 */
export async function suggest(
  ports: QueryPorts,
  rule: Rule,
  { range, share }: { readonly range: Window; readonly share: number },
): Promise<Suggestions> {
  if (rule.obstacle !== undefined) return { diagnosis: rule.obstacle };
  const scheduled = windowsOf(rule, range);
  if (scheduled === undefined) {
    const message = "the rule has no readable `queryFrequency` and `queryPeriod`, and cannot be replayed on a schedule";
    return { diagnosis: wholeRule(rule, { code: "no-schedule", severity: "error", message }) };
  }
  const windows: (readonly AlikeRows[])[] = [];
  let dimensions: readonly Dimension[] | undefined;
  for (const window of scheduled) {
    if (dimensions === undefined) {
      const { columns, diagnostics } = await compileRule(ports, rule, {}, window, []);
      const error = diagnostics.find(({ severity }) => severity === "error");
      if (error !== undefined) return { diagnosis: diagnosisOf(rule, error) };
      dimensions = dimensionsOf(rule, columns);
    }
    const counted = await alikeRows(ports, rule, window, dimensions);
    if ("code" in counted) return { diagnosis: counted };
    windows.push(counted);
  }
  return { mined: mine(rule, dimensions ?? [], windows, share) };
}

async function alikeRows(
  ports: QueryPorts,
  rule: Rule,
  window: Window,
  dimensions: readonly Dimension[],
): Promise<readonly AlikeRows[] | Diagnosis> {
  const by = dimensions.map((dimension, index) => `d${index} = ${textOf(dimension)}`).join(", ");
  const text = `| summarize rows = count()${by === "" ? "" : ` by ${by}`}`;
  const stage = { text, sourceName: `what the results of ${rule.name} have in common` };
  const compilation = await compileRule(ports, rule, { stage }, window, exceptionsAt(rule, window));
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) return diagnosisOf(rule, error);
  const found: AlikeRows[] = [];
  for await (const line of ports.rows(compilation)) {
    // The groups come first, then the count.
    const cells: readonly Cell[] = parseRow(line, compilation.columns);
    found.push({ rows: Number(cells.at(-1)), values: cells.slice(0, -1).map(textOfCell) });
  }
  return found;
}
