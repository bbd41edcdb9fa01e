import { failureFrom } from "../store/failures.js";
import { type FeedPorts, hourLength, hourOf, type Measurement, measureTable, type ValueSet } from "./measure.js";
import { otherForms } from "./other-forms.js";
import { shapeChange } from "./shape.js";
import { type Activity, type HourNumber, unexpectedSilence } from "./silence.js";
import type { RuleName, WatchedField, WatchedTable } from "./watched.js";

/** What is wrong with a table or column that rules read. */
export interface Drift {
  readonly kind: "stopped" | "emptied" | "changed";
  readonly table: string;
  /** Absent where the whole table has stopped. */
  readonly field?: string;
  readonly since: Date;
  readonly message: string;
  /** The rules that it blinds. */
  readonly rules: readonly RuleName[];
}

/** How much came in the last day, and on average on the days before. */
export interface Level {
  readonly recent: number;
  readonly usual: number;
}

/** A column that rules read. */
export interface FieldState {
  readonly name: string;
  readonly type: string;
  /** The share of rows that have it, from 0 to 1; null where there were no rows. */
  readonly fillRate: { readonly recent: number | null; readonly usual: number | null };
  /** About how many different values the last day had. */
  readonly distinct: number;
  /** Of a column of few values: those of the last day that the week before had not, and the other way round. */
  readonly newValues: readonly string[];
  readonly vanishedValues: readonly string[];
  readonly rules: readonly RuleName[];
}

/** A table that rules read. */
export interface FeedState {
  readonly table: string;
  readonly status: "flowing" | "no data" | "drifting" | "not looked at";
  readonly last?: Date;
  /** Rows an hour. */
  readonly volume: Level;
  /** Seconds between an event and its arrival, which 95 of 100 events keep to. */
  readonly lag?: number;
  readonly fields: readonly FieldState[];
  readonly drifts: readonly Drift[];
  readonly rules: readonly RuleName[];
  /** Why the table could not be looked at. */
  readonly problem?: string;
}

/** Looks at each table as it is now. A table that cannot be looked at does not keep the others from it. */
export async function* lookAtFeeds(
  ports: FeedPorts,
  tables: readonly WatchedTable[],
  now: Date,
): AsyncGenerator<FeedState> {
  for (const table of tables) {
    try {
      yield await lookAt(ports, table, now);
    } catch (error) {
      const { message } = failureFrom(error);
      yield { ...unknown(table), status: "not looked at", problem: message };
    }
  }
}

function unknown({ name, rules }: WatchedTable): Omit<FeedState, "status"> {
  return { table: name, volume: { recent: 0, usual: 0 }, fields: [], drifts: [], rules };
}

async function lookAt(ports: FeedPorts, table: WatchedTable, now: Date): Promise<FeedState> {
  const columns = ports.schema().table(table.name)?.columns ?? [];
  const forms = table.fields.flatMap((field) => otherForms(field, columns));
  const measured = await measureTable(ports, table.name, [...table.fields, ...forms], now);
  const { hours, last, lag } = measured;
  if (hours.length === 0) return { ...unknown(table), status: "no data" };
  const end = hourOf(new Date(now.getTime() - (lag ?? 0) * 1000));
  const seen: Seen = { measured, end, names: [...table.fields, ...forms].map(({ name }) => name) };
  const drifts = [...stoppedDrift(table, seen), ...table.fields.flatMap((field) => fieldDrifts(table, field, seen))];
  const day = hourOf(now) - 23;
  const days = Math.max(1, day - Math.min(...hours.map(({ hour }) => hour)));
  const rowsOf = (recent: boolean) =>
    hours.filter(({ hour }) => hour >= day === recent).reduce((sum, { rows }) => sum + rows, 0);
  return {
    table: table.name,
    status: drifts.length === 0 ? "flowing" : "drifting",
    ...(last === undefined ? {} : { last }),
    volume: { recent: rowsOf(true) / 24, usual: rowsOf(false) / days },
    ...(lag === undefined ? {} : { lag }),
    fields: table.fields.map((field, index) => fieldState(field, index, measured, day)),
    drifts,
    rules: table.rules,
  };
}

/** A table as it was measured, with the names of the columns in the order of their measurements. */
interface Seen {
  readonly measured: Measurement;
  /** The first hour of which events may still come. */
  readonly end: HourNumber;
  readonly names: readonly string[];
}

function stoppedDrift({ name, rules }: WatchedTable, { measured, end }: Seen): readonly Drift[] {
  const silence = unexpectedSilence({ active: new Set(measured.hours.map(({ hour }) => hour)), end });
  if (silence === undefined) return [];
  const since = measured.last ?? timeOf(silence.last);
  const message = `${name} has stopped: its last event is of ${timeText(since)}`;
  return [{ kind: "stopped", table: name, since, message, rules }];
}

function fieldDrifts({ name: table }: WatchedTable, field: WatchedField, seen: Seen): readonly Drift[] {
  const { name, rules } = field;
  const index = seen.names.indexOf(name);
  const activity = activityOf(seen, index);
  const silence = unexpectedSilence(activity);
  const drift = { table, field: name, rules };
  if (silence !== undefined) {
    const since = timeOf(silence.last + 1);
    const other = otherForms(
      field,
      seen.names.map((form) => ({ name: form })),
    ).find((form) => hasTakenOver(activityOf(seen, seen.names.indexOf(form.name)), activity))?.name;
    const message =
      other === undefined
        ? `${name} of ${table} is empty since ${timeText(since)}`
        : `${name} of ${table} is empty since ${timeText(since)}: its values are in ${other} now, which has another type`;
    return [{ ...drift, kind: other === undefined ? "emptied" : "changed", since, message }];
  }
  const change = shapeChange(seen.measured.shapes[index] ?? []);
  if (change === undefined) return [];
  const since = timeOf(change.since);
  const message = `${name} of ${table} holds ${change.to} since ${timeText(since)}, and held ${change.from} before`;
  return [{ ...drift, kind: "changed", since, message }];
}

function activityOf(
  { measured: { hours }, end }: Seen,
  index: number,
): Activity & { possible: ReadonlySet<HourNumber> } {
  return {
    active: new Set(hours.filter(({ filled }) => (filled[index] ?? 0) > 0).map(({ hour }) => hour)),
    possible: new Set(hours.map(({ hour }) => hour)),
    end,
  };
}

/** Whether one column is filled in most hours since the other is empty, and was not before. */
function hasTakenOver(one: Activity & { possible: ReadonlySet<HourNumber> }, other: Activity): boolean {
  const last = Math.max(...other.active);
  const hours = [...one.possible].filter((hour) => hour > last);
  const began = Math.min(...one.active);
  return began >= last && 2 * hours.filter((hour) => one.active.has(hour)).length > hours.length;
}

function fieldState(field: WatchedField, index: number, measured: Measurement, day: HourNumber): FieldState {
  const rate = (recent: boolean) => {
    const hours = measured.hours.filter(({ hour }) => hour >= day === recent);
    const rows = hours.reduce((sum, one) => sum + one.rows, 0);
    return rows === 0 ? null : hours.reduce((sum, { filled }) => sum + (filled[index] ?? 0), 0) / rows;
  };
  const [recent, earlier] = [measured.recent[index], measured.earlier[index]];
  return {
    ...{ name: field.name, type: field.type, fillRate: { recent: rate(true), usual: rate(false) } },
    distinct: recent?.distinct ?? 0,
    newValues: without(recent, earlier),
    vanishedValues: without(earlier, recent),
    rules: field.rules,
  };
}

function without(one: ValueSet | undefined, other: ValueSet | undefined): readonly string[] {
  if (one?.values === undefined || other?.values === undefined || other.values.length === 0) return [];
  return one.values.filter((value) => other.values?.includes(value) === false);
}

function timeOf(hour: HourNumber): Date {
  return new Date(hour * hourLength);
}

function timeText(time: Date): string {
  return `${time.toISOString().slice(0, 16)}Z`;
}
