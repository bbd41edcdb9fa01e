import { castText } from "../casts.js";

/** Whether the written `time` has an offset from UTC other than `Z`, as SQL: such a time needs no help. */
export const hasOffset = "match(time, '[0-9]:[0-9]{2}.*[+-][0-9]{2}:?[0-9]{2}$')";

/**
 * By how many seconds the written times of a computer (`known`) are behind UTC (`shift`), as SQL over the table of parts.
 * Exporters write local times, and some write `Z` behind them. Sysmon's `UtcTime` is UTC whatever its exporter does, a moment
 * before the event was written: where nearly all of a computer's events of Sysmon are the same quarters of an hour away from
 * it, all of its times are.
 */
export function shiftsOf(parts: string): string {
  const stamps =
    `SELECT computer, at, data.2[indexOf(data.1, 'UtcTime')] AS stamp FROM ${parts}` +
    " WHERE provider = 'Microsoft-Windows-Sysmon' AND isNotNull(at) AND NOT " +
    hasOffset;
  const apart =
    "SELECT computer, dateDiff('second', assumeNotNull(at), assumeNotNull(utc)) AS apart, toInt64(round(apart / 900) * 900) AS quarters," +
    ` if(abs(apart - quarters) <= ${nearby} AND abs(quarters) <= ${farthest}, quarters, 0) AS step` +
    ` FROM (SELECT computer, at, ${castText("datetime", "stamp")} AS utc FROM (${stamps})) WHERE isNotNull(utc)`;
  return (
    "SELECT computer AS known, argMax(step, times) AS shift FROM" +
    ` (SELECT computer, step, count() AS times FROM (${apart}) GROUP BY computer, step) GROUP BY computer` +
    ` HAVING shift != 0 AND max(times) >= ${fewest} AND max(times) >= 0.9 * sum(times)`
  );
}

/** Seconds between what happened and its being written. */
const nearby = 120;
/** The farthest zone, and a clock of twelve hours that lost its half. */
const farthest = 26 * 3600;
/** Events that say so, at least. */
const fewest = 3;
