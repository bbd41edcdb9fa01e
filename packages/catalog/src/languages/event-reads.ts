import type { KqlType } from "@calypso/kql";
import { allOf, always, leavesOf, mapTests } from "../detections/combine.js";
import type { Condition, FieldName, Test, TestValue } from "../detections/condition.js";
import type { DetectionDissection, DetectionThreshold, EventRead, Platform } from "../detections/detection.js";
import { eventsFor, fieldFor } from "../vocabulary/lookup.js";
import type { Vocabulary } from "../vocabulary/vocabulary.js";

/** What a rule says that it reads: its own words, and how the vocabulary's sources are found by them. */
export interface WrittenSource {
  readonly source: string;
  readonly facts: Readonly<Record<string, string>>;
}

/**
 * The condition for each source, with the vocabulary's names of its fields. What the condition wants of every event, such
 * as its type, is a fact about the source too.
 */
export function eventReads(
  vocabulary: Vocabulary,
  platform: Platform,
  sources: readonly WrittenSource[],
  condition: Condition,
): readonly EventRead[] {
  const wanted = wantedValues(condition);
  return sources.map(({ source, facts }) => {
    const found = eventsFor(vocabulary, platform, { ...wanted, ...facts });
    const events = found?.kind.name;
    const nameOf = (name: FieldName): FieldName => {
      const field = fieldFor(vocabulary, platform, events, name.written)?.field;
      return field === undefined ? name : { ...name, field };
    };
    const named = mapTests(condition, (leaf) => {
      if (leaf.kind === "unread") return leaf;
      const values = fieldFor(vocabulary, platform, events, leaf.field.written)?.values;
      if (values !== undefined) return withValues(leaf, nameOf(leaf.field), values);
      const field = nameOf(leaf.field);
      const type = found?.kind.columns.get(field.field ?? "");
      return {
        ...leaf,
        field,
        values: leaf.operator === "equals" ? leaf.values.map((value) => valueOfType(value, type)) : leaf.values,
        ...(leaf.other === undefined ? {} : { other: nameOf(leaf.other) }),
      };
    });
    return {
      ...(events === undefined ? {} : { events }),
      source,
      condition: withoutSource(named, found?.source.where ?? {}),
    };
  });
}

/** Numbers as the column holds them: `50126` is a text in ResultType, `"4624"` a number in EventID. */
function valueOfType(value: TestValue, type: KqlType | undefined): TestValue {
  if (type === "string" && typeof value === "number") return String(value);
  const isWhole = (type === "int" || type === "long") && typeof value === "string" && /^\d{1,15}$/.test(value);
  return isWhole ? Number(value) : value;
}

/** Without what only says which events are meant, as the kind of events does. */
function withoutSource(condition: Condition, where: Readonly<Record<string, string>>): Condition {
  if (condition.kind === "all") return allOf(condition.parts.map((part) => withoutSource(part, where)));
  const { field } = condition.kind === "test" ? condition : {};
  const isSource = field !== undefined && field.field === undefined && Object.hasOwn(where, field.written);
  return isSource ? always : condition;
}

/** Where values are others here, only those whose meaning is known are brought over; else the field stays as written. */
function withValues(
  test: Test,
  field: FieldName,
  meanings: NonNullable<NonNullable<ReturnType<typeof fieldFor>>["values"]>,
): Condition {
  if (test.operator === "exists") return { ...test, field };
  const found = test.values.map((value) => meanings[String(value).toLowerCase()]);
  const known = found.flatMap((meaning) => meaning ?? []);
  if (test.operator !== "equals" || known.length < found.length || test.other !== undefined) return test;
  const mapped = { ...test, field, values: [...new Set(known.flatMap(({ values }) => values))], caseSensitive: false };
  if (known.every(({ negated }) => !negated)) return mapped;
  return known.length === 1 ? { kind: "not", part: mapped } : test;
}

/** The thresholds with the vocabulary's names, where all that is read is of one kind of events. */
export function namedThresholds(
  vocabulary: Vocabulary,
  platform: Platform,
  reads: readonly EventRead[],
  thresholds: readonly DetectionThreshold[],
): readonly DetectionThreshold[] {
  const [kind, ...others] = [...new Set(reads.map(({ events }) => events))];
  if (others.length > 0) return thresholds;
  const nameOf = (written: string) => fieldFor(vocabulary, platform, kind, written)?.field ?? written;
  return thresholds.map((one) => ({
    ...one,
    by: one.by.map(nameOf),
    ...(one.of === undefined ? {} : { of: nameOf(one.of) }),
  }));
}

/** The values of fields that all events of the condition have. */
function wantedValues(condition: Condition): Readonly<Record<string, string>> {
  if (condition.kind === "all") return Object.assign({}, ...condition.parts.map(wantedValues));
  if (condition.kind !== "test" || condition.operator !== "equals" || condition.values.length !== 1) return {};
  return condition.other === undefined ? { [condition.field.written]: String(condition.values[0]) } : {};
}

/** The parts of conditions that no parser follows, each once. */
export function unreadOf(conditions: readonly Condition[]): DetectionDissection["unread"] {
  const found = conditions.flatMap(leavesOf).flatMap((leaf) => (leaf.kind === "unread" ? [leaf] : []));
  const byPlace = new Map(found.map((leaf) => [`${leaf.span?.start} ${leaf.text}`, leaf]));
  return [...byPlace.values()].map(({ text, why, span }) => ({ text, why, ...(span === undefined ? {} : { span }) }));
}
