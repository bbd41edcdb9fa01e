import { fileStem, printProblem, type Rule } from "@calypso/catalog";
import { ruleKey } from "../service/rules-in-force.js";
import { Failure } from "../store/failures.js";
import { type Authoring, recordChange } from "./authoring.js";
import { type CheckedText, checkText, rulesOfText } from "./check-text.js";
import { nowhere } from "./nowhere.js";
import { firstWritable, freeName, writeRuleFile } from "./rule-folders.js";
import { refuseErrors } from "./save-rule.js";

/** What is said about a text that is to be a new rule, and the rules that it would give. */
export async function checkNewRule(parts: Authoring, text: string, signal?: AbortSignal): Promise<CheckedText> {
  return checkText(parts, await draftFile(parts), text, signal);
}

/** The rule that a text would be, as it would run. */
export async function newRuleOf(parts: Authoring, text: string): Promise<Rule> {
  const file = await draftFile(parts);
  const { rules, problems } = await rulesOfText(parts, file, text);
  const [rule, other] = rules.filter((one) => one.file === file);
  if (rule !== undefined && other === undefined) return rule;
  if (rule !== undefined) throw new Failure("rule-wrong", "the text holds several rules: a new rule is one");
  const error = problems.find((problem) => problem.severity === "error" && problem.file === file);
  throw new Failure("rule-wrong", error === undefined ? "the text holds no rule" : printProblem(error));
}

/** A text that becomes a rule. */
export interface NewRule {
  readonly text: string;
  /** Saves also what has errors, as long as it is a rule. */
  readonly evenIfWrong?: boolean;
  readonly by: string;
}

/** Writes a new rule into the first folder that takes it, under the name that it has, and takes it up. No file is written over. */
export async function createRule(
  parts: Authoring,
  { text, evenIfWrong, by }: NewRule,
): Promise<{ readonly key: string; readonly file: string }> {
  const folder = await firstWritable(parts.folders);
  if (folder === undefined) throw nowhere();
  const rule = await newRuleOf(parts, text);
  if (rule.id === "") {
    throw new Failure("rule-wrong", "a rule needs an `id`, by which its windows and alerts are known", {
      hint: `write id: ${parts.ids()}`,
    });
  }
  const same = parts.loaded().rules.find((one) => ruleKey(one) === ruleKey(rule));
  if (same !== undefined) {
    throw new Failure("rule-wrong", `${same.file} holds a rule with the id ${rule.id}`, {
      hint: `write another, such as id: ${parts.ids()}`,
    });
  }
  const stem = fileStem(rule.name) || "rule";
  const file = await freeName(folder, `${stem}.yaml`);
  if (evenIfWrong !== true) refuseErrors((await checkText(parts, file, text)).findings);
  const version = await writeRuleFile(parts.folders, file, text, undefined);
  await recordChange(parts, {
    ...{ rule: ruleKey(rule), by, kind: "created", file },
    detail: `version ${version.slice(0, 12)}`,
  });
  await parts.takeUp();
  return { key: ruleKey(rule), file };
}

/** Where the text would stand, for what holds in its folder; there is no such file. */
async function draftFile({ folders }: Authoring): Promise<string> {
  const folder = await firstWritable(folders);
  return folder === undefined ? "new-rule.yaml" : freeName(folder, "new-rule.yaml");
}
