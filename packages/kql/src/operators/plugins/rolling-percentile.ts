import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Column, KqlType } from "../../schema/types.js";
import { freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { resultOf } from "./analysis.js";
import { byColumns, filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";
import { spread } from "./spread.js";
import { timelineArguments, timelineOf } from "./timeline.js";

const plugin = "rolling_percentile";

export const rollingPercentilePlugin: PluginEntry = {
  name: plugin,
  about: "Gives for each bin the percentile of the values in it and in some bins before it.",
  limit:
    "Percentiles are exact. Rows that leave a bin empty between the first and the last are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const args = timelineArguments(plugin, call, input, cx);
    const [value, index] = [args?.columns(0), args?.columns(2)];
    const [percentile, size, bins] = [args?.constant(1), args?.constant(3), args?.constant(4)];
    if (args === undefined || value === undefined || index === undefined || percentile === undefined) return nothing();
    const count =
      bins?.kind === "literal" && typeof bins.value === "bigint" && bins.value > 0n ? bins.value : undefined;
    if (size === undefined || count === undefined) {
      report(cx, node.location, "bad-argument", `\`${plugin}\` takes a constant number of bins above zero`);
      return nothing();
    }
    const dimensions = args.nodes
      .slice(5)
      .map((_, at) => args.columns(5 + at))
      .filter((column) => column !== undefined);
    const origin = originOf(index.type);
    const columns = { id: value, time: index, dimensions };
    const timeline = timelineOf(plugin, node.location, columns, { start: origin, end: origin, step: { size } }, cx);
    if (timeline === undefined) return nothing();
    const { aggregate, compare, minus, plus, present, settled } = partsAt(node.location);
    const [at, windows, low, high] = ["at", "bins", "low", "high"].map((hint) => freshColumn(cx, hint));
    if (at === undefined || windows === undefined || low === undefined || high === undefined) return nothing();
    const held: Column = { name: freshName(cx, "value"), type: value.type };
    const rows: Plan = {
      kind: "project",
      input: filtered(input, present(ref(index))),
      columns: [
        ...same(dimensions),
        { name: held.name, expression: ref(value) },
        { name: at.name, expression: timeline.index(ref(index)) },
      ],
    };
    const shared: Plan = { kind: "shared", id: ++cx.gathered.counter, name: "values", input: rows, once: true };
    const filledBins = grouped(shared, same([...dimensions, at]), []);
    const bounds = grouped(shared, [], [aggregate(low.name, "min", [ref(at)]), aggregate(high.name, "max", [ref(at)])]);
    const perKey = grouped(filledBins, same(dimensions), [aggregate(windows.name, "count")]);
    const whole = settled(
      plugin,
      compare("==", ref(windows), plus(minus(ref(high), ref(low)), long(1n))),
      "some bins have no rows, and what comes of them is not documented; take rows that leave no bin empty",
    );
    const complete = filtered(paired(perKey, bounds, []), whole);
    const moved = spread(
      paired(shared, complete, byColumns(dimensions)),
      at,
      count,
      { ...timeline, last: ref(high) },
      cx,
    );
    const result = freshName(cx, "percentile");
    const percentiles = grouped(moved, same([...dimensions, at]), [
      aggregate(result, "percentile", [ref(held), percentile], value.type),
    ]);
    return resultOf(
      node,
      percentiles,
      [timeline.value(ref(at))],
      dimensions,
      [ref({ name: result, type: value.type })],
      cx,
    );
  },
};

/** The value from which the bins of a type are counted. */
function originOf(type: KqlType): Expression {
  const firstDay = -621_355_968_000_000_000n;
  return { kind: "literal", type: type === "int" ? "long" : type, value: type === "datetime" ? firstDay : 0n };
}
