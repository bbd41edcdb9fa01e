import type { KqlType } from "../schema/types.js";
import { callSql, type Sql, sql } from "../sql/sql.js";
import { arrayValue } from "./elements.js";
import { type Call, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { type Refusal, type Value, value } from "./value.js";

/** Arrays of evenly spaced values. */
export const rangeFunctions = scalars({
  range: {
    about: "Array of values from a first to a last one in equal steps; at most 1,048,576 of them.",
    call: spaced,
    examples: {
      "range(1, 8, 3)": [1, 4, 7],
      "range(5, 1, -2)": [5, 3, 1],
      "range(1, 0)": [],
      "range(1.0, 2.0, 0.5)": [1, 1.5, 2],
      "range(datetime(2024-01-01), datetime(2024-01-02), 12h)": [
        "2024-01-01T00:00:00.0000000Z",
        "2024-01-01T12:00:00.0000000Z",
        "2024-01-02T00:00:00.0000000Z",
      ],
      "range(1, long(null))": null,
      "range(1, 5, 0)": null,
    },
  },
});

function spaced({ args }: Call): Value | Refusal {
  const [start, stop, step] = args;
  if (start === undefined || stop === undefined) return { refused: "arguments are missing" };
  const types = [start, stop, ...(step === undefined || start.type === "datetime" ? [] : [step])].map(
    ({ type }) => type,
  );
  const of = commonType(types);
  if (of === undefined) return { refused: `a range from ${start.type} to ${stop.type}` };
  const steps = step ?? defaultStep(of);
  const array = of === "real" ? reals(start, stop, steps) : ticks(start, stop, steps, of);
  if ([start, stop, steps].every(({ nullable }) => !nullable) && steps.constant)
    return { ...arrayValue(array, of), ...knownElements(of, [start, stop, steps]) };
  const given = sql`ifNull(${numeric(start)} <= ${numeric(stop)} OR ${numeric(start)} >= ${numeric(stop)}, 0) AND ifNull(${numeric(steps)} != 0, 0)`;
  return value(sql`if(${given}, ${arrayJson(array, of)}, '')`, "dynamic");
}

/** A short range of whole numbers is known when the query is compiled, for what takes only constant arrays. */
function knownElements(of: KqlType, limits: readonly Value[]): { readonly constant?: string } {
  const [first, last, step] = limits.map(({ constant }) => constant);
  if (of !== "long" || typeof first !== "bigint" || typeof last !== "bigint" || typeof step !== "bigint") return {};
  const count = step === 0n ? 0n : (last - first) / step + 1n;
  if (step === 0n || (last - first) * step < 0n || count > 1000n) return {};
  return {
    constant: `[${Array.from({ length: Number(count) }, (_, index) => first + BigInt(index) * step).join(",")}]`,
  };
}

function commonType(types: readonly KqlType[]): KqlType | undefined {
  if (types.every((type) => type === "int" || type === "long")) return "long";
  if (types.every((type) => type === "int" || type === "long" || type === "real")) return "real";
  if (types.every((type) => type === "datetime")) return "datetime";
  return types.every((type) => type === "timespan") ? "timespan" : undefined;
}

function defaultStep(of: KqlType): Value {
  if (of === "datetime" || of === "timespan")
    return { ...value(sql`toInt64(36000000000)`, "timespan", false), constant: 36_000_000_000n };
  return { ...value(sql`toInt64(1)`, "long", false), constant: 1n };
}

function ticks(start: Value, stop: Value, step: Value, of: KqlType): Sql {
  const [first, last, by] = [numeric(start), numeric(stop), numeric(step)].map(
    (item) => sql`ifNull(toInt64(${item}), 0)`,
  );
  const size = sql`ifNull(intDivOrNull(${last ?? sql`0`} - ${first ?? sql`0`}, ${by ?? sql`1`}), -1)`;
  const reaches = sql`(${by ?? sql`1`} > 0) = (${last ?? sql`0`} >= ${first ?? sql`0`}) OR ${last ?? sql`0`} = ${first ?? sql`0`}`;
  const count = sql`toUInt64(if(${reaches}, least(greatest(${size} + 1, 0), 1048576), 0))`;
  const item = sql`${first ?? sql`0`} + toInt64(_i) * ${by ?? sql`1`}`;
  const typed = of === "datetime" ? sql`reinterpret(${item}, 'DateTime64(7, \\'UTC\\')')` : item;
  return sql`arrayMap(_i -> ${typed}, range(${count}))`;
}

function reals(start: Value, stop: Value, step: Value): Sql {
  const real = (item: Value): Sql => sql`ifNull(toFloat64(${item}), 0)`;
  const size = sql`floor((${real(stop)} - ${real(start)}) / ${real(step)} + 1e-9)`;
  const count = sql`toUInt64(if(isFinite(${size}) AND ${size} >= 0, least(${size} + 1, 1048576), 0))`;
  return sql`arrayMap(_i -> ${real(start)} + toFloat64(_i) * ${real(step)}, range(${count}))`;
}

function numeric(item: Value): Sql {
  return item.type === "datetime" ? callSql("reinterpret", item, sql`'Int64'`) : item.sql;
}
