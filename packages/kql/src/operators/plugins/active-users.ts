import type { Expression } from "../../plan/expression.js";
import type { Plan } from "../../plan/plan.js";
import type { Column, KqlType } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { convert } from "../scalar.js";
import { share } from "../table.js";
import { type Analysis, analysisOf, resultOf } from "./analysis.js";
import { byColumns, filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";
import { type Timeline, timelineOf } from "./timeline.js";

const plugin = "active_users_count";

export const activeUsersCountPlugin: PluginEntry = {
  name: plugin,
  about: "Counts for each window of time the ids that were there in at least some periods of a look-back.",
  limit:
    "Counts are exact. The look-back has to be a multiple of the period. Rows whose result depends on how exactly a look-back begins are refused when the query runs.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 7, dimensions: 8 }, cx);
    const wanted = analysis?.args.constant(6);
    const periods = analysis === undefined ? undefined : periodsOf(analysis, call, cx);
    if (analysis === undefined || wanted === undefined || periods === undefined) return nothing();
    const { timeline } = analysis;
    const { location, dimensions } = timeline;
    const { aggregate, and, compare, countWhen, present, settled } = partsAt(location);
    const presence = presenceOf(timeline, periods, input, cx);
    const readings = lookBacks(presence, periods, location);
    const seen = readings.map((reading) => ({ reading, count: freshColumn(cx, "seen"), ids: freshColumn(cx, "ids") }));
    const pairs = pairsOf(presence, timeline);
    const moments = grouped(
      pairs.plan,
      same([...dimensions, presence.id, presence.bin, presence.period]),
      seen.map(({ reading, count }) => countWhen(count.name, reading)),
    );
    const most = grouped(
      moments,
      same([...dimensions, presence.id, presence.bin]),
      seen.map(({ count }) => aggregate(count.name, "max", [ref(count)])),
    );
    const least = convert(wanted, "long", location);
    const bins = grouped(
      filtered(most, present(ref(presence.id))),
      same([...dimensions, presence.bin]),
      seen.map(({ count, ids }) => countWhen(ids.name, compare(">=", ref(count), least))),
    );
    const [first, ...others] = seen.map(({ ids }) => ref(ids));
    if (first === undefined) return nothing();
    const agreed = settled(
      plugin,
      and(periods.aligned, ...others.map((other) => compare("==", first, other))),
      "the result depends on how exactly a look-back begins, which is not documented; start at a whole period, and choose another look-back",
    );
    const some = filtered(bins, and(agreed, compare(">", first, long(0n))));
    return resultOf(node, some, [timeline.value(ref(presence.bin))], dimensions, [first], cx);
  },
};

/** The periods in which appearances count once, and how far a look-back goes. */
interface Periods {
  readonly timeline: Timeline;
  readonly lookBack: Expression;
  /** The look-back in periods, as it is and as a multiple of the windows' size. */
  readonly counts: readonly bigint[];
  readonly period: Expression;
  /** Whether periods begin at the start of the analysis. */
  readonly aligned: Expression;
}

function periodsOf({ args, timeline }: Analysis, call: SyntaxNode, cx: Context): Periods | undefined {
  const [lookBack, period, size] = [args.constant(4), args.constant(5), args.constant(7)];
  const { location, start, end } = timeline;
  const inner =
    period === undefined
      ? undefined
      : timelineOf(plugin, location, timeline, { start, end, step: { size: period } }, cx);
  if (inner === undefined || period === undefined || lookBack === undefined) return undefined;
  const [span, step, window] = [lookBack, period, size].map((value) =>
    value?.kind === "literal" && typeof value.value === "bigint" ? value.value : 0n,
  );
  const distance: KqlType = start.type === "datetime" ? "timespan" : start.type;
  if (span === undefined || !step || !window || span <= 0n || span % step !== 0n) {
    report(
      cx,
      call.location,
      "bad-argument",
      `\`${plugin}\`: the look-back has to be a constant multiple of the period`,
    );
    return undefined;
  }
  const cut = (span / window) * window;
  const counts = cut > 0n && cut < span && cut % step === 0n ? [span / step, cut / step] : [span / step];
  const { of, compare } = partsAt(location);
  const size_ = convert(period, distance, location);
  return {
    timeline: inner,
    lookBack: convert(lookBack, distance, location),
    counts,
    period: size_,
    aligned: compare("==", of("bin", [start, size_], start.type), start),
  };
}

/** When each id was there, by window and period. */
interface Presence {
  readonly plan: Plan;
  readonly id: Column;
  readonly bin: Column;
  readonly period: Column;
  /** The first and the last time within window and period. */
  readonly first: Column;
  readonly last: Column;
  /** The same of the periods that are looked back at. */
  readonly earlier: { readonly period: Column; readonly last: Column };
}

function presenceOf(timeline: Timeline, periods: Periods, input: Plan, cx: Context): Presence {
  const { and, aggregate, compare, minus } = partsAt(timeline.location);
  const time = ref(timeline.time);
  const { type } = timeline.time;
  const moment = (hint: string): Column => ({ name: freshName(cx, hint), type });
  const id: Column = { name: freshName(cx, "id"), type: timeline.id.type };
  const [bin, period, first, last] = [
    freshColumn(cx, "bin"),
    freshColumn(cx, "period"),
    moment("first"),
    moment("last"),
  ];
  const from = minus(timeline.start, periods.lookBack, timeline.start.type);
  const plan = grouped(
    filtered(input, and(compare(">=", time, from), compare("<=", time, timeline.end))),
    [
      ...same(timeline.dimensions),
      { name: id.name, expression: ref(timeline.id) },
      { name: bin.name, expression: timeline.index(time) },
      { name: period.name, expression: periods.timeline.index(time) },
    ],
    [aggregate(first.name, "min", [time], type), aggregate(last.name, "max", [time], type)],
  );
  const earlier = { period: freshColumn(cx, "period"), last: moment("last") };
  return { plan: share("presence", plan, cx), id, bin, period, first, last, earlier };
}

/** Each appearance in a window of the analysis with each period up to its own. */
function pairsOf(presence: Presence, timeline: Timeline): { readonly plan: Plan } {
  const { aggregate, compare } = partsAt(timeline.location);
  const { earlier, id } = presence;
  const ids = [...timeline.dimensions, id];
  const periods = grouped(
    presence.plan,
    [...same(ids), { name: earlier.period.name, expression: ref(presence.period) }],
    [aggregate(earlier.last.name, "max", [ref(presence.last)], presence.last.type)],
  );
  const current = filtered(presence.plan, compare(">=", ref(presence.bin), long(0n)));
  const both = paired(current, periods, byColumns(ids));
  return { plan: filtered(both, compare("<=", ref(earlier.period), ref(presence.period))) };
}

/**
 * What a look-back can mean: the time before an appearance, or so many periods; and either of them cut to a multiple of
 * the windows' size, as other plugins do. An appearance's own period always counts.
 */
function lookBacks(presence: Presence, periods: Periods, location: Timeline["location"]): readonly Expression[] {
  const { of, compare, minus } = partsAt(location);
  const { earlier, first, period } = presence;
  const distance = periods.period.type;
  const own = compare("==", ref(earlier.period), ref(period));
  return periods.counts.flatMap((count) => {
    const span = of("*", [long(count), periods.period], distance);
    const sinceTime = compare(">", ref(earlier.last), minus(ref(first), span, first.type));
    const sincePeriod = compare(">", ref(earlier.period), minus(ref(period), long(count)));
    return [sinceTime, sincePeriod].map((since) => of("or", [own, since], "bool"));
  });
}
