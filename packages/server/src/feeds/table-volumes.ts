import { failureFrom } from "../store/failures.js";
import { type FeedPorts, hourLength, instant, quotedText, rowsOf } from "./measure.js";

/** A stretch of time. */
export interface Stretch {
  readonly from: Date;
  readonly to: Date;
}

/** What a table holds and how it came. */
export interface TableVolume {
  readonly name: string;
  readonly rows: number;
  readonly first?: Date;
  readonly last?: Date;
  /** When the latest row was stored. */
  readonly arrived?: Date;
  /** Rows by hour of seven days: those up to now, or up to the last event where that is longer ago. */
  readonly volume?: { readonly from: Date; readonly hours: readonly number[] };
  /** Hours of those days without a row, the longest stretch first. */
  readonly gaps: readonly Stretch[];
  /** Seconds between event and arrival which half, and 95 of 100, of the rows keep to that came within a day. */
  readonly lag?: { readonly half: number; readonly most: number };
  /** Rows that came more than a day late. */
  readonly late: number;
  /** Why it could not be looked at. */
  readonly problem?: string;
}

const days = 7;
const mostGaps = 10;

/** Looks at a table. Throws where the store cannot answer. */
export async function tableVolume(ports: FeedPorts, name: string, now: Date): Promise<TableVolume> {
  const table = `table(${quotedText(name)})`;
  if (!hasTime(ports, name)) {
    const [row] = await rowsOf(ports, `${table} | count`, now);
    return { ...nothing(name), rows: Number(row?.[0] ?? 0) };
  }
  const [whole] = await rowsOf(
    ports,
    `${table} | summarize events = count(), earliest = min(TimeGenerated), latest = max(TimeGenerated), arrived = max(ingestion_time())`,
    now,
  );
  const rows = Number(whole?.[0] ?? 0);
  const [first, last, arrived] = [1, 2, 3].map((index) => timeOf(whole?.[index]));
  if (rows === 0 || first === undefined || last === undefined) return { ...nothing(name), rows };
  const range = lastDays(last, now);
  const within = `${table} | where TimeGenerated >= ${instant(range.from)} and TimeGenerated < ${instant(range.to)}`;
  const byHour = await rowsOf(ports, `${within} | summarize events = count() by hour = bin(TimeGenerated, 1h)`, now);
  const [lags] = await rowsOf(ports, `${within}\n${lagQuery}`, now);
  const hours = hoursOf(byHour, range);
  const [half, most] = [lags?.[0], lags?.[1]];
  return {
    ...{ name, rows, first, last, volume: { from: range.from, hours } },
    ...(arrived === undefined ? {} : { arrived }),
    gaps: gapsOf(hours, range, first),
    ...(typeof half === "number" && typeof most === "number" ? { lag: { half, most } } : {}),
    late: Number(lags?.[2] ?? 0),
  };
}

/** A table that could not be looked at, and why. */
export function notLookedAt(name: string, error: unknown): TableVolume {
  return { ...nothing(name), problem: failureFrom(error).message };
}

function nothing(name: string): TableVolume {
  return { name, rows: 0, gaps: [], late: 0 };
}

/** Seven days by whole hours that end with the hour of now, or of the last event where that is no more among them. */
export function lastDays(last: Date, now: Date): Stretch {
  const end = last.getTime() < now.getTime() - days * 24 * hourLength ? last : now;
  const to = (Math.floor(end.getTime() / hourLength) + 1) * hourLength;
  return { from: new Date(to - days * 24 * hourLength), to: new Date(to) };
}

const lagQuery = `| extend calypso_lag = min_of(ingestion_time(), coalesce(_TimeReceived, ingestion_time())) - TimeGenerated
| extend calypso_seconds = iff(calypso_lag < 1d, calypso_lag / 1s, real(null))
| summarize half = percentile(calypso_seconds, 50), most = percentile(calypso_seconds, 95), late = countif(calypso_lag >= 1d)`;

function hasTime(ports: FeedPorts, name: string): boolean {
  const table = ports.schema().table(name);
  return table?.timeScoped !== false && table?.columns.some((column) => column.name === "TimeGenerated") === true;
}

function timeOf(value: unknown): Date | undefined {
  const time = typeof value === "string" ? new Date(value) : undefined;
  return time === undefined || Number.isNaN(time.getTime()) ? undefined : time;
}

function hoursOf(rows: readonly (readonly unknown[])[], { from }: Stretch): readonly number[] {
  const hours = Array.from({ length: days * 24 }, () => 0);
  for (const [hour, count] of rows) {
    const index = Math.floor((new Date(String(hour)).getTime() - from.getTime()) / hourLength);
    if (index >= 0 && index < hours.length) hours[index] = Number(count);
  }
  return hours;
}

/** What came before the table's first event is no gap, and the last hour is not over. */
function gapsOf(hours: readonly number[], { from }: Stretch, first: Date): readonly Stretch[] {
  const gaps: Stretch[] = [];
  const begin = Math.max(0, Math.floor((first.getTime() - from.getTime()) / hourLength));
  const at = (index: number) => new Date(from.getTime() + index * hourLength);
  let start: number | undefined;
  for (let index = begin; index < hours.length; index += 1) {
    const isEmpty = hours[index] === 0 && index < hours.length - 1;
    if (isEmpty) start ??= index;
    else if (start !== undefined) {
      gaps.push({ from: at(start), to: at(index) });
      start = undefined;
    }
  }
  const length = ({ from: one, to }: Stretch) => to.getTime() - one.getTime();
  return gaps.sort((a, b) => length(b) - length(a)).slice(0, mostGaps);
}
