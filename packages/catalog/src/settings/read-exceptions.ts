import type { Place } from "@calypso/kql";
import { isScalar } from "yaml";
import { type RuleException, usualLifetime } from "../rules/exception.js";
import { conditionOfFields } from "../rules/field-condition.js";
import { booleanOf, type Field, fieldProblem, mapFields, type NodeReading, textOf, textsOf } from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import { queryUnder } from "../rules/query-field.js";
import type { RuleFile } from "../rules/read-rules.js";
import type { RuleQuery } from "../rules/rule-query.js";
import { readYamlDocument } from "../rules/yaml-document.js";
import { readTime } from "../scenarios/scenario-times.js";

/** The exceptions of a file, and what is wrong with it. */
export interface ReadExceptions {
  readonly exceptions: readonly RuleException[];
  readonly problems: readonly Problem[];
}

/** The name of the file that holds the exceptions of the rules in its folder. */
export function isExceptionsFile(path: string): boolean {
  return /(?:^|[\\/])exceptions\.ya?ml$/i.test(path);
}

/** Reads `exceptions.yaml`: a map from ids to exceptions. One that makes no sense is left out whole, and told. */
export function readExceptions(file: RuleFile): ReadExceptions {
  const problems: Problem[] = [];
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return { exceptions: [], problems };
  const { contents } = reading.document;
  const fields = mapFields(reading, contents, "");
  if (fields === undefined && contents !== null) {
    const message = "the file is a map from the ids of exceptions to what they are";
    report(reading, 0, { code: "bad-value", severity: "error", message });
  }
  const exceptions = new Map<string, RuleException>();
  for (const field of fields ?? []) {
    if (exceptions.has(field.key)) refuse(reading, field, "is there twice: the first holds");
    const exception = exceptionOf(reading, field);
    if (exception !== undefined && !exceptions.has(field.key)) exceptions.set(field.key, exception);
  }
  return { exceptions: [...exceptions.values()], problems };
}

const keys = ["rules", "condition", "fields", "owner", "reason", "ticket", "created", "expiry", "enabled"] as const;
type Key = (typeof keys)[number];

function exceptionOf(reading: NodeReading, whole: Field): RuleException | undefined {
  const entries = mapFields(reading, whole.node, whole.path);
  if (entries === undefined || !/^[\w.:@-]{1,100}$/.test(whole.key)) {
    const message =
      entries === undefined
        ? `takes a map of ${keys.join(", ")}`
        : "is no id: at most 100 letters, digits and the signs - _ . : @";
    return refuse(reading, whole, message);
  }
  const before = reading.problems.length;
  const known = new Map<Key, Field>();
  for (const entry of entries) {
    const key = keys.find((name) => name === entry.key);
    if (key === undefined) refuse(reading, entry, `is not one of ${keys.join(", ")}`);
    else if (known.has(key)) refuse(reading, entry, "is there twice");
    else known.set(key, entry);
  }
  const rules = rulesOf(reading, whole, known.get("rules"));
  const condition = conditionOf(reading, whole, known.get("condition"), known.get("fields"));
  const created = timeOf(reading, known.get("created"), "start");
  const expiry = timeOf(reading, known.get("expiry"), "end");
  const enabled = enabledOf(reading, known.get("enabled"));
  const isWrong = reading.problems.slice(before).some(({ severity }) => severity === "error");
  const text = (key: Key) => textOf(reading, known.get(key))?.trim() ?? "";
  const [owner, reason, ticket] = [text("owner"), text("reason"), text("ticket")];
  if (isWrong || rules === undefined || condition === undefined) return undefined;
  for (const key of [...(owner === "" ? ["owner"] : []), ...(reason === "" ? ["reason"] : [])]) {
    doubt(reading, whole, "missing-key", `the exception has no \`${key}\`: nobody can tell later whether it may go`);
  }
  if (expiry === undefined) doubt(reading, whole, "no-expiry", withoutExpiry(created));
  const place: Place = reading.place(whole.offset);
  return {
    ...{ id: whole.key, rules, condition, owner, reason, enabled, file: reading.file, place },
    ...(ticket === "" ? {} : { ticket }),
    ...(created === undefined ? {} : { created }),
    ...(expiry === undefined ? {} : { expiry }),
  };
}

function withoutExpiry(created: number | undefined): string {
  const last = created === undefined ? undefined : new Date(created + usualLifetime).toISOString().slice(0, 10);
  const advice = last === undefined ? "write the day 90 days after it was made" : `write \`expiry: ${last}\``;
  return `the exception has no \`expiry\` and holds for ever; ${advice}`;
}

function rulesOf(reading: NodeReading, whole: Field, field: Field | undefined): RuleException["rules"] | undefined {
  if (field === undefined) return refuse(reading, whole, "has no `rules`: the ids of rules, or `all`");
  const names = textsOf(reading, field).map((name) => name.toLowerCase());
  if (names.length === 0) return refuse(reading, field, "names no rule: write their ids, or `all`");
  if (!names.includes("all")) return [...new Set(names)];
  return names.length === 1 ? "all" : refuse(reading, field, "is either `all` or a list of ids");
}

function conditionOf(
  reading: NodeReading,
  whole: Field,
  condition: Field | undefined,
  fields: Field | undefined,
): RuleQuery | undefined {
  if ((condition === undefined) === (fields === undefined)) {
    const message =
      condition === undefined ? "has no `condition` and no `fields`" : "has both `condition` and `fields`";
    return refuse(reading, whole, message);
  }
  if (fields !== undefined) {
    return conditionOfFields(reading, fields, (field, message) => refuse(reading, field, message));
  }
  if (condition === undefined) return undefined;
  const text = isScalar(condition.node) ? (textOf(reading, condition) ?? "") : "";
  if (text.trim() === "") return refuse(reading, condition, "is a KQL expression over the columns of the result");
  return queryUnder(reading, condition);
}

/** A time; a day alone means its first instant, or the one after its last. */
function timeOf(reading: NodeReading, field: Field | undefined, day: "start" | "end"): number | undefined {
  if (field === undefined) return undefined;
  const text = textOf(reading, field)?.trim() ?? "";
  const time = /^\d{4}-/.test(text) ? readTime(text, 0) : undefined;
  if (time === undefined) return refuse(reading, field, `is a day such as 2026-12-31 or a time, not \`${text}\``);
  return day === "end" && text.length === 10 ? time + 86_400_000 : time;
}

function enabledOf(reading: NodeReading, field: Field | undefined): boolean {
  if (field === undefined) return true;
  const value = booleanOf(reading, field);
  if (value === undefined) refuse(reading, field, "is true or false");
  return value ?? false;
}

function refuse(reading: NodeReading, field: Field, message: string): undefined {
  fieldProblem(reading, field, { code: "bad-value", severity: "error", message: `\`${field.key}\` ${message}` });
  return undefined;
}

function doubt(reading: NodeReading, field: Field, code: "missing-key" | "no-expiry", message: string): void {
  fieldProblem(reading, field, { code, severity: "warning", message });
}
