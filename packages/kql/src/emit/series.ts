import { arrayValue } from "../functions/elements.js";
import { dynamicOf, toJson } from "../functions/json-text.js";
import type { Value } from "../functions/value.js";
import { integer, type Sql, sql } from "../sql/sql.js";

/** The most elements that a series has. */
const longest = integer(1_048_576);

/**
 * The values of a group's steps as one array. Arguments: a step's number, its value, what a step without rows has, and
 * the number of steps, where it is known. `relative`: the first step with rows is the first element, and what is known is
 * the number of the last one.
 */
export function seriesOfGroup(args: readonly Value[], relative: boolean): Value {
  const [index, value, fallback, known] = args;
  if (index === undefined || value === undefined || fallback === undefined) throw new Error("a series has three parts");
  const low = relative ? sql`ifNull(min(${index}), 0)` : sql`0`;
  const last = known ?? sql`max(${index})`;
  const count = known !== undefined && !relative ? known : sql`${last} - ${low} + 1`;
  const size = sql`toUInt32(least(greatest(ifNull(${count}, 0), 0), ${longest}))`;
  // A text of JSON is never empty: what is empty after the array is filled is a step without rows.
  const element = toJson(value);
  const placed = relative ? placedFrom(low, index, element) : placedFromZero(index, element);
  const whole = sql`arrayMap(e -> multiIf(e = '', ${dynamicOf(fallback)}, e = 'null', '', e), arrayResize(${placed}, ${size}, ''))`;
  return arrayValue(whole, "dynamic");
}

function placedFromZero(index: Value, element: Sql): Sql {
  const inside = sql`ifNull(${index} BETWEEN 0 AND ${longest} - 1, 0)`;
  return sql`groupArrayInsertAtIf(${element}, toUInt32(if(${inside}, assumeNotNull(${index}), 0)), ${inside})`;
}

/** The first step is known only after the group is read, so the steps are placed when all are there. */
function placedFrom(low: Sql, index: Value, element: Sql): Sql {
  const steps = sql`groupArrayIf((assumeNotNull(${index}), ${element}), isNotNull(${index}))`;
  const moved = sql`arrayMap(step -> (step.1 - ${low}, step.2), ${steps})`;
  const inside = sql`arrayFilter(step -> step.1 < ${longest}, ${moved})`;
  return sql`arrayReduce('groupArrayInsertAt', arrayMap(step -> step.2, ${inside}), arrayMap(step -> toUInt32(step.1), ${inside}))`;
}
