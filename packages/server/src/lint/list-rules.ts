import type { Rule } from "@calypso/catalog";
import { type Diagnosis, diagnosisOf, failureOf } from "../detect/diagnosis.js";
import { compileRule, type LintPorts } from "./compile-rule.js";

/** What a rule is, in one line. */
export interface ListedRule {
  readonly rule: Rule;
  /** The tables that its query reads; none where it cannot run. */
  readonly tables: readonly string[];
  /** Why it cannot run. */
  readonly obstacle?: Pick<Diagnosis, "code" | "message" | "line" | "column">;
}

/** Looks at each rule: what it reads, and whether it can run. */
export async function* listRules(ports: LintPorts, rules: readonly Rule[]): AsyncGenerator<ListedRule> {
  for (const rule of rules) yield await listed(ports, rule);
}

async function listed(ports: LintPorts, rule: Rule): Promise<ListedRule> {
  if (rule.obstacle !== undefined) return { rule, tables: [], obstacle: rule.obstacle };
  try {
    const { diagnostics, tables } = await compileRule(ports, rule);
    const error = diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) return { rule, tables: [], obstacle: diagnosisOf(rule, error) };
    return { rule, tables: [...tables].sort() };
  } catch (thrown) {
    return { rule, tables: [], obstacle: failureOf(rule, thrown) };
  }
}
