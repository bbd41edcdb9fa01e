import type { Rule } from "@calypso/catalog";
import type { Column, Dissection } from "@calypso/kql";
import type { Alert } from "../detect/alert.js";
import { parseRow, printJson, type Row } from "../detect/cells.js";
import { diagnosisOf } from "../detect/diagnosis.js";
import { compileRule } from "../detect/evaluate-window.js";
import { exceptionsAt, toldIn } from "../detect/exceptions.js";
import type { QueryPorts } from "../detect/extent.js";
import type { Window } from "../detect/ticks.js";
import { ticksOf } from "../platform/clock.js";
import type { State } from "../state/open-state.js";
import { Failure } from "../store/failures.js";
import { asItRuns, type RuleInForce } from "./rules-in-force.js";

/** What raised an alert: enough to show its rows again. */
export interface AlertQuery {
  /** In the version that ran. */
  readonly one: RuleInForce;
  readonly window: Window;
  readonly alert: Pick<Alert, "rows" | "sample">;
}

/** The version of the rule and the window behind an alert, by its `SystemAlertId`. */
export async function queryOfAlert(state: State, id: string): Promise<AlertQuery> {
  const found = await state.db
    .selectFrom("alerts as a")
    .innerJoin("windows as w", (join) =>
      join.onRef("w.rule_id", "=", "a.rule_id").onRef("w.window_to", "=", "a.window_to"),
    )
    .innerJoin("rule_versions as v", (join) =>
      join.onRef("v.rule_id", "=", "w.rule_id").onRef("v.version", "=", "w.version"),
    )
    .select(["a.document as alert", "v.document as rule", "w.window_from", "w.window_to"])
    .where("a.id", "=", id)
    .executeTakeFirst();
  if (found === undefined) throw new Failure("incident-unknown", `there is no alert ${id}`);
  // Both are what the service wrote.
  const rule = JSON.parse(found.rule) as Rule;
  const alert = JSON.parse(found.alert) as Alert;
  const window = { from: ticksOf(found.window_from), to: ticksOf(found.window_to) };
  return { one: asItRuns(rule), window, alert };
}

/** The rows behind an alert, as its query gives them now. */
export interface AlertRows {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
  /** Whether there are more than were wanted. */
  readonly more: boolean;
  /** The query taken apart. */
  readonly dissection: () => Dissection;
}

/** The rows behind an alert, at most so many; of an alert for one row, the one that is like it. */
export async function rowsOfAlert(
  ports: QueryPorts,
  { one: { rule, cutBy }, window, alert }: AlertQuery,
  most = Number.POSITIVE_INFINITY,
): Promise<AlertRows> {
  const compilation = await compileRule(ports, rule, { cutBy }, window, exceptionsAt(rule, window));
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined)
    throw new Failure("rule-unusable", `the query binds no longer: ${diagnosisOf(rule, error).message}`);
  const { columns } = compilation;
  const only = rule.eventGrouping === "AlertPerResult" && alert.rows === 1 ? alert.sample[0] : undefined;
  const wanted = only === undefined ? undefined : printJson(only);
  const rows: Row[] = [];
  let more = false;
  for await (const line of ports.rows(compilation)) {
    const row = parseRow(line, columns);
    if (toldIn(row, compilation) !== undefined) continue;
    const named = Object.fromEntries(columns.map(({ name }, index) => [name, row[index] ?? null]));
    if (wanted !== undefined && asStored(named) !== wanted) continue;
    more = rows.length >= most;
    if (more) break;
    rows.push(row.slice(0, columns.length));
    if (wanted !== undefined) break;
  }
  return { columns, rows, more, dissection: () => compilation.dissection() };
}

/** As a sample is once it was kept as JSON. */
function asStored(value: unknown): string {
  return printJson(JSON.parse(printJson(value)));
}
