import type { Condition, FieldName, Test, TestOperator, TestValue } from "../../detections/condition.js";
import type { EventKind, ValueMeaning, Vocabulary } from "../../vocabulary/vocabulary.js";
import { meaningOf } from "./kql/matches.js";
import type { SigmaLogic, SigmaMatch } from "./logic.js";
import { anyCharacter, anyText, literalOf, type Pattern, patternRegex } from "./pattern.js";

/** What names of fields mean, and where the detection's text begins in the file. */
export interface ConditionContext {
  readonly vocabulary: Vocabulary;
  /** Absent where the vocabulary does not know the log source. */
  readonly kind?: EventKind;
  readonly text: string;
  readonly start: number;
}

/** A detection's logic in the one form; equal tests of one field are one test with several values. */
export function conditionOfLogic(context: ConditionContext, logic: SigmaLogic): Condition {
  switch (logic.kind) {
    case "all":
      return { kind: "all", parts: logic.parts.map((part) => conditionOfLogic(context, part)) };
    case "any":
      return anyOf(logic.parts.map((part) => conditionOfLogic(context, part)));
    case "not":
      return { kind: "not", part: conditionOfLogic(context, logic.part) };
    case "refused": {
      const { start, end } = logic;
      return { kind: "unread", text: written(context, logic), why: logic.why, ...spanOf(context, { start, end }) };
    }
    default:
      return ofMatch(context, logic);
  }
}

function anyOf(parts: readonly Condition[]): Condition {
  const merged: Condition[] = [];
  const places = new Map<string, number>();
  const values: TestValue[][] = [];
  for (const part of parts) {
    const key = part.kind === "test" && part.values.length > 0 ? testKey(part) : undefined;
    const at = key === undefined ? undefined : places.get(key);
    const found = at === undefined ? undefined : values[at];
    if (found !== undefined && part.kind === "test") found.push(...part.values);
    else {
      if (key !== undefined) places.set(key, merged.length);
      values.push(part.kind === "test" ? [...part.values] : []);
      merged.push(part);
    }
  }
  for (const [at, part] of merged.entries())
    if (part.kind === "test") merged[at] = { ...part, values: values[at] ?? [] };
  const [only] = merged;
  return merged.length === 1 && only !== undefined ? only : { kind: "any", parts: merged };
}

function testKey({ field, operator, caseSensitive, span }: Test): string {
  return JSON.stringify([field, operator, caseSensitive, span]);
}

function ofMatch(context: ConditionContext, match: SigmaMatch): Condition {
  const { field, test } = match;
  const span = spanOf(context, match);
  if (field === undefined) return { ...textTest({ written: "" }, wordPattern(match), false), ...span };
  const meaning = context.kind === undefined ? undefined : meaningOf(context.vocabulary, context.kind, field);
  if (meaning?.kind === "any") {
    const parts = meaning.fields.map(
      (ours): Condition => ({ ...ofTest(context, match, { written: field, field: ours }), ...span }),
    );
    return test.kind === "missing" ? { kind: "all", parts } : { kind: "any", parts };
  }
  const name: FieldName = meaning?.kind === "field" ? { written: field, field: meaning.field } : { written: field };
  const values = meaning?.kind === "field" ? meaning.values : undefined;
  const found = ofTest(context, match, name, values);
  return found.kind === "not" ? { kind: "not", part: { ...found.part, ...span } } : { ...found, ...span };
}

function ofTest(
  { vocabulary, kind }: ConditionContext,
  { test }: SigmaMatch,
  name: FieldName,
  values?: Readonly<Record<string, ValueMeaning>>,
): Condition {
  const base = (operator: TestOperator, operands: readonly TestValue[], caseSensitive = false): Test => ({
    kind: "test",
    ...{ field: name, operator, values: operands, caseSensitive },
  });
  switch (test.kind) {
    case "text":
      return textTest(name, test.pattern, test.caseSensitive, values);
    case "number":
      return textTest(name, [test.written], false, values, test.value);
    case "truth":
      return base("equals", [test.value]);
    case "missing":
      return { kind: "not", part: base("exists", []) };
    case "exists":
      return base("exists", []);
    case "regex":
      return base("matches", [test.flags === "" ? test.source : `(?${test.flags})${test.source}`], true);
    case "cidr":
      return base("cidr", [test.network]);
    case "compare":
      return base(test.operator, [test.value]);
    case "field": {
      const other = kind === undefined ? undefined : meaningOf(vocabulary, kind, test.other);
      const named = other?.kind === "field" ? { written: test.other, field: other.field } : { written: test.other };
      return { ...base(test.how, [], test.caseSensitive), other: named };
    }
    case "time": {
      const through = [test.part === "week" ? "week_of_year" : "datetime_part"];
      return { ...base(test.operator === "equal" ? "equals" : test.operator, [test.value]), through };
    }
    default:
      return test satisfies never;
  }
}

/** A word that is looked for anywhere in an event. */
function wordPattern({ test }: SigmaMatch): Pattern {
  if (test.kind === "text") return [anyText, ...test.pattern, anyText];
  return test.kind === "number" ? [anyText, test.written, anyText] : [anyText];
}

function textTest(
  field: FieldName,
  pattern: Pattern,
  caseSensitive: boolean,
  meanings?: Readonly<Record<string, ValueMeaning>>,
  number?: number,
): Condition {
  const base = { kind: "test" as const, field, caseSensitive };
  const literal = literalOf(pattern);
  const meaning = literal === undefined ? undefined : meanings?.[literal.toLowerCase()];
  if (meaning !== undefined) {
    const test: Test = { ...base, operator: "equals", values: meaning.values };
    return meaning.negated ? { kind: "not", part: test } : test;
  }
  if (literal !== undefined) return { ...base, operator: "equals", values: [number ?? literal] };
  const [before, after] = [pattern[0] === anyText, pattern.at(-1) === anyText];
  const inner = literalOf(pattern.slice(before ? 1 : 0, after ? -1 : undefined));
  if (inner !== undefined && inner !== "") {
    const operator = before && after ? "contains" : before ? "endswith" : "startswith";
    return { ...base, operator, values: [inner] };
  }
  const plain = pattern.every(
    (piece) => typeof piece !== "object" && (typeof piece !== "string" || !/[*?]/.test(piece)),
  );
  if (!plain) return { ...base, operator: "matches", values: [`(?s)${patternRegex(pattern)}`] };
  const text = pattern
    .map((piece) => (piece === anyText ? "*" : piece === anyCharacter ? "?" : String(piece)))
    .join("");
  return { ...base, operator: "wildcard", values: [text] };
}

/** A part's place in the detection's text; none where it stands in another document. */
function spanOf(context: ConditionContext, { start, end }: { readonly start: number; readonly end: number }) {
  const [from, to] = [start - context.start, end - context.start];
  return from < 0 || to > context.text.length ? {} : { span: { start: from, end: to } };
}

function written(context: ConditionContext, part: { readonly start: number; readonly end: number }): string {
  const { span } = spanOf(context, part);
  return span === undefined ? "" : context.text.slice(span.start, span.end).trim();
}
