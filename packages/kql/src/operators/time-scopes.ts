import type { TimeScope } from "../compilation.js";
import type { Expression, Location } from "../plan/expression.js";
import { ingestionTime } from "../plan/internal.js";
import type { Named, Plan, Scan } from "../plan/plan.js";
import type { TableSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import type { Context } from "./context.js";

/** The rows of a table inside the windows of the request: that of events, and that of arrivals. */
export function scoped(plan: Scan, table: TableSchema, location: Location, cx: Context): Plan {
  const { timeScope, arrivalScope } = cx.gathered.request;
  const time = timeOf(table);
  if (cx.unscoped || time === undefined || table.timeScoped === false) return plan;
  const ofEvents = timeScope === undefined ? plan : between(plan, time, timeScope, location);
  if (arrivalScope === undefined || table.ingestionTime === undefined) return ofEvents;
  const arrival: Column = { name: ingestionTime, type: "datetime" };
  const known = plan.columns.some(({ name }) => name === ingestionTime);
  const input = known ? ofEvents : withColumn(ofEvents, arrival);
  const rows = between(input, arrival, arrivalScope, location);
  return known ? rows : { kind: "project", input: rows, columns: plan.columns.map(asItself) };
}

/** The rows of a plan with the columns of a table inside the window of events. */
export function insideEvents(plan: Plan, table: TableSchema, location: Location, cx: Context): Plan {
  const { timeScope } = cx.gathered.request;
  const time = timeOf(table);
  return cx.unscoped || timeScope === undefined || time === undefined ? plan : between(plan, time, timeScope, location);
}

function timeOf(table: TableSchema): Column | undefined {
  return table.columns.find(
    ({ name, type }) => (table.stored?.get(name) ?? name) === "TimeGenerated" && type === "datetime",
  );
}

function withColumn(plan: Plan, column: Column): Plan {
  if (plan.kind === "scan") return { ...plan, columns: [...plan.columns, column] };
  return plan.kind === "filter" ? { ...plan, input: withColumn(plan.input, column) } : plan;
}

function asItself(column: Column): Named {
  return { name: column.name, expression: { kind: "column", ...column } };
}

function between(input: Plan, column: Column, { from, to }: TimeScope, location: Location): Plan {
  const compare = (operator: string, value: bigint): Expression => ({
    kind: "call",
    name: operator,
    args: [
      { kind: "column", ...column },
      { kind: "literal", type: "datetime", value },
    ],
    type: "bool",
    location,
  });
  const condition: Expression = {
    kind: "call",
    name: "and",
    args: [compare(">=", from), compare("<", to)],
    type: "bool",
    location,
  };
  return { kind: "filter", input, condition };
}
