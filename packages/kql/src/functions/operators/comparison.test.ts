import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { KqlType } from "../../schema/types.js";
import { type Sql, sql } from "../../sql/sql.js";
import { constantValue } from "../constants.js";
import type { ScalarEntry } from "../entry.js";
import { type Engine, engine } from "../testing/evaluate.js";
import { type Constant, isRefusal, type Value, value } from "../value.js";
import { comparisonOperators } from "./comparison.js";

let clickHouse: Engine;
beforeAll(async () => {
  clickHouse = await engine();
});
afterAll(() => clickHouse.close());

const entries: Readonly<Record<string, ScalarEntry>> = comparisonOperators;

/** A value that is not known when the query is compiled. */
function column(type: KqlType, constant: Constant): Value {
  const known = constantValue(type, constant);
  return value(sql`materialize(${known})`, type, type !== "string" && type !== "dynamic");
}

function compare(operator: string, ...args: readonly Value[]) {
  const result = entries[operator]?.emit?.(...args);
  if (result === undefined) throw new Error(`there is no ${operator}`);
  return result;
}

async function answer(operator: string, ...args: readonly Value[]): Promise<unknown> {
  const result = compare(operator, ...args);
  if (isRefusal(result)) throw new Error(result.refused);
  const expression: Sql = "sql" in result ? result.sql : result;
  const [cell] = await clickHouse.row(expression);
  return cell === null ? null : Boolean(cell);
}

describe("columns that hold nulls", () => {
  const nothing = column("long", null);
  const one = column("long", 1n);
  test("one null: different, not equal, without order", async () => {
    expect(await answer("==", nothing, one)).toBe(false);
    expect(await answer("!=", one, nothing)).toBe(true);
    expect(await answer("<", nothing, one)).toBeNull();
    expect(await answer("between", nothing, one, one)).toBeNull();
  });
  test("two nulls: neither equal nor different", async () => {
    expect(await answer("==", nothing, column("real", null))).toBeNull();
    expect(await answer("!=", nothing, constantValue("long", null))).toBeNull();
  });
  test("a null is in no list", async () => {
    expect(await answer("in", nothing, constantValue("long", 1n), constantValue("long", null))).toBe(false);
    expect(await answer("!in", nothing, constantValue("long", 1n))).toBe(true);
    expect(await answer("in", one, constantValue("long", null))).toBe(false);
  });
});

describe("values of two types", () => {
  test("a number literal is compared with a text column as text", async () => {
    expect(await answer("==", column("string", "0"), constantValue("long", 0n))).toBe(true);
    expect(await answer("==", column("string", "00"), constantValue("long", 0n))).toBe(false);
    expect(await answer("in", column("string", "7"), constantValue("long", 10n), constantValue("long", 7n))).toBe(true);
    expect(await answer("in", column("string", "50055"), constantValue("dynamic", "[0,50055]"))).toBe(true);
  });
  test("a text literal is compared with a number column as a number", async () => {
    expect(await answer("==", column("int", 4624n), constantValue("string", "4624"))).toBe(true);
    expect(await answer("==", column("int", 4624n), constantValue("string", " 0x1210 "))).toBe(true);
    expect(await answer("!=", column("int", 4624n), constantValue("string", "corp"))).toBe(true);
    expect(await answer("in", column("int", 443n), constantValue("string", "x"), constantValue("string", "443"))).toBe(
      true,
    );
    expect(await answer("==", column("bool", true), constantValue("string", "TRUE"))).toBe(true);
  });
  test("a dynamic takes the type of the other side", async () => {
    expect(await answer("==", column("dynamic", '"x"'), constantValue("string", "x"))).toBe(true);
    expect(await answer("==", column("dynamic", "1.5"), constantValue("long", 1n))).toBe(false);
    expect(await answer("==", column("dynamic", "9007199254740993"), column("long", 9007199254740992n))).toBe(false);
    expect(await answer("==", column("dynamic", "true"), constantValue("bool", true))).toBe(true);
    expect(
      await answer("in", column("dynamic", '"b"'), constantValue("string", "a"), constantValue("string", "b")),
    ).toBe(true);
    expect(await answer("in", column("string", "b"), column("dynamic", '["a","b"]'))).toBe(true);
    expect(await answer("in", column("long", 2n), column("dynamic", "[1,2]"))).toBe(true);
  });
  test.each([
    ["string", "long", "a string and a long cannot be compared"],
    ["dynamic", "dynamic", "two dynamic values cannot be compared"],
    ["datetime", "long", "a datetime and a long cannot be compared"],
  ] as const)("%s beside %s is refused", (left, right, refused) => {
    expect(
      compare("==", column(left, left === "datetime" ? 0n : "1"), column(right, right === "dynamic" ? "1" : 1n)),
    ).toMatchObject({ refused });
  });
});
