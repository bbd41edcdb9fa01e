import { afterAll, beforeAll, expect, test } from "vitest";
import { sql, text } from "../sql/sql.js";
import { pathBool, pathLong, pathReal, pathText, pathValue } from "./dynamic-path.js";
import { type Engine, engine } from "./testing/evaluate.js";
import { type PathStep, type Value, value } from "./value.js";

let chdb: Engine;
beforeAll(async () => {
  chdb = await engine();
});
afterAll(() => chdb.close());

const document = JSON.stringify({
  a: { b: "x", n: 12, "odd 'key'": [true] },
  list: [{ k: "v" }, "null", null, 2.5, [7, 8]],
  s: ["12", " 0x1F ", "3.14", "abc"],
  nothing: null,
});
const root = value(sql`materialize(${text(document)})`, "dynamic");
const name = (key: string): Value => value(sql`materialize(${text(key)})`, "string");
const index = (at: number): Value => value(sql`materialize(toInt64(${text(String(at))}))`, "long", false);

const reads: readonly (readonly [readonly PathStep[], string, string])[] = [
  [["a", "b"], '"x"', "x"],
  [["a", "n"], "12", "12"],
  [["a", 0], "", ""],
  [["a", index(0)], "", ""],
  [["list", "k"], "", ""],
  [["list", 0, "k"], '"v"', "v"],
  [["list", 1], '"null"', "null"],
  [["list", 2], "", ""],
  [["list", 3], "2.5", "2.5"],
  [["list", 4, 1], "8", "8"],
  [["list", -1, -2], "7", "7"],
  [["list", -9], "", ""],
  [["list", 9], "", ""],
  [["list", index(0), "k"], '"v"', "v"],
  [["list", index(-1), index(0)], "7", "7"],
  [[name("a"), name("b")], '"x"', "x"],
  [["a", "odd 'key'", 0], "true", "true"],
  [["nothing"], "", ""],
  [["nothing", "x"], "", ""],
  [["a"], `{"b":"x","n":12,"odd 'key'":[true]}`, `{"b":"x","n":12,"odd 'key'":[true]}`],
];

test.each(reads)("steps %j", async (steps, raw, written) => {
  const whole = pathValue(root, steps);
  const stepwise = steps.reduce<Value>((from, step) => pathValue(value(from.sql, "dynamic"), [step]), root);
  expect(await chdb.row(whole.sql, pathText(whole))).toEqual([raw, written]);
  expect(await chdb.row(stepwise.sql)).toEqual([raw]);
});

test("steps join an earlier path", () => {
  const joined = pathValue(pathValue(root, ["a"]), ["b"]);
  expect(joined.path?.steps).toEqual(["a", "b"]);
  expect(joined.sql).toEqual(pathValue(root, ["a", "b"]).sql);
});

test("numbers and bools from numbers, bools and strings", async () => {
  const item = (literal: string): Value => value(sql`materialize(${text(literal)})`, "dynamic");
  const longs = ["1.9", "-1.9", '"3.14"', '" 0x1F "', "true", '"12"', "[1]", "", "1e19", '"9223372036854775807"', '""'];
  expect(await chdb.row(...longs.map((literal) => pathLong(item(literal))))).toEqual(
    ["1", "-1", null, "31", "1", "12", null, null, "9223372036854775807", "9223372036854775807", null].map((digits) =>
      digits === null ? null : Number(digits),
    ),
  );
  const reals = ["1.5", '" 3.14 "', '"x"', "false", "{}", '"inf"'];
  expect(await chdb.row(...reals.map((literal) => pathReal(item(literal))))).toEqual([1.5, 3.14, null, 0, null, "inf"]);
  const bools = ["true", '"tRuE"', '"42"', '"1.5"', "0.5", "0", "[]", ""];
  expect(await chdb.row(...bools.map((literal) => pathBool(item(literal))))).toEqual([1, 1, 1, null, 1, 0, null, null]);
});

test("an element of a native array", async () => {
  const array = { ...value(sql`''`, "dynamic"), array: { sql: sql`splitByChar(',', 'a,,c')`, of: "string" as const } };
  const at = (step: PathStep): Value => pathValue(array, [step]);
  expect(await chdb.row(at(0).sql, at(1).sql, at(-1).sql, at(3).sql, at(index(2)).sql)).toEqual([
    '"a"',
    '""',
    '"c"',
    "",
    '"c"',
  ]);
  expect(await chdb.row(pathText(at(0)), pathText(at(9)), pathText(at(index(-3))))).toEqual(["a", "", "a"]);
});
