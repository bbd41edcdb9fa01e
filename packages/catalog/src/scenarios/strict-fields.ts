import { nearest } from "@calypso/kql";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf } from "../rules/fields.js";

/** Reports something that makes no sense in a file of scenarios. */
export function wrong(reading: NodeReading, field: Field, message: string): undefined {
  fieldProblem(reading, field, { code: "bad-scenario", severity: "error", message });
  return undefined;
}

/** The entries of a map that may have these keys and no others; each other key is reported, and each key that is there twice. */
export function strictMap(reading: NodeReading, field: Field, known: readonly string[]): ReadonlyMap<string, Field> {
  const entries = new Map<string, Field>();
  for (const entry of anyMap(reading, field)) {
    if (known.includes(entry.key)) {
      entries.set(entry.key, entry);
      continue;
    }
    const [near] = nearest(entry.key, known, 1);
    const hint = near === undefined ? `; keys are ${known.join(", ")}` : `; did you mean \`${near}\`?`;
    wrong(reading, entry, `\`${entry.key}\` means nothing here${hint}`);
  }
  return entries;
}

/** The entries of a map of names that the author chooses. */
export function anyMap(reading: NodeReading, field: Field): readonly Field[] {
  const entries = mapFields(reading, field.node, field.path);
  if (entries === undefined) {
    wrong(reading, field, `\`${field.key}\` takes a map of keys and values`);
    return [];
  }
  const seen = new Set<string>();
  return entries.filter((entry) => {
    if (seen.has(entry.key)) wrong(reading, entry, `\`${entry.key}\` is written a second time`);
    else seen.add(entry.key);
    return seen.has(entry.key);
  });
}

/** The items of a list; none, where the field is absent. */
export function items(reading: NodeReading, field: Field | undefined): readonly Field[] {
  return field === undefined ? [] : listFields(reading, field);
}

/** A text, number or truth value as text; reports a list, a map and nothing at all. */
export function requiredText(reading: NodeReading, field: Field): string | undefined {
  const before = reading.problems.length;
  const text = textOf(reading, field);
  // The reader of rules warns and goes on without; a scenario that says less than it seems to is no test.
  reading.problems.splice(before);
  return text ?? wrong(reading, field, `\`${field.key}\` takes a single value`);
}

/** A whole number from `least` on. */
export function wholeNumber(reading: NodeReading, field: Field, least: number): number | undefined {
  const text = requiredText(reading, field);
  if (text === undefined) return undefined;
  const number = /^\d{1,9}$/.test(text.trim()) ? Number(text) : -1;
  return number >= least
    ? number
    : wrong(reading, field, `\`${field.key}\` is a whole number from ${least} on, not \`${text}\``);
}
