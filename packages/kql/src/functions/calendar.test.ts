import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sql } from "../sql/sql.js";
import { integer, sql } from "../sql/sql.js";
import { calendarFunctions } from "./calendar.js";
import { constantValue, firstTick, lastTick } from "./constants.js";
import type { ScalarEntry } from "./entry.js";
import { type Engine, engine } from "./testing/evaluate.js";
import { ticksOf, unchecked } from "./ticks.js";
import { value } from "./value.js";

let clickHouse: Engine;
beforeAll(async () => {
  clickHouse = await engine();
});
afterAll(() => clickHouse.close());

const entries: Readonly<Record<string, ScalarEntry>> = calendarFunctions;
const anyTick = fc.bigInt({ min: firstTick, max: lastTick });

test.each(["day", "week", "month", "year"])(
  "starts and ends of a %s agree with the calendar of JavaScript",
  async (unit) => {
    await fc.assert(
      fc.asyncProperty(anyTick, fc.integer({ min: -30, max: 30 }), async (ticks, offset) => {
        const row = await clickHouse.row(call(`startof${unit}`, ticks, offset), call(`endof${unit}`, ticks, offset));
        expect(row.map(asBigInt)).toEqual([
          inRange(start(unit, ticks, offset)),
          inRange(start(unit, ticks, offset + 1) - 1n),
        ]);
      }),
      {
        numRuns: 30,
        examples: [
          [lastTick, 0],
          [firstTick, 0],
          [firstTick, -1],
          [lastTick, 1],
        ],
      },
    );
  },
);

/** The ticks of an entry's result, as text, since a JSON number would not hold them. */
function call(name: string, ticks: bigint, offset: number): Sql {
  const date = value(unchecked(sql`toInt64(${integer(ticks)})`), "datetime", false);
  const result = entries[name]?.emit?.(date, constantValue("long", BigInt(offset)));
  if (result === undefined || "refused" in result) throw new Error(`${name} gives nothing`);
  return sql`toString(${ticksOf(result)})`;
}

function asBigInt(cell: unknown): bigint | null {
  return cell === null ? null : BigInt(String(cell));
}

function start(unit: string, ticks: bigint, offset: number): bigint {
  const date = new Date(Number((ticks - firstTick) / 10_000n) + Number(firstTick / 10_000n));
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  switch (unit) {
    case "day":
      return midnight(year, month, day + offset);
    case "week":
      return midnight(year, month, day - date.getUTCDay() + 7 * offset);
    case "month":
      return midnight(year, month + offset, 1);
    default:
      return midnight(year + offset, 0, 1);
  }
}

function midnight(year: number, month: number, day: number): bigint {
  return BigInt(new Date(0).setUTCFullYear(year, month, day)) * 10_000n;
}

function inRange(ticks: bigint): bigint | null {
  return ticks < firstTick || ticks > lastTick ? null : ticks;
}
