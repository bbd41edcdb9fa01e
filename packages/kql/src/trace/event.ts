import type { TracedEvent } from "../compilation.js";
import { type Context, report } from "../operators/context.js";
import { partsAt, ref, same } from "../operators/plugins/parts.js";
import { lowerOperator } from "../operators/table.js";
import { expressionsOf, inputsOf } from "../plan/children.js";
import { type Expression, type Location, plansIn } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import type { TracedStage } from "./pipeline.js";

/** What has become of an event: its rows, or those of the groups that it is in. */
export interface Followed {
  readonly rows: Plan;
  readonly isGroup: boolean;
  /** Whether the last stage joins other rows of the event's table, among which the event may be too. */
  readonly isJoined?: boolean;
}

/** The rows of a source that are made of one event; undefined, with a diagnostic, where the source puts rows together or has other rows. */
export function eventIn(source: Plan, event: TracedEvent, stage: TracedStage, cx: Context): Plan | undefined {
  const rows = rowsIn(source, event, stage, cx);
  const text = `\`${stage.text.slice(0, 60)}\``;
  if (rows === undefined) return cannot(cx, stage.location, `${text} puts rows together`);
  if (!givesRowsOf(event.table, source))
    return cannot(cx, stage.location, `${text} gives no rows of \`${event.table}\``);
  return rows;
}

/** The rows of a plan that are made of one event; undefined where it puts rows together. */
function rowsIn(source: Plan, event: TracedEvent, stage: TracedStage, cx: Context): Plan | undefined {
  const { of, and, compare } = partsAt(stage.location);
  const never: Expression = { kind: "literal", type: "bool", value: false };
  const visit = (plan: Plan): Plan | undefined => {
    switch (plan.kind) {
      case "scan": {
        if (plan.table !== event.table) return { kind: "filter", input: plan, condition: never };
        const table = cx.gathered.request.schema.table(event.table);
        const known = [...(table?.columns ?? []), ...(table?.hidden ?? [])];
        const conditions = [...event.cells].map(([name, value]): Expression => {
          const column = known.find((one) => one.name === name);
          if (column === undefined) return never;
          // NaN equals nothing, itself included.
          if (Number.isNaN(value)) return of("isnan", [ref(column)], "bool");
          return value === null
            ? of("isnull", [ref(column)], "bool")
            : compare("==", ref(column), { kind: "literal", type: column.type, value });
        });
        const missing = known.filter(
          ({ name }) => event.cells.has(name) && !plan.columns.some((column) => column.name === name),
        );
        const whole: Plan = { ...plan, columns: [...plan.columns, ...missing] };
        const condition = conditions.length === 0 ? never : and(...conditions);
        return { kind: "project", input: { kind: "filter", input: whole, condition }, columns: same(plan.columns) };
      }
      case "rows":
      case "range":
      case "external":
        return { kind: "filter", input: plan, condition: never };
      case "shared":
        return visit(plan.input);
      case "project":
      case "filter":
      case "sort":
      case "expand": {
        const input = visit(plan.input);
        return input && { ...plan, input };
      }
      case "union": {
        const inputs = plan.inputs.map(visit);
        const all = inputs.filter((input) => input !== undefined);
        return all.length === inputs.length ? { ...plan, inputs: all } : undefined;
      }
      default:
        return undefined;
    }
  };
  return visit(source);
}

/**
 * What a stage makes of an event's rows. Operators that look at each row for itself are applied to these rows. Where rows are grouped,
 * it is the groups of these rows, computed of all rows; where some of the rows are chosen, those among the chosen that are equal.
 */
export function followed(
  before: Followed,
  stage: TracedStage,
  event: TracedEvent,
  all: { readonly before: Plan; readonly after: Plan },
  cx: Context,
): Followed | undefined {
  const { rows, isGroup } = before;
  // The name stands for all rows where it is read later, and leaves them as they are.
  if (stage.node.kind === "AsOperator") return { rows, isGroup };
  const lowered = lowerOperator(stage.node, rows, cx);
  if (lowered.kind === "union") return throughUnion(lowered, before, stage, event, cx);
  const own = lowered;
  const path = pathTo(own, rows);
  const kinds = new Set(path?.map(({ kind }) => kind));
  const isPerRow = path !== undefined && [...kinds].every((kind) => perRow.has(kind)) && path.every(keepsLeft);
  const joined = path?.find((node) => node.kind === "join");
  const isJoined =
    joined?.kind === "join" && !/^left(?:semi|anti)$/.test(joined.join) && givesRowsOf(event.table, joined.right);
  if (path !== undefined && isPerRow && joined?.kind === "join" && joined.join === "innerunique") {
    // One of the rows that are equal in the keys is joined, which need not be this one.
    const present = new Set(columnsOf(all.after).map(({ name }) => name));
    const kept = columnsOf(rows).filter(({ name }) => present.has(name) && !isInternal(name));
    return { rows: among(all.after, rows, kept, stage), isGroup, isJoined };
  }
  if (isPerRow || stage.node.kind === "MvApplyOperator") return { rows: own, isGroup, isJoined };
  const aggregates = path?.filter((node) => node.kind === "aggregate") ?? [];
  const [aggregate] = aggregates;
  const others = path?.filter((node) => node !== aggregate) ?? [];
  // What is done to groups has to be done to those of all rows: those of some rows have other values.
  const above = path?.slice(0, aggregate === undefined ? 0 : path.indexOf(aggregate)) ?? [];
  const isPlain = above.every((node) => node.kind === "sort" || node.kind === "shared" || node.kind === "project");
  if (
    aggregate?.kind === "aggregate" &&
    isPlain &&
    others.every(({ kind }) => perRow.has(kind)) &&
    others.every(keepsLeft)
  ) {
    const present = new Map(columnsOf(all.after).map((column) => [column.name, column]));
    const keys = aggregate.keys.flatMap(({ name }) => (isCarried(name, above) ? (present.get(name) ?? []) : []));
    if (keys.length === aggregate.keys.length) return { rows: among(all.after, own, keys, stage), isGroup: true };
  }
  if (path !== undefined && [...kinds].every((kind) => choosing.has(kind)) && kinds.has("limit")) {
    const columns = columnsOf(all.after).filter(({ name }) => !isInternal(name));
    return { rows: among(all.after, rows, columns, stage), isGroup };
  }
  return cannot(cx, stage.location, `\`${stage.operator}\` looks at other rows too`);
}

const perRow: ReadonlySet<Plan["kind"]> = new Set(["project", "filter", "expand", "sort", "shared", "join"]);
const choosing: ReadonlySet<Plan["kind"]> = new Set(["limit", "sort", "project", "shared"]);

/** An event's rows with those that other legs of a union have of it. */
function throughUnion(
  union: Extract<Plan, { readonly kind: "union" }>,
  { rows, isGroup }: Followed,
  stage: TracedStage,
  event: TracedEvent,
  cx: Context,
): Followed | undefined {
  const inputs: Plan[] = [];
  for (const input of union.inputs) {
    const isOwn = reads(input, rows);
    if (isOwn && pathTo(input, rows)?.every(({ kind }) => perRow.has(kind)) !== true)
      return cannot(cx, stage.location, `\`${stage.operator}\` looks at other rows too`);
    if (!isOwn && isGroup && givesRowsOf(event.table, input))
      return cannot(cx, stage.location, `\`${stage.operator}\` puts the event beside its group`);
    const leg = isOwn ? input : rowsIn(input, event, stage, cx);
    if (leg === undefined) return cannot(cx, stage.location, `a leg of \`${stage.operator}\` puts rows together`);
    inputs.push(leg);
  }
  return { rows: { ...union, inputs }, isGroup };
}

/** Whether rows of a table come out of a plan, be it together with others; not where they are only looked up. */
function givesRowsOf(table: string, plan: Plan): boolean {
  if (plan.kind === "scan") return plan.table === table;
  if (plan.kind === "join" && /^left(?:semi|anti)$/.test(plan.join)) return givesRowsOf(table, plan.left);
  return inputsOf(plan).some((input) => givesRowsOf(table, input));
}

/** Whether a column goes as it is through all projections among some nodes. */
function isCarried(name: string, nodes: readonly Plan[]): boolean {
  return nodes.every((node) => {
    if (node.kind !== "project") return true;
    const column = node.columns.find((one) => one.name === name);
    return column?.expression.kind === "column" && column.expression.name === name;
  });
}

/** Joins that give rows of their left side only where that has some. */
function keepsLeft(plan: Plan): boolean {
  return plan.kind !== "join" || /^(?:inner|innerunique|leftouter|leftsemi|leftanti)$/.test(plan.join);
}

/** The nodes above some rows, which are read once and as an input; undefined where they are read in another way. */
function pathTo(plan: Plan, rows: Plan): readonly Plan[] | undefined {
  if (plan === rows) return [];
  if (expressionsOf(plan).some((expression) => plansIn(expression).some((inner) => reads(inner, rows))))
    return undefined;
  const inputs = inputsOf(plan).filter((input) => reads(input, rows));
  const [only] = inputs;
  if (only === undefined || inputs.length > 1 || (plan.kind === "join" && only !== plan.left)) return undefined;
  const rest = pathTo(only, rows);
  return rest && [plan, ...rest];
}

function reads(plan: Plan, rows: Plan): boolean {
  if (plan === rows) return true;
  return [...inputsOf(plan), ...expressionsOf(plan).flatMap(plansIn)].some((inner) => reads(inner, rows));
}

/** The rows that have in these columns what a row of others has there. */
function among(rows: Plan, others: Plan, columns: readonly Column[], { location }: TracedStage): Plan {
  const { of } = partsAt(location);
  // Texts are compared, since NaN is like no real and a dynamic like no dynamic.
  const key = (column: Column) =>
    column.type === "real" || column.type === "dynamic" ? of("tostring", [ref(column)], "string") : ref(column);
  if (columns.length === 0) return rows;
  const on = columns.map((column) => ({ left: key(column), right: key(column) }));
  const kept = columnsOf(rows).map(({ name, type }) => ({ name, side: "left" as const, source: name, type }));
  return { kind: "join", join: "leftsemi", left: rows, right: others, on, columns: kept };
}

function cannot(cx: Context, location: Location, why: string): undefined {
  report(cx, location, "not-followed", `one row cannot be followed from here on: ${why}`);
  return undefined;
}
