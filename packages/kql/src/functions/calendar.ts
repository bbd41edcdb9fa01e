import { integer, type Sql, sql } from "../sql/sql.js";
import { scalars } from "./entry.js";
import { datetimeOf, epoch, ticksOf, ticksPerDay, unchecked } from "./ticks.js";
import { type Value, value } from "./value.js";

/** Starts and ends of days, weeks, months and years, and the places of a date in them. */
export const calendarFunctions = scalars({
  startofday: {
    about: "The first moment of a datetime's day, moved by a number of days.",
    emit: (date, offset) => start(date, day(date), offset, ticksPerDay),
    examples: {
      "startofday(datetime(2017-01-01 10:10:17))": "2017-01-01T00:00:00.0000000Z",
      "startofday(datetime(2020-06-15 13:45:00.5), -3)": "2020-06-12T00:00:00.0000000Z",
      "startofday(datetime(0001-01-01), -1)": null,
      "startofday(datetime(null))": null,
    },
  },
  endofday: {
    about: "The last moment of a datetime's day, moved by a number of days.",
    emit: (date, offset) => end(day(date), offset, ticksPerDay),
    examples: {
      "endofday(datetime(2017-01-01 10:10:17))": "2017-01-01T23:59:59.9999999Z",
      "endofday(datetime(9999-12-31))": "9999-12-31T23:59:59.9999999Z",
      "endofday(datetime(2020-06-15 13:45:00), 2)": "2020-06-17T23:59:59.9999999Z",
    },
  },
  startofweek: {
    about: "The first moment of a datetime's week, a Sunday, moved by a number of weeks.",
    emit: (date, offset) => datetimeOf(moved(week(date), offset, 7n * ticksPerDay)),
    examples: {
      "startofweek(datetime(2020-06-15))": "2020-06-14T00:00:00.0000000Z",
      "startofweek(datetime(2020-06-15 13:45:00), -2)": "2020-05-31T00:00:00.0000000Z",
      "startofweek(datetime(2020-06-14))": "2020-06-14T00:00:00.0000000Z",
    },
  },
  endofweek: {
    about: "The last moment of a datetime's week, a Saturday, moved by a number of weeks.",
    emit: (date, offset) => end(week(date), offset, 7n * ticksPerDay),
    examples: {
      "endofweek(datetime(2020-06-15 13:45:00))": "2020-06-20T23:59:59.9999999Z",
      "endofweek(datetime(2020-06-15 13:45:00), 2)": "2020-07-04T23:59:59.9999999Z",
    },
  },
  startofmonth: {
    about: "The first moment of a datetime's month, moved by a number of months.",
    emit: (date, offset) =>
      offset === undefined
        ? value(unchecked(sql`${day(date)} - (toDayOfMonth(${date}) - 1) * ${days(1n)}`), "datetime", date.nullable)
        : datetimeOf(monthStart(sql`${monthIndex(date)} + ${limited(offset)}`)),
    examples: {
      "startofmonth(datetime(2020-06-15 13:45:00))": "2020-06-01T00:00:00.0000000Z",
      "startofmonth(datetime(2020-06-15), -13)": "2019-05-01T00:00:00.0000000Z",
    },
  },
  endofmonth: {
    about: "The last moment of a datetime's month, moved by a number of months.",
    emit: (date, offset) => datetimeOf(sql`${monthStart(sql`${monthIndex(date)} + 1 + ${limited(offset)}`)} - 1`),
    examples: {
      "endofmonth(datetime(2020-02-15))": "2020-02-29T23:59:59.9999999Z",
      "endofmonth(datetime(1900-02-28))": "1900-02-28T23:59:59.9999999Z",
      "endofmonth(datetime(2020-01-31), 13)": "2021-02-28T23:59:59.9999999Z",
      "endofmonth(datetime(9999-12-31))": "9999-12-31T23:59:59.9999999Z",
    },
  },
  startofyear: {
    about: "The first moment of a datetime's year, moved by a number of years.",
    emit: (date, offset) =>
      offset === undefined
        ? value(unchecked(sql`${day(date)} - (toDayOfYear(${date}) - 1) * ${days(1n)}`), "datetime", date.nullable)
        : datetimeOf(monthStart(sql`(${year(date)} + ${limited(offset)}) * 12`)),
    examples: {
      "startofyear(datetime(2020-06-15))": "2020-01-01T00:00:00.0000000Z",
      "startofyear(datetime(2020-06-15), -5)": "2015-01-01T00:00:00.0000000Z",
    },
  },
  endofyear: {
    about: "The last moment of a datetime's year, moved by a number of years.",
    emit: (date, offset) => datetimeOf(sql`${monthStart(sql`(${year(date)} + 1 + ${limited(offset)}) * 12`)} - 1`),
    examples: {
      "endofyear(datetime(2020-06-15))": "2020-12-31T23:59:59.9999999Z",
      "endofyear(datetime(2020-06-15), -1)": "2019-12-31T23:59:59.9999999Z",
      "endofyear(datetime(2020-06-15), 100000)": null,
    },
  },
  dayofweek: {
    about: "The time since Sunday, in whole days; null in the week that runs past year 9999.",
    emit: (date) => {
      const ticks = sql`((${ticksOf(date)} + ${epoch} + ${days(1n)}) % ${days(7n)})`;
      const lastWeek = sql`${ticksOf(date)} >= toInt64(2534017824000000000)`;
      return sql`if(${lastWeek}, NULL, ${ticks} - ${ticks} % ${days(1n)})`;
    },
    examples: {
      "dayofweek(datetime(1947-11-30 10:00:05))": "00:00:00",
      "dayofweek(datetime(1970-05-11))": "1.00:00:00",
      "dayofweek(datetime(null))": null,
    },
  },
  dayofmonth: {
    about: "The day of the month, from 1.",
    emit: (date) => sql`toInt32(toDayOfMonth(${date}))`,
    notNull: "arguments",
    examples: { "dayofmonth(datetime(2015-12-14))": 14, "dayofmonth(datetime(null))": null },
  },
  dayofyear: {
    about: "The day of the year, from 1.",
    emit: (date) => sql`toInt32(toDayOfYear(${date}))`,
    notNull: "arguments",
    examples: { "dayofyear(datetime(2020-12-31))": 366, "dayofyear(datetime(2100-02-28))": 59 },
  },
});

/** A year as Int64. */
export function year(date: Value): Sql {
  return sql`toInt64(toYear(${date}))`;
}

/** Months since the start of year 0: twelve times the year and the month from 0. */
export function monthIndex(date: Value): Sql {
  return sql`${year(date)} * 12 + toMonth(${date}) - 1`;
}

/**
 * The ticks of a month's first moment, since 1970. Years that start in March have their leap day at the end, so that days
 * can be counted without a table.
 */
export function monthStart(index: Sql): Sql {
  const fromMarch = sql`toInt64(${index} - 2)`;
  const years = sql`intDiv(${fromMarch}, 12)`;
  const monthDays = sql`intDiv(153 * (${fromMarch} % 12) + 2, 5)`;
  const before = sql`${years} * 365 + intDiv(${years}, 4) - intDiv(${years}, 100) + intDiv(${years}, 400) + ${monthDays} - 306`;
  return sql`(${before}) * ${days(1n)} - ${epoch}`;
}

/** A count as Int64 within a range that no date needs to leave, so that products of it do not wrap. */
export function limited(count: Value | undefined, most = 10_000_000n): Sql {
  if (count === undefined) return sql`0`;
  if (typeof count.constant === "bigint") {
    const known = count.constant;
    const size = known < 0n ? -known : known;
    return sql`toInt64(${integer(size > most ? (known / size) * most : known)})`;
  }
  const clamped = sql`greatest(least(toInt64(${count}), toInt64(${integer(most)})), toInt64(${integer(-most)}))`;
  return count.nullable ? sql`if(isNull(${count}), NULL, ${clamped})` : clamped;
}

/** Ticks of the day's first moment. */
function day(date: Value): Sql {
  return sql`(${ticksOf(date)} - (${ticksOf(date)} + ${epoch}) % ${days(1n)})`;
}

/** Ticks of the first moment of the week's Sunday; year 1 began on a Monday. */
function week(date: Value): Sql {
  return sql`(${ticksOf(date)} - (${ticksOf(date)} + ${epoch} + ${days(1n)}) % ${days(7n)})`;
}

function moved(ticks: Sql, offset: Value | undefined, unit: bigint): Sql {
  return offset === undefined ? ticks : sql`${ticks} + ${limited(offset)} * toInt64(${integer(unit)})`;
}

function start(date: Value, ticks: Sql, offset: Value | undefined, unit: bigint): Sql | Value {
  if (offset === undefined) return value(unchecked(ticks), "datetime", date.nullable);
  return datetimeOf(moved(ticks, offset, unit));
}

function end(ticks: Sql, offset: Value | undefined, unit: bigint): Sql {
  return datetimeOf(sql`${moved(ticks, offset, unit)} + toInt64(${integer(unit - 1n)})`);
}

function days(count: bigint): Sql {
  return sql`toInt64(${integer(count * ticksPerDay)})`;
}
