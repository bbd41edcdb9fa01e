import type { KqlType } from "../schema/types.js";
import { callSql, joinSql, type Sql, sql } from "../sql/sql.js";
import { converted } from "./convert.js";
import { type Call, scalars } from "./entry.js";
import { dynamicOf } from "./json-text.js";
import { isRefusal, nullOf, type Refusal, type Value, value } from "./value.js";

const iff = {
  about: "The second argument where the condition is true, else the third; null counts as false.",
  call: choose,
  examples: {
    "iff(true, 'a', 'b')": "a",
    "iff(bool(null), 'a', 'b')": "b",
    "iff(1 > 2, 1, long(null))": null,
    "iff(true, 1, 2.5)": 1,
  },
};

const isnotnull = {
  about: "Whether a value is there; a string always is.",
  emit: (argument: Value) => present(argument),
  notNull: true as const,
  examples: { "isnotnull(1)": true, "isnotnull('')": true, "isnotnull(int(null))": false },
};

const isnotempty = {
  about: "Whether a value is neither null nor the empty text.",
  emit: (argument: Value) => sql`(NOT ${empty(argument)})`,
  notNull: true as const,
  examples: { "isnotempty('a')": true, "isnotempty('')": false, "isnotempty(dynamic([]))": true },
};

/** Choices between values, and tests for missing ones. */
export const conditionalFunctions = scalars({
  iff,
  iif: iff,
  case: {
    about: "The value after the first condition that is true, else the last argument; null counts as false.",
    call: choose,
    examples: {
      "case(1 > 2, 'a', 2 > 1, 'b', 'c')": "b",
      "case(bool(null), 'a', 'b')": "b",
      "case(false, 1, false, 2, 3)": 3,
    },
  },
  coalesce: {
    about: "The first argument that is not null; of texts, the first that is not empty.",
    call: coalesce,
    examples: {
      "coalesce(int(null), int(null), 5, 7)": 5,
      "coalesce('', 'b', 'c')": "b",
      "coalesce(real(null), real(null))": null,
      "coalesce(tolong('not a number'), tolong('42'), 33)": 42,
      "coalesce(tostring(dynamic(null)), 'fallback')": "fallback",
    },
  },
  isnull: {
    about: "Whether a value is null; a string never is.",
    emit: (argument) => missing(argument),
    notNull: true,
    examples: {
      "isnull(int(null))": true,
      "isnull('')": false,
      "isnull(dynamic(null))": true,
      "isnull(dynamic([]))": false,
      "isnull(toint('bad'))": true,
    },
  },
  isnotnull,
  notnull: isnotnull,
  isempty: {
    about: "Whether a value is null or the empty text.",
    emit: (argument) => empty(argument),
    notNull: true,
    examples: {
      "isempty('')": true,
      "isempty(' ')": false,
      "isempty(long(null))": true,
      "isempty(dynamic(null))": true,
      "isempty(dynamic({}))": false,
      "isempty(parse_json(''))": true,
    },
  },
  isnotempty,
  notempty: isnotempty,
  max_of: {
    about: "The greatest of the arguments that are not null.",
    call: (call) => extreme(call, "greatest"),
    examples: {
      "max_of(1, long(null), 3)": 3,
      "max_of(1, 2.5)": 2.5,
      "max_of('b', 'a')": "b",
      "max_of(real(null), todouble('nan'))": "NaN",
      "max_of(int(null), int(null))": null,
    },
  },
  min_of: {
    about: "The least of the arguments that are not null.",
    call: (call) => extreme(call, "least"),
    examples: { "min_of(int(null), 5)": 5, "min_of(3, 2, 1)": 1, "min_of(1d, 1h)": "01:00:00" },
  },
});

function choose({ args, type }: Call): Sql | Value | Refusal {
  const last = args.length - 1;
  const parts: Sql[] = [];
  let nullable = false;
  for (const [index, argument] of args.entries()) {
    if (index % 2 === 0 && index !== last) {
      parts.push(truth(argument));
      continue;
    }
    const branch = as(argument, type);
    if (isRefusal(branch)) return branch;
    nullable ||= branch.nullable;
    parts.push(branch.sql);
  }
  return value(callSql(parts.length === 3 ? "if" : "multiIf", ...parts), type, nullable);
}

function truth(condition: Value): Sql {
  return condition.type === "dynamic" ? (converted(condition, "bool") ?? condition.sql) : condition.sql;
}

function coalesce({ args, type }: Call): Sql | Value | Refusal {
  const values = typed(args, type);
  if ("refused" in values) return values;
  if (type !== "string" && type !== "dynamic") {
    return value(
      callSql("coalesce", ...values),
      type,
      values.every((item) => item.nullable),
    );
  }
  const last = values.at(-1) ?? value(sql`''`, type);
  const tests = values.slice(0, -1).map((item) => sql`${item} != '', ${item}`);
  return value(sql`multiIf(${joinSql([...tests, last])})`, type);
}

function extreme({ args, type }: Call, choice: "greatest" | "least"): Sql | Value | Refusal {
  if (type === "dynamic")
    return { refused: "dynamic values cannot be ordered", hint: "convert them with tolong(), tostring(), …" };
  const values = typed(args, type);
  if ("refused" in values) return values;
  const nullable = values.every((item) => item.nullable);
  const result = callSql(choice, ...values);
  if (type !== "real") return value(result, type, nullable);
  // A NaN wins over every number.
  const anyNaN = joinSql(
    values.map((item) => sql`ifNull(isNaN(${item}), 0)`),
    " OR ",
  );
  return value(sql`if(${anyNaN}, toFloat64('nan'), ${result})`, type, nullable);
}

function typed(args: readonly Value[], type: KqlType): readonly Value[] | Refusal {
  const values: Value[] = [];
  for (const argument of args) {
    const converted = as(argument, type);
    if (isRefusal(converted)) return converted;
    values.push(converted);
  }
  return values;
}

/** An argument in the type that the call has as a whole. */
function as(argument: Value, type: KqlType): Value | Refusal {
  if (argument.type === type) return argument;
  if (argument.constant === null && type !== "dynamic") return value(nullOf(type), type);
  if (type === "dynamic") return value(dynamicOf(argument), type);
  const result = converted(argument, type);
  if (result === undefined) return { refused: `a ${argument.type} cannot stand where a ${type} is asked for` };
  return value(result, type, argument.nullable || !exactly(argument.type, type));
}

/** Whether a conversion between two types has a result for every value. */
function exactly(from: KqlType, to: KqlType): boolean {
  return from === "int" || from === "bool" || (from === "long" && to === "real");
}

function missing(argument: Value): Sql {
  if (argument.type === "string") return sql`toUInt8(0)`;
  if (argument.type === "dynamic") return sql`(${argument} = '')`;
  return argument.nullable ? sql`isNull(${argument})` : sql`toUInt8(0)`;
}

function present(argument: Value): Sql {
  if (argument.type === "string") return sql`toUInt8(1)`;
  if (argument.type === "dynamic") return sql`(${argument} != '')`;
  return argument.nullable ? sql`isNotNull(${argument})` : sql`toUInt8(1)`;
}

function empty(argument: Value): Sql {
  if (argument.type === "string") return sql`(${argument} = '')`;
  if (argument.type === "dynamic") return sql`(${argument} IN ('', '""'))`;
  return missing(argument);
}
