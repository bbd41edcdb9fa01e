import type { Expression, Location } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Column, KqlType } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, report } from "../context.js";
import { over } from "../rows.js";
import { convert, lowerScalar, outside } from "../scalar.js";
import { share } from "../table.js";
import { pluginArguments } from "./arguments.js";
import { filtered, grouped, partsAt, ref, same } from "./parts.js";

/** Values of a column cut into windows of one size, numbered from 0 at the start of the analysis. */
export interface Timeline {
  readonly location: Location;
  readonly id: Column;
  readonly time: Column;
  readonly dimensions: readonly Column[];
  /** The number of the last window, the one with the end of the analysis. */
  readonly last: Expression;
  readonly start: Expression;
  readonly end: Expression;
  /** The number of a value's window. */
  index(value: Expression): Expression;
  /** The first value of a window. */
  value(index: Expression): Expression;
}

/** Windows of one size, or those of the calendar. */
export type Step = { readonly size: Expression } | { readonly calendar: "week" | "month" | "year" };

/** The arguments of a plugin that reads a timeline, by their places. */
export interface TimelineArguments {
  readonly columns: (at: number) => Column | undefined;
  readonly constant: (at: number) => Expression | undefined;
  readonly nodes: readonly SyntaxNode[];
}

/** The arguments of a call; undefined, with a diagnostic, where some are given by name. */
export function timelineArguments(
  plugin: string,
  call: SyntaxNode,
  input: Plan,
  cx: Context,
): TimelineArguments | undefined {
  const { placed, named } = pluginArguments(call);
  if (named.size > 0) {
    report(cx, call.location, "bad-argument", `\`${plugin}\` takes its arguments by their places`);
    return undefined;
  }
  const rows = over(input, cx);
  return {
    nodes: placed,
    columns: (at) => {
      const node = placed[at];
      if (node === undefined) return undefined;
      const lowered = lowerScalar(node, rows);
      if (lowered.kind === "column" && lowered.type !== "dynamic") return { name: lowered.name, type: lowered.type };
      const wanted = lowered.kind === "column" ? "a column that can be grouped by, not a dynamic" : "a column";
      report(cx, node.location, "bad-argument", `\`${plugin}\` takes ${wanted} here`);
      return undefined;
    },
    constant: (at) => {
      const node = placed[at];
      return node === undefined ? undefined : lowerScalar(node, outside(cx));
    },
  };
}

/** A timeline over `[start, end]`; undefined, with a diagnostic, where its parts do not go together. */
export function timelineOf(
  plugin: string,
  location: Location,
  columns: { readonly id: Column; readonly time: Column; readonly dimensions: readonly Column[] },
  bounds: { readonly start: Expression; readonly end: Expression; readonly step: Step },
  cx: Context,
): Timeline | undefined {
  const refuse = (message: string): undefined => {
    report(cx, location, "bad-argument", `\`${plugin}\`: ${message}`);
    return undefined;
  };
  const { of, minus, plus } = partsAt(location);
  const type = whole(columns.time.type);
  if (type !== "datetime" && type !== "timespan" && type !== "long") {
    return refuse(`a timeline of type ${columns.time.type} cannot be cut into windows exactly`);
  }
  const [start, end] = [bounds.start, bounds.end].map((bound) => convert(bound, whole(bound.type), location));
  if (start === undefined || end === undefined || start.type !== type || end.type !== type) {
    return refuse(`the start and the end of a timeline of type ${columns.time.type} have to be of that type`);
  }
  const make = (index: Timeline["index"], value: Timeline["value"]): Timeline => ({
    ...columns,
    location,
    start,
    end,
    last: index(end),
    index,
    value: (at) => convert(value(at), columns.time.type, location),
  });
  const distance: KqlType = type === "datetime" ? "timespan" : type;
  if ("calendar" in bounds.step) {
    if (type !== "datetime") return refuse("windows of the calendar need a timeline of datetimes");
    const unit: Expression = { kind: "literal", type: "string", value: bounds.step.calendar };
    const first = of(`startof${bounds.step.calendar}`, [start], "datetime");
    return make(
      (value) => of("datetime_diff", [unit, value, first], "long"),
      (at) => of("datetime_add", [unit, at, first], "datetime"),
    );
  }
  const step = windowSize(bounds.step.size, distance, location);
  if (step === undefined) return refuse(`the size of a window has to be a constant ${distance} above zero`);
  const ticks = (value: Expression) => convert(value, "long", location);
  return make(
    (value) =>
      of(
        "/",
        [ticks(of("bin", [minus(convert(value, type, location), start, distance), step], distance)), ticks(step)],
        "long",
      ),
    (at) => plus(start, of("*", [at, step], distance), type),
  );
}

function whole(type: KqlType): KqlType {
  return type === "int" ? "long" : type;
}

/** The size of a window as a value of a type; undefined where it is none, or not known. */
export function windowSize(size: Expression, type: KqlType, location: Location): Expression | undefined {
  const known = size.kind === "literal" && typeof size.value === "bigint" && size.value > 0n;
  return known && whole(size.type) === type ? convert(size, type, location) : undefined;
}

/** How many whole steps a span of time has; undefined where it is not known, or not of the steps' type. */
export function stepsIn(span: Expression, step: Expression): bigint | undefined {
  if (span.kind !== "literal" || step.kind !== "literal" || whole(span.type) !== whole(step.type)) return undefined;
  const known = typeof span.value === "bigint" && typeof step.value === "bigint" && step.value > 0n;
  return known ? BigInt(span.value) / BigInt(step.value) : undefined;
}

/** Rows counted by dimension, id and window, in columns of their own. */
export interface Activity {
  readonly plan: Plan;
  readonly id: Column;
  readonly at: Column;
  readonly rows: Column;
}

/** How often each id was there in each window from `from` on, up to the end of the analysis. */
export function activityOf(timeline: Timeline, input: Plan, from: Expression, cx: Context): Activity {
  const { and, compare, aggregate } = partsAt(timeline.location);
  const time = ref(timeline.time);
  const id = { name: freshName(cx, "id"), type: timeline.id.type };
  const at: Column = { name: freshName(cx, "at"), type: "long" };
  const rows: Column = { name: freshName(cx, "rows"), type: "long" };
  const within = and(compare(">=", time, from), compare("<=", time, timeline.end));
  const plan = grouped(
    filtered(input, within),
    [
      ...same(timeline.dimensions),
      { name: id.name, expression: ref(timeline.id) },
      { name: at.name, expression: timeline.index(time) },
    ],
    [aggregate(rows.name, "count")],
  );
  return { plan: share("activity", plan, cx), id, at, rows };
}

/** The activity of those whose id is known, as distinct counts see it. */
export function known(activity: Activity, location: Location): Plan {
  return filtered(activity.plan, partsAt(location).present(ref(activity.id)));
}
