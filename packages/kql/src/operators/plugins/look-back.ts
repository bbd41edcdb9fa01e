import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Context } from "../context.js";
import { convert } from "../scalar.js";
import type { Analysis } from "./analysis.js";
import { filtered, long, partsAt, ref } from "./parts.js";
import { type Activity, activityOf, type Timeline } from "./timeline.js";

/** A look-back as a number of windows. */
export interface Steps {
  readonly count: bigint;
  /** What is left over beside whole windows. */
  readonly rest: bigint;
  readonly span: Expression;
}

/** The look-back at one place of the arguments in windows of the size at another; undefined where it is not known. */
export function stepsBack({ args }: Analysis, span: number, size: number): Steps | undefined {
  const [long_, short] = [args.constant(span), args.constant(size)];
  if (long_?.kind !== "literal" || short?.kind !== "literal") return undefined;
  const [a, b] = [long_.value, short.value];
  const alike = wide(long_.type) === wide(short.type) && /^(long|timespan)$/.test(wide(long_.type));
  if (!alike || typeof a !== "bigint" || typeof b !== "bigint" || b <= 0n || a < b) return undefined;
  return { count: a / b, rest: a % b, span: long_ };
}

function wide(type: string): string {
  return type === "int" ? "long" : type;
}

/**
 * The activity of the analysis, for metrics that look back over several windows. Rows before its start that such a look
 * would reach end the query: the reference does not say whether they count.
 */
export function lookingBack(plugin: string, timeline: Timeline, input: Plan, steps: Steps, cx: Context): Activity {
  const { location, start } = timeline;
  const { of, minus, compare, settled } = partsAt(location);
  const type = timeline.start.type;
  const span = convert(steps.span, type === "datetime" ? "timespan" : type, location);
  const activity = activityOf(timeline, input, minus(start, span, type), cx);
  const reached = long(-steps.count);
  const at = ref(activity.at);
  // One condition, because the parts of a conjunction may be computed in any order.
  const none = settled(
    plugin,
    of("or", [compare(">=", at, long(0n)), compare("<=", at, reached)], "bool"),
    "rows before the start are in the look-back of the first windows, and whether they count is not documented; start earlier, or take only rows from the start on",
  );
  const near = filtered(activity.plan, compare(">", at, reached));
  return { ...activity, plan: filtered(near, none) };
}
