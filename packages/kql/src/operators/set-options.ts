import { firstTick, lastTick } from "../functions/constants.js";
import type { BoundQuery } from "../syntax/bind.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, type Gathered, report } from "./context.js";
import { lowerScalar } from "./scalar.js";

/** The request with what `set` says of time: `query_now`, and the window over one column of every table. */
export function requestWith(bound: BoundQuery, gathered: Gathered): Gathered["request"] {
  const { request } = gathered;
  const cx: Context = { scope: { names: new Map() }, gathered };
  const options = optionsOf(bound);
  refuseUnknown(options, cx);
  const time = (name: string): bigint | undefined => {
    const written = options.get(name);
    const value = written === undefined ? undefined : lowerScalar(written, cx);
    return value?.kind === "literal" && typeof value.value === "bigint" ? value.value : undefined;
  };
  const [from, to] = [time("query_datetimescope_from"), time("query_datetimescope_to")];
  const scoped = from !== undefined || to !== undefined;
  const window = { from: from ?? firstTick, to: to ?? lastTick };
  return {
    ...request,
    now: time("query_now") ?? request.now,
    ...(scoped ? { timeScope: intersection(request.timeScope, window) } : {}),
  };
}

/** Options that change what a query gives, and are not translated. */
function refuseUnknown(options: ReadonlyMap<string, SyntaxNode | undefined>, cx: Context): void {
  const column = options.get("query_datetimescope_column");
  if (column !== undefined && column.literal !== "TimeGenerated") {
    refuse(column, "query_datetimescope_column", "the one column whose window can be set is `TimeGenerated`", cx);
  }
  const bounds = ["query_datetimescope_from", "query_datetimescope_to"].map((name) => options.get(name));
  const [bound] = bounds.filter((part) => part !== undefined);
  if (bound !== undefined && column === undefined) {
    refuse(bound, "query_datetimescope_from", 'a window needs `set query_datetimescope_column = "TimeGenerated";`', cx);
  }
  for (const name of ["query_results_apply_getschema", "query_language"]) {
    const value = options.get(name);
    if (value !== undefined && !/^(false|kql|csl)$/i.test(value.literal)) refuse(value, name, "leave it out", cx);
  }
}

function refuse(node: SyntaxNode, name: string, hint: string, cx: Context): void {
  report(cx, node.location, "unsupported-option", `\`set ${name}\` cannot be translated to ClickHouse yet`, {
    construct: `set ${name}`,
    hint,
  });
}

/** How many rows `set query_take_max_records` leaves of a result. */
export function takenRecords(bound: BoundQuery, cx: Context): bigint | undefined {
  const written = optionsOf(bound).get("query_take_max_records");
  const value = written === undefined ? undefined : lowerScalar(written, cx);
  return value?.kind === "literal" && typeof value.value === "bigint" ? value.value : undefined;
}

/** The expressions that `set` statements give names, by name. */
function optionsOf(bound: BoundQuery): ReadonlyMap<string, SyntaxNode | undefined> {
  return new Map(
    bound.statements
      .filter(({ kind }) => kind === "SetOptionStatement")
      .map((statement) => [statement.child("Name")?.name ?? "", statement.child("ValueClause")?.child("Expression")]),
  );
}

/** The bins of `bin_auto`. */
export function binOptions(bound: BoundQuery, gathered: Gathered): NonNullable<Gathered["binAuto"]> {
  const options = optionsOf(bound);
  const [size, at] = [options.get("query_bin_auto_size"), options.get("query_bin_auto_at")];
  const cx: Context = { scope: { names: new Map() }, gathered };
  return {
    ...(size === undefined ? {} : { size: lowerScalar(size, cx) }),
    ...(at === undefined ? {} : { at: lowerScalar(at, cx) }),
  };
}

interface Window {
  readonly from: bigint;
  readonly to: bigint;
}

function intersection(outer: Window | undefined, inner: Window): Window {
  if (outer === undefined) return inner;
  const later = outer.from > inner.from ? outer : inner;
  const sooner = outer.to < inner.to ? outer : inner;
  return { from: later.from, to: sooner.to };
}
