import { type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { arrayElements, comparable, isArray } from "./elements.js";
import { type Call, scalars } from "./entry.js";
import { arrayJson, dynamicOf } from "./json-text.js";
import { type Refusal, type Value, value } from "./value.js";

/** Functions that fill the gaps of a series; a gap is null, or whatever number stands for a missing value. */
export const seriesFillFunctions = scalars({
  series_fill_forward: {
    about: "Gaps take the number before them.",
    call: ({ args }: Call) =>
      filled(args[0], args[1], (items, missing) => sql`arrayFill(_s -> NOT ${missing}, ${items})`),
    examples: {
      "series_fill_forward(dynamic([null, 111, null, 36, null, null]))": [null, 111, 111, 36, 36, 36],
      "series_fill_forward(dynamic([10, 0, 30]), 0)": [10, 10, 30],
    },
  },
  series_fill_backward: {
    about: "Gaps take the number after them.",
    call: ({ args }: Call) =>
      filled(args[0], args[1], (items, missing) => sql`arrayReverseFill(_s -> NOT ${missing}, ${items})`),
    examples: {
      "series_fill_backward(dynamic([111, null, 36, 41, null, null, 16, null]))": [111, 36, 36, 41, 16, 16, 16, null],
    },
  },
  series_fill_const: {
    about: "Gaps take a constant, 0 unless another is given.",
    call: ({ args }: Call) => {
      const constant = args[1] === undefined ? sql`'0'` : dynamicOf(args[1]);
      return filled(
        args[0],
        args[2],
        (items, missing) => sql`arrayMap(_s -> if(${missing}, ${constant}, _s), ${items})`,
      );
    },
    examples: {
      "series_fill_const(dynamic([111, null, 36]), 0)": [111, 0, 36],
      "series_fill_const(dynamic([111, null, 36]))": [111, 0, 36],
      "series_fill_const(dynamic([1, -1]), 5, -1)": [1, 5],
    },
  },
  series_fill_linear: {
    about: "Gaps are filled on the straight line between their neighbours, at the ends with the nearest number.",
    call: ({ args }: Call) => linear(args),
    examples: {
      "series_fill_linear(dynamic([null, 111, null, 36, 41, null, null, 16, null]))": [
        111, 111, 73, 36, 41, 32, 24, 16, 16,
      ],
      "series_fill_linear(dynamic([null, 1.0, null, 2.0]))": [1, 1, 1.5, 2],
      "series_fill_linear(dynamic([null, 1, null, 3]), double(null), false)": [null, 1, 2, 3],
      "series_fill_linear(dynamic([null, null]), double(null), true, 3.5)": [3.5, 3.5],
    },
  },
});

function filled(
  series: Value | undefined,
  placeholder: Value | undefined,
  fill: (items: Sql, missing: Sql) => Sql,
): Sql | Refusal {
  if (series === undefined) return { refused: "a series is missing" };
  const missing = missingSql(placeholder);
  if ("refused" in missing) return missing;
  const items = arrayElements(series);
  // What stands for a missing value and has no number to take stays as it is, null included.
  return sql`if(${isArray(series)}, ${arrayJson(fill(items, missing), "dynamic")}, '')`;
}

/** Whether the element `_s` is a gap. */
function missingSql(placeholder: Value | undefined): Sql | Refusal {
  if (placeholder === undefined || placeholder.constant === null) return sql`(_s = '')`;
  if (placeholder.constant === undefined) return { refused: "the number for a missing value must be a constant" };
  const known = sql`arrayElement(${comparable(sql`[${dynamicOf(placeholder)}]`)}, 1)`;
  return sql`(arrayElement(${comparable(sql`[_s]`)}, 1) = ${known})`;
}

function linear([series, placeholder, edges, constant]: readonly Value[]): Sql | Refusal {
  if (series === undefined) return { refused: "a series is missing" };
  const missing = missingSql(placeholder);
  if ("refused" in missing) return missing;
  if (edges !== undefined && typeof edges.constant !== "boolean") return { refused: "fill_edges must be a constant" };
  const nothing = constant === undefined ? sql`'0'` : dynamicOf(constant);
  const edge = edges?.constant !== false;
  const result = bindOnce(arrayElements(series), (items) =>
    bindOnce(sql`arrayMap(_s -> ${missing}, ${items})`, (gaps) =>
      bindOnce(sql`arrayAll(_s -> ${missing} OR isNotNull(toInt64OrNull(_s)), ${items})`, (whole) =>
        straight(items, gaps, whole, edge ? nothing : undefined),
      ),
    ),
  );
  return sql`if(${isArray(series)}, ${arrayJson(result, "dynamic")}, '')`;
}

/** The elements with each gap on the line from the element before (`_b`) to the one after (`_a`). */
function straight(items: Sql, gaps: Sql, whole: Sql, nothing: Sql | undefined): Sql {
  const places = sql`arrayEnumerate(${items})`;
  const before = sql`arrayFill((_p, _g) -> NOT _g, ${places}, ${gaps})`;
  const after = sql`arrayReverseFill((_p, _g) -> NOT _g, ${places}, ${gaps})`;
  const at = (place: Sql): Sql => sql`arrayElement(${items}, ${place})`;
  const gap = (place: Sql): Sql => sql`arrayElement(${gaps}, ${place})`;
  const number = (place: Sql): Sql => sql`toFloat64OrZero(${at(place)})`;
  const line = sql`${number(sql`_b`)} + (${number(sql`_a`)} - ${number(sql`_b`)}) * (toInt64(_p) - toInt64(_b)) / greatest(toInt64(_a) - toInt64(_b), 1)`;
  // A series of integers stays one.
  const between = sql`if(${whole}, ifNull(toString(accurateCastOrNull(trunc(${line}), 'Int64')), ''), ${dynamicOf(value(line, "real", false))})`;
  const edge =
    nothing === undefined
      ? at(sql`_p`)
      : sql`multiIf(${gap(sql`_a`)} AND ${gap(sql`_b`)}, ${nothing}, ${gap(sql`_b`)}, ${at(sql`_a`)}, ${at(sql`_b`)})`;
  const item = sql`multiIf(NOT ${gap(sql`_p`)}, ${at(sql`_p`)}, ${gap(sql`_a`)} OR ${gap(sql`_b`)}, ${edge}, ${between})`;
  return sql`arrayMap((_p, _b, _a) -> ${item}, ${places}, ${before}, ${after})`;
}
