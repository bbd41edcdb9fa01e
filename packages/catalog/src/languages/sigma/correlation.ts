import { addProblem, type SigmaDocument } from "./sigma-file.js";
import { readTimespan } from "./sigma-rule.js";
import { entryOf, textOf, textsOf, under, type YamlTree } from "./yaml-tree.js";

export const correlationTypes = [
  "event_count",
  "value_count",
  "temporal",
  "temporal_ordered",
  "value_sum",
  "value_avg",
  "value_median",
  "value_percentile",
] as const;
export type CorrelationType = (typeof correlationTypes)[number];

/** How a number of a group is compared, by KQL's operators. */
export interface CorrelationBound {
  readonly operator: ">" | ">=" | "<" | "<=" | "==" | "!=";
  readonly value: number;
}

/** A rule about groups of events that other rules find. */
export interface Correlation {
  readonly type: CorrelationType;
  /** The rules' names or ids, as written. */
  readonly rules: readonly string[];
  readonly groupBy: readonly string[];
  /** Milliseconds. */
  readonly timespan: number;
  /** Absent for the temporal types, which want all rules. */
  readonly bounds: readonly CorrelationBound[];
  /** The field that values are of. */
  readonly field?: string;
  readonly percentile?: number;
  /** What a name of `group-by` is in each rule: alias, then rule, then field. */
  readonly aliases: ReadonlyMap<string, ReadonlyMap<string, string>>;
  readonly start: number;
  readonly end: number;
}

/** Reads a document's correlation; what cannot be read is told, and undefined. */
export function readCorrelation({ tree, file }: SigmaDocument): Correlation | undefined {
  const entry = entryOf(tree, "correlation");
  const body = entry?.value;
  const start = entry?.start ?? tree.start;
  const id = textOf(under(tree, "id"));
  const refuse = (key: string, message: string) => {
    const more = { key: `correlation.${key}`, ...(id === undefined ? {} : { rule: id }) };
    addProblem(file, entryOf(body, key)?.start ?? start, "bad-value", message, "error", more);
    return undefined;
  };
  const written = textOf(under(body, "type")) ?? "";
  const type = correlationTypes.find((one) => one === written);
  if (type === undefined)
    return refuse("type", `\`type\` is one of ${correlationTypes.join(", ")}, not \`${written}\``);
  const rules = textsOf(under(body, "rules"));
  if (rules.length === 0) return refuse("rules", "`rules` names the rules whose events are correlated");
  const timespan = readTimespan(textOf(under(body, "timespan")) ?? textOf(under(body, "timeframe")) ?? "");
  if (timespan === undefined) return refuse("timespan", "`timespan` is a length of time, such as 30s, 5m, 2h or 1d");
  const condition = under(body, "condition");
  const isTemporal = type === "temporal" || type === "temporal_ordered";
  if (condition !== undefined && condition.kind !== "map") {
    return refuse(
      "condition",
      "a condition of a correlation is a map such as `gte: 10`; boolean conditions cannot be run",
    );
  }
  const bounds = boundsOf(condition);
  if (bounds === undefined)
    return refuse("condition", "`condition` compares with numbers, by gt, gte, lt, lte, eq or neq");
  if (bounds.length === 0 && !isTemporal)
    return refuse("condition", `\`${type}\` needs a condition such as \`gte: 10\``);
  const [bound, ...others] = bounds;
  if (type === "temporal" && (others.length > 0 || (bound !== undefined && !bound.operator.startsWith(">")))) {
    return refuse("condition", "`temporal` wants all of its rules, or so many of them at least: `gte: 2`");
  }
  if (type === "temporal_ordered" && bounds.length > 0) {
    return refuse("condition", "`temporal_ordered` wants all of its rules, and takes no condition");
  }
  const field = textOf(under(condition, "field"));
  if (type.startsWith("value_") && field === undefined) return refuse("condition", `\`${type}\` needs a \`field\``);
  const percentile = Number(textOf(under(condition, "percentile")) ?? "50");
  if (type === "value_percentile" && !(percentile >= 0 && percentile <= 100)) {
    return refuse("condition", "`percentile` is a number from 0 to 100");
  }
  return {
    ...{ type, rules, groupBy: textsOf(under(body, "group-by")), timespan, bounds },
    ...(field === undefined ? {} : { field }),
    ...(type === "value_percentile" ? { percentile } : {}),
    ...{ aliases: aliasesOf(under(body, "aliases")), start, end: Math.max(start, body?.end ?? start) },
  };
}

const operators = { gt: ">", gte: ">=", lt: "<", lte: "<=", eq: "==", neq: "!=" } as const;

function boundsOf(condition: YamlTree | undefined): readonly CorrelationBound[] | undefined {
  const entries = condition?.kind === "map" ? condition.entries : [];
  const bounds: CorrelationBound[] = [];
  for (const { key, value } of entries) {
    if (key === "field" || key === "percentile") continue;
    const operator = Object.entries(operators).find(([name]) => name === key)?.[1];
    const number = value.kind === "scalar" ? Number(value.text.trim() || Number.NaN) : Number.NaN;
    if (operator === undefined || !Number.isFinite(number)) return undefined;
    bounds.push({ operator, value: number });
  }
  return bounds;
}

function aliasesOf(tree: YamlTree | undefined): Correlation["aliases"] {
  const entries = tree?.kind === "map" ? tree.entries : [];
  return new Map(
    entries.map(({ key, value }) => [
      key,
      new Map(
        (value.kind === "map" ? value.entries : []).flatMap((one) => {
          const field = textOf(one.value);
          return field === undefined ? [] : [[one.key, field] as const];
        }),
      ),
    ]),
  );
}
