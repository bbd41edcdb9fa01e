import { type Sql, sql, text } from "../../sql/sql.js";
import { bindOnce } from "../bind.js";
import { type AggregateCall, type AggregateEntry, aggregates } from "../entry.js";
import { hashedBits } from "../hash.js";
import { digestJson, digestOf, digestToken, hashesJson, hashesOf, isDigest, isHashes } from "../sketch-form.js";
import { textOf } from "../text-form.js";
import type { Refusal, Value } from "../value.js";
import { aggregate, argument, both } from "./aggregate-sql.js";

const limit =
  "Exact at any size, as a sketch keeps every distinct value; so it is larger than Kusto's, and its text is another where Kusto's is an approximation.";

const hll: AggregateEntry = {
  about: "A sketch of the distinct values, for `dcount_hll` and `hll_merge`.",
  emit: (call) => hashSketch(call),
  limit,
  examples: {
    "range x from 1 to 50 step 1 | summarize h = hll(x % 7) | project dcount_hll(h)": 7,
    "datatable(s: string)['a', 'b', '', 'a'] | summarize h = hll(s) | project dcount_hll(h)": 3,
    "datatable(x: long)[1, long(null)] | summarize h = hll(x, 4) | project dcount_hll(h)": 1,
    "datatable(x: int)[0] | summarize hll(x)": [[1024, 14], ["3803688792395291579"], []],
    "datatable(x: long)[] | summarize hll(x)": null,
  },
};

const tdigest: AggregateEntry = {
  about: "A sketch of numbers or times, with weights if they are given, for `percentile_tdigest` and its kin.",
  emit: (call) => digestSketch(call),
  limit,
  examples: {
    "range x from 1 to 10 step 1 | summarize d = tdigest(x) | project percentile_tdigest(d, 35)": 4,
    "datatable(v: real, w: long)[1.0, 1, 2.0, 2] | summarize d = tdigest(v, w) | project percentile_tdigest(d, 50)": 2,
    "datatable(x: long)[3, long(null), 3] | summarize tdigest(x)": [[7], [3], [2]],
    "datatable(x: long)[] | summarize tdigest(x)": null,
    "datatable(x: datetime)[datetime(2024-01-01), datetime(2023-01-01)] | summarize d = tdigest(x) | project percentile_tdigest(d, 50, typeof(datetime))":
      "2023-01-01T00:00:00.0000000Z",
  },
};

const mergedDigests: AggregateEntry = {
  about: "One sketch of the values of all that `tdigest` made; values that are none are left out.",
  emit: (call) => {
    const sketch = argument(call, 0);
    const when = both(isDigest(sketch), call.when);
    return digestOfSome(aggregate("sumMap", [sql`${digestOf(sketch)}.1`, sql`${digestOf(sketch)}.2`], when));
  },
  limit,
  examples: {
    "range x from 1 to 20 step 1 | summarize d = tdigest(x) by g = x % 3 | summarize d = tdigest_merge(d) | project percentile_tdigest(d, 100)": 20,
  },
};

/** Aggregates that make sketches, which are held without loss. */
export const sketchAggregates = aggregates({
  hll,
  hll_if: {
    ...hll,
    about: "A sketch of the distinct values in the rows for which the condition is true.",
    examples: { "range x from 1 to 50 step 1 | summarize h = hll_if(x, x > 40) | project dcount_hll(h)": 10 },
  },
  hll_merge: {
    about: "One sketch of the values of all that `hll` made; values that are none are left out.",
    emit: (call) => {
      const sketch = argument(call, 0);
      const hashes = aggregate("groupUniqArrayArray", [hashesOf(sketch)], both(isHashes(sketch), call.when));
      return sketchOfSome(hashes, (some) => hashesJson(text("14"), sql`arraySort(${some})`));
    },
    limit,
    examples: {
      "range x from 1 to 20 step 1 | summarize h = hll(x % 8) by g = x % 3 | summarize h = hll_merge(h) | project dcount_hll(h)": 8,
    },
  },
  tdigest,
  tdigest_merge: mergedDigests,
  merge_tdigest: {
    ...mergedDigests,
    examples: {
      "range x from 1 to 9 step 1 | summarize d = tdigest(x) by g = x % 3 | summarize d = merge_tdigest(d) | project rank_tdigest(d, 4)": 4,
    },
  },
});

function hashSketch(call: AggregateCall): Sql | Refusal {
  const source = argument(call, 0);
  const accuracy = call.args[1] === undefined ? 1n : call.args[1].constant;
  const bits = typeof accuracy === "bigint" ? bitsOfAccuracy[Number(accuracy)] : undefined;
  if (bits === undefined) return { refused: "the accuracy must be a constant from 0 to 4" };
  const hash = sql`toString(reinterpretAsInt64(xxHash64(${hashedBits(source) ?? textOf(source)})))`;
  const present = source.type === "dynamic" ? sql`${source} != ''` : sql`isNotNull(${source})`;
  const hashes = aggregate("groupUniqArray", [hash], both(present, call.when));
  return sketchOfSome(hashes, (some) =>
    hashesJson(text(bits), sql`arrayMap(_h -> concat('"', _h, '"'), arraySort(${some}))`),
  );
}

/** A sketch of values; null where there are none. */
function sketchOfSome(values: Sql, sketch: (some: Sql) => Sql): Sql {
  return bindOnce(values, (some) => sql`if(empty(${some}), '', ${sketch(some)})`);
}

/** The bits of a hash that choose its register, for each accuracy. */
const bitsOfAccuracy = ["12", "14", "16", "17", "18"];

function digestSketch(call: AggregateCall): Sql | Refusal {
  const source = argument(call, 0);
  if (!["int", "long", "real", "decimal", "datetime", "timespan"].includes(source.type))
    return { refused: `\`tdigest\` of a ${source.type}`, hint: "convert the value to a number first" };
  const weight = weightOf(call.args[1]);
  const present =
    source.type === "real" ? sql`isNotNull(${source}) AND NOT isNaN(${source})` : sql`isNotNull(${source})`;
  const when = both(sql`(${present} AND ${weight} > 0)`, call.when);
  return digestOfSome(aggregate("sumMap", [sql`[${digestToken(source)}]`, sql`[${weight}]`], when));
}

function digestOfSome(tallied: Sql): Sql {
  return bindOnce(tallied, (some) => sql`if(empty(${some}.1), '', ${digestJson(some)})`);
}

function weightOf(weight: Value | undefined): Sql {
  return weight === undefined ? sql`toUInt64(1)` : sql`toUInt64(greatest(ifNull(toInt64(${weight}), 0), 0))`;
}
