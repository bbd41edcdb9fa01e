import type { Condition } from "@calypso/kql";
import { printDuration } from "../rules/duration.js";
import { isTriggered } from "../rules/trigger.js";
import {
  type Check,
  type CheckFinding,
  isAutomatic,
  isOnTime,
  type LintQuery,
  type LintReferences,
  type LintSubject,
} from "./check.js";

/** Checks of when a rule runs, what it looks back on, and when it fires. */
export const scheduleChecks = {
  "time-beyond-period": {
    severity: "warning",
    about: "The query asks for events that are older than `queryPeriod`, which the rule never sees.",
    find: (subject) =>
      lowerBounds(subject).flatMap(({ back, period, condition }) =>
        back <= period
          ? []
          : at(condition, `the query looks ${shown(back)} back, and the rule sees only ${shown(period)}`, {
              hint: "raise `queryPeriod`, or take the condition away",
            }),
      ),
  },
  "time-unneeded": {
    severity: "note",
    about: "A condition on `TimeGenerated` says what `queryPeriod` does already.",
    find: (subject) =>
      lowerBounds(subject).flatMap(({ back, period, condition }) =>
        back !== period || condition.operator === "between"
          ? []
          : at(condition, `\`queryPeriod\` restricts every table to the last ${shown(period)} already`),
      ),
  },
  "time-gap": {
    severity: "warning",
    about: "The query looks at less time than lies between two runs, so that some events are never seen.",
    find: ({ rule: { queryFrequency }, query, references }) => {
      if (queryFrequency === undefined || query === undefined) return [];
      const frequency = ticks(queryFrequency);
      return [...new Set(query.tables)].flatMap((table) => {
        const widest = widestBound(query, table, references);
        if (widest === undefined || widest.back >= frequency) return [];
        const message = `of ${table} only the last ${shown(widest.back)} are read, and the rule runs every ${shown(frequency)}`;
        return at(widest.condition, message);
      });
    },
  },
  "always-fires": {
    severity: "warning",
    about: "The query returns one row whatever the tables hold, and the rule fires on one row: it fires on every run.",
    find: ({ rule, query }) =>
      query?.facts.alwaysOneRow === true && isAutomatic(rule) && isTriggered(rule, 1)
        ? [
            {
              message: "the query returns exactly one row for any data, so the rule fires on every run",
              hint: "end with a `where` on the number, or put `by` into the `summarize`",
              at: { key: "query" },
            },
          ]
        : [],
  },
  "never-fires": {
    severity: "error",
    about: "No number of rows that the query can return makes the rule fire.",
    find: ({ rule, query }) => {
      const { triggerOperator, triggerThreshold } = rule;
      if (!isAutomatic(rule)) return [];
      const always = query?.facts.alwaysOneRow === true;
      const never = (triggerOperator === "lt" && triggerThreshold === 0) || (always && !isTriggered(rule, 1));
      if (!never) return [];
      const rows = always ? "one row for any data" : "no fewer than 0 rows";
      return [
        { message: `the query returns ${rows}, on which the rule does not fire`, at: { key: "triggerThreshold" } },
      ];
    },
  },
  "per-result-limit": {
    severity: "warning",
    about:
      "A rule with one alert for each row fires only on more rows than Microsoft Sentinel raises alerts for: 150, or 30 of an NRT rule.",
    find: ({ rule }) => {
      const { eventGrouping, triggerOperator, triggerThreshold } = rule;
      if (eventGrouping !== "AlertPerResult" || triggerOperator !== "gt" || triggerThreshold < 150) return [];
      const message = `the rule fires on more than ${triggerThreshold} rows, and Microsoft Sentinel raises at most 150 alerts a run; the last is about all the rest`;
      return [{ message, at: { key: "triggerThreshold" } }];
    },
  },
  suppression: {
    severity: "warning",
    about: "Suppression is on for a time that has no effect, or that Microsoft Sentinel does not take.",
    find: ({ rule: { suppression, queryFrequency = 0 } }) => {
      const { enabled, duration } = suppression;
      const found = (message: string) => [{ message, at: { key: "suppressionDuration" } }];
      if (!enabled) return [];
      if (duration < 300_000 || duration > 86_400_000) {
        return found(`suppression lasts from 5 minutes to 24 hours, not ${printDuration(duration)}`);
      }
      if (duration >= queryFrequency) return [];
      return found(
        `the rule runs every ${printDuration(queryFrequency)}, so a pause of ${printDuration(duration)} has no effect`,
      );
    },
  },
} as const satisfies Readonly<Record<string, Check>>;

interface LowerBound {
  readonly back: bigint;
  readonly period: bigint;
  readonly condition: Condition;
}

/** The conditions that say how old an event may be, and how far back the rule sees. */
function lowerBounds({ rule, query, references }: LintSubject): readonly LowerBound[] {
  if (rule.queryPeriod === undefined || query === undefined) return [];
  const period = ticks(rule.queryPeriod);
  return query.facts.reads.flatMap(({ table, conditions }) =>
    conditions.flatMap((condition) => {
      const back = isOnTime(condition, table, references) ? backOf(condition, query) : undefined;
      return back === undefined ? [] : [{ back, period, condition }];
    }),
  );
}

/** How far before now a condition on the time lets events begin; undefined for one that does not say. */
function backOf({ operator, through, values }: Condition, { now }: LintQuery): bigint | undefined {
  const [from] = values;
  if (through !== undefined || typeof from !== "bigint") return undefined;
  return operator === ">" || operator === ">=" || operator === "between" ? now - from : undefined;
}

/** Of all reads of a table the bound of the one that reaches back furthest; undefined where one has none. */
function widestBound(
  query: LintQuery,
  table: string,
  references: LintReferences,
): Pick<LowerBound, "back" | "condition"> | undefined {
  let widest: Pick<LowerBound, "back" | "condition"> | undefined;
  for (const read of query.facts.reads.filter((one) => one.table === table)) {
    const bounds = read.conditions.flatMap((condition) => {
      const back = isOnTime(condition, table, references) ? backOf(condition, query) : undefined;
      return back === undefined ? [] : [{ back, condition }];
    });
    const [narrowest] = bounds.sort((a, b) => (a.back < b.back ? -1 : 1));
    if (narrowest === undefined) return undefined;
    if (widest === undefined || narrowest.back > widest.back) widest = narrowest;
  }
  return widest;
}

function at(condition: Condition, message: string, more: Pick<CheckFinding, "hint"> = {}): readonly CheckFinding[] {
  return condition.location === undefined ? [] : [{ message, ...more, at: { location: condition.location } }];
}

function ticks(milliseconds: number): bigint {
  return BigInt(Math.round(milliseconds)) * 10_000n;
}

/** Ticks in the words of KQL: `14d`, `1h30m`. */
function shown(length: bigint): string {
  const seconds = Number(length / 10_000_000n);
  const parts = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ] as const;
  const text = parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count}${unit}`])).join("");
  return text === "" ? "0s" : text;
}
