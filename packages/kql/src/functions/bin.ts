import { integer, type Sql, sql } from "../sql/sql.js";
import { converted } from "./convert.js";
import { type Call, scalars } from "./entry.js";
import { remainder } from "./operators/remainder.js";
import { datetimeOf, epoch, ticksOf, unchecked } from "./ticks.js";
import { type Refusal, type Value, value } from "./value.js";

const bin = {
  about:
    "The greatest multiple of a bin's size that is not above the value; null where the size is null or not above 0.",
  call: binned,
  examples: {
    "bin(5, 2)": 4,
    "bin(-7, 4)": -8,
    "bin(5.5, 2)": 4,
    "bin(-0.5, 1)": -1,
    "bin(datetime(1955-11-05 06:15:00.5), 7d)": "1955-10-31T00:00:00.0000000Z",
    "bin(datetime(2020-06-15 13:45:00), 30m)": "2020-06-15T13:30:00.0000000Z",
    "bin(datetime(2020-06-15 13:45:00), -1h)": null,
    "bin(datetime(null), 1h)": null,
    "bin(14d + 3h, 1d)": "14.00:00:00",
    "bin(5, 0)": null,
  },
};

/** Rounding down to the start of a bin. Times count from the start of year 1, a Monday. */
export const binFunctions = scalars({
  bin,
  floor: { ...bin, examples: { "floor(5.7, 1.0)": 5, "floor(-5, 2)": -6 } },
  bin_at: {
    about: "The start of the value's bin, where one bin starts at a fixed point; null where the size is not above 0.",
    call: binnedAt,
    examples: {
      "bin_at(6.5, 2.5, 7)": 4.5,
      "bin_at(datetime(2017-05-17 10:20:00), 7d, datetime(2017-06-04))": "2017-05-14T00:00:00.0000000Z",
      "bin_at(datetime(1955-11-05 06:15:00), 3h, datetime(1955-11-05 00:30:00))": "1955-11-05T03:30:00.0000000Z",
      "bin_at(1h, 1d, 12h)": "-12:00:00",
      "bin_at(5, -1, 0)": null,
    },
  },
});

function binned({ args: [source, size], type }: Call): Sql | Value | Refusal {
  if (source === undefined || size === undefined) return nothing;
  switch (type) {
    case "datetime": {
      if (size.type !== "timespan") return { refused: `a datetime has no bins of a ${size.type}` };
      // The ticks since year 1 are never negative.
      const rest = modulo(sql`(${ticksOf(source)} + ${epoch})`, size);
      return value(unchecked(sql`${ticksOf(source)} - ${rest.sql}`), type, source.nullable || rest.nullable);
    }
    case "real": {
      const [x, n] = [sql`toFloat64(${source})`, positive(sql`toFloat64(${size})`, size)];
      return value(sql`(floor(${x} / ${n.sql}) * ${n.sql})`, type, source.nullable || n.nullable);
    }
    case "decimal":
      return decimalBin(source, size);
    case "dynamic":
      return nothing;
    default: {
      const rest = wholeRemainder(source, size);
      return value(sql`(toInt64(${source}) - ${rest.sql})`, type, source.nullable || rest.nullable);
    }
  }
}

function binnedAt({ args: [source, size, at], type }: Call): Sql | Value | Refusal {
  if (source === undefined || size === undefined || at === undefined) return nothing;
  if (type === "decimal" || type === "dynamic") return { refused: `bins of a ${type} cannot start at a point` };
  if (type === "real") {
    const [x, n, from] = [sql`toFloat64(${source})`, positive(sql`toFloat64(${size})`, size), sql`toFloat64(${at})`];
    return sql`(floor((${x} - ${from}) / ${n.sql}) * ${n.sql} + ${from})`;
  }
  if ((type === "datetime" || type === "timespan") && size.type !== "timespan") {
    return { refused: `a ${type} has no bins of a ${size.type}` };
  }
  const distance = type === "datetime" ? sql`(${ticksOf(source)} - ${ticksOf(at)})` : sql`(${source} - ${at})`;
  const rest = wholeRemainder(value(distance, "long", source.nullable || at.nullable), size).sql;
  return type === "datetime" ? datetimeOf(sql`${ticksOf(source)} - ${rest}`) : sql`(toInt64(${source}) - ${rest})`;
}

const nothing: Refusal = { refused: "bins are of numbers, timespans and datetimes" };

interface Part {
  readonly sql: Sql;
  readonly nullable: boolean;
}

/** The remainder of ticks that are not negative by a size, NULL where the size is not above 0. */
function modulo(ticks: Sql, size: Value): Part {
  if (typeof size.constant === "bigint" && size.constant > 0n) {
    return { sql: sql`${ticks} % toInt64(${integer(size.constant)})`, nullable: false };
  }
  return { sql: sql`moduloOrNull(${ticks}, greatest(${size}, toInt64(0)))`, nullable: true };
}

function wholeRemainder(source: Value, size: Value): Part {
  const constant = typeof size.constant === "bigint" && size.constant > 0n;
  if (constant) return { sql: asSql(remainder(source, size, "long")), nullable: false };
  const divisor = sql`greatest(toInt64(${size}), toInt64(0))`;
  const rest = sql`moduloOrNull(toInt64(${source}), ${divisor})`;
  return { sql: sql`if(${rest} < 0, ${rest} + ${divisor}, ${rest})`, nullable: true };
}

function positive(real: Sql, size: Value): Part {
  const known = typeof size.constant === "bigint" || typeof size.constant === "number" ? size.constant : undefined;
  if (known !== undefined && known > 0) return { sql: real, nullable: false };
  return { sql: sql`if(${real} > 0, ${real}, NULL)`, nullable: true };
}

function decimalBin(source: Value, size: Value): Sql {
  const x = sql`toNullable(${converted(source, "decimal") ?? source.sql})`;
  const n = sql`toNullable(${converted(size, "decimal") ?? size.sql})`;
  const rest = remainder(value(x, "decimal"), value(sql`if(${n} > 0, ${n}, NULL)`, "decimal"), "decimal");
  return sql`(${x} - ${asSql(rest)})`;
}

function asSql(result: Sql | Value): Sql {
  return "sql" in result ? result.sql : result;
}
