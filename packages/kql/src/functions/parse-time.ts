import { joinSql, type Sql, sql, text } from "../sql/sql.js";

/**
 * A string as a datetime, as `todatetime` reads it; NULL for anything else. The engine's own reading is lenient (hour 25,
 * month 13), so only texts of a known shape reach it.
 */
export function parsedDatetime(source: Sql): Sql {
  const spaced = sql`trimBoth(${source})`;
  const longYear = sql`replaceRegexpOne(${spaced}, '^(.*?[0-9]{1,2}[ -][A-Za-z]{3}[ -])([0-9]{2})( |$)', concat('\\\\1', if(${shortYear(spaced)} < 30, '20', '19'), '\\\\2\\\\3'))`;
  const parse = (read: "US" | "", what: Sql) =>
    read === "US"
      ? sql`parseDateTime64BestEffortUSOrNull(${what}, 7, 'UTC')`
      : sql`parseDateTime64BestEffortOrNull(${what}, 7, 'UTC')`;
  return sql`multiIf(match(${spaced}, ${outOfRange}), NULL, match(${spaced}, ${isoShape}), ${parse("", spaced)}, match(${spaced}, ${americanShape}), ${parse("US", spaced)}, match(${spaced}, ${namedShape}), ${parse("", longYear)}, NULL)`;
}

/** A string as a timespan in ticks, as `totimespan` reads it: `1.02:03:04.5`, `13:00`, `90s`; NULL for anything else. */
export function parsedTimespan(source: Sql): Sql {
  const spaced = sql`trimBoth(${source})`;
  const clock = sql`extractGroups(${spaced}, ${clockShape})`;
  const part = (index: Sql) => sql`toInt64OrZero(${clock}[${index}])`;
  const seconds = sql`((${part(sql`2`)} * 24 + ${part(sql`3`)}) * 60 + ${part(sql`4`)}) * 60 + ${part(sql`5`)}`;
  const ticks = sql`toInt128(${seconds}) * 10000000 + toInt64OrZero(rightPad(${clock}[6], 7, '0'))`;
  const signed = sql`accurateCastOrNull(if(${clock}[1] = '-', -(${ticks}), ${ticks}), 'Int64')`;
  return sql`multiIf(match(${spaced}, ${clockShape}), ${signed}, match(${spaced}, ${quantityShape}), ${quantity(spaced)}, NULL)`;
}

function shortYear(spaced: Sql): Sql {
  return sql`toUInt8OrZero(extract(${spaced}, '[0-9]{1,2}[ -][A-Za-z]{3}[ -]([0-9]{2})(?: |$)'))`;
}

/** A count of a unit, whole or with up to nine decimals: `90s`, `1.5h`. */
function quantity(spaced: Sql): Sql {
  const groups = sql`extractGroups(${spaced}, ${quantityShape})`;
  const names = units.flatMap((unit) => unit.names.map(text));
  const ticks = units.flatMap((unit) => unit.names.map(() => unit.ticks));
  const unit = sql`transform(lower(${groups}[4]), [${joinSql(names)}], [${joinSql(ticks)}], toInt64(864000000000))`;
  const whole = sql`toInt128(toInt64OrZero(${groups}[2])) * ${unit}`;
  const fraction = sql`intDiv(toInt128(toInt64OrZero(rightPad(${groups}[3], 9, '0'))) * ${unit}, 1000000000)`;
  const size = sql`accurateCastOrNull(${whole} + ${fraction}, 'Int64')`;
  return sql`if(${groups}[1] = '-', -${size}, ${size})`;
}

const time = "(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\\.[0-9]+)?)?";
const zone = "(?:Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})";
const year = "(?:[1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])";
const month = "(?:0?[1-9]|1[0-2])";
const day = "(?:0?[1-9]|[12][0-9]|3[01])";
const monthName = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*";
const weekday = "(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,? +)?";

const isoShape = text(`(?i)^(?:${year}(?:-${month}-|/${month}/)${day}(?:(?:T| +)${time} *${zone}?)?|${year}[0-9]{4})$`);
/** An offset on the first or last day, which may lead out of the years 1 to 9999, and an hour that no morning has. */
const outOfRange = text(
  "(?i)^(?:0001[-/]0?1[-/]0?1|9999[-/]12[-/]31).+[+-][0-9]{2}:?[0-9]{2}$| (?:1[3-9]|2[0-3]):[0-9:.]+ *AM",
);
const americanShape = text(`(?i)^${month}[-/.]${day}[-/.]${year}(?: +${time}(?: *[AP]M)?(?: *${zone})?)?$`);
const namedShape = text(
  `(?i)^${weekday}(?:${day}[ -]${monthName}[ -](?:${year}|[0-9]{2})|${monthName} +${day},? +${year})(?: +${time}(?: *[AP]M)?(?: *${zone})?)?$`,
);
const clockShape = text(
  "^(-?)(?:([0-9]{1,8})\\.)?([01]?[0-9]|2[0-3]):([0-5]?[0-9])(?::([0-5]?[0-9])(?:\\.([0-9]{1,7}))?)?$",
);
const quantityShape = text(
  "(?i)^(-?)([0-9]{1,18})(?:\\.([0-9]{1,9}))? *(d|days?|h|hrs?|hours?|m|min|minutes?|s|sec|seconds?|ms|milli|millis|millisec|milliseconds?|micros?|microsec|microseconds?|ticks?)$",
);

const units: readonly { readonly names: readonly string[]; readonly ticks: Sql }[] = [
  { names: ["h", "hr", "hrs", "hour", "hours"], ticks: sql`toInt64(36000000000)` },
  { names: ["m", "min", "minute", "minutes"], ticks: sql`toInt64(600000000)` },
  { names: ["s", "sec", "second", "seconds"], ticks: sql`toInt64(10000000)` },
  { names: ["ms", "milli", "millis", "millisec", "millisecond", "milliseconds"], ticks: sql`toInt64(10000)` },
  { names: ["micro", "micros", "microsec", "microsecond", "microseconds"], ticks: sql`toInt64(10)` },
  { names: ["tick", "ticks"], ticks: sql`toInt64(1)` },
];
