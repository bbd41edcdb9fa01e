import type { Condition, Test } from "./condition.js";
import type { Detection, EventRead } from "./detection.js";

/** A comparison of a rule, the events that it is about, and whether the rule wants it to be false. */
export interface DetectionTest {
  readonly read: EventRead;
  readonly test: Test;
  readonly negated: boolean;
}

/** All comparisons of a rule, wherever they stand in its conditions. */
export function testsOf({ dissection }: Pick<Detection, "dissection">): readonly DetectionTest[] {
  return dissection.reads.flatMap((read) =>
    testsIn(read.condition, false).map(({ test, negated }) => ({ read, test, negated })),
  );
}

/** The comparisons of a condition; those under an odd number of `not` are negated. */
export function testsIn(
  condition: Condition,
  negated: boolean,
): readonly { readonly test: Test; readonly negated: boolean }[] {
  switch (condition.kind) {
    case "all":
    case "any":
      return condition.parts.flatMap((part) => testsIn(part, negated));
    case "not":
      return testsIn(condition.part, !negated);
    case "test":
      return [{ test: condition, negated }];
    case "unread":
      return [];
    default:
      return condition satisfies never;
  }
}

/** The name by which a field is found: the vocabulary's, or as written. */
export function fieldOf({ field }: Test): string {
  return field.field ?? field.written;
}

/** When something was, which every rule bounds in its own way: no indicator. */
export function isAboutTime(test: Test): boolean {
  return /(?:^|\()(?:TimeGenerated|Timestamp|ingestion_time\(\)|_TimeReceived|@timestamp|_time)\)*$/i.test(
    fieldOf(test),
  );
}

/** A comparison in words: `AppDisplayName is one of "a", "b"`, `not (…)`. */
export function testText(test: Test, negated: boolean): string {
  const subject = (test.through ?? []).reduce((inner, outer) => `${outer}(${inner})`, fieldOf(test));
  const other = test.other === undefined ? [] : [test.other.field ?? test.other.written];
  const values = [...test.values.map((value) => JSON.stringify(value)), ...other].join(", ");
  const text = values === "" ? `${subject} ${test.operator}` : `${subject} ${test.operator} ${values}`;
  return negated ? `not ${text}` : text;
}
