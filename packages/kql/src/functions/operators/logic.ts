import { sql } from "../../sql/sql.js";
import { converted } from "../convert.js";
import { scalars } from "../entry.js";
import type { Value } from "../value.js";

/** The logical operators, three-valued: null is unknown. */
export const logicalOperators = scalars({
  and: {
    about: "True where both sides are.",
    emit: (left, right) => sql`(${truth(left)} AND ${truth(right)})`,
    notNull: "arguments",
    examples: { "true and false": false, "bool(null) and true": null, "false and bool(null)": false },
  },
  or: {
    about: "True where one of the sides is.",
    emit: (left, right) => sql`(${truth(left)} OR ${truth(right)})`,
    notNull: "arguments",
    examples: { "true or false": true, "bool(null) or false": null, "bool(null) or true": true },
  },
  not: {
    about: "True where the argument is false, null where it is null.",
    emit: (argument) => sql`(NOT ${truth(argument)})`,
    notNull: "arguments",
    examples: { "not(true)": false, "not(bool(null))": null, "not(toint('x') > 0)": null },
  },
});

/** A dynamic counts as what `tobool` makes of it. */
function truth(argument: Value) {
  return argument.type === "dynamic" ? (converted(argument, "bool") ?? argument.sql) : argument.sql;
}
