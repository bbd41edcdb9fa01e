import type { LintFinding, Rule } from "@calypso/catalog";
import { type LoadedRules, loadRules, type RuleFiles } from "../detect/load.js";
import { lintRules } from "../lint/lint.js";
import { queryPorts } from "../search/run-query.js";
import type { Authoring } from "./authoring.js";

/** A text of rules as it is before it is saved: what is said about it, and the rules that it would give. */
export interface CheckedText {
  /** In the order of lines; those of this file only. */
  readonly findings: readonly LintFinding[];
  /** As they would run: with overrides and exceptions. */
  readonly rules: readonly Rule[];
}

/** Reads, binds and checks a text as if it stood in a file, with all other rules in sight. */
export async function checkText(
  parts: Pick<Authoring, "store" | "clock" | "files" | "loaded" | "references" | "refuseCostly">,
  file: string,
  text: string,
  signal?: AbortSignal,
): Promise<CheckedText> {
  const fresh = await rulesOfText(parts, file, text);
  for (const rule of fresh.rules) if (rule.file === file) await parts.refuseCostly(rule.query.text, signal);
  const ports = queryPorts(parts.store, signal === undefined ? {} : { signal });
  const among = parts.loaded().rules.filter((rule) => rule.file !== file);
  const { findings } = await lintRules(ports, fresh, parts.references(), { now: parts.clock(), among });
  return { findings: findings.filter((finding) => finding.file === file), rules: fresh.rules };
}

/** The rules of a text as if it stood in a file; of the other files, only those of overrides and exceptions are read. */
export function rulesOfText(
  { files, loaded }: Pick<Authoring, "files" | "loaded">,
  file: string,
  text: string,
): Promise<LoadedRules> {
  const { settings, texts } = loaded();
  return loadRules(withText(files, file, text), [file, ...settings], texts);
}

function withText(files: RuleFiles, file: string, text: string): RuleFiles {
  return {
    list: async (path) => (path === file ? [file] : files.list(path)),
    read: async (path) => (path === file ? new TextEncoder().encode(text) : files.read(path)),
  };
}
