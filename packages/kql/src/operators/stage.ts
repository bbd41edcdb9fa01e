import type { Stage } from "../compilation.js";
import type { Plan } from "../plan/plan.js";
import { columnsOf } from "../plan/plan.js";
import type { Source } from "../source/source.js";
import { bindStage } from "../syntax/bind.js";
import { blockingAmong } from "./blocking.js";
import { type Context, type Gathered, report } from "./context.js";
import { lowerTable } from "./table.js";

/** What operators make of a query's result; undefined, with diagnostics, where their text makes no sense. */
export function lowerStage({ text, sourceName: name }: Stage, rows: Plan, gathered: Gathered): Plan | undefined {
  const source: Source = { name, text };
  const { request } = gathered;
  const bound = bindStage(source, columnsOf(rows), request.schema);
  const own: Gathered = { ...gathered, words: bound.words };
  const names = new Map([[bound.table, { kind: "table" as const, plan: () => rows }]]);
  const cx: Context = { scope: { names }, gathered: own };
  const [statement] = bound.statements;
  const query = bound.statements.length === 1 ? statement?.child("Expression") : undefined;
  const blocking = blockingAmong(bound.diagnostics, bound.text);
  for (const { code, message } of blocking) report(cx, { source, span: { start: 0, end: 1 } }, code, message);
  const plan = query === undefined || blocking.length > 0 ? undefined : lowerTable(query, cx);
  gathered.counter = own.counter;
  return plan;
}
