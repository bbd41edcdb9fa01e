import { type Kysely, sql } from "kysely";
import type { State } from "../state/open-state.js";
import type { StateTables, WindowState } from "../state/tables.js";

/** How an hour of a rule's windows went: the worst that happened in it, and `alerts` where one was raised and all went well. */
export type HourState = "none" | WindowState | "alerts";

/** A failed attempt at a window. */
export interface FailedWindow {
  readonly to: Date;
  readonly code: string;
  readonly message: string;
}

/** How a rule fares. */
export interface RuleHealth {
  readonly id: string;
  readonly version: string;
  /** When the rule's last window came to its end, and when that window ends. */
  readonly lastGood?: { readonly at: Date; readonly to: Date };
  /** The latest window of the last thirty days that failed, or has failed so far. */
  readonly lastFailure?: FailedWindow;
  readonly owed: number;
  /** Windows of the last thirty days that were given up. */
  readonly failed: number;
  /** What the windows of the last day took. */
  readonly seconds: number;
  readonly bytesRead: number;
  /** Alerts of the last thirty days. */
  readonly alerts: number;
  /** The hours of the last day, the one that is now last. */
  readonly hours: readonly HourState[];
  readonly suppressedUntil?: Date;
}

const hourLength = 3_600_000;
const dayLength = 24 * hourLength;

/** How each rule that folders hold now fares, by its key in the state. */
export async function rulesHealth({ db }: State, now: Date): Promise<ReadonlyMap<string, RuleHealth>> {
  const month = new Date(now.getTime() - 30 * dayLength);
  const [rules, hours, troubles, failures, alerts] = [
    await lastGood(db),
    await hoursOf(db, now),
    await troublesOf(db, month),
    await lastFailures(db, month),
    await alertsOf(db, month),
  ];
  const byRule = byRuleId(hours);
  const counted = byRuleId(troubles);
  const failed = new Map(failures.map((row) => [row.rule_id, row]));
  const raised = new Map(alerts.map((row) => [row.rule_id, Number(row.count)]));
  return new Map(
    rules.map(({ id, version, at, to, suppressed_until }) => {
      const own = byRule.get(id) ?? [];
      const sum = (of: (row: (typeof own)[number]) => unknown) =>
        own.reduce((total, row) => total + Number(of(row) ?? 0), 0);
      const count = (state: WindowState) => Number(counted.get(id)?.find((row) => row.state === state)?.count ?? 0);
      const failure = failed.get(id);
      return [
        id,
        {
          ...{ id, version, owed: count("owed"), failed: count("failed") },
          ...{ seconds: sum(({ seconds }) => seconds), bytesRead: sum(({ bytes }) => bytes) },
          alerts: raised.get(id) ?? 0,
          hours: statesOf(own, now),
          ...(at === null || to === null ? {} : { lastGood: { at, to } }),
          ...(failure === undefined ? {} : { lastFailure: failedWindow(failure) }),
          ...(suppressed_until === null ? {} : { suppressedUntil: suppressed_until }),
        },
      ];
    }),
  );
}

function byRuleId<Row extends { readonly rule_id: string }>(rows: readonly Row[]): ReadonlyMap<string, readonly Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const own = found.get(row.rule_id);
    if (own === undefined) found.set(row.rule_id, [row]);
    else own.push(row);
  }
  return found;
}

type Db = Kysely<StateTables>;

function lastGood(db: Db) {
  return db
    .selectFrom("rules as r")
    .leftJoinLateral(
      (of) =>
        of
          .selectFrom("windows")
          .select(["finished_at as at", "window_to as to"])
          .whereRef("rule_id", "=", "r.id")
          .where("state", "=", "done")
          .orderBy("window_to", "desc")
          .limit(1)
          .as("good"),
      (join) => join.onTrue(),
    )
    .select(["r.id", "r.version", "r.suppressed_until", "good.at", "good.to"])
    .where("r.removed_at", "is", null)
    .execute();
}

function hoursOf(db: Db, now: Date) {
  const hour = sql<Date>`date_trunc('hour', window_to, 'UTC')`;
  return db
    .selectFrom("windows")
    .select(({ fn }) => [
      ...(["rule_id", "state"] as const),
      hour.as("hour"),
      fn.sum<string | null>("alerts").as("alerts"),
      fn.sum<number | null>("seconds").as("seconds"),
      fn.sum<string | null>("bytes_read").as("bytes"),
    ])
    .where("window_to", ">", firstHour(now))
    .groupBy(["rule_id", "state", hour])
    .execute();
}

function troublesOf(db: Db, since: Date) {
  return db
    .selectFrom("windows")
    .select(({ fn }) => ["rule_id", "state", fn.countAll<string>().as("count")])
    .where("state", "in", ["owed", "failed"])
    .where((where) => where.or([where("state", "=", "owed"), where("window_to", ">", since)]))
    .groupBy(["rule_id", "state"])
    .execute();
}

function lastFailures(db: Db, since: Date) {
  return db
    .selectFrom("windows")
    .distinctOn("rule_id")
    .select(["rule_id", "window_to", "error_code", "error_message"])
    .where("error_message", "is not", null)
    .where("state", "in", ["failed", "owed"])
    .where("window_to", ">", since)
    .orderBy("rule_id")
    .orderBy("window_to", "desc")
    .execute();
}

function alertsOf(db: Db, since: Date) {
  return db
    .selectFrom("alerts")
    .select(({ fn }) => ["rule_id", fn.countAll<string>().as("count")])
    .where("raised_at", ">", since)
    .groupBy("rule_id")
    .execute();
}

function failedWindow(row: Awaited<ReturnType<typeof lastFailures>>[number]): FailedWindow {
  return { to: row.window_to, code: row.error_code ?? "", message: row.error_message ?? "" };
}

/** The worst state first. */
const worst: readonly HourState[] = ["failed", "owed", "running", "alerts", "done", "suppressed", "planned"];

function statesOf(rows: Readonly<Awaited<ReturnType<typeof hoursOf>>>, now: Date): readonly HourState[] {
  const first = firstHour(now).getTime();
  return Array.from({ length: 24 }, (_, index) => {
    const own = rows.filter(({ hour }) => hour.getTime() === first + index * hourLength);
    const states = new Set<HourState>(own.map(({ state, alerts }) => (Number(alerts ?? 0) > 0 ? "alerts" : state)));
    return worst.find((state) => states.has(state)) ?? "none";
  });
}

function firstHour(now: Date): Date {
  return new Date(Math.floor(now.getTime() / hourLength) * hourLength - 23 * hourLength);
}
