import type { Correlation, CorrelationBound } from "../correlation.js";
import { kqlName, kqlText, kqlTimespan } from "./literals.js";

/** A rule that is correlated: its query, and the expressions of the columns that its events are grouped by. */
export interface CorrelatedRule {
  readonly name: string;
  readonly lines: readonly string[];
  /** One for each name of the correlation's `group-by`, in its order. */
  readonly groups: readonly string[];
  /** What values are of, for the types that need it. */
  readonly value?: string;
}

/** The result's columns and its query. */
export interface CorrelationQuery {
  readonly lines: readonly string[];
  /** The columns of `group-by`, in its order. */
  readonly columns: readonly string[];
}

/**
 * A correlation as KQL: the events of its rules side by side, and the groups that meet its condition within the timespan.
 * `> n` and `>= n` are met by any span of that length, wherever it begins; other conditions by spans side by side.
 */
export function correlationQuery(correlation: Correlation, rules: readonly CorrelatedRule[]): CorrelationQuery {
  const columns = groupColumns(correlation.groupBy);
  const events = [
    ...rules.flatMap((rule, index) => ruleLines(rule, index, columns, correlation.type === "temporal_ordered")),
    ...(rules.length === 1 ? [] : [`let Events = union ${rules.map((_, index) => ruleName(index)).join(", ")};`]),
  ];
  const source = rules.length === 1 ? ruleName(0) : "Events";
  const body = bodyLines(correlation, rules, columns, source);
  return { lines: [...events, ...body], columns };
}

/** Names of columns for those of `group-by`, none of which is taken. */
function groupColumns(names: readonly string[]): readonly string[] {
  const taken = new Set([
    "TimeGenerated",
    "Rule",
    "Value",
    "FirstEvent",
    "LastEvent",
    "Count",
    "Slot",
    "ThenTime",
    "Then",
    "Done",
    "Began",
    "Place",
    ...["Events", "Seen", "Earlier"],
  ]);
  const isTaken = (name: string) => taken.has(name) || /^(?:Rule|Group|Step)\d+$/.test(name);
  return names.map((name) => {
    const stem = name.replace(/\W/g, "_").replace(/^(?=\d)/, "_") || "_";
    let free = stem;
    for (let number = 2; isTaken(free); number += 1) free = `${stem}_${number}`;
    taken.add(free);
    return free;
  });
}

function ruleName(index: number): string {
  return `Rule${index + 1}`;
}

function ruleLines(
  rule: CorrelatedRule,
  index: number,
  columns: readonly string[],
  isOrdered: boolean,
): readonly string[] {
  const projected = [
    "TimeGenerated",
    `Rule = ${kqlText(rule.name)}`,
    ...(isOrdered ? [`Place = ${index}`] : []),
    ...columns.map((column, at) => `${kqlName(column)} = ${rule.groups[at] ?? '""'}`),
    ...(rule.value === undefined ? [] : [`Value = ${rule.value}`]),
  ];
  const [first = "", ...rest] = rule.lines;
  return [
    `let ${ruleName(index)} = ${first}`,
    ...rest.map((line) => `    ${line}`),
    `    | project ${projected.join(", ")}`,
    ...columns.map((column) => `    | where isnotempty(${kqlName(column)})`),
    ";",
  ];
}

function bodyLines(
  { type, timespan, bounds, percentile = 50 }: Correlation,
  rules: readonly CorrelatedRule[],
  columns: readonly string[],
  source: string,
): readonly string[] {
  const span = kqlTimespan(timespan);
  const by = columns.map(kqlName);
  const least = leastOf(bounds);
  switch (type) {
    case "event_count":
      return least === undefined || least < 1
        ? sideBySide(source, "count()", bounds, by, span)
        : counted(source, least, by, span);
    case "value_count":
      return least === undefined || least < 1
        ? sideBySide(source, "count_distinctif(Value, isnotempty(Value))", bounds, by, span)
        : distinct(source, "Value", least, by, span);
    case "temporal":
      return distinct(source, "Rule", least ?? new Set(rules.map(({ name }) => name)).size, by, span);
    case "temporal_ordered":
      return rules.length === 1 ? counted(source, 1, by, span) : ordered(source, rules, by, span);
    case "value_sum":
      return sideBySide(source, "sum(todouble(Value))", bounds, by, span);
    case "value_avg":
      return sideBySide(source, "avg(todouble(Value))", bounds, by, span);
    default:
      return sideBySide(source, `percentile(todouble(Value), ${percentile})`, bounds, by, span);
  }
}

/** The least number that a group needs, where that is all that is asked of it. */
function leastOf(bounds: readonly CorrelationBound[]): number | undefined {
  const [bound] = bounds;
  if (bounds.length !== 1 || bound === undefined) return undefined;
  if (bound.operator === ">=") return Math.ceil(bound.value);
  return bound.operator === ">" ? Math.floor(bound.value) + 1 : undefined;
}

/** Spans of time side by side. */
function sideBySide(
  source: string,
  aggregate: string,
  bounds: readonly CorrelationBound[],
  by: readonly string[],
  span: string,
): readonly string[] {
  return [
    source,
    `| summarize Count = ${aggregate}, FirstEvent = min(TimeGenerated), LastEvent = max(TimeGenerated) by ${[...by, `bin(TimeGenerated, ${span})`].join(", ")}`,
    ...bounds.map(({ operator, value }) => `| where Count ${operator} ${value}`),
  ];
}

/** Any span that holds so many events: the event that many before is not further away. */
function counted(source: string, least: number, by: readonly string[], span: string): readonly string[] {
  const before = by.map((_, index) => `Group${index + 1}`);
  const made = [
    `Began = prev(TimeGenerated, ${least - 1})`,
    ...by.map((column, index) => `${before[index]} = prev(${column}, ${least - 1})`),
  ];
  const back = [
    `| sort by ${[...by.map((column) => `${column} asc`), "TimeGenerated asc"].join(", ")}`,
    `| extend ${made.join(", ")}`,
    `| where TimeGenerated - Began <= ${span}`,
    ...by.map((column, index) => `| where ${column} == ${before[index]}`),
  ];
  const first = least === 1 ? "TimeGenerated" : "Began";
  return [
    source,
    ...(least === 1 ? [] : back),
    `| summarize FirstEvent = min(${first}), LastEvent = max(TimeGenerated)${byClause(by)}`,
    ...onlyWhereSome(by),
  ];
}

/** A summary without groups has a row also where there is nothing. */
function onlyWhereSome(by: readonly string[]): readonly string[] {
  return by.length === 0 ? ["| where isnotnull(LastEvent)"] : [];
}

function byClause(by: readonly string[]): string {
  return by.length === 0 ? "" : ` by ${by.join(", ")}`;
}

/** Any span that holds so many different values: each event looks back over the span before it. */
function distinct(
  source: string,
  value: string,
  least: number,
  by: readonly string[],
  span: string,
): readonly string[] {
  const keys = ["Slot", ...by];
  const then = [`ThenTime = TimeGenerated`, `Then = ${value}`, ...by].join(", ");
  return [
    `let Seen = ${source} | where isnotempty(${value});`,
    "let Earlier = union",
    `    (Seen | extend Slot = bin(TimeGenerated, ${span}) | project Slot, ${then}),`,
    `    (Seen | extend Slot = bin(TimeGenerated, ${span}) + ${span} | project Slot, ${then});`,
    `Seen`,
    `| distinct ${["TimeGenerated", ...by].join(", ")}`,
    `| extend Slot = bin(TimeGenerated, ${span})`,
    `| join kind=inner Earlier on ${keys.join(", ")}`,
    `| where ThenTime between (TimeGenerated - ${span} .. TimeGenerated)`,
    `| summarize Count = count_distinct(Then), Began = min(ThenTime) by ${["TimeGenerated", ...by].join(", ")}`,
    `| where Count >= ${least}`,
    `| summarize Count = max(Count), FirstEvent = min(Began), LastEvent = max(TimeGenerated)${byClause(by)}`,
    ...onlyWhereSome(by),
  ];
}

/** An event of each rule, one after the other. */
function ordered(
  source: string,
  rules: readonly CorrelatedRule[],
  by: readonly string[],
  span: string,
): readonly string[] {
  const last = rules.length - 1;
  const step = (index: number) => {
    const { name } = rules[index] ?? { name: "" };
    const own = [`Rule == ${kqlText(name)}`];
    const first = by.map((column) => `${column} == Step1.${column}`);
    const isWithin =
      index === 0
        ? []
        : [...first, `TimeGenerated > Step${index}.TimeGenerated`, `TimeGenerated - Step1.TimeGenerated <= ${span}`];
    const output = index === last ? ` => Done = true, Began = Step1.TimeGenerated` : "";
    return `    step Step${index + 1}: ${[...own, ...isWithin].join(" and ")}${output};`;
  };
  return [
    source,
    // Of events at one time the later step goes first, so that none takes the place of an earlier event.
    `| sort by ${[...by.map((column) => `${column} asc`), "TimeGenerated asc", "Place desc"].join(", ")}`,
    "| scan declare (Done: bool = false, Began: datetime) with (",
    ...rules.map((_, index) => step(index)),
    ")",
    "| where Done",
    `| summarize FirstEvent = min(Began), LastEvent = max(TimeGenerated)${byClause(by)}`,
    ...onlyWhereSome(by),
  ];
}
