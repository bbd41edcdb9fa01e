import { bindOnce } from "../functions/bind.js";
import { settled } from "../functions/settled.js";
import { datetimeOf } from "../functions/ticks.js";
import { type Value, value } from "../functions/value.js";
import { answerKey, answerText } from "../plan/answers.js";
import type { FunctionCall } from "../plan/expression.js";
import { identifier, sql } from "../sql/sql.js";
import type { Emitter } from "./emitter.js";

/** The answer that the program gave for a key (see the pass `outsideCalls`), as a value of the call's type. */
export function emitAnswer(call: FunctionCall, key: Value, emitter: Emitter): Value {
  const [, query] = call.args;
  if (query?.kind !== "scalar-query") throw new Error("an answer is looked up among answers");
  const rows = sql`(${emitter.subquery(query.plan, [answerKey, answerText])}) AS ${emitter.alias()}`;
  const lists = sql`(groupArray(${identifier(answerKey)}), groupArray(${identifier(answerText)}))`;
  const pairs = sql`(SELECT ${lists} FROM ${rows})`;
  const found = sql`transform(${key}, ${pairs}.1, ${pairs}.2, char(1))`;
  const text = bindOnce(found, (answer) => {
    const isAnswered = settled(value(sql`${answer} != char(1)`, "bool", false), unanswered);
    return sql`if(${isAnswered}, ${answer}, '')`;
  });
  switch (call.type) {
    case "bool":
      return value(sql`toUInt8OrNull(${text})`, "bool");
    case "real":
      return value(sql`toFloat64OrNull(${text})`, "real");
    case "long":
      return value(sql`toInt64OrNull(${text})`, "long");
    case "int":
      return value(sql`toInt32OrNull(${text})`, "int");
    case "datetime":
      return value(datetimeOf(sql`toInt64OrNull(${text})`), "datetime");
    case "string":
    case "dynamic":
      return value(text, call.type);
    default:
      throw new Error(`no answers are of the type ${call.type}`);
  }
}

const unanswered: Value = {
  ...value(sql`''`, "string"),
  constant: "the rows changed while the query ran",
};
