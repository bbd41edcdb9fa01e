import { integer, sql } from "../sql/sql.js";
import { scalars } from "./entry.js";
import { value } from "./value.js";

/** Values that differ at each evaluation. */
export const randomFunctions = scalars({
  rand: {
    about: "A random real from 0 up to 1, or a random whole number from 0 up to a limit.",
    call: ({ args: [limit], ordinal = 0 }) => {
      const real = sql`randCanonical(${integer(ordinal)})`;
      if (limit === undefined) return value(real, "real", false);
      return sql`if(${limit} > 0, floor(${real} * ${limit}), NULL)`;
    },
    volatile: true,
    examples: { "rand() >= 0.0": true, "rand() < 1.0": true, "rand() == rand()": false, "rand(1)": 0 },
  },
  new_guid: {
    about: "A new random guid.",
    call: ({ ordinal = 0 }) => value(sql`generateUUIDv4(${integer(ordinal)})`, "guid", false),
    volatile: true,
    examples: { "strlen(tostring(new_guid()))": 36, "new_guid() == new_guid()": false },
  },
});
