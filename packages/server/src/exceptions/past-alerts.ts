import type { Rule, RuleException } from "@calypso/catalog";
import type { Alert } from "../detect/alert.js";
import { evaluateWindow } from "../detect/evaluate-window.js";
import type { QueryPorts } from "../detect/extent.js";
import type { Window } from "../detect/ticks.js";
import { ticksOf } from "../platform/clock.js";
import { ruleKey } from "../service/rules-in-force.js";
import type { State } from "../state/open-state.js";
import { identityOf, rulesOf } from "./measure.js";

/** An alert that a service raised, with what became of it. */
export interface PastAlert {
  readonly raisedAt: Date;
  readonly title: string;
  readonly incident?: { readonly number: number; readonly classification: string | null };
}

/** What an exception would have done to the alerts that a service raised. */
export interface PastEffect {
  readonly alerts: number;
  /** Alerts that it would have removed. */
  readonly gone: readonly PastAlert[];
  /** Alerts that cannot be told again: their windows do not give them any more, or cannot run. */
  readonly unknown: readonly PastAlert[];
}

/** Whether somebody found that an alert was about an attack. */
export function isTruePositive({ incident }: PastAlert): boolean {
  return incident?.classification === "TruePositive";
}

/** Runs the windows in which a service raised alerts of a rule again, without the exception and with it. */
export async function pastEffect(
  ports: QueryPorts,
  state: State,
  rule: Rule,
  exception: RuleException,
  range: Window,
  signal?: AbortSignal,
): Promise<PastEffect> {
  const { without, with: having } = rulesOf(rule, exception);
  const cutBy = rule.cutBy ?? (rule.kind === "NRT" ? ("arrival" as const) : ("event" as const));
  const rows = await alertsOf(state, rule, range);
  const windows = new Map<number, AlertOfState[]>();
  for (const row of rows) {
    const end = row.window_to.getTime();
    windows.set(end, [...(windows.get(end) ?? []), row]);
  }
  const gone: PastAlert[] = [];
  const unknown: PastAlert[] = [];
  for (const own of windows.values()) {
    const [first] = own;
    if (first === undefined) continue;
    signal?.throwIfAborted();
    const window = { from: ticksOf(first.window_from), to: ticksOf(first.window_to) };
    const identities = async (of: Rule) => {
      const { evaluation } = await evaluateWindow(ports, of, window, { cutBy });
      return new Set(evaluation?.alerts.map((alert) => identityOf(rule, alert)));
    };
    const [before, after] = [await identities(without), await identities(having)];
    for (const row of own) {
      const identity = identityOf(rule, JSON.parse(row.document) as Alert); // What the service wrote.
      if (!before.has(identity)) unknown.push(pastAlert(row));
      else if (!after.has(identity)) gone.push(pastAlert(row));
    }
  }
  return { alerts: rows.length, gone, unknown };
}

type AlertOfState = Awaited<ReturnType<typeof alertsOf>>[number];

function alertsOf({ db }: State, rule: Rule, { from, to }: Window) {
  const time = (ticks: bigint) => new Date(Number(ticks / 10_000n));
  return db
    .selectFrom("alerts")
    .innerJoin("windows", (join) =>
      join.onRef("windows.rule_id", "=", "alerts.rule_id").onRef("windows.window_to", "=", "alerts.window_to"),
    )
    .leftJoin("incidents", "incidents.id", "alerts.incident_id")
    .select(["alerts.document", "alerts.title", "alerts.raised_at", "windows.window_from", "windows.window_to"])
    .select(["incidents.number", "incidents.classification"])
    .where("alerts.rule_id", "=", ruleKey(rule))
    .where("alerts.window_to", ">", time(from))
    .where("alerts.window_to", "<=", time(to))
    .orderBy("alerts.window_to")
    .orderBy("alerts.part")
    .execute();
}

function pastAlert({ raised_at, title, number, classification }: AlertOfState): PastAlert {
  const incident = number === null ? {} : { incident: { number, classification } };
  return { raisedAt: raised_at, title, ...incident };
}
