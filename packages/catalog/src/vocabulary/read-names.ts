import { isMap, isScalar, isSeq } from "yaml";
import type { Platform } from "../detections/detection.js";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf, textsOf } from "../rules/fields.js";
import type { MadeName, OtherName, ValueMeaning } from "./vocabulary.js";

/** The names that one platform gives to fields. */
export interface NamedOnes {
  readonly names: readonly { readonly field: string; readonly other: OtherName }[];
  readonly madeNames: readonly MadeName[];
}

/** Tells a field that the table does not have, and is false for it. */
export type CheckField = (item: Field, name: string) => boolean;

/**
 * Reads the names of fields: `theirs: ours`, `theirs: { field: ours, values: … }`, `theirs: [ours, ours]` for any of them,
 * `{ joined: […], by: … }`, `{ parts: { KEY: ours } }`, and `{ absent: why }`.
 */
export function readNames(
  reading: NodeReading,
  field: Field | undefined,
  platform: Platform,
  check: CheckField,
): NamedOnes {
  const names: { field: string; other: OtherName }[] = [];
  const madeNames: MadeName[] = [];
  const written = new Set<string>();
  for (const item of field === undefined ? [] : (mapFields(reading, field.node, field.path) ?? [])) {
    if (written.has(item.key.toLowerCase()))
      refuse(reading, item, `\`${item.key}\` is there twice; case does not count`);
    written.add(item.key.toLowerCase());
    const identity = { platform, name: item.key };
    if (isScalar(item.node)) {
      const ours = textOf(reading, item) ?? "";
      if (check(item, ours)) names.push({ field: ours, other: identity });
    } else if (isSeq(item.node)) {
      const fields = checked(reading, item, check);
      madeNames.push({ ...identity, kind: "any", fields });
    } else {
      readMap(reading, item, identity, check, names, madeNames);
    }
  }
  return { names, madeNames };
}

function readMap(
  reading: NodeReading,
  item: Field,
  identity: { readonly platform: Platform; readonly name: string },
  check: CheckField,
  names: { field: string; other: OtherName }[],
  madeNames: MadeName[],
): void {
  const keys = new Map((mapFields(reading, item.node, item.path) ?? []).map((key) => [key.key, key]));
  const [field, joined, parts, absent] = ["field", "joined", "parts", "absent"].map((key) => keys.get(key));
  if (field !== undefined) {
    const ours = textOf(reading, field) ?? "";
    const values = readValues(reading, keys.get("values"));
    if (check(field, ours))
      names.push({ field: ours, other: { ...identity, ...(values === undefined ? {} : { values }) } });
  } else if (joined !== undefined) {
    const by = textOf(reading, keys.get("by")) ?? "";
    madeNames.push({ ...identity, kind: "joined", fields: checked(reading, joined, check), by });
  } else if (parts !== undefined) {
    const pairs = (mapFields(reading, parts.node, parts.path) ?? []).map((part) => {
      const ours = textOf(reading, part);
      return [part.key, ours === undefined || !check(part, ours) ? undefined : ours] as const;
    });
    madeNames.push({ ...identity, kind: "parts", parts: Object.fromEntries(pairs) });
  } else if (absent !== undefined) {
    madeNames.push({ ...identity, kind: "absent", why: textOf(reading, absent) ?? "" });
  } else {
    refuse(reading, item, "a name is ours, a list of ours, or a map with `field`, `joined`, `parts` or `absent`");
  }
}

function checked(reading: NodeReading, field: Field, check: CheckField): string[] {
  return listFields(reading, field).flatMap((item) => {
    const name = textOf(reading, item) ?? "";
    return check(item, name) ? [name] : [];
  });
}

function readValues(reading: NodeReading, field: Field | undefined): Record<string, ValueMeaning> | undefined {
  if (field === undefined) return undefined;
  const pairs = (mapFields(reading, field.node, field.path) ?? []).map((value): [string, ValueMeaning] => {
    const not = isMap(value.node)
      ? mapFields(reading, value.node, value.path)?.find(({ key }) => key === "not")
      : undefined;
    return [value.key.toLowerCase(), { values: textsOf(reading, not ?? value), negated: not !== undefined }];
  });
  return Object.fromEntries(pairs);
}

function refuse(reading: NodeReading, field: Field, message: string): void {
  fieldProblem(reading, field, { code: "bad-vocabulary", severity: "error", message });
}
