import type { Expression } from "../../plan/expression.js";
import type { Named, Plan } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report } from "../context.js";
import { boundColumns } from "../rows.js";
import { same } from "./parts.js";
import { type Step, type Timeline, type TimelineArguments, timelineArguments, timelineOf } from "./timeline.js";

/** The timeline of a plugin whose arguments begin with an id, a time, a start and an end. */
export interface Analysis {
  readonly timeline: Timeline;
  readonly args: TimelineArguments;
}

/**
 * Reads such arguments: the window's size is the one at `step`, and the dimensions are those from `dimensions` on.
 * Undefined, with a diagnostic, where they do not go together.
 */
export function analysisOf(
  plugin: string,
  call: SyntaxNode,
  input: Plan,
  places: { readonly step: number; readonly dimensions: readonly number[] | number },
  cx: Context,
): Analysis | undefined {
  const args = timelineArguments(plugin, call, input, cx);
  if (args === undefined) return undefined;
  const all = args.nodes.map((_, at) => at);
  const wanted = typeof places.dimensions === "number" ? all.slice(places.dimensions) : places.dimensions;
  const [start, end, size] = [args.constant(2), args.constant(3), args.constant(places.step)];
  const [id, time] = [args.columns(0), args.columns(1)];
  const dimensions = wanted.map((at) => args.columns(at)).filter((column) => column !== undefined);
  if (id === undefined || time === undefined || dimensions.length < wanted.length) return undefined;
  if (start === undefined || end === undefined || size === undefined) {
    report(cx, call.location, "bad-argument", `\`${plugin}\` takes an id, a time, a start, an end and a window's size`);
    return undefined;
  }
  if (new Set([time, ...dimensions].map(({ name }) => name)).size <= dimensions.length) {
    report(cx, call.location, "bad-argument", `\`${plugin}\`: a column cannot be two dimensions`);
    return undefined;
  }
  const timeline = timelineOf(plugin, call.location, { id, time, dimensions }, { start, end, step: stepOf(size) }, cx);
  return timeline === undefined ? undefined : { timeline, args };
}

function stepOf(size: Expression): Step {
  const unit = size.kind === "literal" && size.type === "string" ? String(size.value) : "";
  return unit === "week" || unit === "month" || unit === "year" ? { calendar: unit } : { size };
}

/** The result as the binder names it: values of the timeline, the dimensions, and the metrics. */
export function resultOf(
  node: SyntaxNode,
  input: Plan,
  times: readonly Expression[],
  dimensions: readonly Column[],
  metrics: readonly Expression[],
  cx: Context,
): Plan {
  const names = boundColumns(node).map(({ name }) => name);
  const double = names.find((name, at) => names.indexOf(name) < at);
  if (double !== undefined) {
    report(cx, node.location, "bad-argument", `two columns of the result would have the name \`${double}\``, {
      hint: "rename the column before",
    });
  }
  const expressions = [...times, ...same(dimensions).map(({ expression }) => expression), ...metrics];
  const columns = expressions.map((expression, at): Named => ({ name: names[at] ?? `Column${at + 1}`, expression }));
  return { kind: "project", input, columns };
}
