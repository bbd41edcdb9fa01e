import { sql } from "kysely";
import type { State } from "../state/open-state.js";

/** Something that happened. */
export type Happening =
  | {
      readonly kind: "incident";
      readonly number: number;
      readonly id: string;
      readonly title: string;
      readonly severity: string;
      readonly status: string;
      readonly what: string;
      readonly by: string;
      readonly at: string;
    }
  | {
      readonly kind: "alert";
      readonly id: string;
      readonly title: string;
      readonly severity: string;
      readonly rule: string;
      readonly at: string;
    }
  | {
      readonly kind: "window";
      readonly rule: string;
      readonly to: string;
      readonly state: "done" | "failed";
      readonly alerts: number;
    }
  | {
      readonly kind: "drift";
      readonly drift: "stopped" | "emptied" | "changed";
      readonly table: string;
      readonly field: string;
      readonly message: string;
      readonly over: boolean;
    }
  | { readonly kind: "load"; readonly source: string; readonly by: string; readonly at: string }
  | { readonly kind: "again"; readonly why: string };

/** How far somebody has been told. What was written but not yet visible when it was looked is found by looking back. */
export interface Position {
  /** The last entry of the incidents' history. */
  readonly events: bigint;
  /** The last time at which anything else was written, in milliseconds. */
  readonly at: number;
  /** What was told and is looked back at. */
  readonly told: ReadonlySet<string>;
}

/** How far it is looked back: by entries of the history, and by milliseconds for all else. */
export interface LookBack {
  readonly entries: bigint;
  readonly time: number;
}

/** Transactions that take longer to be seen are told by nobody; those of the service take far less. */
const whileListening: LookBack = { entries: 200n, time: 15_000 };
/** Who comes back hears little twice. */
export const whenBack: LookBack = { entries: 10n, time: 2000 };

/** The most alerts, windows, drifts and loads, of each, that are told one by one of the time that is looked at. */
const mostOfKind = 2000;

/** Told in place of more than can be told. */
export const tooMuch: Happening = { kind: "again", why: "too much has happened since" };

/** The position as a text, for whoever comes back. */
export function positionText({ events, at }: Position): string {
  return `${events}-${at}`;
}

/** The position of a text; undefined where it is none. */
export function positionOf(text: string): Position | undefined {
  const [, events, at] = /^(\d{1,18})-(\d{1,15})$/.exec(text) ?? [];
  return events === undefined ? undefined : { events: BigInt(events), at: Number(at), told: new Set() };
}

/** The position of who has been told all that there is. */
export async function positionNow(state: State, now: Date): Promise<Position> {
  const { rows } = await sql<{ id: bigint | null }>`SELECT max(id) AS id FROM incident_events`.execute(state.db);
  const start = { events: rows[0]?.id ?? 0n, at: now.getTime(), told: new Set<string>() };
  // What is there already is not told when it is looked back at.
  const { position } = await happenedSince(state, start);
  return { ...position, at: start.at };
}

/** What was written since, in the order of its kinds and times, and the position after it. */
export async function happenedSince(
  state: State,
  since: Position,
  back: LookBack = whileListening,
): Promise<{ readonly happened: readonly Happening[]; readonly position: Position }> {
  const from = new Date(since.at - back.time);
  const incidents = await state.db
    .selectFrom("incident_events as e")
    .innerJoin("incidents as i", "i.id", "e.incident_id")
    .select(["e.id as event", "i.number", "i.id", "i.title", "i.severity", "i.status", "e.kind", "e.by", "e.at"])
    .where("e.id", ">", since.events - back.entries)
    .orderBy("e.id")
    .limit(5000)
    .execute();
  const alerts = await state.db
    .selectFrom("alerts as a")
    .innerJoin("rules as r", "r.id", "a.rule_id")
    .select(["a.id", "a.title", "a.severity", "a.raised_at", "r.name"])
    .where("a.raised_at", ">=", from)
    .where("a.incident_id", "is", null)
    .orderBy("a.raised_at", "desc")
    .limit(mostOfKind)
    .execute();
  const windows = await state.db
    .selectFrom("windows as w")
    .innerJoin("rules as r", "r.id", "w.rule_id")
    .select(["w.rule_id", "w.window_to", "w.finished_at", "w.state", "w.alerts", "r.name"])
    .where("w.finished_at", ">=", from)
    .where("w.state", "in", ["done", "failed"])
    .orderBy("w.finished_at", "desc")
    .limit(mostOfKind)
    .execute();
  const drifts = await state.db
    .selectFrom("drifts")
    .selectAll()
    .where((where) => where.or([where("told_at", ">=", from), where("ended_at", ">=", from)]))
    .orderBy("id", "desc")
    .limit(mostOfKind)
    .execute();
  const loads = await state.db
    .selectFrom("uploads")
    .select(["id", "at", "by", "source"])
    .where("at", ">=", from)
    .orderBy("at", "desc")
    .limit(mostOfKind)
    .execute();
  const found: { readonly key: string; readonly at: number; readonly happening: Happening }[] = [
    ...incidents.map(({ event, kind, at, ...rest }) => ({
      key: `e${event}`,
      at: 0,
      happening: { ...rest, kind: "incident" as const, what: kind, at: at.toISOString() },
    })),
    ...alerts.reverse().map(({ id, title, severity, raised_at, name }) => ({
      key: `a${id}`,
      at: raised_at.getTime(),
      happening: { kind: "alert" as const, id, title, severity, rule: name, at: raised_at.toISOString() },
    })),
    ...windows.reverse().map(({ rule_id, window_to, finished_at, state: ended, alerts: count, name }) => ({
      key: `w${rule_id} ${window_to.getTime()} ${finished_at?.getTime()}`,
      at: finished_at?.getTime() ?? 0,
      happening: {
        ...{ kind: "window" as const, rule: name, to: window_to.toISOString(), alerts: count ?? 0 },
        state: ended === "failed" ? ("failed" as const) : ("done" as const),
      },
    })),
    ...loads.reverse().map(({ id, at, by, source }) => ({
      key: `l${id}`,
      at: at.getTime(),
      happening: { kind: "load" as const, source, by, at: at.toISOString() },
    })),
    ...drifts.reverse().map(({ id, kind, table_name, field, message, told_at, ended_at }) => ({
      key: `d${id} ${ended_at === null}`,
      at: (ended_at ?? told_at).getTime(),
      happening: { kind: "drift" as const, drift: kind, table: table_name, field, message, over: ended_at !== null },
    })),
  ];
  const happened = found.flatMap(({ key, happening }) => (since.told.has(key) ? [] : [happening]));
  const isCut = [alerts, windows, drifts, loads].some(({ length }) => length === mostOfKind);
  return {
    // Some of it is not among what was found, and nobody would hear of it.
    happened: isCut && happened.length > 0 ? [tooMuch] : happened,
    position: {
      events: incidents.at(-1)?.event ?? since.events,
      at: found.reduce((last, { at }) => Math.max(last, at), since.at),
      told: new Set(found.map(({ key }) => key)),
    },
  };
}
