import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import { columnsOf } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { over } from "../rows.js";
import { lowerScalar, outside } from "../scalar.js";
import { lowerTable, share } from "../table.js";
import { analysisOf, resultOf } from "./analysis.js";
import { pluginArguments } from "./arguments.js";
import { byColumns, filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";
import { type Activity, activityOf, known, type Timeline } from "./timeline.js";

const plugin = "new_activity_metrics";

export const newActivityMetricsPlugin: PluginEntry = {
  name: plugin,
  about: "Follows the ids that are new in each window of time through all windows after it.",
  limit: "Counts are exact. A set of earlier ids together with dimensions is refused.",
  lower: (call, node, input, cx) => {
    const rest = optional(call, input, cx);
    const analysis = analysisOf(plugin, call, input, { step: 4, dimensions: rest.dimensions }, cx);
    if (analysis === undefined) return nothing();
    const { timeline } = analysis;
    const activity = withoutEarlier(activityOf(timeline, input, timeline.start, cx), rest.lookBack, timeline, cx);
    if (activity === undefined) return nothing();
    const from = freshColumn(cx, "from");
    const to = freshColumn(cx, "to");
    const [size, kept, fresh] = [freshColumn(cx, "size"), freshColumn(cx, "kept"), freshColumn(cx, "new")];
    const { compare, minus, of, orZero, ratio, settled } = partsAt(timeline.location);
    const cohorts = cohortsOf(activity, timeline, cx);
    const frame = frameOf(activity, timeline, from, to);
    const keys = byColumns(timeline.dimensions);
    const inTo = { left: ref(to), right: ref(cohorts.to) };
    const inFrom = { left: ref(from), right: ref(cohorts.from) };

    const sized = paired(
      frame,
      cohorts.plan(size),
      [...keys, inFrom, { left: ref(from), right: ref(cohorts.to) }],
      "leftouter",
    );
    const followed = paired(
      keep(sized, [...timeline.dimensions, from, to, size]),
      cohorts.plan(kept),
      [...keys, inFrom, inTo],
      "leftouter",
    );
    const later = filtered(
      paired(frame, cohorts.plan(fresh), [...keys, inTo]),
      compare(">", ref(cohorts.from), ref(from)),
    );
    const { aggregate } = partsAt(timeline.location);
    const newer = grouped(later, same([...timeline.dimensions, from, to]), [
      aggregate(fresh.name, "sum", [ref(fresh)]),
    ]);
    const all = paired(followed, newer, byColumns([...timeline.dimensions, from, to]), "leftouter");
    const first = timeline.value(ref(from));
    const chosen =
      rest.cohort === undefined
        ? all
        : filtered(
            all,
            // A cohort is named by its first moment.
            of(
              "and",
              [
                settled(
                  plugin,
                  compare("==", timeline.value(timeline.index(rest.cohort)), rest.cohort),
                  "the cohort has to be the start of a window",
                ),
                compare("==", first, rest.cohort),
              ],
              "bool",
            ),
          );
    const [cohort, back] = [orZero(ref(size)), orZero(ref(kept))];
    const isOwn = compare("==", ref(from), ref(to));
    const metrics: readonly Expression[] = [
      of("iff", [isOwn, cohort, orZero(ref(fresh))], "long"),
      back,
      minus(cohort, back),
      ratio(back, cohort),
      ratio(minus(cohort, back), cohort),
    ];
    return resultOf(node, chosen, [first, timeline.value(ref(to))], timeline.dimensions, metrics, cx);
  },
};

/** What may follow the window's size: one cohort, dimensions, and a table of earlier ids. */
interface Optional {
  readonly cohort?: Expression;
  readonly dimensions: readonly number[];
  readonly lookBack?: SyntaxNode;
}

function optional(call: SyntaxNode, input: Plan, cx: Context): Optional {
  const rows = over(input, cx);
  const { placed } = pluginArguments(call);
  let cohort: Expression | undefined;
  let lookBack: SyntaxNode | undefined;
  const dimensions: number[] = [];
  placed.slice(5).forEach((node, index) => {
    if (node.columns !== undefined) {
      lookBack = node;
      return;
    }
    const value = lowerScalar(node, index === 0 && node.symbol?.kind !== "column" ? outside(cx) : rows);
    if (index === 0 && value.kind !== "column") cohort = value;
    else dimensions.push(5 + index);
  });
  return { dimensions, ...(cohort === undefined ? {} : { cohort }), ...(lookBack === undefined ? {} : { lookBack }) };
}

/** The activity of ids that are not in a table of earlier ones. */
function withoutEarlier(
  activity: Activity,
  table: SyntaxNode | undefined,
  timeline: Timeline,
  cx: Context,
): Activity | undefined {
  if (table === undefined) return activity;
  const earlier = lowerTable(table, outside(cx));
  const columns = columnsOf(earlier);
  const found =
    columns.find(({ name }) => name === timeline.id.name) ?? (columns.length === 1 ? columns[0] : undefined);
  if (found === undefined || found.type !== timeline.id.type || timeline.dimensions.length > 0) {
    const why =
      timeline.dimensions.length > 0
        ? "does not go with dimensions"
        : `has to have a column \`${timeline.id.name}\` of type ${timeline.id.type}`;
    report(cx, table.location, "unsupported-option", `\`${plugin}\`: the table of earlier ids ${why}`, {
      construct: `${plugin} lookback`,
    });
    return undefined;
  }
  const plan = paired(activity.plan, earlier, [{ left: ref(activity.id), right: ref(found) }], "leftanti");
  return { ...activity, plan: share("activity", plan, cx) };
}

/** How many ids that are new in one window are in another. */
interface Cohorts {
  readonly from: Column;
  readonly to: Column;
  readonly rows: Column;
  /** The numbers under a name of one's own. */
  plan(count: Column): Plan;
}

function cohortsOf(activity: Activity, timeline: Timeline, cx: Context): Cohorts {
  const { aggregate } = partsAt(timeline.location);
  const [from, to, rows] = [freshColumn(cx, "first"), freshColumn(cx, "at"), freshColumn(cx, "ids")];
  const ids = known(activity, timeline.location);
  const keys = [...timeline.dimensions, activity.id];
  const firsts = grouped(ids, same(keys), [aggregate(from.name, "min", [ref(activity.at)])]);
  const counted = grouped(
    paired(ids, firsts, byColumns(keys)),
    [...same([...timeline.dimensions, from]), { name: to.name, expression: ref(activity.at) }],
    [aggregate(rows.name, "count")],
  );
  const shared = share("cohorts", counted, cx);
  return {
    from,
    to,
    rows,
    plan: (count) => ({
      kind: "project",
      input: shared,
      columns: [...same([...timeline.dimensions, from, to]), { name: count.name, expression: ref(rows) }],
    }),
  };
}

/** Every window with every window from it on, for each combination of dimensions. */
function frameOf(activity: Activity, timeline: Timeline, from: Column, to: Column): Plan {
  const { compare } = partsAt(timeline.location);
  const windows = (column: Column): Plan => ({
    kind: "range",
    column,
    from: long(0n),
    to: timeline.last,
    step: long(1n),
  });
  const combinations = grouped(activity.plan, same(timeline.dimensions), []);
  const all = paired(paired(combinations, windows(from), []), windows(to), []);
  return filtered(all, compare(">=", ref(to), ref(from)));
}

function keep(input: Plan, columns: readonly Column[]): Plan {
  return { kind: "project", input, columns: same(columns) };
}
