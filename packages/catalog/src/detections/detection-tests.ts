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

/** The field with the functions around it: `tolower(AppDisplayName)`. */
export function subjectOf(test: Test): string {
  return (test.through ?? []).reduce((inner, outer) => `${outer}(${inner})`, fieldOf(test));
}

/** When something was, which every rule bounds in its own way: no indicator. */
export function isAboutTime(test: Test): boolean {
  return isTimeField(fieldOf(test));
}

/** The same of a field by its name, whatever functions are around it. */
export function isTimeField(subject: string): boolean {
  return /(?:^|\()(?:TimeGenerated|Timestamp|ingestion_time\(\)|_TimeReceived|@timestamp|_time)\)*$/i.test(subject);
}

/** A comparison in words: `AppDisplayName is one of "a", "b"`, `not (…)`. */
export function testText(test: Test, negated: boolean): string {
  const subject = subjectOf(test);
  const other = test.other === undefined ? [] : [test.other.field ?? test.other.written];
  const values = [...test.values.map((value) => JSON.stringify(value)), ...other].join(", ");
  const text = values === "" ? `${subject} ${test.operator}` : `${subject} ${test.operator} ${values}`;
  return negated ? `not ${text}` : text;
}
