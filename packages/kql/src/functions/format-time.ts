import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { type Call, scalars } from "./entry.js";
import { epoch, ticksOf } from "./ticks.js";
import type { Refusal, Value } from "./value.js";

/** Datetimes and timespans as text, by a format that is known when the query is compiled. */
export const formatTimeFunctions = scalars({
  format_datetime: {
    about: "A datetime as text by a format of the letters y M d h H m s f F and tt; empty for null.",
    call: formatDatetime,
    notNull: true,
    limit: "There are no names of months or days, as in Kusto.",
    examples: {
      "format_datetime(datetime(2020-06-15 13:45:09.1234567), 'yyyy-MM-dd HH:mm:ss.fffffff')":
        "2020-06-15 13:45:09.1234567",
      "format_datetime(datetime(2017-01-29 09:00:05), 'yy-MM-dd [hh:mm:ss tt]')": "17-01-29 [09:00:05 AM]",
      "format_datetime(datetime(2020-06-15 13:45:09), 'M/d/yyyy h:mm:ss tt')": "6/15/2020 1:45:09 PM",
      "format_datetime(datetime(2007-03-09 00:30:00), 'hh:mm tt')": "12:30 AM",
      "format_datetime(datetime(2020-06-15 13:45:09.0000000), 'FFFFFFF')": "",
      "format_datetime(datetime(2020-06-15 13:45:09.05), 'ss.ff')": "09.05",
      "format_datetime(datetime(2020-01-05), 'ddd')": "055",
      "format_datetime(datetime(null), 'yyyy')": "",
    },
  },
  format_timespan: {
    about: "A timespan as text by a format of the letters d h H m s f F; empty for null.",
    call: formatTimespan,
    notNull: true,
    examples: {
      "format_timespan(time(29.09:00:05.12345), 'dd.hh:mm:ss:FF')": "29.09:00:05:12",
      "format_timespan(time(29.09:00:05.12345), 'ddd.h:mm:ss [fffffff]')": "029.9:00:05 [1234500]",
      "format_timespan(-(1d + 2h), 'd.hh:mm')": "-1.02:00",
      "format_timespan(25h + 61m, 'hh:mm')": "02:01",
      "format_timespan(timespan(null), 'hh')": "",
    },
  },
});

function formatDatetime({ args: [date, format] }: Call): Sql | Refusal {
  if (date === undefined) return { refused: "the datetime is missing" };
  const hour = sql`toHour(${date})`;
  const letters: Letters = {
    y: [4, 2, 1],
    M: [2, 1],
    d: [2, 1],
    h: [2, 1],
    H: [2, 1],
    m: [2, 1],
    s: [2, 1],
    t: [2],
    f: fractions,
    F: fractions,
  };
  const parts = pieces(format, letters, (letter, width) => {
    switch (letter) {
      case "y":
        return padded(width === 4 ? sql`toYear(${date})` : sql`toYear(${date}) % 100`, width);
      case "M":
        return padded(sql`toMonth(${date})`, width);
      case "d":
        return padded(sql`toDayOfMonth(${date})`, width);
      case "h":
        return padded(sql`(${hour} + 11) % 12 + 1`, width);
      case "H":
        return padded(hour, width);
      case "m":
        return padded(sql`toMinute(${date})`, width);
      case "s":
        return padded(sql`toSecond(${date})`, width);
      case "t":
        return sql`if(${hour} < 12, 'AM', 'PM')`;
      default:
        return fraction(sql`(${ticksOf(date)} + ${epoch}) % 10000000`, letter, width);
    }
  });
  return "refused" in parts ? parts : whole(date, parts);
}

function formatTimespan({ args: [span, format] }: Call): Sql | Refusal {
  if (span === undefined) return { refused: "the timespan is missing" };
  const size = sql`abs(${span})`;
  const letters: Letters = {
    d: [8, 7, 6, 5, 4, 3, 2, 1],
    h: [2, 1],
    H: [2, 1],
    m: [2, 1],
    s: [2, 1],
    f: fractions,
    F: fractions,
  };
  const parts = pieces(format, letters, (letter, width) => {
    switch (letter) {
      case "d":
        return padded(sql`intDiv(${size}, 864000000000)`, width);
      case "h":
      case "H":
        return padded(sql`intDiv(${size}, 36000000000) % 24`, width);
      case "m":
        return padded(sql`intDiv(${size}, 600000000) % 60`, width);
      case "s":
        return padded(sql`intDiv(${size}, 10000000) % 60`, width);
      default:
        return fraction(sql`${size} % 10000000`, letter, width);
    }
  });
  return "refused" in parts ? parts : whole(span, [sql`if(${span} < 0, '-', '')`, ...parts]);
}

/** The letters of a format, each with the lengths that a run of it is cut into, the longest first. */
type Letters = Readonly<Record<string, readonly number[]>>;

const fractions = [7, 6, 5, 4, 3, 2, 1];

function pieces(
  format: Value | undefined,
  letters: Letters,
  piece: (letter: string, width: number) => Sql,
): readonly Sql[] | Refusal {
  if (typeof format?.constant !== "string") return { refused: "the format has to be a literal" };
  const parts: Sql[] = [];
  for (const [run] of format.constant.matchAll(/([A-Za-z])\1*|[^A-Za-z]+/gs)) {
    const letter = run.charAt(0);
    const widths = letters[letter];
    if (widths === undefined) {
      const unknown = /[A-Za-z]/.test(letter) ? letter : run.match(/[^ /\-:,._[\]]/)?.[0];
      if (unknown !== undefined) return unknownCharacter(unknown, letters);
      parts.push(text(run));
      continue;
    }
    let left = run.length;
    while (left > 0) {
      const width = widths.find((possible) => possible <= left);
      if (width === undefined) return unknownCharacter(letter, letters);
      parts.push(piece(letter, width));
      left -= width;
    }
  }
  return parts;
}

function unknownCharacter(character: string, letters: Letters): Refusal {
  return {
    refused: `\`${character}\` has no meaning in a format`,
    hint: `letters are ${Object.keys(letters).join(" ").replace(" t ", " tt ")}, between them may stand space / - : , . _ [ ]`,
  };
}

function padded(number: Sql, width: number): Sql {
  return width === 1
    ? sql`toString(${number})`
    : sql`leftPad(toString(${number}), greatest(length(toString(${number})), ${integer(width)}), '0')`;
}

/** Digits after the point, cut; `F` drops the zeros at the end. */
function fraction(ticks: Sql, letter: string, width: number): Sql {
  const digits = sql`substring(leftPad(toString(${ticks}), 7, '0'), 1, ${integer(width)})`;
  return letter === "F" ? sql`replaceRegexpOne(${digits}, '0+$', '')` : digits;
}

function whole(source: Value, parts: readonly Sql[]): Sql {
  const written = sql`concat('', ${joinSql(parts.length === 0 ? [sql`''`] : parts)})`;
  const missing = sql`isNull(${source})`;
  return source.nullable ? sql`if(${missing}, '', ifNull(${written}, ''))` : written;
}
