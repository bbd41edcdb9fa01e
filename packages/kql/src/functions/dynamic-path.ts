import type { KqlType } from "../schema/types.js";
import { callSql, integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { dynamicOf } from "./json-text.js";
import { boolOfText, longOfText, realOfText } from "./text-values.js";
import { nullOf, type PathStep, type Value, value } from "./value.js";

/**
 * A property or element of a dynamic, as one read of the text it starts from: steps onto an earlier path are joined to
 * it. Missing steps, an index on a bag and a name on an array give null. A string root is read as the JSON it holds.
 */
export function pathValue(root: Value, steps: readonly PathStep[]): Value {
  const wanted = steps.map(constantStep);
  const [first, ...rest] = wanted;
  if (first === undefined) return root;
  if (root.array !== undefined && typeof first !== "string") {
    const element = elementOf(root.array, first);
    if (element !== undefined) return pathValue(element, rest);
  }
  const path =
    root.path === undefined
      ? { root: root.sql, steps: wanted }
      : { root: root.path.root, steps: [...root.path.steps, ...wanted] };
  return { ...value(rawAt(path.root, path.steps), "dynamic"), path, ...volatileOf(root) };
}

/** KQL's `tostring` of a dynamic: a string without its quotes, anything else as JSON text, `''` for null. */
export function pathText(dynamic: Value): Sql {
  if (dynamic.element?.of === "string") return dynamic.element.sql;
  if (dynamic.path === undefined || dynamic.path.steps.length === 0) return callSql("JSONExtractString", dynamic.sql);
  return textAt(dynamic.path.root, dynamic.path.steps);
}

/** The canonical JSON text of a dynamic, `''` for null. */
export function pathRaw(dynamic: Value): Sql {
  return dynamic.sql;
}

/** KQL's `tolong` of a dynamic: numbers truncated, strings by the rules of strings, true 1; Nullable(Int64). */
export function pathLong(dynamic: Value): Sql {
  if (dynamic.element?.of === "long") return dynamic.element.sql;
  if (dynamic.element?.of === "string") return longOfText(dynamic.element.sql);
  const raw = dynamic.sql;
  return sql`multiIf(startsWith(${raw}, '"'), ${longOfText(pathText(dynamic))}, ${raw} IN ('true', 'false'), toNullable(toInt64(${raw} = 'true')), match(${raw}, '^-?[0-9]+$'), ifNull(toInt64OrNull(${raw}), ${saturated(raw)}), ${saturated(raw)})`;
}

/** KQL's `toreal` of a dynamic; Nullable(Float64). */
export function pathReal(dynamic: Value): Sql {
  if (dynamic.element?.of === "real") return dynamic.element.sql;
  if (dynamic.element?.of === "string") return realOfText(dynamic.element.sql);
  const raw = dynamic.sql;
  return sql`multiIf(startsWith(${raw}, '"'), ${realOfText(pathText(dynamic))}, ${raw} IN ('true', 'false'), toNullable(toFloat64(${raw} = 'true')), toFloat64OrNull(${raw}))`;
}

/** KQL's `tobool` of a dynamic: numbers other than 0 are true, strings by the rules of strings; Nullable(UInt8). */
export function pathBool(dynamic: Value): Sql {
  if (dynamic.element?.of === "bool") return dynamic.element.sql;
  const raw = dynamic.sql;
  return sql`multiIf(${raw} = 'true', toNullable(toUInt8(1)), ${raw} = 'false', toNullable(toUInt8(0)), startsWith(${raw}, '"'), ${boolOfText(pathText(dynamic))}, toUInt8(toFloat64OrNull(${raw}) != 0))`;
}

/** JSON null is our missing value. */
export function nullIfJsonNull(raw: Sql): Sql {
  return sql`ifNull(nullIf(${raw}, 'null'), '')`;
}

function constantStep(step: PathStep): PathStep {
  if (typeof step !== "object" || step.constant === undefined || step.constant === null) return step;
  if (typeof step.constant === "bigint") return Number(step.constant);
  return typeof step.constant === "string" && step.type === "string" ? step.constant : step;
}

function elementOf(array: { readonly sql: Sql; readonly of: KqlType }, step: number | Value): Value | undefined {
  if (typeof step === "object" && step.type !== "int" && step.type !== "long") return undefined;
  const index = indexSql(step);
  const item = sql`arrayElement(${array.sql}, ${index})`;
  if (array.of === "dynamic") return value(item, "dynamic");
  const inside = sql`abs(${reach(step)}) <= length(${array.sql}) AND ${index} != 0`;
  const element = array.of === "string" ? item : sql`if(${inside}, toNullable(${item}), ${nullOf(array.of)})`;
  return {
    ...value(sql`if(${inside}, ${dynamicOf(value(item, array.of, false))}, '')`, "dynamic"),
    element: { sql: element, of: array.of },
  };
}

/** How many elements the array must have for a step to reach one. */
function reach(step: number | Value): Sql {
  return typeof step === "number" ? integer(step >= 0 ? step + 1 : step) : indexSql(step);
}

function rawAt(root: Sql, steps: readonly PathStep[]): Sql {
  const query = jsonPath(steps);
  if (query !== undefined) return nullIfJsonNull(sql`substring(JSON_QUERY(${root}, ${query}), 2, -1)`);
  return nullIfJsonNull(extractAt("JSONExtractRaw", root, steps));
}

function textAt(root: Sql, steps: readonly PathStep[]): Sql {
  const query = jsonPath(steps);
  if (query === undefined) return extractAt("JSONExtractString", root, steps);
  const found = sql`JSON_VALUE(${root}, ${query})`;
  // JSON_VALUE is the quick form, but it gives the word null for a missing value and for a text of that spelling.
  return sql`if(${found} = 'null', JSONExtractString(substring(JSON_QUERY(${root}, ${query}), 2, -1)), ${found})`;
}

/** Names go into one call; an index on a bag would give its n-th member, so elements come from the array form. */
function extractAt(read: "JSONExtractRaw" | "JSONExtractString", root: Sql, steps: readonly PathStep[]): Sql {
  const last = steps.findLastIndex((step) => !isName(step));
  if (last < 0) return callSql(read, root, ...steps.map(nameSql));
  const index = steps[last];
  const before = steps.slice(0, last);
  const cut = before.findLastIndex((step) => !isName(step)) + 1;
  const parent = cut === 0 ? root : extractAt("JSONExtractRaw", root, before.slice(0, cut));
  const element = itemAt(parent, before.slice(cut), index ?? 0);
  const names = steps.slice(last + 1);
  if (names.length === 0 && read === "JSONExtractRaw") return element;
  return callSql(read, element, ...names.map(nameSql));
}

function itemAt(parent: Sql, names: readonly PathStep[], step: PathStep): Sql {
  const arguments_ = [parent, ...names.map(nameSql)];
  if (typeof step === "object" && step.type === "dynamic") {
    const key = pathText(step);
    const index = sql`ifNull(${pathLong(step)}, toInt64(9223372036854775806))`;
    const whole = names.length === 0 ? parent : callSql("JSONExtractRaw", ...arguments_);
    return sql`if(startsWith(${step.sql}, '"'), JSONExtractRaw(${whole}, ${key}), arrayElement(JSONExtractArrayRaw(${whole}), if(${index} >= 0, ${index} + 1, ${index})))`;
  }
  if (typeof step === "string") return callSql("JSONExtractRaw", ...arguments_, text(step));
  return sql`arrayElement(${callSql("JSONExtractArrayRaw", ...arguments_)}, ${indexSql(step)})`;
}

/** ClickHouse's index for a KQL one: from 1, or from the end; 0, which is never there, for an unknown index. */
function indexSql(step: number | Value): Sql {
  if (typeof step === "number") return integer(step >= 0 ? step + 1 : step);
  const index = sql`toInt64(${step})`;
  const moved = sql`if(${index} >= 0, ${index} + 1, ${index})`;
  return step.nullable ? sql`ifNull(${moved}, 0)` : moved;
}

function isName(step: PathStep): boolean {
  return typeof step === "string" || (typeof step === "object" && step.type === "string");
}

function nameSql(step: PathStep): Sql {
  if (typeof step === "object") return step.sql;
  return typeof step === "string" ? text(step) : integer(step);
}

/** A JSONPath for constant steps with an index from the front among them, if every name can be written in one. */
function jsonPath(steps: readonly PathStep[]): Sql | undefined {
  if (!steps.some((step) => typeof step === "number")) return undefined;
  let path = "$";
  for (const step of steps) {
    if (typeof step === "number" && step >= 0 && step <= 1_000_000) path += `[${step}]`;
    else if (typeof step === "string" && /^[A-Za-z0-9_@ .-]+$/.test(step)) path += `."${step}"`;
    else return undefined;
  }
  return text(path);
}

/** A number's text as a long; what is beyond a long's range ends at its edge, and what is no number is NULL. */
function saturated(raw: Sql): Sql {
  const number = sql`trunc(toFloat64OrNull(${raw}))`;
  return sql`multiIf(${number} >= 9223372036854775807., toNullable(toInt64(9223372036854775807)), ${number} <= -9223372036854775808., toNullable(toInt64('-9223372036854775808')), accurateCastOrNull(${number}, 'Int64'))`;
}

function volatileOf(root: Value): { readonly volatile?: true } {
  return root.volatile === true ? { volatile: true } : {};
}

/** SQL pieces as one JSON array or bag: the pieces between the brackets, parted by commas. */
export function bracketed(open: "[" | "{", parts: readonly Sql[]): Sql {
  const close = open === "[" ? "]" : "}";
  if (parts.length === 0) return text(open + close);
  const withCommas = parts.flatMap((part, index) => (index === 0 ? [part] : [text(","), part]));
  return sql`concat(${text(open)}, ${joinSql(withCommas)}, ${text(close)})`;
}
