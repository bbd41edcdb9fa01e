import { anyOf, mapTests, notOf } from "../detections/combine.js";
import type { Condition, FieldName, Test } from "../detections/condition.js";
import type { DetectionThreshold, Platform } from "../detections/detection.js";
import { meaningFor, type NameMeaning } from "../vocabulary/lookup.js";
import type { OtherName, Vocabulary } from "../vocabulary/vocabulary.js";

/** Names of one platform's fields within one kind of event. */
export interface FieldNames {
  readonly vocabulary: Vocabulary;
  readonly platform: Platform;
  /** The kind's name. */
  readonly events: string | undefined;
  /** Beginnings that the platform's names may have lost on the way: `properties.` after `rename properties.* as *`. */
  readonly lostPrefixes?: readonly string[];
}

/** The condition with the vocabulary's names and values wherever it has them. */
export function withVocabulary(condition: Condition, names: FieldNames): Condition {
  return mapTests(condition, (leaf) => (leaf.kind === "unread" ? leaf : testWithVocabulary(leaf, names)));
}

/** The threshold with the vocabulary's names. */
export function thresholdWithVocabulary(threshold: DetectionThreshold, names: FieldNames): DetectionThreshold {
  const nameOf = (written: string) => fieldNamed(written, names) ?? written;
  return {
    ...threshold,
    ...(threshold.of === undefined ? {} : { of: nameOf(threshold.of) }),
    by: threshold.by.map(nameOf),
  };
}

function testWithVocabulary(test: Test, names: FieldNames): Condition {
  const other = test.other === undefined ? {} : { other: named(test.other, fieldNamed(test.other.written, names)) };
  const whole: Test = { ...test, ...other };
  const meaning = meaningOf(test.field.written, names);
  if (meaning?.kind === "any")
    return anyOf(meaning.fields.map((field) => ({ ...whole, field: named(test.field, field) })));
  if (meaning?.kind !== "field") return whole;
  const mapped: Test = { ...whole, field: named(test.field, meaning.field) };
  return meaning.values === undefined ? mapped : (withValues(mapped, meaning.values) ?? whole);
}

/** Where values mean something of their own, only those that the vocabulary knows are brought over; undefined for others. */
function withValues(test: Test, meanings: NonNullable<OtherName["values"]>): Condition | undefined {
  if (test.operator === "exists") return test;
  if (test.operator !== "equals" || test.other !== undefined) return undefined;
  const parts: Condition[] = [];
  for (const value of test.values) {
    const key = String(value).toLowerCase();
    const meaning = Object.hasOwn(meanings, key) ? meanings[key] : undefined;
    if (meaning === undefined) return undefined;
    const part: Test = { ...test, values: meaning.values, caseSensitive: false };
    parts.push(meaning.negated ? notOf(part) : part);
  }
  return anyOf(parts);
}

function named({ written }: FieldName, field: string | undefined): FieldName {
  return field === undefined ? { written } : { written, field };
}

function fieldNamed(written: string, names: FieldNames): string | undefined {
  const meaning = meaningOf(written, names);
  return meaning?.kind === "field" ? meaning.field : undefined;
}

function meaningOf(
  written: string,
  { vocabulary, platform, events, lostPrefixes = [] }: FieldNames,
): NameMeaning | undefined {
  for (const name of [written, ...lostPrefixes.map((prefix) => `${prefix}${written}`)]) {
    const meaning = meaningFor(vocabulary, platform, events, name);
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
