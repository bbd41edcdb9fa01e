import { join } from "node:path";
import { changeEntry, entryValues, isOverridesFile, type Problem, type Rule, readOverrides } from "@calypso/catalog";
import { ruleKey } from "../service/rules-in-force.js";
import { Failure } from "../store/failures.js";
import { type Authoring, recordChange } from "./authoring.js";
import { nowhere } from "./nowhere.js";
import { firstWritable, readRuleFile, writeRuleFile } from "./rule-folders.js";

/** The keys that an override has, as they stand in the file. */
export const overrideKeys = [
  ...(["enabled", "severity", "queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"] as const),
  ...(["delay", "cutBy", "timeout", "memory"] as const),
];

/** Values of an override as they stand in the file; null takes one away, so that the rule's own holds. */
export type OverrideChanges = Readonly<
  Partial<Record<(typeof overrideKeys)[number], string | number | boolean | null>>
>;

/** Changes how a rule runs without changing its file, in the file that holds already what is set for it. */
export async function changeOverride(
  parts: Authoring,
  { rule, changes, by }: { readonly rule: Rule; readonly changes: OverrideChanges; readonly by: string },
): Promise<void> {
  const written = await writeOverride(parts, rule, changes);
  await recordChange(parts, { rule: ruleKey(rule), by, kind: "overridden", ...written });
  await parts.takeUp();
}

/** The same, before it is recorded and taken up; gives where it was written, and what was changed in words. */
export async function writeOverride(
  parts: Authoring,
  rule: Rule,
  changes: OverrideChanges,
): Promise<{ readonly file: string; readonly detail: string }> {
  if (rule.id === "") {
    throw new Failure("rule-wrong", "a rule without an `id` can be changed in its own file only");
  }
  const file = await overridesFileOf(parts, rule);
  const before = await readRuleFile(file);
  const values = Object.fromEntries(Object.entries(changes).map(([key, value]) => [key, value ?? undefined]));
  const text = changeEntry(before?.text ?? "", rule.id, values);
  if (text === undefined) throw new Failure("rule-wrong", `${file} is no map from the ids of rules to values`);
  refuseNew(
    readOverrides({ name: file, text }).problems,
    readOverrides({ name: file, text: before?.text ?? "" }).problems,
  );
  await writeRuleFile(parts.folders, file, text, before?.version);
  const detail = Object.entries(changes)
    .map(([key, value]) => (value === null ? `${key} as in its file` : `${key}: ${String(value)}`))
    .join(", ");
  return { file, detail };
}

/** What is set for a rule beside its file, as it stands there, and where. */
export async function overrideOf(
  { loaded }: Pick<Authoring, "loaded">,
  rule: Rule,
): Promise<
  { readonly file: string; readonly values: Readonly<Record<string, string | number | boolean>> } | undefined
> {
  for (const file of loaded().settings.filter(isOverridesFile)) {
    const values = entryValues((await readRuleFile(file))?.text ?? "", rule.id);
    if (values !== undefined && rule.id !== "") return { file, values };
  }
  return undefined;
}

async function overridesFileOf(parts: Authoring, rule: Rule): Promise<string> {
  const known = await overrideOf(parts, rule);
  if (known !== undefined) return known.file;
  const folder = await firstWritable(parts.folders);
  if (folder === undefined) throw nowhere();
  return join(folder, "overrides.yaml");
}

/** Refuses what is wrong with a text and was not wrong before. */
export function refuseNew(now: readonly Problem[], before: readonly Problem[]): void {
  const known = new Set(before.map(({ message }) => message));
  const found = now.find(({ message, severity }) => severity === "error" && !known.has(message));
  if (found !== undefined) throw new Failure("rule-wrong", found.message);
}
