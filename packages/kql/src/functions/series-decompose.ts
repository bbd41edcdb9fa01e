import { integer, type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { constantInteger, constantText } from "./constant-elements.js";
import { type Call, scalars } from "./entry.js";
import { arrayJson } from "./json-text.js";
import { isTooShort, medianOf, noPeriod, overNumbers } from "./series-filters.js";
import { type Refusal, type Value, value } from "./value.js";

const limit =
  "The period must be a constant, 0 for a series without one; it is not looked for, but a constant series of fewer than 8 numbers is known to have none. A series with anything but numbers in it gives null, as does one too short for its period; a line's last digits may differ.";

/** Functions that take a series apart into what repeats, a trend and the rest. */
export const seriesDecomposeFunctions = scalars({
  series_decompose: {
    about: "A series as what is expected, what of that repeats, its trend, and the rest.",
    call: ({ args: [series, period, trend, points] }: Call) =>
      decomposed({ series, period, trend: trend ?? "avg", points }),
    limit,
    examples: {
      "series_decompose(dynamic([1, 3, 5, 1, 3, 8]), 3)": [1, 3, 6.5, 1, 3, 6.5],
      "series_decompose(dynamic([1, 3, 5, 1, 3, 8]), 3)[1]": [1, 3, 6.5, 1, 3, 6.5],
      "series_decompose(dynamic([1, 2, 3, 4]), 0, 'linefit')": [1, 2, 3, 4],
      "series_decompose(dynamic([1, 2, 3, 100]), 0, 'linefit', 1)": [1, 2, 3, 4],
      "series_decompose(dynamic([1, 2, 6]), 0)": [3, 3, 3],
      "series_decompose(dynamic([1, 2, 6]))": [3, 3, 3],
      "series_decompose(dynamic([1, 2]), 0, 'none')": [0, 0],
      "series_decompose(dynamic([1, null]), 0)": null,
    },
  },
  series_decompose_forecast: {
    about: "What is expected of a series, told from all but its last points.",
    call: ({ args: [series, points, period, trend] }: Call) => decomposed({ series, period, trend, points }),
    limit: `${limit} The trend must be given.`,
    examples: {
      "series_decompose_forecast(dynamic([1, 2, 3, 4, 0, 0]), 2, 0, 'linefit')": [1, 2, 3, 4, 5, 6],
      "series_decompose_forecast(dynamic([1, 9, 1, 9, 0, 0]), 2, 2, 'avg')": [1, 9, 1, 9, 1, 9],
    },
  },
});

interface Asked {
  readonly series: Value | undefined;
  readonly period: Value | undefined;
  readonly trend: Value | "avg" | undefined;
  readonly points: Value | undefined;
}

/** What a decomposition is asked for, all of it known when the query is compiled. */
interface Decomposition {
  readonly series: Value;
  /** The steps of a period; 0 for a series without one. */
  readonly size: number;
  readonly kind: "avg" | "linefit" | "none";
  /** The last points, from which nothing is learnt. */
  readonly left: number;
}

function decomposed(asked: Asked): Value | Refusal {
  const known = decompositionOf(asked);
  if ("refused" in known) return known;
  const parts = (pick: Sql): Value =>
    overComponents(known, (items, seasonal, line) =>
      arrayJson(sql`arrayMap((_x, _s, _t) -> ${pick}, ${items}, ${seasonal}, ${line})`, "real"),
    );
  const baseline = parts(sql`_s + _t`);
  return { ...baseline, results: [baseline, parts(sql`_s`), parts(sql`_t`), parts(sql`_x - (_s + _t)`)] };
}

/** Reads the arguments of a decomposition. */
export function decompositionOf({ series, period, trend, points }: Asked): Decomposition | Refusal {
  const size = series === undefined ? undefined : periodOf(series, period);
  if (series === undefined || size === undefined) return noPeriod;
  const kind = trend === "avg" || trend === undefined ? trend : constantText(trend);
  if (kind !== "avg" && kind !== "linefit" && kind !== "none")
    return { refused: "the trend has to be given as 'avg', 'linefit' or 'none'" };
  const left = points === undefined ? 0 : constantInteger(points);
  if (left === undefined || left < 0) return { refused: "a number of test points that is not a constant from 0" };
  return { series, size, kind, left };
}

/** The period that is given; 0 too where it is to be found in a constant series that is too short to have one. */
function periodOf(series: Value, period: Value | undefined): number | undefined {
  const given = period === undefined ? -1 : constantInteger(period);
  if (given === -1) return isTooShort(series) ? 0 : undefined;
  return given === undefined || given < 0 ? undefined : given;
}

/** Something made of a series, its seasonal part and its trend; null where the series is too short for them. */
export function overComponents(
  { series, size, kind, left }: Decomposition,
  use: (items: Sql, seasonal: Sql, line: Sql) => Sql,
): Value {
  const needed = Math.max(size, kind === "linefit" ? 2 : 1) + left;
  return value(
    overNumbers(series, (items) => {
      const found = bindOnce(componentsOf(items, size, kind, left), (known) =>
        use(items, sql`${known}.1`, sql`${known}.2`),
      );
      return sql`if(length(${items}) < ${integer(needed)}, '', ${found})`;
    }),
    "dynamic",
  );
}

/** The seasonal part and the trend, each as long as the series, learnt from all but its last points. */
function componentsOf(items: Sql, size: number, kind: "avg" | "linefit" | "none", left: number): Sql {
  const learnt =
    left === 0 ? items : sql`arraySlice(${items}, 1, greatest(toInt64(length(${items})) - ${integer(left)}, 0))`;
  const zeros = sql`arrayWithConstant(length(${items}), 0.)`;
  return bindOnce(size === 0 ? zeros : repeated(learnt, items, size), (seasonal) => {
    if (kind === "none") return sql`(${seasonal}, ${zeros})`;
    const rest = sql`arrayMap((_x, _s) -> _x - _s, ${learnt}, arrayResize(${seasonal}, length(${learnt})))`;
    const trend = bindOnce(rest, (known) => (kind === "avg" ? meanOver(known, items) : lineOver(known, items)));
    return sql`(${seasonal}, ${trend})`;
  });
}

/** The medians of the places of a period, over and over. */
function repeated(learnt: Sql, items: Sql, size: number): Sql {
  return bindOnce(
    medianOf(learnt, integer(size)),
    (medians) =>
      sql`arrayMap(_i -> arrayElement(${medians}, (_i - 1) % ${integer(size)} + 1), arrayEnumerate(${items}))`,
  );
}

function meanOver(rest: Sql, items: Sql): Sql {
  return sql`arrayWithConstant(length(${items}), arraySum(${rest}) / length(${rest}))`;
}

/** The line of least squares through the numbers, at every place of the series. */
function lineOver(rest: Sql, items: Sql): Sql {
  const mean = sql`arraySum(${rest}) / length(${rest})`;
  const middle = sql`(toFloat64(length(${rest})) + 1) / 2`;
  return bindOnce(sql`(${mean}, ${middle})`, (centre) => {
    const away = sql`(_i - ${centre}.2)`;
    const slope = sql`arraySum((_i, _y) -> ${away} * (_y - ${centre}.1), arrayEnumerate(${rest}), ${rest}) / arraySum(_i -> ${away} * ${away}, arrayEnumerate(${rest}))`;
    return bindOnce(slope, (rise) => sql`arrayMap(_i -> ${centre}.1 + ${rise} * ${away}, arrayEnumerate(${items}))`);
  });
}
