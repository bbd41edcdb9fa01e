import { columnsRead, type Expression } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { type Context, report } from "./context.js";
import { call, convert, lowerScalar, outside } from "./scalar.js";

/** The axis of `make-series`: which rows it covers, in which step each row falls, and the steps' values. */
export interface Axis {
  readonly within: Expression;
  /** The number of a row's step, from 0 at the axis' start where it has one. */
  readonly index: Expression;
  readonly hasStart: boolean;
  /** The number of steps, where it does not depend on the rows; without a start, the number of the last step. */
  readonly count?: Expression;
  /** The arguments of `range` for the steps' values, from the first and the last step with rows. */
  readonly range: (low: Expression, high: Expression) => readonly Expression[];
}

/** Reads the axis; undefined, with a diagnostic, where it cannot be translated. */
export function seriesAxis(node: SyntaxNode, cx: Context): Axis | undefined {
  const on = node.child("OnClause")?.child("Expression");
  const clause = node.child("RangeClause");
  if (on === undefined || clause === undefined) return undefined;
  const inner = on.kind === "SimpleNamedExpression" ? (on.child("Expression") ?? on) : on;
  const lowered = lowerScalar(inner, cx);
  const type = lowered.type === "int" ? "long" : lowered.type;
  if (type !== "long" && type !== "datetime" && type !== "timespan") {
    return refused(on, `an axis of type ${type} cannot be translated yet`, cx);
  }
  const x = convert(lowered, type, on.location);
  const inRange = clause.kind === "MakeSeriesInRangeClause";
  const [from, to, step] = (inRange ? inRangeParts(clause) : fromToParts(clause)).map((part) =>
    part === undefined ? undefined : lowerScalar(part, outside(cx)),
  );
  if (step === undefined) return undefined;
  for (const part of [from, to, step]) {
    if (part === undefined) continue;
    const wanted = part === step && type === "datetime" ? "timespan" : type;
    const fits = part.type === wanted || (wanted === "long" && part.type === "int");
    if (!fits) return refused(clause, `a ${type} axis takes a ${wanted} here, not a ${part.type}`, cx);
    if (columnsRead(part).size > 0) return refused(clause, "the axis cannot depend on a row", cx);
  }
  if (step.kind === "literal" && !(typeof step.value === "bigint" && step.value > 0n)) {
    report(cx, clause.location, "bad-argument", "the step of `make-series` has to be above zero");
    return undefined;
  }
  const math = arithmetic(type, step, node);
  if (inRange && from !== undefined && to !== undefined) return wholeBins(x, math.bin(from), math.bin(to), math);
  return from === undefined ? openAxis(x, to, math) : boundedAxis(x, from, to, math);
}

function refused(node: SyntaxNode, message: string, cx: Context): undefined {
  report(cx, node.location, "unsupported-option", `\`make-series\`: ${message}`, { construct: "make-series" });
  return undefined;
}

type Parts = readonly [SyntaxNode | undefined, SyntaxNode | undefined, SyntaxNode | undefined];

function fromToParts(clause: SyntaxNode): Parts {
  const part = (name: string) => clause.child(name)?.child("Expression");
  return [part("MakeSeriesFromClause"), part("MakeSeriesToClause"), part("MakeSeriesStepClause")];
}

function inRangeParts(clause: SyntaxNode): Parts {
  const [from, to, step] = clause.child("Arguments")?.list("Expressions") ?? args(clause);
  return [from, to, step];
}

/** From `from`, up to but not including `to`, or to the last step with rows. */
function boundedAxis(x: Expression, from: Expression, to: Expression | undefined, math: Arithmetic): Axis {
  const index = math.steps(from, x);
  const after = math.compare(">=", x, from);
  const last = (high: Expression) => math.plus(from, math.times(high));
  if (to === undefined) {
    return { within: after, index, hasStart: true, range: (_, high) => [from, last(high), math.step] };
  }
  const end = math.before(to);
  return {
    within: math.and(after, math.compare("<", x, to)),
    index,
    hasStart: true,
    count: math.next(math.steps(from, end)),
    range: () => [from, last(math.steps(from, end)), math.step],
  };
}

/** Whole bins, the last one included. */
function wholeBins(x: Expression, from: Expression, to: Expression, math: Arithmetic): Axis {
  const own = math.bin(x);
  return {
    within: math.and(math.compare(">=", own, from), math.compare("<=", own, to)),
    index: math.steps(from, own),
    hasStart: true,
    count: math.next(math.steps(from, to)),
    range: () => [from, to, math.step],
  };
}

/** From the first bin with rows to the last one, or to the last that begins before `to`. */
function openAxis(x: Expression, to: Expression | undefined, math: Arithmetic): Axis {
  const present = call("isnotnull", [x], "bool", math.node.location);
  const last = to === undefined ? undefined : math.steps(math.origin, math.bin(math.before(to)));
  const value = (index: Expression) => math.plus(math.origin, math.times(index));
  return {
    within: to === undefined ? present : math.and(present, math.compare("<", x, to)),
    index: math.steps(math.origin, math.bin(x)),
    hasStart: false,
    ...(last === undefined ? {} : { count: last }),
    range: (low, high) => [value(low), value(last ?? high), math.step],
  };
}

/** Arithmetic over the values of an axis. */
interface Arithmetic {
  readonly node: SyntaxNode;
  readonly step: Expression;
  /** The start of a bin, from which all others are whole steps away. */
  readonly origin: Expression;
  bin(value: Expression): Expression;
  /** How many whole steps lie between two values. */
  steps(from: Expression, to: Expression): Expression;
  times(count: Expression): Expression;
  plus(value: Expression, distance: Expression): Expression;
  /** The greatest value below another. */
  before(value: Expression): Expression;
  next(count: Expression): Expression;
  compare(operator: string, left: Expression, right: Expression): Expression;
  and(left: Expression, right: Expression): Expression;
}

function arithmetic(type: "long" | "datetime" | "timespan", step: Expression, node: SyntaxNode): Arithmetic {
  const { location } = node;
  const distance: KqlType = type === "datetime" ? "timespan" : type;
  const long = (value: bigint): Expression => ({ kind: "literal", type: "long", value });
  const whole = (value: Expression) => (value.type === "timespan" ? call("tolong", [value], "long", location) : value);
  return {
    node,
    step,
    origin: { kind: "literal", type, value: type === "datetime" ? firstDay : 0n },
    bin: (value) => call("bin", [value, step], type, location),
    steps: (from, to) => call("/", [whole(call("-", [to, from], distance, location)), whole(step)], "long", location),
    times: (count) => call("*", [count, step], distance, location),
    plus: (value, by) => call("+", [value, by], type, location),
    before: (value) => call("-", [value, { kind: "literal", type: distance, value: 1n }], type, location),
    next: (count) => call("+", [count, long(1n)], "long", location),
    compare: (operator, left, right) => call(operator, [left, right], "bool", location),
    and: (left, right) => call("and", [left, right], "bool", location),
  };
}

/** The start of the first day of year 1, in ticks since 1970-01-01. */
const firstDay = -621_355_968_000_000_000n;
