import type { Expression } from "../../plan/expression.js";
import type { AggregateColumn, Named, Plan } from "../../plan/plan.js";
import { columnsOf } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { parseTimespan } from "../../syntax/time-literals.js";
import { type Context, freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { boundColumns } from "../rows.js";
import { share } from "../table.js";
import { type Analysis, analysisOf } from "./analysis.js";
import { filtered, freshColumn, grouped, long, paired, partsAt, ref, same } from "./parts.js";

const plugin = "funnel_sequence_completion";

export const funnelSequenceCompletionPlugin: PluginEntry = {
  name: plugin,
  about: "Counts for some spans of time the ids that go through a sequence of states, up to each of them.",
  limit:
    "States are strings, and counts are exact. Rows whose result depends on which of several first states begins a sequence, on states at the same time, or on sequences that cross windows are refused when the query runs; so are states that no id reaches.",
  lower: (call, node, input, cx) => {
    const analysis = analysisOf(plugin, call, input, { step: 4, dimensions: [] }, cx);
    const funnel = analysis === undefined ? undefined : funnelOf(analysis, call, cx);
    if (analysis === undefined || funnel === undefined) return nothing();
    const { timeline } = analysis;
    const names = boundColumns(node).map(({ name }) => name);
    const events = eventsOf(analysis, funnel, input, cx);
    const legs = funnel.states.flatMap((state, place) => {
      const counted = countsOf(events, place, funnel, analysis, cx);
      return counted.periods.map((counts, at): Plan => {
        const period: Expression = { kind: "literal", type: "timespan", value: funnel.periods[at] ?? null };
        const text: Expression = { kind: "literal", type: "string", value: state };
        const values = [timeline.value(ref(events.bin)), text, period, ref(counts)];
        const columns = values.map(
          (expression, index): Named => ({ name: names[index] ?? `Column${index + 1}`, expression }),
        );
        return { kind: "project", input: counted.plan, columns };
      });
    });
    const [first] = legs;
    return first === undefined ? nothing() : { kind: "union", inputs: legs, columns: columnsOf(first) };
  },
};

interface Funnel {
  readonly state: Column;
  readonly states: readonly string[];
  /** In ticks. */
  readonly periods: readonly bigint[];
}

function funnelOf({ args, timeline }: Analysis, call: SyntaxNode, cx: Context): Funnel | undefined {
  const state = args.columns(5);
  const [states, periods] = [args.constant(6), args.constant(7)].map(elementsOf);
  const spans = periods?.map(parseTimespan);
  const known = states !== undefined && states.length > 0 && new Set(states).size === states.length;
  const timed = spans?.every((span): span is bigint => typeof span === "bigint" && span >= 0n) === true;
  if (state?.type === "string" && known && timed && spans.length > 0 && timeline.start.type === "datetime") {
    return { state, states, periods: spans };
  }
  report(
    cx,
    call.location,
    "bad-argument",
    `\`${plugin}\` takes datetimes, a column of strings, different states, and spans of time, both as constant arrays`,
    {
      hint: `as in \`evaluate ${plugin}(User, TimeGenerated, ago(30d), now(), 1d, State, dynamic(["a", "b"]), dynamic([1h]))\``,
    },
  );
  return undefined;
}

/** The strings of a constant array; undefined where it is none. */
function elementsOf(value: Expression | undefined): readonly string[] | undefined {
  if (value?.kind !== "literal" || value.type !== "dynamic" || typeof value.value !== "string") return undefined;
  const parsed: unknown = JSON.parse(value.value || "null");
  return Array.isArray(parsed) && parsed.every((one) => typeof one === "string") ? parsed : undefined;
}

/** When each id was in each state, and in which window that is. */
interface Events {
  readonly plan: Plan;
  readonly id: Column;
  readonly bin: Column;
  readonly time: Column;
}

function eventsOf({ timeline }: Analysis, { state }: Funnel, input: Plan, cx: Context): Events {
  const { and, compare, present } = partsAt(timeline.location);
  const source = ref(timeline.time);
  const id: Column = { name: freshName(cx, "id"), type: timeline.id.type };
  const time: Column = { name: freshName(cx, "time"), type: "datetime" };
  const bin = freshColumn(cx, "bin");
  const within = and(
    present(ref(timeline.id)),
    compare(">=", source, timeline.start),
    compare("<=", source, timeline.end),
  );
  const keys: readonly Named[] = [
    ...same([state]),
    { name: id.name, expression: ref(timeline.id) },
    { name: bin.name, expression: timeline.index(source) },
    { name: time.name, expression: source },
  ];
  return { plan: share("events", grouped(filtered(input, within), keys, []), cx), id, bin, time };
}

/** How the reference can be read: later states at the same time, and in other windows, may follow or not. */
const readings = [
  { operator: ">=", inside: false },
  { operator: ">", inside: false },
  { operator: ">=", inside: true },
  { operator: ">", inside: true },
] as const;

/** The number of ids in each window that reach the state at a place, for each period, provided that all readings agree. */
function countsOf(
  events: Events,
  place: number,
  funnel: Funnel,
  { timeline }: Analysis,
  cx: Context,
): { readonly plan: Plan; readonly periods: readonly Column[] } {
  const { aggregate, and, compare, countWhen, minus, settled } = partsAt(timeline.location);
  const { id, bin, time } = events;
  const starts = filtered(events.plan, isState(funnel, 0, timeline.location));
  const ends = readings.map((reading) => chainOf(events, place, funnel, reading, timeline.location, cx));
  const reached = ends.reduce<Plan>(
    (plan, { plan: chain }) => paired(plan, chain, [id, bin, time].map(pair), "leftouter"),
    starts,
  );
  // Of several first states in a window, each may begin a sequence, or only the first.
  const first = moment(cx, "first");
  const firsts = grouped(starts, same([id, bin]), [aggregate(first.name, "min", [ref(time)], "datetime")]);
  const ranked = paired(reached, firsts, [id, bin].map(pair));
  const begins = [undefined, compare("==", ref(time), ref(first))];
  const cells = funnel.periods.map((period) =>
    ends.flatMap(({ end }) =>
      begins.map((begin) => {
        const soon = compare("<=", minus(ref(end), ref(time), "timespan"), {
          kind: "literal",
          type: "timespan",
          value: period,
        });
        return {
          when: begin === undefined ? soon : and(begin, soon),
          seen: freshColumn(cx, "seen"),
          ids: freshColumn(cx, "ids"),
        };
      }),
    ),
  );
  const all = cells.flat();
  const perId = grouped(
    ranked,
    same([id, bin]),
    all.map(({ seen, when }) => countWhen(seen.name, when)),
  );
  const counts = all.map(({ seen, ids }): AggregateColumn => countWhen(ids.name, compare(">", ref(seen), long(0n))));
  const perBin = grouped(perId, same([bin]), counts);
  const agreed = cells.flatMap(([one, ...others]) =>
    one === undefined
      ? []
      : [compare(">", ref(one.ids), long(0n)), ...others.map(({ ids }) => compare("==", ref(one.ids), ref(ids)))],
  );
  const plain = settled(
    plugin,
    and(...agreed),
    "the result depends on which of several first states begins a sequence, on states at the same time, on sequences that cross windows, or on states that nobody reaches, and what comes of them is not documented",
  );
  return {
    plan: share("funnel", filtered(perBin, plain), cx),
    periods: cells.flatMap(([one]) => (one === undefined ? [] : [one.ids])),
  };
}

/** For each first state of an id, the earliest time by which it has gone through all states up to a place. */
function chainOf(
  events: Events,
  place: number,
  funnel: Funnel,
  reading: (typeof readings)[number],
  location: SyntaxNode["location"],
  cx: Context,
): { readonly plan: Plan; readonly end: Column } {
  const { aggregate, compare } = partsAt(location);
  const { id, bin, time } = events;
  let end = moment(cx, "end");
  const first: readonly Named[] = [...same([id, bin, time]), { name: end.name, expression: ref(time) }];
  let plan: Plan = { kind: "project", input: filtered(events.plan, isState(funnel, 0, location)), columns: first };
  for (let at = 1; at <= place; at++) {
    const [next, window, later] = [moment(cx, "next"), freshColumn(cx, "bin"), moment(cx, "end")];
    const states: Plan = {
      kind: "project",
      input: filtered(events.plan, isState(funnel, at, location)),
      columns: [...same([id]), { name: window.name, expression: ref(bin) }, { name: next.name, expression: ref(time) }],
    };
    const on = [pair(id), ...(reading.inside ? [{ left: ref(bin), right: ref(window) }] : [])];
    const following = filtered(paired(plan, states, on), compare(reading.operator, ref(next), ref(end)));
    plan = grouped(following, same([id, bin, time]), [aggregate(later.name, "min", [ref(next)], "datetime")]);
    end = later;
  }
  return { plan, end };
}

function isState({ state, states }: Funnel, place: number, location: SyntaxNode["location"]): Expression {
  const value: Expression = { kind: "literal", type: "string", value: states[place] ?? "" };
  return partsAt(location).compare("==", ref(state), value);
}

function moment(cx: Context, hint: string): Column {
  return { name: freshName(cx, hint), type: "datetime" };
}

function pair(column: Column): { readonly left: Expression; readonly right: Expression } {
  return { left: ref(column), right: ref(column) };
}
