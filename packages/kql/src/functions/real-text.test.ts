import { afterAll, beforeAll, expect, test } from "vitest";
import { float, joinSql, sql } from "../sql/sql.js";
import { realText } from "./real-text.js";
import { type Engine, engine } from "./testing/evaluate.js";

let clickHouse: Engine;
beforeAll(async () => {
  clickHouse = await engine();
});
afterAll(() => clickHouse.close());

const texts: readonly (readonly [number, string])[] = [
  [0.1 + 0.2, "0.30000000000000007"],
  [1 / 3, "0.3333333333333333"],
  [100 / 3, "33.333333333333339"],
  [-10 / 3, "-3.3333333333333337"],
  [1 / 7, "0.14285714285714286"],
  [Math.SQRT2, "1.4142135623730952"],
  [Math.PI, "3.141592653589793"],
  [0.1, "0.1"],
  [641.75394, "641.7539399999999"],
  [1500, "1500.0"],
  [0, "0.0"],
  [-0, "-0.0"],
  [123456789012345680, "123456789012345680.0"],
  [1e20, "100000000000000000000.0"],
  [1e21, "1e21"],
  [1.5e300, "1.5e300"],
  [0.000001, "0.000001"],
  [1.5e-7, "1.5e-7"],
  [5e-324, "5e-324"],
  [Number.MAX_VALUE, "1.7976931348623157e308"],
  [Number.NaN, "NaN"],
  [Number.NEGATIVE_INFINITY, "-inf"],
];

test("reals are written with the digits of Grisu2", async () => {
  expect(await written(texts.map(([real]) => real))).toEqual(texts.map(([, text]) => text));
});

test("every text reads back as the real that it was made of", async () => {
  const reals = Array.from(
    { length: 200 },
    (_, index) => (index % 2 ? 1 : -1) * Math.exp(index * 3 - 300) * (1 + index / 7),
  );
  expect((await written(reals)).map(Number)).toEqual(reals);
});

async function written(reals: readonly number[]): Promise<readonly unknown[]> {
  const [list] = await clickHouse.row(sql`arrayMap(_r -> ${realText(sql`_r`)}, [${joinSql(reals.map(float))}])`);
  return Array.isArray(list) ? list : [];
}
