import { basename } from "node:path";
import { type LintFinding, type Rule, withId } from "@calypso/catalog";
import { ruleKey } from "../service/rules-in-force.js";
import { Failure } from "../store/failures.js";
import { type Authoring, recordChange } from "./authoring.js";
import { checkText } from "./check-text.js";
import { nowhere } from "./nowhere.js";
import { firstWritable, freeName, readRuleFile, removeRuleFile, writeRuleFile } from "./rule-folders.js";
import { writeOverride } from "./save-override.js";

/** A text of rules that somebody saves. */
export interface SavedText {
  readonly rule: Rule;
  readonly text: string;
  /** The version of the file that was changed. */
  readonly seen: string;
  /** Saves also what has errors, or what takes the rule away. */
  readonly evenIfWrong?: boolean;
  readonly by: string;
}

/** Writes the file of a rule anew, and takes it up; gives the file's new version. */
export async function saveText(parts: Authoring, { rule, text, seen, evenIfWrong, by }: SavedText): Promise<string> {
  if (evenIfWrong !== true) {
    const { findings, rules } = await checkText(parts, rule.file, text);
    refuseErrors(findings);
    const keys = parts
      .loaded()
      .rules.filter(({ file }) => file === rule.file)
      .map(ruleKey);
    const gone = keys.find((key) => !rules.some((one) => ruleKey(one) === key));
    if (gone !== undefined) {
      const message = `with this text there is no rule with the key ${gone} any more, and its history ends`;
      throw new Failure("rule-wrong", message, { hint: "leave its id as it is, or save it nevertheless" });
    }
  }
  const version = await writeRuleFile(parts.folders, rule.file, text, seen);
  const detail = `version ${seen.slice(0, 12)} → ${version.slice(0, 12)}`;
  await recordChange(parts, { rule: ruleKey(rule), by, kind: "saved", file: rule.file, detail });
  await parts.takeUp();
  return version;
}

/** A copy of a rule that may be changed. */
export interface CopiedRule {
  readonly key: string;
  readonly file: string;
}

/**
 * Writes a text of a rule that cannot be changed where it is into the first folder that takes it: under an id of its own, with the
 * scenarios of the original beside it. The original is turned off by an override, so that both do not raise the same alerts.
 */
export async function copyRule(
  parts: Authoring,
  { rule, text, evenIfWrong, by }: Omit<SavedText, "seen">,
): Promise<CopiedRule> {
  const folder = await firstWritable(parts.folders);
  if (folder === undefined) throw nowhere();
  const key = parts.ids();
  const own = withId(text, key);
  if (own === undefined) throw new Failure("rule-wrong", "only a rule in YAML with an `id` can be copied");
  const file = await freeName(folder, basename(rule.file));
  if (evenIfWrong !== true) refuseErrors((await checkText(parts, file, own)).findings);
  const written = new Map([[file, await writeRuleFile(parts.folders, file, own, undefined)]]);
  let off: Awaited<ReturnType<typeof writeOverride>> | undefined;
  try {
    for (const [path, version] of await copyTests(parts, rule.file, file)) written.set(path, version);
    if (rule.id !== "") off = await writeOverride(parts, rule, { enabled: false });
  } catch (cause) {
    // While the original runs, a copy would raise each alert twice.
    for (const [path, version] of written) await removeRuleFile(path, version);
    throw cause;
  }
  await recordChange(parts, { rule: key, by, kind: "copied", file, detail: `of ${rule.name}, ${rule.file}` });
  if (off !== undefined) await recordChange(parts, { rule: ruleKey(rule), by, kind: "overridden", ...off });
  await parts.takeUp();
  return { key, file };
}

/** Refuses a text with errors; the first is told. */
export function refuseErrors(findings: readonly LintFinding[]): void {
  const errors = findings.filter(({ severity }) => severity === "error");
  const [first] = errors;
  if (first === undefined) return;
  const more = errors.length === 1 ? "" : `, and ${errors.length - 1} more`;
  const message = `line ${first.line}, column ${first.column}: ${first.message}${more}`;
  throw new Failure("rule-wrong", message, { hint: "put it right, or save it nevertheless" });
}

/** Copies the scenarios of the original, and gives what was written; those that name files beside them would not find these, and stay where they are. */
async function copyTests(
  { folders }: Authoring,
  from: string,
  to: string,
): Promise<readonly (readonly [path: string, version: string])[]> {
  const written: (readonly [string, string])[] = [];
  for (const ending of [".tests.yaml", ".tests.yml"]) {
    const beside = (path: string) => path.replace(/\.\w+$/, "") + ending;
    const tests = await readRuleFile(beside(from));
    const isThere = (await readRuleFile(beside(to))) !== undefined;
    if (tests === undefined || isThere || /^\s*(?:file|externaldata|path)\s*:/m.test(tests.text)) continue;
    written.push([beside(to), await writeRuleFile(folders, beside(to), tests.text, undefined)]);
  }
  return written;
}
