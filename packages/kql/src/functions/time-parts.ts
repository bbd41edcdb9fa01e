import { integer, type Sql, sql } from "../sql/sql.js";
import { limited, monthIndex, year } from "./calendar.js";
import { type Call, scalars } from "./entry.js";
import { datetimeOf, epoch, ticksOf, ticksPerDay, ticksPerSecond } from "./ticks.js";
import { type Refusal, type Value, value } from "./value.js";

const datetimePart = {
  about: "One part of a datetime as a number; weeks are those of ISO 8601.",
  call: part,
  examples: {
    "datetime_part('year', datetime(2017-10-30 01:02:03.7654321))": 2017,
    "datetime_part('week_of_year', datetime(2017-10-30))": 44,
    "datetime_part('dayOfYear', datetime(2017-10-30))": 303,
    "datetime_part('millisecond', datetime(2017-10-30 01:02:03.7654321))": 765,
    "datetime_part('nanosecond', datetime(2017-10-30 01:02:03.7654321))": 765432100,
    "datetime_part('hour', datetime(null))": null,
  },
};

const getmonth = {
  about: "The month, from 1.",
  emit: (date: Value) => sql`toInt32(toMonth(${date}))`,
  notNull: "arguments" as const,
  examples: { "monthofyear(datetime(2015-12-14))": 12, "monthofyear(datetime(null))": null },
};

/** Parts of datetimes, distances between them, and steps from one to another. */
export const timePartFunctions = scalars({
  datetime_part: datetimePart,
  datepart: { ...datetimePart, examples: { "datepart('Quarter', datetime(2017-10-30))": 4 } },
  datetime_diff: {
    about: "How many borders of a unit lie between two datetimes; positive where the first is later.",
    call: difference,
    examples: {
      "datetime_diff('year', datetime(2017-01-01), datetime(2000-12-31))": 17,
      "datetime_diff('quarter', datetime(2017-07-01), datetime(2017-03-30))": 2,
      "datetime_diff('month', datetime(2017-01-01), datetime(2015-12-30))": 13,
      "datetime_diff('week', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))": 5,
      "datetime_diff('day', datetime(2017-10-29 00:00), datetime(2017-09-30 23:59))": 29,
      "datetime_diff('hour', datetime(2017-10-31 01:00), datetime(2017-10-30 23:59))": 2,
      "datetime_diff('minute', datetime(2020-01-01), datetime(2020-01-01 13:45:00))": -825,
      "datetime_diff('second', datetime(2020-01-01 00:00:01.9999999), datetime(2020-01-01 00:00:00.0000001))": 1,
      "datetime_diff('nanosecond', datetime(2017-10-30 23:00:10.1000000), datetime(2017-10-30 23:00:10.1000007))": -700,
      "datetime_diff('day', datetime(null), datetime(2020-01-01))": null,
    },
  },
  datetime_add: {
    about: "A datetime moved by a number of units; a month's end stays one. Null beyond the years 1 to 9999.",
    call: moved,
    examples: {
      "datetime_add('month', 1, datetime(2020-01-31))": "2020-02-29T00:00:00.0000000Z",
      "datetime_add('year', 1, datetime(2020-02-29))": "2021-02-28T00:00:00.0000000Z",
      "datetime_add('quarter', -3, datetime(2020-02-29 12:00:00))": "2019-05-29T12:00:00.0000000Z",
      "datetime_add('week', -53, datetime(2021-03-15 12:00:00))": "2020-03-09T12:00:00.0000000Z",
      "datetime_add('day', -1, datetime(0001-01-01 12:00:00))": null,
      "datetime_add('year', 1, datetime(9999-06-01))": null,
      "datetime_add('nanosecond', 200, datetime(2020-01-01))": "2020-01-01T00:00:00.0000002Z",
    },
  },
  getyear: {
    about: "The year.",
    emit: (date) => sql`toInt32(toYear(${date}))`,
    notNull: "arguments",
    examples: { "getyear(datetime(2015-10-12))": 2015, "getyear(datetime(0001-01-01))": 1 },
  },
  getmonth: { ...getmonth, examples: { "getmonth(datetime(2015-10-12))": 10 } },
  monthofyear: getmonth,
  hourofday: {
    about: "The hour of the day, from 0.",
    emit: (date) => sql`toInt32(toHour(${date}))`,
    notNull: "arguments",
    examples: { "hourofday(datetime(2015-12-14 18:54))": 18 },
  },
  week_of_year: {
    about: "The week of the year by ISO 8601: week 1 has the year's first Thursday.",
    emit: (date) => sql`toInt32(toISOWeek(${date}))`,
    notNull: "arguments",
    examples: { "week_of_year(datetime(2016-01-01))": 53, "week_of_year(datetime(2019-01-01))": 1 },
  },
  weekofyear: {
    about: "The week of the year, from Sunday to Saturday; week 1 has the year's first Wednesday.",
    emit: (date) => {
      const sunday = sql`(${ticksOf(date)} + ${epoch} + ${unit("day")}) % ${unit("week")}`;
      const wednesday = sql`reinterpret(${ticksOf(date)} - ${sunday} + ${unit("day")} * 3, 'DateTime64(7, \\'UTC\\')')`;
      return sql`toInt32(intDiv(toDayOfYear(${wednesday}) - 1, 7) + 1)`;
    },
    notNull: "arguments",
    examples: { "weekofyear(datetime(2020-06-15))": 25, "weekofyear(datetime(2030-12-31 23:59:59))": 1 },
  },
});

function part({ args: [name, date] }: Call): Sql | Refusal {
  if (name === undefined || date === undefined) return unknownPart(name);
  const clock = sql`(${ticksOf(date)} + ${epoch}) % ${unit("second")}`;
  const parts: Readonly<Record<string, Sql>> = {
    year: sql`toYear(${date})`,
    quarter: sql`intDiv(toMonth(${date}) + 2, 3)`,
    month: sql`toMonth(${date})`,
    week_of_year: sql`toISOWeek(${date})`,
    day: sql`toDayOfMonth(${date})`,
    dayofyear: sql`toDayOfYear(${date})`,
    hour: sql`toHour(${date})`,
    minute: sql`toMinute(${date})`,
    second: sql`toSecond(${date})`,
    millisecond: sql`intDiv(${clock}, 10000)`,
    microsecond: sql`intDiv(${clock}, 10)`,
    nanosecond: sql`${clock} * 100`,
  };
  const found = typeof name.constant === "string" ? parts[name.constant.toLowerCase()] : undefined;
  return found ? sql`toInt32(${found})` : unknownPart(name);
}

function difference({ args: [name, later, earlier] }: Call): Sql | Value | Refusal {
  if (name === undefined || later === undefined || earlier === undefined) return unknownPart(name);
  const nullable = later.nullable || earlier.nullable;
  const apart = (count: (date: Value) => Sql) => value(sql`(${count(later)} - ${count(earlier)})`, "long", nullable);
  const unitName = partName(name);
  switch (unitName) {
    case "year":
      return apart(year);
    case "quarter":
      return apart((date) => sql`intDiv(${monthIndex(date)}, 3)`);
    case "month":
      return apart((date) => sql`(${monthIndex(date)})`);
    case "week":
      return apart((date) => sql`intDiv(${ticksOf(date)} + ${epoch} + ${unit("day")}, ${unit("week")})`);
    case "nanosecond":
      return sql`accurateCastOrNull(toInt128(${ticksOf(later)} - ${ticksOf(earlier)}) * 100, 'Int64')`;
    default:
      if (unitName === undefined) return unknownPart(name);
      return apart((date) => sql`intDiv(${ticksOf(date)} + ${epoch}, ${unit(unitName)})`);
  }
}

function moved({ args: [name, count, date] }: Call): Sql | Refusal {
  if (name === undefined || count === undefined || date === undefined) return unknownPart(name);
  const unitName = partName(name);
  switch (unitName) {
    case undefined:
      return unknownPart(name);
    case "year":
    case "quarter":
    case "month": {
      const months = sql`${limited(count)} * ${unitName === "year" ? sql`12` : unitName === "quarter" ? sql`3` : sql`1`}`;
      const inside = sql`(${monthIndex(date)} + ${months}) BETWEEN 12 AND 119999`;
      return sql`if(${inside}, addMonths(${date}, ${months}), NULL)`;
    }
    case "nanosecond":
      return datetimeOf(sql`${ticksOf(date)} + intDiv(toInt64(${count}), 100)`);
    default: {
      const most = 8_000_000_000_000_000_000n / (units[unitName] ?? 1n);
      return datetimeOf(sql`${ticksOf(date)} + ${limited(count, most)} * ${unit(unitName)}`);
    }
  }
}

function partName(name: Value): string | undefined {
  if (typeof name.constant !== "string") return undefined;
  const written = name.constant.toLowerCase();
  return written in units || /^(year|quarter|month|nanosecond)$/.test(written) ? written : undefined;
}

function unknownPart(name: Value | undefined): Refusal {
  const written =
    typeof name?.constant === "string" ? `there is no part \`${name.constant}\`` : "the part has to be a literal";
  return {
    refused: written,
    hint: "year, quarter, month, week, day, hour, minute, second, millisecond, microsecond or nanosecond",
  };
}

const units: Readonly<Record<string, bigint>> = {
  week: 7n * ticksPerDay,
  day: ticksPerDay,
  hour: 3600n * ticksPerSecond,
  minute: 60n * ticksPerSecond,
  second: ticksPerSecond,
  millisecond: 10_000n,
  microsecond: 10n,
};

function unit(name: string): Sql {
  return sql`toInt64(${integer(units[name] ?? 1n)})`;
}
