import { setImmediate } from "node:timers/promises";
import type { Rule, RuleCoverage, StepFinding } from "@calypso/catalog";
import type { Compilation } from "@calypso/kql";
import { diagnosisOf, failureOf } from "../detect/diagnosis.js";
import { compileRule, type LintPorts } from "../lint/compile-rule.js";
import type { HasFired } from "./fired.js";
import type { TableData } from "./tables-with-data.js";
import type { IsTested } from "./tested.js";

/** What is asked of each rule. */
export interface CoverageQuestions {
  readonly now: Date;
  /** Days in which tables need rows; each rule's own period, and a day at least, where absent. */
  readonly days?: number;
  readonly dataOf: (table: string) => Promise<TableData>;
  readonly isTested: IsTested;
  readonly hasFired: HasFired;
}

/** Rules with how far each has come here, and the tables that they read. */
export interface CoveredRules {
  readonly rules: readonly RuleCoverage[];
  readonly tables: ReadonlySet<string>;
}

/** Asks each rule how far it has come here. */
export async function coverRules(
  ports: LintPorts,
  rules: readonly Rule[],
  questions: CoverageQuestions,
): Promise<CoveredRules> {
  const covered: RuleCoverage[] = [];
  const tables = new Set<string>();
  for (const rule of rules) {
    // Other work of the process goes on between two rules.
    await setImmediate();
    const compiled = await compile(ports, rule);
    if ("tables" in compiled) for (const table of compiled.tables) tables.add(table);
    covered.push({
      ...{ id: rule.id, name: rule.name, file: rule.file, purpose: purposeOf(rule) },
      claims: { tactics: rule.tactics, techniques: [...rule.techniques, ...rule.subTechniques] },
      steps: {
        binds: "why" in compiled ? compiled : { reached: true, why: "its query binds" },
        data:
          "why" in compiled
            ? { reached: false, why: "its query does not run" }
            : await dataFor(rule, compiled, questions),
        tested: questions.isTested(rule),
        fired: questions.hasFired(rule),
      },
    });
  }
  return { rules: covered, tables };
}

/** Kinds without a query pass on what other products find. */
function purposeOf({ kind }: Rule): RuleCoverage["purpose"] {
  if (kind === "Hunting") return "hunt";
  return kind === "Scheduled" || kind === "NRT" ? "rule" : "feed";
}

async function compile(ports: LintPorts, rule: Rule): Promise<Compilation | StepFinding> {
  const failed = (why: string): StepFinding => ({ reached: false, why });
  if (rule.obstacle !== undefined) return failed(rule.obstacle.message);
  if (!rule.enabled) return failed("it is switched off");
  try {
    const compilation = await compileRule(ports, rule);
    const error = compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error === undefined) return compilation;
    const { code, message, line, column } = diagnosisOf(rule, error);
    return failed(`[${code}] line ${line}, column ${column}: ${message}`);
  } catch (thrown) {
    return failed(failureOf(rule, thrown).message);
  }
}

const dayLength = 86_400_000;
const usualPeriod = 14 * dayLength;

/**
 * A rule has data where one of its tables has rows in its period. Where it joins tables, each side needs some; that a
 * `leftanti` join could do without is not looked at.
 */
async function dataFor(
  rule: Rule,
  { tables, facts }: Compilation,
  { now, days, dataOf }: CoverageQuestions,
): Promise<StepFinding> {
  if (tables.length === 0) return { reached: true, why: "it reads no table" };
  const own = rule.kind === "NRT" ? dayLength : Math.max(dayLength, rule.queryPeriod ?? usualPeriod);
  const period = days === undefined ? own : days * dayLength;
  const filled = new Set<string>();
  for (const table of tables) {
    const { rows, last } = await dataOf(table);
    const isRecent = last === undefined || last.getTime() > now.getTime() - period;
    if (rows > 0 && isRecent) filled.add(table);
  }
  const length = Math.round(period / dayLength);
  const within = length === 1 ? "within a day" : `within ${length} days`;
  const empty = tables.filter((table) => !filled.has(table));
  if (filled.size === 0) return { reached: false, why: `no rows ${within} in ${listed(tables)}` };
  for (const { left, right } of facts?.().joins ?? []) {
    for (const side of [left, right]) {
      const read = [...new Set(side.map(({ table }) => table))];
      if (read.length > 0 && read.every((table) => !filled.has(table))) {
        return { reached: false, why: `no rows ${within} in ${listed(read)}, which it joins` };
      }
    }
  }
  const without = empty.length === 0 ? "" : `, none in ${listed(empty)}`;
  return { reached: true, why: `rows ${within} in ${listed([...filled])}${without}` };
}

function listed(tables: readonly string[]): string {
  return [...tables].sort().join(", ");
}
