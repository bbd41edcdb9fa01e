import { type Sql, sql } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { type ScalarEntry, scalars } from "./entry.js";
import { nullOf, type Value } from "./value.js";

const limit = "The last digits may differ.";

/** Functions of the beta distribution, and the test of means that rests on it. */
export const distributionFunctions = scalars({
  beta_cdf: beta({
    about: "The cumulative beta distribution: the probability that a value of it is not above the first argument.",
    isGood: (x) => sql`${x} >= 0 AND ${x} <= 1 AND _a <= 10000 AND _b <= 10000`,
    compute: (x) => share(x, sql`_a`, sql`_b`),
    examples: {
      "round(beta_cdf(0.9, 10.0, 20.0), 12)": 1,
      "round(beta_cdf(0.3, 2, 5), 12)": 0.579825,
      "beta_cdf(0, 2, 5)": 0,
      "beta_cdf(1, 2, 5)": 1,
      "beta_cdf(1.5, 10.0, 20.0)": "NaN",
      "beta_cdf(0.1, -1.0, 20.0)": "NaN",
      "beta_cdf(real(null), 1, 1)": null,
    },
  }),
  beta_pdf: beta({
    about: "The density of the beta distribution.",
    isGood: (x) => sql`${x} > 0 AND ${x} < 1`,
    compute: (x) => sql`${power(x, sql`_a`, sql`_b`)} / (${x} * (1 - ${x}))`,
    examples: {
      "round(beta_pdf(0.5, 10.0, 20.0), 12)": 0.746176019311,
      "round(beta_pdf(0.25, 2, 2), 12)": 1.125,
      "beta_pdf(1.5, 10.0, 20.0)": "NaN",
      "beta_pdf(0.1, -1.0, 20.0)": "NaN",
    },
  }),
  beta_inv: beta({
    about: "The value below which a beta distribution has a probability; null for what is no probability above 0.",
    isGood: () => sql`1`,
    compute: (x) => sql`if(${x} > 0 AND ${x} <= 1, ${inverse(x)}, NULL)`,
    examples: {
      "round(beta_inv(0.1, 10.0, 20.0), 12)": 0.226415022389,
      "round(beta_inv(0.25, 2, 1), 12)": 0.5,
      "round(beta_inv(beta_cdf(0.001, 0.5, 3), 0.5, 3), 12)": 0.001,
      "beta_inv(1, 2, 5)": 1,
      "beta_inv(0, 2, 5)": null,
      "beta_inv(1.5, 10.0, 20.0)": null,
      "beta_inv(0.1, -1.0, 20.0)": "NaN",
      "beta_inv(long(null), 2, 5)": null,
    },
  }),
  welch_test: {
    about: "The probability that two samples, given by mean, variance and count, have means as far apart by chance.",
    emit: (...args: readonly Value[]) => welch(args),
    notNull: "arguments",
    limit,
    examples: {
      "round(welch_test(20.78, 11.44, 10, 23.0, 3.1, 10), 9)": 0.087617062,
      "welch_test(1, 2, 3, 1, 2, 3)": 1,
      "welch_test(1, 2, 1, 3, 2, 1)": "NaN",
      "welch_test(real(null), 2, 3, 1, 2, 3)": null,
    },
  },
});

interface Beta {
  readonly about: string;
  readonly isGood: (x: Sql) => Sql;
  readonly compute: (x: Sql) => Sql;
  readonly examples: ScalarEntry["examples"];
}

/** A function of a number and the two parameters, `_a` and `_b`; NaN outside of its range. */
function beta({ about, isGood, compute, examples }: Beta): ScalarEntry {
  return {
    about,
    emit: (x: Value, alpha: Value, beta_: Value) => {
      const [given, a, b] = [x, alpha, beta_].map((one) => sql`ifNull(toFloat64(${one}), nan)`);
      const known = sql`isNotNull(${x}) AND isNotNull(${alpha}) AND isNotNull(${beta_})`;
      const found = bindOnce(given ?? sql`nan`, (at) => {
        const result = sql`if(${isGood(at)} AND _a > 0 AND _b > 0, ${compute(at)}, nan)`;
        return sql`arrayMap((_a, _b) -> ${result}, [${a ?? sql`nan`}], [${b ?? sql`nan`}])[1]`;
      });
      return sql`if(${known}, toNullable(${found}), ${nullOf("real")})`;
    },
    notNull: "arguments",
    limit,
    examples,
  };
}

/**
 * `x` to the power of a times `1 - x` to the power of b, by the beta function of both; where they are large by
 * Stirling's formula, so that they do not cancel each other out.
 */
function power(x: Sql, a: Sql, b: Sql): Sql {
  const sum = sql`(${a} + ${b})`;
  const part = (at: Sql, of: Sql) => {
    const off = sql`((${at} * ${sum} - ${of}) / ${of})`;
    return sql`${of} * if(abs(${off}) < 0.5, log1p(${off}), log(${at} * ${sum} / ${of}))`;
  };
  const exponent = sql`${part(x, a)} + ${part(sql`(1 - ${x})`, b)} + ${stirling(sum)} - ${stirling(a)} - ${stirling(b)}`;
  const plain = sql`pow(${x}, ${a}) * pow(1 - ${x}, ${b}) * tgamma(${sum}) / (tgamma(${a}) * tgamma(${b}))`;
  return sql`if(${sum} < 100, ${plain}, sqrt(${a} * ${b} / (2 * pi() * ${sum})) * exp(${exponent}))`;
}

/** What Stirling's formula lacks of the logarithm of the gamma function. */
function stirling(z: Sql): Sql {
  const series = sql`(1 / 12. - (1 / 360. - (1 / 1260. - (1 / 1680. - 1 / 1188. / (${z} * ${z})) / (${z} * ${z})) / (${z} * ${z})) / (${z} * ${z})) / ${z}`;
  return sql`if(${z} < 16, lgamma(${z}) - (${z} - 0.5) * log(${z}) + ${z} - log(2 * pi()) / 2, ${series})`;
}

/** The regularized incomplete beta function; the fraction converges fast below the mean, so it is mirrored above. */
function share(x: Sql, a: Sql, b: Sql): Sql {
  const rest = sql`(1 - ${x})`;
  const low = sql`${power(x, a, b)} * ${fraction(x, a, b)} / ${a}`;
  const high = sql`1 - ${power(x, a, b)} * ${fraction(rest, b, a)} / ${b}`;
  return sql`multiIf(${x} <= 0, 0., ${x} >= 1, 1., ${x} < (${a} + 1) / (${a} + ${b} + 2), ${low}, ${high})`;
}

/** The continued fraction of the incomplete beta function by Lentz's method: `_f` is (value, C, D). */
function fraction(x: Sql, a: Sql, b: Sql): Sql {
  const away = (term: Sql) => sql`if(abs(${term}) < 1e-300, 1e-300, ${term})`;
  const even = sql`_m * (${b} - _m) * ${x} / ((${a} + 2 * _m - 1) * (${a} + 2 * _m))`;
  const odd = sql`-(${a} + _m) * (${a} + ${b} + _m) * ${x} / ((${a} + 2 * _m) * (${a} + 2 * _m + 1))`;
  const start = sql`1 / ${away(sql`(1 - (${a} + ${b}) * ${x} / (${a} + 1))`)}`;
  const step = (by: Sql, c: Sql, d: Sql, use: (c: Sql, d: Sql) => Sql): Sql =>
    bindOnce(sql`(${away(sql`(1 + ${by} / ${c})`)}, 1 / ${away(sql`(1 + ${by} * ${d})`)})`, (next) =>
      use(sql`${next}.1`, sql`${next}.2`),
    );
  const both = step(even, sql`_f.2`, sql`_f.3`, (c, d) =>
    step(odd, c, d, (c2, d2) => sql`(_f.1 * ${c} * ${d} * ${c2} * ${d2}, ${c2}, ${d2})`),
  );
  return sql`arrayFold((_f, _m) -> ${both}, arrayMap(_i -> toFloat64(_i), range(1, 300)), (${start}, toFloat64(1), ${start})).1`;
}

/** By halving: sixty-odd steps are more than a real has bits between 0 and 1. */
function inverse(probability: Sql): Sql {
  const middle = sql`((_r.1 + _r.2) / 2)`;
  const halved = bindOnce(
    middle,
    (at) => sql`if(${share(at, sql`_a`, sql`_b`)} < ${probability}, (${at}, _r.2), (_r.1, ${at}))`,
  );
  const ends = sql`arrayFold((_r, _n) -> ${halved}, range(200), (toFloat64(0), toFloat64(1)))`;
  return sql`if(${probability} = 1, 1., ${ends}.2)`;
}

/** Student's distribution at the distance of the means, with the degrees of freedom of Welch and Satterthwaite. */
function welch(args: readonly Value[]): Sql {
  const [m1, v1, n1, m2, v2, n2] = args.map((one) => sql`ifNull(toFloat64(${one}), nan)`);
  const known = args.map((one) => sql`isNotNull(${one})`).reduce((all, one) => sql`${all} AND ${one}`);
  const parts = sql`(${m1 ?? sql`nan`} - ${m2 ?? sql`nan`}, ${v1 ?? sql`nan`} / ${n1 ?? sql`nan`}, ${v2 ?? sql`nan`} / ${n2 ?? sql`nan`})`;
  const found = bindOnce(parts, (part) => {
    const spread = sql`(${part}.2 + ${part}.3)`;
    const freedom = sql`${spread} * ${spread} / (${part}.2 * ${part}.2 / (${n1 ?? sql`nan`} - 1) + ${part}.3 * ${part}.3 / (${n2 ?? sql`nan`} - 1))`;
    const squared = sql`${part}.1 * ${part}.1 / ${spread}`;
    return bindOnce(sql`(${freedom}, ${squared})`, (test) =>
      bindOnce(
        sql`${test}.1 / (${test}.1 + ${test}.2)`,
        (x) => sql`if(${test}.1 > 0, ${share(x, sql`(${test}.1 / 2)`, sql`toFloat64(0.5)`)}, nan)`,
      ),
    );
  });
  return sql`if(${known}, toNullable(toFloat64(${found})), ${nullOf("real")})`;
}
