import { lstat, mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileStem, type Rule, type RuleGuidance, readGuidance } from "@calypso/catalog";
import type { Ids } from "../platform/ids.js";
import { readText } from "../platform/text-files.js";
import { Failure } from "../store/failures.js";
import { type AdoptableRule, adoptedRule } from "./adopted-rule.js";

/** Where a rule goes, and what is known of the folder. */
export interface AdoptionRequest {
  readonly folder: string;
  /** The rules that the folder holds. */
  readonly rules: readonly Rule[];
  /** Files that are there are written over. */
  readonly force: boolean;
  /** Names of files that are not complete yet, which nobody may foresee. */
  readonly ids: Ids;
  /** Who adopts it; written into the file. */
  readonly by?: string;
  /** Ours for the rule, where there is some. */
  readonly guidance?: RuleGuidance;
}

/** The files that an adoption has written, that of the rule first. */
export interface Adoption {
  readonly files: readonly string[];
  /** Why guidance that there is was left out. */
  readonly withoutGuidance?: string;
}

/** Writes a rule into a folder of rules, with its guidance and the scenarios of that; nothing is written where a file is in the way. */
export async function adopt(rule: AdoptableRule, request: AdoptionRequest): Promise<Adoption> {
  const { folder, rules, force } = request;
  const text = adoptedRule(rule, request.by);
  const stem = stemOf(rule, request);
  const path = join(folder, `${stem}.yaml`);
  const ids = [rule.detection.id, rule.detection.rule?.id ?? ""].map((id) => id.toLowerCase());
  const same = rules.find(({ id, file }) => id !== "" && ids.includes(id.toLowerCase()) && file !== path);
  if (same !== undefined) {
    throw new Failure("file-in-the-way", `${same.file} holds a rule with the id of ${rule.detection.name}`, {
      hint: "two rules of one id cannot run beside each other: remove that file first",
    });
  }
  const guided = guidanceFiles(join(folder, stem), request.guidance);
  const files = new Map([[path, text], ...guided.files]);
  for (const file of files.keys()) {
    if (force || !(await isThere(file))) continue;
    throw new Failure("file-in-the-way", `${file} is there already`, { hint: "--force writes over it" });
  }
  try {
    await mkdir(folder, { recursive: true });
    for (const [file, content] of files) await writeWhole(file, content, request.ids);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("file-unwritable", `the rule cannot be written to ${folder}: ${why}`, { cause });
  }
  return { files: [...files.keys()], ...(guided.why === undefined ? {} : { withoutGuidance: guided.why }) };
}

/** The rule's name as the name of a file; with its id where that would be no file of rules, or is another rule's. */
function stemOf({ id, detection }: AdoptableRule, { folder, rules }: AdoptionRequest): string {
  const stem = fileStem(detection.name);
  const file = `${stem}.yaml`;
  const isOther = rules.some(
    (rule) => rule.file === join(folder, file) && rule.id.toLowerCase() !== detection.rule?.id.toLowerCase(),
  );
  return isOther || stem === "" ? [stem, id].filter((part) => part !== "").join("-") : stem;
}

/** Our guidance and its scenarios, under the name of the rule; all or nothing of it. */
function guidanceFiles(
  stem: string,
  guidance: RuleGuidance | undefined,
): { readonly files: readonly (readonly [string, string])[]; readonly why?: string } {
  if (guidance === undefined) return { files: [] };
  const text = readText(guidance.file) ?? "";
  const written = readGuidance({ name: guidance.file, text }).guidance;
  if (written?.falsePositives.length !== guidance.falsePositives.length) {
    return { files: [], why: "a filter of it does not fit this version of the rule" };
  }
  const scenarios = readText(guidance.file.replace(/\.guidance(\.ya?ml)$/, ".tests$1"));
  return {
    files: [
      [`${stem}.guidance.yaml`, text],
      ...(scenarios === undefined ? [] : [[`${stem}.tests.yaml`, scenarios] as const]),
    ],
  };
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined;
}

/** A file that is there whole or not at all. */
async function writeWhole(path: string, text: string, ids: Ids): Promise<void> {
  const made = `${path}.${ids()}.new`;
  // Nobody's file or link is written through.
  await writeFile(made, text, { flag: "wx" });
  try {
    await rename(made, path);
  } finally {
    await rm(made, { force: true });
  }
}
