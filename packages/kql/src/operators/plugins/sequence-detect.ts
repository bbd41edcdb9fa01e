import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { args } from "../calls.js";
import { type Context, freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { over } from "../rows.js";
import { lowerCondition, lowerScalar, outside } from "../scalar.js";
import { resultOf } from "./analysis.js";
import { byColumns, filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";

const plugin = "sequence_detect";

export const sequenceDetectPlugin: PluginEntry = {
  name: plugin,
  about: "Finds rows that follow one another within a time, each meeting the next of some conditions.",
  limit:
    "Each condition needs a name, and the timeline is of datetimes. Sequences of rows at the same time, and steps that several rows make at the same time, are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const parts = partsOf(call, input, cx);
    if (parts === undefined) {
      report(
        cx,
        node.location,
        "bad-argument",
        `\`${plugin}\` takes a column of datetimes, two constant timespans, conditions with names, and columns`,
        { hint: `as in \`evaluate ${plugin}(TimeGenerated, 1h, 1d, failed = A == 1, entered = A == 2, Computer)\`` },
      );
      return nothing();
    }
    const { location } = node;
    const { and, compare, minus, settled } = partsAt(location);
    const steps = parts.conditions.map((condition) => stepOf(condition, parts, input, location, cx));
    const [first, ...others] = steps;
    if (first === undefined) return nothing();
    let chain = first.plan;
    let before = first.time;
    for (const step of others) {
      const pairs = followers(chain, before, step, parts, location, cx);
      const since = (start: Column) => minus(ref(step.time), ref(start), "timespan");
      chain = filtered(
        pairs,
        and(
          compare(">=", ref(step.time), ref(before)),
          compare("<=", since(before), parts.step),
          compare("<=", since(first.time), parts.span),
        ),
      );
      before = step.time;
    }
    const times = steps.map(({ time }) => time);
    const rising = times.slice(1).map((time, at) => compare(">", ref(time), ref(times[at] ?? time)));
    const single = steps.map(({ rows }) => compare("==", ref(rows), long(1n)));
    const plain = settled(
      plugin,
      and(...rising, ...single),
      "a sequence has several rows at the same time, and what comes of them is not documented; give the rows different times, or more dimensions",
    );
    const names = [...parts.dimensions.map(ref), ...times.map(ref), minus(ref(before), ref(first.time), "timespan")];
    return resultOf(node, filtered(chain, plain), names, [], [], cx);
  },
};

interface Parts {
  readonly time: Column;
  /** The longest time from one step to the next, and from the first to the last. */
  readonly step: Expression;
  readonly span: Expression;
  readonly conditions: readonly Expression[];
  readonly dimensions: readonly Column[];
}

function partsOf(call: SyntaxNode, input: Plan, cx: Context): Parts | undefined {
  const rows = over(input, cx);
  const [timeNode, stepNode, spanNode, ...others] = args(call);
  if (timeNode === undefined || stepNode === undefined || spanNode === undefined) return undefined;
  const time = lowerScalar(timeNode, rows);
  const [step, span] = [lowerScalar(stepNode, outside(cx)), lowerScalar(spanNode, outside(cx))];
  if (time.kind !== "column" || time.type !== "datetime" || !isSpan(step) || !isSpan(span)) return undefined;
  const conditions: Expression[] = [];
  const dimensions: Column[] = [];
  for (const node of others) {
    const condition = node.kind === "SimpleNamedExpression" ? node.child("Expression") : undefined;
    if (condition !== undefined && dimensions.length === 0) {
      conditions.push(lowerCondition(condition, rows));
      continue;
    }
    const column = lowerScalar(node, rows);
    if (column.kind !== "column" || column.type === "dynamic" || column.type === "bool") return undefined;
    dimensions.push({ name: column.name, type: column.type });
  }
  if (conditions.length === 0 || rows.windows.length > 0) return undefined;
  return { time: { name: time.name, type: time.type }, step, span, conditions, dimensions };
}

function isSpan(value: Expression): boolean {
  return value.kind === "literal" && value.type === "timespan" && typeof value.value === "bigint" && value.value > 0n;
}

/** The times at which a step is made, and by how many rows. */
interface StepTimes {
  readonly plan: Plan;
  readonly time: Column;
  readonly rows: Column;
}

function stepOf(
  condition: Expression,
  parts: Parts,
  input: Plan,
  location: SyntaxNode["location"],
  cx: Context,
): StepTimes {
  const { aggregate, and, present } = partsAt(location);
  const time: Column = { name: freshName(cx, "time"), type: parts.time.type };
  const rows = freshColumn(cx, "rows");
  const plan = grouped(
    filtered(input, and(condition, present(ref(parts.time)))),
    [...same(parts.dimensions), { name: time.name, expression: ref(parts.time) }],
    [aggregate(rows.name, "count")],
  );
  return { plan, time, rows };
}

/** Each row of a chain with the next step's times that can be near enough: those in its own slot of time, or the next. */
function followers(
  chain: Plan,
  before: Column,
  next: StepTimes,
  parts: Parts,
  location: SyntaxNode["location"],
  cx: Context,
): Plan {
  const { of, plus } = partsAt(location);
  const moved = freshColumn(cx, "slot");
  const slot = (time: Column): Expression => of("bin", [ref(time), parts.step], "datetime");
  const slots: Plan = { kind: "range", column: moved, from: long(0n), to: long(1n), step: long(1n) };
  const later = of("*", [ref(moved), parts.step], "timespan");
  return paired(paired(chain, slots, []), next.plan, [
    ...byColumns(parts.dimensions),
    { left: plus(slot(before), later, "datetime"), right: slot(next.time) },
  ]);
}
