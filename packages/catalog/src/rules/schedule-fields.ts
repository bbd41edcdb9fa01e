import { printDuration, readDuration } from "./duration.js";
import { type Field, fieldProblem, type NodeReading, textOf } from "./fields.js";
import type { Rule, RuleKind, TriggerOperator } from "./rule.js";

/** Reads how often a rule runs and how far it looks back; what is beyond Sentinel's limits is reported and kept. */
export function readSchedule(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
  kind: RuleKind,
): Pick<Rule, "queryFrequency" | "queryPeriod"> {
  if (kind !== "Scheduled") {
    if (kind === "NRT") reportIgnored(reading, fields);
    return {};
  }
  const frequency = readLength(reading, fields, "queryFrequency");
  const period = readLength(reading, fields, "queryPeriod");
  const field = fields.get("queryPeriod");
  if (field !== undefined && frequency !== undefined && period !== undefined) {
    if (period < frequency) {
      const message = `the rule looks back ${printDuration(period)} every ${printDuration(frequency)}, and misses what lies between`;
      fieldProblem(reading, field, { code: "limit", severity: "warning", message });
    } else if (period >= 2 * day && frequency < hour) {
      const message = "a rule that looks back two days or more runs at most once an hour in Microsoft Sentinel";
      fieldProblem(reading, field, { code: "limit", severity: "warning", message });
    }
  }
  return {
    ...(frequency === undefined ? {} : { queryFrequency: frequency }),
    ...(period === undefined ? {} : { queryPeriod: period }),
  };
}

/** Reads how many rows make a rule fire: any, where nothing is said. */
export function readTrigger(
  reading: NodeReading,
  fields: ReadonlyMap<string, Field>,
  kind: RuleKind,
): Pick<Rule, "triggerOperator" | "triggerThreshold"> {
  const operatorField = fields.get("triggerOperator");
  const thresholdField = fields.get("triggerThreshold");
  if (kind === "NRT") return { triggerOperator: "gt", triggerThreshold: 0 };
  const written = textOf(reading, operatorField)?.trim();
  const operator = operators[written?.toLowerCase() ?? "gt"];
  if (operatorField !== undefined && operator === undefined) {
    const message = `\`${written}\` is not one of gt, lt, eq, ne; read as gt`;
    fieldProblem(reading, operatorField, { code: "unknown-value", severity: "warning", message });
  }
  const threshold = textOf(reading, thresholdField)?.trim() ?? "0";
  const number = /^\d+(?:\.0+)?$/.test(threshold) ? Number(threshold) : undefined;
  if (thresholdField !== undefined && (number === undefined || number > 10_000)) {
    const code = number === undefined ? "bad-value" : "limit";
    const message = `\`triggerThreshold\` is a whole number from 0 to 10000, not \`${threshold}\`${number === undefined ? "; read as 0" : ""}`;
    fieldProblem(reading, thresholdField, { code, severity: "warning", message });
  }
  return { triggerOperator: operator ?? "gt", triggerThreshold: number ?? 0 };
}

const operators: Readonly<Record<string, TriggerOperator>> = {
  gt: "gt",
  greaterthan: "gt",
  lt: "lt",
  lessthan: "lt",
  eq: "eq",
  equal: "eq",
  equals: "eq",
  ne: "ne",
  notequal: "ne",
  notequals: "ne",
};

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

function readLength(reading: NodeReading, fields: ReadonlyMap<string, Field>, key: string): number | undefined {
  const field = fields.get(key);
  const written = textOf(reading, field);
  if (field === undefined || written === undefined) {
    const whole = fields.get("name") ?? fields.get("id");
    const message = `a scheduled rule needs \`${key}\`; without it the rule cannot follow a schedule`;
    if (whole !== undefined) fieldProblem(reading, whole, { code: "missing-key", severity: "warning", message });
    return undefined;
  }
  const duration = readDuration(written);
  if (duration.kind === "refused") {
    const message = `${duration.reason}; without it the rule cannot follow a schedule`;
    fieldProblem(reading, field, { code: "bad-value", severity: "warning", message });
    return undefined;
  }
  if (duration.milliseconds < 5 * minute || duration.milliseconds > 14 * day) {
    const message = `\`${key}\` is from 5 minutes to 14 days in Microsoft Sentinel, not \`${written.trim()}\``;
    fieldProblem(reading, field, { code: "limit", severity: "warning", message });
  }
  return duration.milliseconds > 0 ? duration.milliseconds : undefined;
}

function reportIgnored(reading: NodeReading, fields: ReadonlyMap<string, Field>): void {
  for (const key of ["queryFrequency", "queryPeriod", "triggerOperator", "triggerThreshold"]) {
    const field = fields.get(key);
    if (field === undefined) continue;
    const message = `an NRT rule runs every minute and fires on any row; \`${key}\` has no effect`;
    fieldProblem(reading, field, { code: "ignored-key", severity: "warning", message });
  }
}
