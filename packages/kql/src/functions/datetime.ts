import { integer, type Sql, sql, text } from "../sql/sql.js";
import { limited, monthStart } from "./calendar.js";
import { converted } from "./convert.js";
import { type Call, scalars } from "./entry.js";
import { datetimeOf, ticksOf, ticksPerDay, ticksPerSecond } from "./ticks.js";
import type { Refusal, Value } from "./value.js";

/** Datetimes and timespans made of numbers, and moved between time zones. */
export const datetimeFunctions = scalars({
  make_datetime: {
    about: "A datetime of its parts; null where they make none.",
    call: makeDatetime,
    examples: {
      "make_datetime(2017, 10, 1)": "2017-10-01T00:00:00.0000000Z",
      "make_datetime(2020, 2, 29, 23, 59, 59.9999999)": "2020-02-29T23:59:59.9999999Z",
      "make_datetime(2020, 13, 1)": null,
      "make_datetime(2021, 2, 29)": null,
      "make_datetime(2020, 1, 1, 24, 0)": null,
      "make_datetime('2020-01-01')": "2020-01-01T00:00:00.0000000Z",
    },
  },
  make_timespan: {
    about:
      "A timespan of hours, minutes and seconds, with days in front of four; null where a part is out of its range.",
    call: makeTimespan,
    examples: {
      "make_timespan(2, 30)": "02:30:00",
      "make_timespan(1, 2, 3)": "01:02:03",
      "make_timespan(1, 12, 30, 55.123)": "1.12:30:55.1230000",
      "make_timespan(25, 70)": null,
      "make_timespan(-1, 2)": null,
    },
  },
  unixtime_seconds_todatetime: fromUnixTime("seconds", ticksPerSecond, {
    "unixtime_seconds_todatetime(1546300800)": "2019-01-01T00:00:00.0000000Z",
    "unixtime_seconds_todatetime(-1)": "1969-12-31T23:59:59.0000000Z",
    "unixtime_seconds_todatetime(9223372036854775807)": null,
    "unixtime_seconds_todatetime(0.5)": "1970-01-01T00:00:00.5000000Z",
  }),
  unixtime_milliseconds_todatetime: fromUnixTime("milliseconds", 10_000n, {
    "unixtime_milliseconds_todatetime(1546300800000)": "2019-01-01T00:00:00.0000000Z",
  }),
  unixtime_microseconds_todatetime: fromUnixTime("microseconds", 10n, {
    "unixtime_microseconds_todatetime(1546300800000000)": "2019-01-01T00:00:00.0000000Z",
  }),
  unixtime_nanoseconds_todatetime: {
    about: "The datetime that is a number of nanoseconds after 1970.",
    emit: (count) =>
      isWhole(count)
        ? datetimeOf(sql`intDiv(toInt64(${count}), 100)`)
        : datetimeOf(sql`accurateCastOrNull(trunc(toFloat64(${count}) / 100), 'Int64')`),
    examples: { "unixtime_nanoseconds_todatetime(1546300800000000000)": "2019-01-01T00:00:00.0000000Z" },
  },
  datetime_utc_to_local: {
    about: "A datetime in UTC as the clocks of a time zone showed it.",
    emit: (date, zone) => {
      const known = timeZone(zone);
      if (typeof known !== "string") return known;
      const offset = sql`toInt64(timezoneOffset(toTimeZone(${date}, ${text(known)})))`;
      return datetimeOf(sql`${ticksOf(date)} + ${offset} * toInt64(${integer(ticksPerSecond)})`);
    },
    outside: "unless-last-constant",
    examples: {
      "datetime_utc_to_local(datetime(2022-07-15 12:00:00), 'US/Pacific')": "2022-07-15T05:00:00.0000000Z",
      "datetime_utc_to_local(datetime(2022-01-15 12:00:00), 'Europe/Berlin')": "2022-01-15T13:00:00.0000000Z",
      "datetime_utc_to_local(datetime(null), 'UTC')": null,
    },
  },
  datetime_local_to_utc: {
    about: "A time that the clocks of a time zone showed, as a datetime in UTC.",
    emit: (date, zone) => {
      const known = timeZone(zone);
      if (typeof known !== "string") return known;
      return datetimeOf(localTicks(date, known));
    },
    outside: "unless-last-constant",
    limit: "A time that a clock shows twice is the earlier one.",
    examples: {
      "datetime_local_to_utc(datetime(2022-07-15 05:00:00), 'US/Pacific')": "2022-07-15T12:00:00.0000000Z",
      "datetime_local_to_utc(datetime(2022-01-15 13:00:00), 'Europe/Berlin')": "2022-01-15T12:00:00.0000000Z",
      "datetime_local_to_utc(datetime(2022-03-27 02:00:00), 'Europe/Brussels')": "2022-03-27T00:00:00.0000000Z",
      "datetime_local_to_utc(datetime(2022-03-27 03:00:00), 'Europe/Brussels')": "2022-03-27T01:00:00.0000000Z",
    },
  },
});

function makeDatetime({ args: [first, month, day, hour, minute, second] }: Call): Sql | Refusal {
  if (first === undefined) return { refused: "the parts of the datetime are missing" };
  if (month === undefined || day === undefined) {
    const whole = converted(first, "datetime");
    return whole ?? { refused: `a ${first.type} cannot be converted to datetime` };
  }
  const [y, m, d] = [wholePart(first), wholePart(month), wholePart(day)];
  const from = monthStart(sql`${y} * 12 + ${m} - 1`);
  const next = monthStart(sql`${y} * 12 + ${m}`);
  const inside = sql`${y} BETWEEN 1 AND 9999 AND ${m} BETWEEN 1 AND 12 AND ${d} >= 1 AND ${d} <= intDiv((${next}) - (${from}), ${dayTicks})`;
  const clock = clockTicks(hour, minute, second);
  return datetimeOf(sql`if(${inside}, ${from} + (${d} - 1) * ${dayTicks} + ${clock}, NULL)`);
}

function makeTimespan({ args }: Call): Sql | Refusal {
  const [a, b, c, d] = args;
  if (a === undefined) return { refused: "the parts of the timespan are missing" };
  if (b === undefined) {
    return converted(a, "timespan") ?? { refused: `a ${a.type} cannot be converted to timespan` };
  }
  if (d === undefined) return clockTicks(a, b, c);
  const days = wholePart(a);
  return sql`if(${days} BETWEEN 0 AND 10675198, ${days} * ${dayTicks} + ${clockTicks(b, c, d)}, NULL)`;
}

/** Ticks since midnight, NULL where a part is out of its range; seconds may have a fraction. */
function clockTicks(hour: Value | undefined, minute: Value | undefined, second: Value | undefined): Sql {
  const [h, m] = [hour ? wholePart(hour) : sql`0`, minute ? wholePart(minute) : sql`0`];
  const s =
    second === undefined
      ? sql`0`
      : isWhole(second)
        ? sql`greatest(least(toInt64(${second}), toInt64(60)), toInt64(-1)) * 10000000`
        : sql`accurateCastOrNull(round(toFloat64(${second}) * 1e7), 'Int64')`;
  const inside = sql`${h} BETWEEN 0 AND 23 AND ${m} BETWEEN 0 AND 59 AND ${s} >= 0 AND ${s} < 600000000`;
  return sql`if(${inside}, toInt64(${h} * 36000000000 + ${m} * 600000000 + ${s}), NULL)`;
}

/** A part as Int64 without its fraction, NULL where it is no number; far from wrapping in what follows. */
function wholePart(part: Value): Sql {
  if (isWhole(part)) return limited(part);
  return sql`accurateCastOrNull(trunc(greatest(least(toFloat64(${part}), 1e7), -1e7)), 'Int64')`;
}

function fromUnixTime(unit: string, ticks: bigint, examples: Readonly<Record<string, string | null>>) {
  const most = 8_000_000_000_000_000_000n / ticks;
  return {
    about: `The datetime that is a number of ${unit} after 1970; null beyond the years 1 to 9999.`,
    emit: (count: Value) =>
      isWhole(count)
        ? datetimeOf(sql`${limited(count, most)} * toInt64(${integer(ticks)})`)
        : datetimeOf(sql`accurateCastOrNull(trunc(toFloat64(${count}) * ${integer(ticks)}), 'Int64')`),
    examples,
  };
}

function isWhole(count: Value): boolean {
  return count.type === "int" || count.type === "long";
}

/** The clock's time in UTC, less what the zone is ahead at that moment; a time that was skipped counts by the new offset. */
function localTicks(date: Value, zone: string): Sql {
  const ahead = (ticks: Sql) =>
    sql`toInt64(timezoneOffset(toTimeZone(reinterpret(${ticks}, 'DateTime64(7, \\'UTC\\')'), ${text(zone)}))) * toInt64(${integer(ticksPerSecond)})`;
  const clock = ticksOf(date);
  // The offset of the day before holds until a change; where it does not fit the result, the one after the change does.
  const before = sql`(${clock} - ${ahead(sql`${clock} - ${dayTicks}`)})`;
  const after = sql`(${clock} - ${ahead(sql`${clock} + ${dayTicks}`)})`;
  return sql`if(${ahead(before)} = ${clock} - ${before}, ${before}, ${after})`;
}

function timeZone(zone: Value | undefined): string | Refusal {
  if (typeof zone?.constant !== "string") return { refused: "the time zone has to be a literal" };
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone.constant }).resolvedOptions().timeZone;
  } catch {
    return {
      refused: `there is no time zone \`${zone.constant}\``,
      hint: "write it as in Europe/Berlin or US/Pacific",
    };
  }
}

const dayTicks = sql`toInt64(${integer(ticksPerDay)})`;
