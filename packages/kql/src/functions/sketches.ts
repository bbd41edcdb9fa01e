import { joinSql, type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { converted } from "./convert.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { joined } from "./json-text.js";
import {
  bitsOf,
  digestJson,
  digestOf,
  digestToken,
  hashesJson,
  hashesOf,
  isDigest,
  isHashes,
  orderOf,
} from "./sketch-form.js";
import { nullOf, type Refusal, type Value, value } from "./value.js";

const mergedDigests: ScalarEntry = {
  about: "One sketch of the values of several that `tdigest` made; null where one of them is none.",
  call: ({ args }: Call) => {
    const digests = sql`[${joinSql(args.map(digestOf))}]`;
    const sums = sql`arrayReduce('sumMap', arrayMap(_d -> _d.1, ${digests}), arrayMap(_d -> _d.2, ${digests}))`;
    return sql`if(${every(args, isDigest)}, ${bindOnce(sums, digestJson)}, '')`;
  },
  examples: {
    [`percentile_tdigest(merge_tdigest(${digest("x from 1 to 10")}, ${digest("x from 11 to 20")}), 100)`]: 20,
    [`percentile_tdigest(merge_tdigest(${digest("x from 1 to 3")}, ${digest("x from 2 to 3")}), 50)`]: 2,
    [`merge_tdigest(${digest("x from 1 to 3")}, dynamic([1]))`]: null,
  },
};

/** Functions over what the aggregates `hll` and `tdigest` make. */
export const sketchFunctions = scalars({
  hll_merge: {
    about: "One sketch of the values of several that `hll` made; null where one of them is none.",
    call: ({ args }: Call) => {
      const all = sql`arraySort(arrayDistinct(arrayConcat(${joinSql(args.map(hashesOf))})))`;
      const bits = args.map(bitsOf)[0] ?? sql`''`;
      return sql`if(${every(args, isHashes)}, ${hashesJson(bits, all)}, '')`;
    },
    examples: {
      [`dcount_hll(hll_merge(${hashes("x from 1 to 10")}, ${hashes("x from 6 to 20")}))`]: 20,
      [`hll_merge(${hashes("x from 1 to 10")}, dynamic(null))`]: null,
    },
  },
  dcount_hll: {
    about: "How many distinct values went into a sketch that `hll` made; null for any other value.",
    emit: (sketch: Value) => sql`if(${isHashes(sketch)}, toNullable(toInt64(length(${hashesOf(sketch)}))), NULL)`,
    examples: {
      [`dcount_hll(${hashes("x from 1 to 100")})`]: 100,
      [`dcount_hll(${hashes("x from 1 to 0")})`]: null,
      "dcount_hll(dynamic([1]))": null,
    },
  },
  merge_tdigest: mergedDigests,
  tdigest_merge: {
    ...mergedDigests,
    examples: {
      [`rank_tdigest(tdigest_merge(${digest("x from 1 to 3")}, ${digest("x from 2 to 3")}), 2)`]: 3,
    },
  },
  percentile_tdigest: {
    about: "The value below which, or at which, a percentage of the values of a sketch lies that `tdigest` made.",
    call: ({ args: [sketch, level], type }: Call) => {
      if (sketch === undefined || level === undefined) return { refused: "a sketch or percentage is missing" };
      const found = value(percentile(sketch, level), "dynamic");
      const read = type === "dynamic" ? found.sql : converted(found, type);
      return read ?? { refused: `a percentile as ${type}` };
    },
    examples: {
      [`percentile_tdigest(${digest("x from 1 to 100")}, 7)`]: 7,
      [`percentile_tdigest(${digest("x from 1 to 4")}, 50, typeof(long))`]: 2,
      [`percentile_tdigest(${digest("x from 1h to 3h step 1h")}, 50)`]: "02:00:00",
      [`percentile_tdigest(${digest("x from 9223372036854775806 to 9223372036854775807")}, 0, typeof(long))`]:
        "9223372036854775806",
      [`percentile_tdigest(${digest("x from 1 to 0")}, 50)`]: null,
      [`percentile_tdigest(${digest("x from 1 to 4")}, 101)`]: null,
    },
  },
  percentiles_array_tdigest: {
    about: "Several percentiles of a sketch that `tdigest` made, as an array.",
    call: ({ args: [sketch, ...levels] }: Call) => severalPercentiles(sketch, levels),
    examples: { [`percentiles_array_tdigest(${digest("x from 1 to 100")}, 5, 99.5)`]: [5, 100] },
  },
  rank_tdigest: {
    about: "How many values of a sketch that `tdigest` made are not above another.",
    emit: (sketch: Value, one: Value) => rank(sketch, one, (below) => below),
    examples: {
      [`rank_tdigest(${digest("x from 1 to 1000")}, 685)`]: 685,
      [`rank_tdigest(${digest("x from 1 to 1000")}, 0)`]: 0,
      [`rank_tdigest(${digest("x from 1h to 30h step 1h")}, 1d)`]: 24,
      [`rank_tdigest(${digest("x from 1 to 3")}, long(null))`]: null,
    },
  },
  percentrank_tdigest: {
    about: "What percentage of the values of a sketch that `tdigest` made is not above another.",
    emit: (sketch: Value, one: Value) => rank(sketch, one, (below, all) => sql`${below} * 100 / ${all}`),
    examples: { [`percentrank_tdigest(${digest("x from 1 to 8")}, 3)`]: 37.5 },
  },
});

/** The JSON text of the value at a percentage's nearest rank; `''` where there is none. */
function percentile(sketch: Value, level: Value): Sql {
  const percent = sql`ifNull(toFloat64(${level}), -1.)`;
  return bindOnce(
    sql`arraySort(_p -> ${orderOf(sql`_p.1`)}, arrayZip(${digestOf(sketch)}.1, ${digestOf(sketch)}.2))`,
    (pairs) =>
      bindOnce(sql`arrayCumSum(_p -> _p.2, ${pairs})`, (upTo) => {
        const wanted = sql`greatest(ceil(arrayMax(${upTo}) * ${percent} / 100 - 1e-9), 1)`;
        const place = sql`arrayFirstIndex(_c -> _c >= ${wanted}, ${upTo})`;
        return sql`if(${percent} BETWEEN 0 AND 100 AND notEmpty(${pairs}), arrayElement(${pairs}, ${place}).1, '')`;
      }),
  );
}

function severalPercentiles(sketch: Value | undefined, levels: readonly Value[]): Sql | Refusal {
  if (sketch === undefined || levels.some(({ type }) => type === "dynamic"))
    return { refused: "percentages given as an array" };
  const found = levels.map((level) =>
    bindOnce(percentile(sketch, level), (one) => sql`if(${one} = '', 'null', ${one})`),
  );
  return sql`if(${isDigest(sketch)}, ${joined(sql`[${joinSql(found)}]`)}, '')`;
}

function rank(sketch: Value, one: Value, result: (below: Sql, all: Sql) => Sql): Sql | Refusal {
  if (!["int", "long", "real", "decimal", "datetime", "timespan"].includes(one.type))
    return { refused: `the rank of a ${one.type}`, hint: "convert it to the type of the sketch's values" };
  const counted = bindOnce(orderOf(digestToken(one)), (bound) =>
    bindOnce(digestOf(sketch), (digest_) => {
      const below = sql`arraySum((_v, _w) -> if(${orderOf(sql`_v`)} <= ${bound}, _w, 0), ${digest_}.1, ${digest_}.2)`;
      return sql`toFloat64(${result(below, sql`arraySum(${digest_}.2)`)})`;
    }),
  );
  return sql`if(${isDigest(sketch)} AND isNotNull(${one}), toNullable(${counted}), ${nullOf("real")})`;
}

function every(sketches: readonly Value[], test: (sketch: Value) => Sql): Sql {
  return sql`(${joinSql(sketches.map(test), " AND ")})`;
}

/** For examples: the sketch of a range's values. */
function digest(range: string): string {
  return `toscalar(range ${range}${range.includes("step") ? "" : " step 1"} | summarize tdigest(x))`;
}

function hashes(range: string): string {
  return `toscalar(range ${range} step 1 | summarize hll(x))`;
}
