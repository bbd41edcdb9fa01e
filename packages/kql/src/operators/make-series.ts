import type { Expression, Location } from "../plan/expression.js";
import type { AggregateColumn, Named, Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { lowerItem, lowerItems, widthOf } from "./project.js";
import { boundColumns, everyColumn, groupColumns, marked, over } from "./rows.js";
import { call, convert, lowerScalar } from "./scalar.js";
import { type Axis, seriesAxis } from "./series-axis.js";
import { withWindows } from "./window-functions.js";

export const makeSeriesOperator: OperatorEntry = {
  name: "make-series",
  about: "Gives arrays of aggregates over the steps of an axis, one row for each combination of the keys.",
  limit: "The axis is a number without fraction, a datetime or a timespan.",
  grouped: true,
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const axis = seriesAxis(node, rows);
    if (axis === undefined) return nothing();
    const byItems = node.child("ByClause")?.list("Expressions") ?? [];
    const keyCount = byItems.reduce((sum, item) => sum + widthOf(item), 0);
    const bound = boundColumns(node);
    const keys = lowerItems(byItems, bound.slice(0, keyCount), rows);
    const index = freshName(cx, "step");
    const nonempty = parametersOf(node).get("kind")?.toLowerCase() === "nonempty";
    if (nonempty && cx.group !== undefined) {
      report(cx, node.location, "unsupported-option", "`kind=nonempty` for each part cannot be translated yet", {
        construct: "make-series kind=nonempty",
      });
      return nothing();
    }
    const covered = coveredRows(withWindows(input, rows.windows), axis, cx, node.location);
    const own =
      cx.group === undefined ? [] : everyColumn(covered).filter(({ name }) => groupColumns(cx).includes(name));
    const collected: AggregateColumn[] = [];
    const inner: Context = { ...rows, aggregates: collected };
    const names = bound.slice(keyCount, -1).map(({ name }) => name);
    const items = node.list("Aggregates").map((item, at) => seriesItem(item, names[at] ?? `Column${at + 1}`, inner));
    const steps: Plan = {
      kind: "aggregate",
      input: covered,
      keys: [...own, ...keys, { name: index, expression: stepOf(axis, cx, node.location) }],
      aggregates: collected,
    };
    const valued: Plan = {
      kind: "project",
      input: steps,
      columns: [
        ...own,
        ...keys.map(columnOf),
        { name: index, expression: long(index) },
        ...items.map(({ value }) => value),
      ],
    };
    return collect(
      valued,
      [...own, ...keys],
      items,
      index,
      axis,
      bound.at(-1)?.name ?? "",
      nonempty,
      node.location,
      cx,
    );
  },
};

/** The rows that the axis covers; inside a part, where one row has to stay, the others are marked. */
function coveredRows(input: Plan, axis: Axis, cx: Context, location: Location): Plan {
  return cx.group === undefined
    ? { kind: "filter", input, condition: axis.within }
    : marked(input, axis.within, cx.group, location);
}

/** The number of a row's step; of rows that are marked as gone, the first. */
function stepOf(axis: Axis, cx: Context, location: Location): Expression {
  if (cx.group === undefined) return axis.index;
  const alive: Expression = { kind: "column", name: cx.group.alive, type: "bool" };
  return call("iff", [alive, axis.index, zero], "long", location);
}

interface SeriesItem {
  readonly value: Named;
  /** What a step without rows has. */
  readonly fallback: Expression;
}

function seriesItem(item: SyntaxNode, name: string, cx: Context): SeriesItem {
  const written = item.child("Expression") ?? item;
  if (widthOf(written) > 1) {
    report(cx, item.location, "unsupported-option", "an aggregate of several columns makes no series", {
      construct: "make-series aggregate",
      hint: "write an aggregate for each column",
    });
    return { value: { name, expression: zero }, fallback: zero };
  }
  const [value] = lowerItem(written, [name], cx);
  if (value === undefined) return { value: { name, expression: zero }, fallback: zero };
  const given = item.child("DefaultExpression")?.child("Expression");
  const { aggregates: _, ...plain } = cx;
  const fallback = given === undefined ? zero : lowerScalar(given, plain);
  return { value, fallback: asElement(fallback, value.expression, item, cx) };
}

/** The value of an empty step as one of the aggregate's type. */
function asElement(fallback: Expression, value: Expression, item: SyntaxNode, cx: Context): Expression {
  const numbers = /^(int|long|real|decimal)$/;
  const isNull = fallback.kind === "literal" && fallback.value === null;
  const widened = numbers.test(value.type) && (fallback.type === "int" || fallback.type === "long" || isNull);
  if (fallback.type === value.type) return fallback;
  if (widened || (isNull && fallback.type === value.type)) return convert(fallback, value.type, item.location);
  report(
    cx,
    item.location,
    "unsupported-option",
    `a step without rows cannot be ${/^[aeiou]/.test(fallback.type) ? "an" : "a"} ${fallback.type} among values of type ${value.type}`,
    { construct: "make-series default", hint: `give \`default=\` a value of type ${value.type}` },
  );
  return value.type === "string" || value.type === "dynamic"
    ? { kind: "literal", type: value.type, value: "" }
    : { kind: "literal", type: value.type, value: null };
}

/** The steps of each group as arrays, and the axis beside them. */
function collect(
  steps: Plan,
  keys: readonly Named[],
  items: readonly SeriesItem[],
  index: string,
  axis: Axis,
  axisName: string,
  nonempty: boolean,
  location: Location,
  cx: Context,
): Plan {
  const [low, high] = [freshName(cx, "low"), freshName(cx, "high")];
  const extreme = (name: string, function_: "min" | "max"): AggregateColumn => ({
    name,
    function: function_,
    args: [long(index)],
    column: 0,
    type: "long",
    location,
  });
  const series = items.map(
    ({ value, fallback }): AggregateColumn => ({
      name: value.name,
      function: "#series",
      args: [
        long(index),
        { kind: "column", name: value.name, type: value.expression.type },
        fallback,
        ...(axis.count === undefined ? [] : [axis.count]),
      ],
      // Where the axis has no beginning of its own, a series starts at its first step with rows.
      column: axis.hasStart ? 0 : 1,
      type: "dynamic",
      location,
    }),
  );
  const collected: Plan = {
    kind: "aggregate",
    input: steps,
    keys: keys.map(columnOf),
    aggregates: [...series, extreme(low, "min"), extreme(high, "max")],
    ...(nonempty ? {} : { emptyWithoutRows: true }),
  };
  return {
    kind: "project",
    input: collected,
    columns: [
      ...keys.map(columnOf),
      ...series.map(({ name }): Named => ({ name, expression: { kind: "column", name, type: "dynamic" } })),
      { name: axisName, expression: call("range", axis.range(long(low), long(high)), "dynamic", location) },
    ],
  };
}

function columnOf({ name, expression }: Named): Named {
  return { name, expression: { kind: "column", name, type: expression.type } };
}

function long(name: string): Expression {
  return { kind: "column", name, type: "long" };
}

const zero: Expression = { kind: "literal", type: "long", value: 0n };
