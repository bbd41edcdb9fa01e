import { type Sql, sql } from "../sql/sql.js";
import { scalars } from "./entry.js";
import { type Value, value } from "./value.js";

/** Arithmetic on the 64 bits of integers. */
export const bitFunctions = scalars({
  binary_and: {
    about: "The bits that are set in both integers.",
    emit: (a, b) => long(sql`bitAnd(toInt64(${a}), toInt64(${b}))`, a, b),
    examples: { "binary_and(7, 3)": 3, "binary_and(long(null), 1)": null },
  },
  binary_or: {
    about: "The bits that are set in one of the integers or in both.",
    emit: (a, b) => long(sql`bitOr(toInt64(${a}), toInt64(${b}))`, a, b),
    examples: { "binary_or(7, 3)": 7 },
  },
  binary_xor: {
    about: "The bits that are set in exactly one of the integers.",
    emit: (a, b) => long(sql`bitXor(toInt64(${a}), toInt64(${b}))`, a, b),
    examples: { "binary_xor(1, 0)": 1, "binary_xor(5, -1)": -6 },
  },
  binary_not: {
    about: "The bits that are not set in an integer.",
    emit: (a) => long(sql`bitNot(toInt64(${a}))`, a),
    examples: { "binary_not(100)": -101 },
  },
  binary_shift_left: {
    about: "The bits moved up by a number of places modulo 64; null for a negative number.",
    emit: (a, places) => shifted(a, places, sql`bitShiftLeft`),
    examples: { "binary_shift_left(1, 2)": 4, "binary_shift_left(1, 64)": 1, "binary_shift_left(1, -1)": null },
  },
  binary_shift_right: {
    about: "The bits moved down by a number of places modulo 64, keeping the sign; null for a negative number.",
    emit: (a, places) => shifted(a, places, sql`bitShiftRight`),
    examples: { "binary_shift_right(16, 2)": 4, "binary_shift_right(-8, 1)": -4 },
  },
  bitset_count_ones: {
    about: "How many bits of an integer are set.",
    emit: (a) => long(sql`toInt64(bitCount(toInt64(${a})))`, a),
    examples: { "bitset_count_ones(42)": 3, "bitset_count_ones(-1)": 64 },
  },
});

function shifted(a: Value, places: Value, operation: Sql): Sql {
  return sql`if(${places} < 0, NULL, ${operation}(toInt64(${a}), bitAnd(toInt64(${places}), 63)))`;
}

function long(result: Sql, ...from: readonly Value[]): Value {
  return value(
    result,
    "long",
    from.some((argument) => argument.nullable),
  );
}
