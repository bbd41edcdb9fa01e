import { join } from "node:path";
import {
  changeEntry,
  type EntryValue,
  entryValues,
  isExceptionsFile,
  type Rule,
  type RuleException,
  readExceptions,
} from "@calypso/catalog";
import { isTruePositive, pastEffect } from "../exceptions/past-alerts.js";
import { freshId } from "../exceptions/proposal-text.js";
import { compileRule } from "../lint/compile-rule.js";
import { exceptionFindings } from "../lint/exception-findings.js";
import { ticksOf } from "../platform/clock.js";
import { queryPorts } from "../search/run-query.js";
import { ruleKey } from "../service/rules-in-force.js";
import { Failure } from "../store/failures.js";
import { type Authoring, recordChange } from "./authoring.js";
import { nowhere } from "./nowhere.js";
import { firstWritable, readRuleFile, writeRuleFile } from "./rule-folders.js";

/** An exception as somebody proposes it: values of columns, or a condition. */
export interface ProposedException {
  /** The id of one that is there, which changes; a new one where absent. */
  readonly id?: string;
  readonly fields?: Readonly<Record<string, string | readonly string[]>>;
  readonly condition?: string;
  readonly owner: string;
  readonly reason: string;
  readonly ticket?: string;
  /** A day, which is its last, or a time. */
  readonly expiry: string;
  readonly enabled?: boolean;
}

const dayLength = 86_400_000;

/** The exception that a proposal would be, as it is read from its file. What is wrong with it is thrown, in its own words. */
export async function proposedException(
  parts: Pick<Authoring, "store" | "loaded" | "clock">,
  rule: Rule,
  proposed: ProposedException,
): Promise<RuleException> {
  const id = proposed.id ?? newId(parts, rule);
  const name = "exceptions.yaml";
  const { exceptions, problems } = readExceptions({ name, text: entryText(parts, rule, "", id, proposed) });
  const wrong = problems.find(({ severity }) => severity === "error");
  const [exception] = exceptions;
  if (wrong !== undefined || exception === undefined) {
    throw new Failure("rule-wrong", wrong?.message ?? "the exception cannot be read");
  }
  const tried = { ...rule, exceptions: [exception] };
  const error = exceptionFindings(tried, await compileRule(queryPorts(parts.store), tried)).find(
    ({ severity }) => severity === "error",
  );
  if (error !== undefined)
    throw new Failure("rule-wrong", error.message, error.hint === undefined ? {} : { hint: error.hint });
  return exception;
}

/** Who saves an exception, and whether alerts may go that were found to be about attacks. */
export interface ExceptionSaving {
  readonly by: string;
  readonly confirmTruePositives?: boolean;
  /** Ends the look at past alerts, and nothing is saved. */
  readonly signal?: AbortSignal;
}

/**
 * Saves an exception in `exceptions.yaml` and takes it up; gives its id. Refused where alerts of the last thirty days would go that
 * were found to be about attacks, unless that is confirmed.
 */
export async function saveException(
  parts: Authoring,
  rule: Rule,
  proposed: ProposedException,
  { by, confirmTruePositives, signal }: ExceptionSaving,
): Promise<string> {
  if (rule.id === "")
    throw new Failure("rule-wrong", "an exception is about rules by their ids, and this rule has none");
  for (const key of ["owner", "reason", "expiry"] as const) {
    if (proposed[key].trim() === "") throw new Failure("rule-wrong", `the exception has no ${key}`);
  }
  const exception = await proposedException(parts, rule, proposed);
  if (confirmTruePositives !== true && proposed.enabled !== false) {
    await refuseAttacks(parts, rule, exception, signal);
  }
  const known = parts.loaded().exceptions.find(({ id }) => id.toLowerCase() === exception.id.toLowerCase());
  if (known !== undefined) refuseOthers(rule, known);
  const file = known?.file ?? (await exceptionsFile(parts));
  const before = await readRuleFile(file);
  if (known === undefined && entryValues(before?.text ?? "", exception.id) !== undefined) {
    throw new Failure("rule-wrong", `${file} has an entry ${exception.id} that is wrong, and would be lost`, {
      hint: "put it right in the file, or take it out there",
    });
  }
  const text = entryText(parts, rule, before?.text ?? "", exception.id, proposed);
  await writeRuleFile(parts.folders, file, text, before?.version);
  const detail = `${exception.id}: ${proposed.reason}`;
  await recordChange(parts, { rule: ruleKey(rule), by, kind: "exception-saved", file, detail });
  await parts.takeUp();
  return exception.id;
}

/** Takes an exception out of its file. */
export async function removeException(parts: Authoring, rule: Rule, id: string, by: string): Promise<void> {
  const known = parts.loaded().exceptions.find((one) => one.id === id && rule.exceptions?.includes(one) === true);
  if (known === undefined) throw new Failure("rule-unknown", "the rule has no such exception");
  refuseOthers(rule, known);
  const { file } = known;
  const before = await readRuleFile(file);
  const gone = Object.fromEntries(entryKeys.map((key) => [key, undefined]));
  const text = before === undefined ? undefined : changeEntry(before.text, id, gone);
  if (before === undefined || text === undefined) throw new Failure("rule-wrong", `${file} is no map of exceptions`);
  await writeRuleFile(parts.folders, file, text, before.version);
  await recordChange(parts, { rule: ruleKey(rule), by, kind: "exception-removed", file, detail: id });
  await parts.takeUp();
}

/** What is changed at one rule is about that rule alone. */
function refuseOthers(rule: Rule, { id, rules, file }: RuleException): void {
  const [first] = rules;
  if (rules === "all" || rules.length !== 1 || first === undefined) {
    throw new Failure("rule-wrong", `the exception ${id} is about other rules too: change it in ${file}`);
  }
  if (first.toLowerCase() !== rule.id.toLowerCase()) {
    throw new Failure("rule-wrong", `the exception ${id} is about the rule ${first}: change it there`);
  }
}

async function refuseAttacks(
  parts: Authoring,
  rule: Rule,
  exception: RuleException,
  signal: AbortSignal | undefined,
): Promise<void> {
  const now = parts.clock();
  const range = { from: ticksOf(new Date(now.getTime() - 30 * dayLength)), to: ticksOf(now) };
  const ports = queryPorts(parts.store, signal === undefined ? {} : { signal });
  const { gone } = await pastEffect(ports, parts.state, rule, exception, range, signal);
  const attacks = gone.filter(isTruePositive).length;
  if (attacks === 0) return;
  const alerts = attacks === 1 ? "1 alert goes that was" : `${attacks} alerts go that were`;
  throw new Failure("exception-hides-attacks", `${alerts} found to be about an attack`, {
    hint: "narrow the exception, or confirm that this is meant",
  });
}

const entryKeys = [
  "rules",
  "condition",
  "fields",
  "owner",
  "reason",
  "ticket",
  "created",
  "expiry",
  "enabled",
] as const;

/** The text of a file with the exception in it. */
function entryText(
  { loaded, clock }: Pick<Authoring, "loaded" | "clock">,
  rule: Rule,
  before: string,
  id: string,
  { fields, condition, owner, reason, ticket, expiry, enabled }: ProposedException,
): string {
  const known = loaded().exceptions.find((one) => one.id === id);
  const created = new Date(known?.created ?? clock().getTime()).toISOString().slice(0, 10);
  const values: Record<(typeof entryKeys)[number], EntryValue> = {
    ...{ rules: [rule.id], condition, fields, owner: owner.trim(), reason: reason.trim() },
    ...{ ticket: ticket?.trim() || undefined, created, expiry, enabled: enabled === false ? false : undefined },
  };
  const text = changeEntry(before, id, values);
  if (text === undefined) throw new Failure("rule-wrong", "exceptions.yaml is no map of exceptions");
  return text;
}

function newId({ loaded }: Pick<Authoring, "loaded">, rule: Rule): string {
  return freshId(rule, new Set(loaded().exceptions.map(({ id }) => id)));
}

/** The file that has exceptions already, where it can be written, or one in the first folder that can. */
async function exceptionsFile({ folders, loaded }: Authoring): Promise<string> {
  const folder = await firstWritable(folders);
  if (folder === undefined) throw nowhere();
  const there = loaded().settings.find((file) => isExceptionsFile(file) && file.startsWith(folder));
  return there ?? join(folder, "exceptions.yaml");
}
