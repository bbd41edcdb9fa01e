import type { DetectionDissection, DetectionStage, DetectionThreshold, EventRead } from "../../detections/detection.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { eventReads, namedThresholds, unreadOf } from "../event-reads.js";
import { conditionOf, conjuncts, eventsOf, fieldOf, type Placeholders, placeholdersOf } from "./yaral-conditions.js";
import type { YaralExpression, YaralRule } from "./yaral-tree.js";

type Unread = DetectionDissection["unread"][number];

/** What a rule's events have to meet, how many of them there have to be, and what it gives. */
export function yaralLogic(text: string, rule: YaralRule, vocabulary: Vocabulary): DetectionDissection {
  const predicates = rule.events.flatMap(conjuncts);
  const placeholders = placeholdersOf(predicates);
  const events = [...new Set(predicates.flatMap((one) => [...eventsOf(one, placeholders)]))];
  const conditions = events.map((event) => conditionOf(text, placeholders, event, predicates));
  const reads = events.flatMap((event, index) => {
    const condition = conditions[index];
    return condition === undefined
      ? []
      : eventReads(vocabulary, "Chronicle", [{ source: `$${event}`, facts: {} }], condition);
  });
  const groups = groupsOf({ text, rule, placeholders, events, reads, vocabulary });
  return {
    stages: stagesOf(text, rule, predicates),
    reads,
    thresholds: groups.thresholds,
    outputs: [
      ...(rule.match?.variables ?? []).map((name) => ({ name, source: "match" })),
      ...rule.outcome.map(({ name }) => ({ name, source: "outcome" })),
    ].map((output) => ({ ...output, stage: stagesOf(text, rule, predicates).length })),
    unread: [...unreadOf(conditions), ...groups.unread],
  };
}

function stagesOf(text: string, rule: YaralRule, predicates: readonly YaralExpression[]): readonly DetectionStage[] {
  const stage = (operator: string, { span }: Pick<YaralExpression, "span">) => ({
    ...{ operator, text: text.slice(span.start, span.end), span },
  });
  return [
    ...predicates.map((one) => stage("events", one)),
    ...(rule.match === undefined ? [] : [stage("match", rule.match)]),
    ...rule.outcome.map((one) => stage("outcome", one)),
    ...(rule.condition === undefined ? [] : [stage("condition", rule.condition)]),
  ].map((one, index) => ({ index: index + 1, ...one }));
}

interface Groups {
  readonly text: string;
  readonly rule: YaralRule;
  readonly placeholders: Placeholders;
  readonly events: readonly string[];
  readonly reads: readonly EventRead[];
  readonly vocabulary: Vocabulary;
}

/** What `condition` wants of the events of a group: numbers of them, and events that are not there. */
function groupsOf(cx: Groups): {
  readonly thresholds: readonly DetectionThreshold[];
  readonly unread: readonly Unread[];
} {
  const { text, rule, vocabulary, reads } = cx;
  const thresholds: DetectionThreshold[] = [];
  const unread: Unread[] = [];
  const tell = ({ span }: YaralExpression, why: string) =>
    unread.push({ text: text.slice(span.start, span.end), why, span });
  for (const one of rule.condition === undefined ? [] : conjuncts(rule.condition)) {
    // `$e`: there is such an event.
    if (one.kind === "variable" && one.path === "") continue;
    const threshold = one.kind === "comparison" ? thresholdOf(cx, one) : undefined;
    if (threshold !== undefined) {
      if (threshold !== "nothing") thresholds.push(threshold);
    } else if (one.kind === "not") tell(one, "an event that must not be there");
    else tell(one, one.kind === "or" ? "one of several events" : "a condition on groups that is not followed");
  }
  return { thresholds: namedThresholds(vocabulary, "Chronicle", reads, thresholds), unread };
}

/** `#e > 5`, `$count >= 3`; `#e > 0` asks nothing more than `$e`. */
function thresholdOf(
  cx: Groups,
  one: Extract<YaralExpression, { kind: "comparison" }>,
): DetectionThreshold | "nothing" | undefined {
  const { left, right, operator } = one;
  if (right.kind !== "value" || typeof right.value !== "number") return undefined;
  const measured = measureOf(cx, left);
  if (measured === undefined) return undefined;
  const { value } = right;
  const isAny = left.kind === "count" && ((operator === ">" && value === 0) || (operator === ">=" && value === 1));
  if (isAny && measured.function === "count") return "nothing";
  const { match } = cx.rule;
  const by = (match?.variables ?? []).map((name) => cx.placeholders.get(name)?.[0]?.path ?? name);
  return {
    ...{ ...measured, by, operator: operator === "=" ? "==" : operator, value },
    ...(match?.within === undefined ? {} : { within: match.within }),
  };
}

const aggregates: Readonly<Record<string, string>> = {
  count: "count",
  count_distinct: "dcount",
  sum: "sum",
  max: "max",
  min: "min",
  avg: "avg",
};

function measureOf(
  { placeholders, events, rule }: Groups,
  left: YaralExpression,
): Pick<DetectionThreshold, "function" | "of"> | undefined {
  if (left.kind === "count") {
    if (events.includes(left.name)) return { function: "count" };
    const of = placeholders.get(left.name)?.[0]?.path;
    return of === undefined ? undefined : { function: "dcount", of };
  }
  if (left.kind !== "variable" || left.path !== "") return undefined;
  const value = rule.outcome.find(({ name }) => name === left.name)?.value;
  const name = value?.kind === "call" ? aggregates[value.name] : undefined;
  const [only, ...more] = value?.kind === "call" ? value.given : [];
  if (name === undefined || only === undefined || more.length > 0) return undefined;
  const bound = only.kind === "variable" && only.path === "" ? placeholders.get(only.name)?.[0] : fieldOf(only);
  return bound === undefined ? undefined : { function: name, of: bound.path };
}
