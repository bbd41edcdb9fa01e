import type { Condition, Test } from "../detections/condition.js";
import type { Detection, DetectionThreshold, EventRead, Platform } from "../detections/detection.js";
import { isTimeField, subjectOf, testsIn } from "../detections/detection-tests.js";
import type { EventKind, Vocabulary } from "../vocabulary/vocabulary.js";
import { type Clause, clausesOf, valueText } from "./clause.js";

/** What a rule looks for, in a form that rules of all platforms have alike; plain data, so that it can be kept. */
export interface RuleShape {
  /** The rule's own key in the catalogue. */
  readonly key: string;
  readonly platform: Platform;
  readonly reads: readonly ReadShape[];
  readonly thresholds: readonly DetectionThreshold[];
  readonly actions: readonly Action[];
  readonly indicators: readonly ShapeIndicator[];
  /** False where the rule asks more than its reads and thresholds tell. */
  readonly whole: boolean;
}

/** One read of events, without what only bounds the time. */
export interface ReadShape {
  /** The vocabulary's name of the events, or the source as written. */
  readonly events: string;
  readonly clauses: readonly Clause[];
  readonly absent: boolean;
}

/** What somebody did, as rules ask for it: the events, and of those that have operations, which. */
export interface Action {
  /** Events that tell of the same actions have one family. */
  readonly family: string;
  /** Absent where the event itself is the action: a sign-in. */
  readonly operation?: { readonly field: string; readonly operator: Test["operator"]; readonly value: string };
}

/** A field, how it is compared, and one value. */
export interface ShapeIndicator {
  readonly field: string;
  readonly operator: string;
  readonly value: string;
}

/** The shape of a rule, under the key that the catalogue knows it by. */
export function shapeOf(key: string, detection: Detection, vocabulary: Vocabulary): RuleShape {
  const reads = detection.dissection.reads.map(readShape);
  const kinds = new Map(vocabulary.events.map((kind) => [kind.name, kind]));
  const actions = detection.dissection.reads.flatMap((read) => (read.absent ? [] : actionsOf(read, kinds)));
  const indicators = detection.dissection.reads.flatMap((read) => indicatorsIn(read.condition, false));
  return {
    ...{ key, platform: detection.platform },
    reads: uniqueBy(reads, (read) => JSON.stringify(read)),
    thresholds: detection.dissection.thresholds,
    actions: uniqueBy(actions, actionKey),
    indicators: uniqueBy(indicators, indicatorKey),
    whole: detection.dissection.unread.length === 0,
  };
}

function readShape({ events, source, condition, absent }: EventRead): ReadShape {
  const clauses = clausesOf(condition).filter((clause) => !clause.every(({ field }) => isTimeField(field)));
  return { events: events ?? source, clauses, absent: absent === true };
}

function actionsOf(read: EventRead, kinds: ReadonlyMap<string, EventKind>): readonly Action[] {
  const kind = kinds.get(read.events ?? "");
  if (kind === undefined) return [];
  const family = kind.family ?? kind.name;
  const fields = new Set(kind.fields.filter(({ isAction }) => isAction).map(({ name }) => name));
  if (fields.size === 0) return [{ family }];
  return testsIn(read.condition, false).flatMap(({ test, negated }) => {
    const { field } = test.field;
    if (negated || field === undefined || !fields.has(field)) return [];
    const programs = /path$/i.test(field)
      ? test.values.flatMap((value) => programIn(test.operator, String(value)))
      : [];
    if (programs.length > 0) {
      return programs.map((value): Action => ({ family, operation: { field, operator: "equals", value } }));
    }
    if (!isNaming(test)) return [];
    return test.values.map(
      (value): Action => ({ family, operation: { field, operator: test.operator, value: operationText(value) } }),
    );
  });
}

/** The program that a path ends with, which other rules ask for by its name alone; also where a pattern says it. */
function programIn(operator: Test["operator"], path: string): readonly string[] {
  const text = operator === "matches" ? path.replace(/\$$/, "").replaceAll("\\.", ".").replaceAll("\\\\", "\\") : path;
  const name = /(?:^|[\\/])([\w.-]+\.\w+)$/.exec(text)?.[1];
  return name === undefined || operator === "startswith" ? [] : [name.toLowerCase()];
}

function isNaming({ operator }: Test): boolean {
  return ["equals", "contains", "startswith", "endswith", "has", "wildcard"].includes(operator);
}

/** Names of operations end with a full stop in some logs, and are written with other blanks and cases in others. */
function operationText(value: Test["values"][number]): string {
  return valueText(value, false).trim().replace(/\.$/, "").replace(/\s+/g, " ");
}

function indicatorsIn(condition: Condition, negated: boolean): readonly ShapeIndicator[] {
  return testsIn(condition, negated).flatMap(({ test, negated: not }) => {
    const field = subjectOf(test);
    if (isTimeField(field)) return [];
    const operator = not ? `not ${test.operator}` : test.operator;
    if (test.other !== undefined) return [{ field, operator, value: test.other.field ?? test.other.written }];
    if (test.operator === "exists") return [];
    if (test.operator === "between") return [{ field, operator, value: test.values.join(" to ") }];
    // Rules that differ only in case look for the same.
    return test.values.map((value) => ({ field, operator, value: valueText(value, false) }));
  });
}

export function indicatorKey({ field, operator, value }: ShapeIndicator): string {
  return `${field}\u0000${operator}\u0000${value}`;
}

export function actionKey({ family, operation }: Action): string {
  return operation === undefined ? family : `${family}\u0000${operation.operator}\u0000${operation.value}`;
}

function uniqueBy<T>(items: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map(items.map((item) => [key(item), item])).values()];
}
