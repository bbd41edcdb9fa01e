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
}

/** The rows of a source that are made of one event; undefined, with a diagnostic, where the source puts rows together. */
export function eventIn(source: Plan, event: TracedEvent, stage: TracedStage, cx: Context): Plan | undefined {
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
          const isNull = value === null;
          return isNull
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
  const rows = visit(source);
  if (rows === undefined) cannot(cx, stage.location, `\`${stage.text.slice(0, 60)}\` puts rows together`);
  return rows;
}

/**
 * What a stage makes of an event's rows. Operators that look at each row for itself are applied to these rows. Where rows are grouped,
 * it is the groups of these rows, computed of all rows; where some of the rows are chosen, those among the chosen that are equal.
 */
export function followed(
  before: Followed,
  stage: TracedStage,
  all: { readonly before: Plan; readonly after: Plan },
  cx: Context,
): Followed | undefined {
  const rows = before.rows;
  const own = lowerOperator(stage.node, rows, cx);
  const path = pathTo(own, rows);
  const kinds = new Set(path?.map(({ kind }) => kind));
  const isPerRow = path !== undefined && [...kinds].every((kind) => perRow.has(kind)) && path.every(keepsLeft);
  if (isPerRow || stage.node.kind === "MvApplyOperator") return { ...before, rows: own };
  const aggregates = path?.filter((node) => node.kind === "aggregate") ?? [];
  const [aggregate] = aggregates;
  const others = path?.filter((node) => node !== aggregate) ?? [];
  if (aggregate?.kind === "aggregate" && others.every(({ kind }) => perRow.has(kind)) && others.every(keepsLeft)) {
    const present = new Map(columnsOf(all.after).map((column) => [column.name, column]));
    const keys = aggregate.keys.flatMap(({ name }) => present.get(name) ?? []);
    if (keys.length === aggregate.keys.length) return { rows: among(all.after, own, keys, stage), isGroup: true };
  }
  if (path !== undefined && [...kinds].every((kind) => choosing.has(kind)) && kinds.has("limit")) {
    const columns = columnsOf(all.after).filter(({ name }) => !isInternal(name));
    return { ...before, rows: among(all.after, rows, columns, stage) };
  }
  return cannot(cx, stage.location, `\`${stage.operator}\` looks at other rows too`);
}

const perRow: ReadonlySet<Plan["kind"]> = new Set(["project", "filter", "expand", "sort", "shared", "join"]);
const choosing: ReadonlySet<Plan["kind"]> = new Set(["limit", "sort", "project", "shared"]);

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
