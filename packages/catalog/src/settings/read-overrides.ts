import type { Place } from "@calypso/kql";
import { readDuration } from "../rules/duration.js";
import { booleanOf, type Field, fieldProblem, mapFields, type NodeReading, textOf } from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import { type Rule, ruleSeverities, type TriggerOperator } from "../rules/rule.js";
import { readYamlDocument } from "../rules/yaml-document.js";

/** The keys of a rule that can be given another value, with how a rule runs that its own file has no key for. */
export type RuleOverride = Partial<
  Pick<
    Rule,
    | "enabled"
    | "severity"
    | "queryFrequency"
    | "queryPeriod"
    | "triggerOperator"
    | "triggerThreshold"
    | "delay"
    | "cutBy"
    | "timeout"
    | "memory"
  >
>;

/** What a folder says about rules whose files it leaves as they are, by the rules' ids in lower case. */
export interface ReadOverrides {
  readonly overrides: ReadonlyMap<string, RuleOverride & { readonly place: Place }>;
  readonly problems: readonly Problem[];
}

/** The name of the file that changes rules without changing their files. */
export function isOverridesFile(path: string): boolean {
  return /(?:^|[\\/])overrides\.ya?ml$/i.test(path);
}

/** Reads `overrides.yaml`: a map from the ids of rules to the values that they take. What makes no sense is left out, and told. */
export function readOverrides(file: RuleFile): ReadOverrides {
  const problems: Problem[] = [];
  const overrides = new Map<string, RuleOverride & { readonly place: Place }>();
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return { overrides, problems };
  const { contents } = reading.document;
  const rules = mapFields(reading, contents, "");
  if (rules === undefined && contents !== null) {
    const message = "the file is a map from the ids of rules to the values that they take";
    report(reading, 0, { code: "bad-value", severity: "error", message });
  }
  for (const rule of rules ?? []) {
    const place = reading.place(rule.offset);
    if (overrides.has(rule.key.toLowerCase())) refuse(reading, rule, "is there twice: the last holds");
    overrides.set(rule.key.toLowerCase(), { ...overrideOf(reading, rule), place });
  }
  return { overrides, problems };
}

/** A rule with the values that it is given. */
export function overridden(rule: Rule, override: RuleOverride | undefined): Rule {
  if (override === undefined) return rule;
  const { place: _place, ...values } = override as RuleOverride & { place?: Place }; // The place is of no use to a rule.
  return { ...rule, ...values };
}

function overrideOf(reading: NodeReading, rule: Field): RuleOverride {
  let values: RuleOverride = {};
  const fields = mapFields(reading, rule.node, rule.path);
  if (fields === undefined) refuse(reading, rule, `takes a map of ${Object.keys(readers).join(", ")}`);
  for (const field of fields ?? []) {
    const read = Object.hasOwn(readers, field.key) ? readers[field.key] : undefined;
    if (read === undefined) refuse(reading, field, `is not one of ${Object.keys(readers).join(", ")}`);
    else values = { ...values, ...read(reading, field) };
  }
  return values;
}

type Reader = (reading: NodeReading, field: Field) => RuleOverride;

const readers: Readonly<Record<string, Reader>> = {
  enabled: (reading, field) => only("enabled", booleanOf(reading, field)),
  severity: (reading, field) => only("severity", oneOf(reading, field, ruleSeverities)),
  queryFrequency: (reading, field) => only("queryFrequency", lengthOf(reading, field)),
  queryPeriod: (reading, field) => only("queryPeriod", lengthOf(reading, field)),
  triggerOperator: (reading, field) => only("triggerOperator", oneOf(reading, field, operators)),
  triggerThreshold: (reading, field) => only("triggerThreshold", countOf(reading, field)),
  delay: (reading, field) => only("delay", lengthOf(reading, field)),
  cutBy: (reading, field) => only("cutBy", oneOf(reading, field, ["event", "arrival"] as const)),
  timeout: (reading, field) => only("timeout", lengthOf(reading, field)),
  memory: (reading, field) => only("memory", sizeOf(reading, field)),
};

const operators: readonly TriggerOperator[] = ["gt", "lt", "eq", "ne"];

function only<Key extends keyof RuleOverride>(key: Key, value: RuleOverride[Key]): RuleOverride {
  return value === undefined ? {} : { [key]: value };
}

function oneOf<Name extends string>(reading: NodeReading, field: Field, names: readonly Name[]): Name | undefined {
  const written = textOf(reading, field)?.trim().toLowerCase();
  const found = names.find((name) => name.toLowerCase() === written);
  if (found === undefined) refuse(reading, field, `is one of ${names.join(", ")}, not \`${written ?? ""}\``);
  return found;
}

function lengthOf(reading: NodeReading, field: Field): number | undefined {
  const duration = readDuration(textOf(reading, field) ?? "");
  if (duration.kind !== "refused" && duration.milliseconds > 0) return duration.milliseconds;
  refuse(reading, field, duration.kind === "refused" ? `cannot be read: ${duration.reason}` : "is longer than nothing");
  return undefined;
}

/** Bytes, from a number with a unit: `512 MB`, `2GiB`. */
function sizeOf(reading: NodeReading, field: Field): number | undefined {
  const written = textOf(reading, field)?.trim() ?? "";
  const [, number = "", unit = ""] = /^(\d{1,6}(?:\.\d+)?)\s*([kmgt]i?b)$/i.exec(written) ?? [];
  const bytes = Math.floor(Number(number) * (unitBytes[unit.toLowerCase()] ?? 0));
  if (bytes > 0) return bytes;
  refuse(reading, field, `is a size such as \`512MB\` or \`2GiB\`, not \`${written}\``);
  return undefined;
}

const unitBytes: Readonly<Record<string, number>> = {
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  tb: 1e12,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
  tib: 2 ** 40,
};

function countOf(reading: NodeReading, field: Field): number | undefined {
  const written = textOf(reading, field)?.trim() ?? "";
  if (/^\d{1,5}$/.test(written)) return Number(written);
  refuse(reading, field, `is a whole number from 0 on, not \`${written}\``);
  return undefined;
}

function refuse(reading: NodeReading, field: Field, message: string): void {
  fieldProblem(reading, field, { code: "bad-value", severity: "error", message: `\`${field.key}\` ${message}` });
}
