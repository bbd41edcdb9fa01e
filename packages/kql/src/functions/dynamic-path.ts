import type { KqlType } from "../schema/types.js";
import { callSql, integer, type Sql, sql, text } from "../sql/sql.js";
import { bind } from "./bind.js";
import { bareReals, cutAtCommas } from "./elements.js";
import { dynamicOf } from "./json-text.js";
import { boolOfText, longOfText, realOfText } from "./text-values.js";
import { nullOf, type PathStep, storedKey, type Value, value } from "./value.js";
import { keepingReals, type Reading, readMarked } from "./whole-reals.js";

/**
 * A property or element of a dynamic, as one read of the text it starts from: steps onto an earlier path are joined to
 * it. Missing steps, an index on a bag and a name on an array give null. A string root is read as the JSON it holds.
 */
export function pathValue(root: Value, steps: readonly PathStep[]): Value {
  const wanted = steps.map(constantStep);
  const [first, ...rest] = wanted;
  if (first === undefined) return root;
  if (root.results !== undefined && typeof first === "number") {
    const result = root.results.at(first);
    return result === undefined ? value(sql`''`, "dynamic") : pathValue(result, rest);
  }
  if (root.array !== undefined && typeof first !== "string") {
    const element = elementOf(root.array, first);
    if (element !== undefined) return pathValue(element, rest);
  }
  const path = extended(root, wanted);
  const stored = storedAt(path);
  if (stored !== undefined) return { ...value(stored, "dynamic"), path };
  const read = (text_: Sql): Sql => rawAt(text_, path.steps);
  return {
    ...value(path.unchecked ? repairing(path.root, read) : keepingReals(path.root, read, ofDynamic("json")), "dynamic"),
    path,
    ...volatileOf(root),
  };
}

/** KQL's `tostring` of a dynamic: a string without its quotes, anything else as JSON text, `''` for null. */
export function pathText(dynamic: Value): Sql {
  if (dynamic.element?.of === "string") return dynamic.element.sql;
  if (dynamic.path === undefined || dynamic.path.steps.length === 0 || storedAt(dynamic.path) !== undefined)
    return bind(dynamic.sql, (json) => sql`if(startsWith(${json}, '"'), JSONExtractString(${json}), ${json})`);
  const { root, steps, unchecked } = dynamic.path;
  const read = (text_: Sql): Sql => textAt(text_, steps);
  return unchecked ? repairing(root, read, "text") : keepingReals(root, read, ofDynamic("text"));
}

/** The canonical JSON text of a dynamic, `''` for null. */
export function pathRaw(dynamic: Value): Sql {
  return dynamic.sql;
}

/** KQL's `tolong` of a dynamic: numbers truncated, strings by the rules of strings, true 1; Nullable(Int64). */
export function pathLong(dynamic: Value): Sql {
  if (dynamic.element?.of === "long") return dynamic.element.sql;
  if (dynamic.element?.of === "string") return longOfText(dynamic.element.sql);
  return bind(dynamic.sql, (raw) => {
    const string = sql`startsWith(${raw}, '"'), ${longOfText(sql`JSONExtractString(${raw})`)}`;
    const bool = sql`${raw} IN ('true', 'false'), toNullable(toInt64(${raw} = 'true'))`;
    const number = sql`toInt64OrNull(${raw})`;
    // What is no plain number is looked at closely in those rows only.
    return sql`multiIf(isNotNull(${number}), ${number}, ${raw} = '', NULL, ${string}, ${bool}, ${saturated(raw)})`;
  });
}

/** KQL's `toreal` of a dynamic; Nullable(Float64). */
export function pathReal(dynamic: Value): Sql {
  if (dynamic.element?.of === "real") return dynamic.element.sql;
  if (dynamic.element?.of === "string") return realOfText(dynamic.element.sql);
  return bind(dynamic.sql, (raw) => {
    const string = sql`startsWith(${raw}, '"'), ${realOfText(sql`JSONExtractString(${raw})`)}`;
    const bool = sql`${raw} IN ('true', 'false'), toNullable(toFloat64(${raw} = 'true'))`;
    return sql`multiIf(${raw} = '', NULL, ${string}, ${bool}, toFloat64OrNull(${raw}))`;
  });
}

/** KQL's `tobool` of a dynamic: numbers other than 0 are true, strings by the rules of strings; Nullable(UInt8). */
export function pathBool(dynamic: Value): Sql {
  if (dynamic.element?.of === "bool") return dynamic.element.sql;
  return bind(dynamic.sql, (raw) => {
    const string = sql`startsWith(${raw}, '"'), ${boolOfText(sql`JSONExtractString(${raw})`)}`;
    const bool = sql`transform(${raw}, ['true', 'false'], [toNullable(toUInt8(1)), toUInt8(0)], NULL)`;
    // What is no bool is looked at closely in those rows only.
    const other = sql`multiIf(${string}, toUInt8(toFloat64OrNull(${raw}) != 0))`;
    return sql`if(${raw} IN ('true', 'false', ''), ${bool}, ${other})`;
  });
}

/**
 * Reads a user's JSON text. ClickHouse takes a text with an integer beyond 64 bits for no JSON at all; where nothing is
 * found and there are so many digits, such numbers are taken for reals and the text is read again.
 */
export function repairing(source: Sql, read: (json: Sql) => Sql, what: "json" | "text" = "json"): Sql {
  return bind(source, (name) =>
    keepingReals(
      name,
      (json) => {
        if (json.text !== name.text) return read(json);
        const found = read(name);
        const digits = sql`match(${name}, '[0-9]{19}')`;
        return sql`if(${found} = '' AND ${digits}, ${readMarked(name, read, what)}, ${found})`;
      },
      { what, from: "user" },
    ),
  );
}

function ofDynamic(what: "json" | "text"): Reading {
  return { what, from: "dynamic" };
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

function extended(root: Value, steps: readonly PathStep[]): NonNullable<Value["path"]> {
  if (root.path !== undefined) return { ...root.path, steps: [...root.path.steps, ...steps] };
  const { sql: text_, type, properties } = root;
  return {
    root: text_,
    steps,
    ...(type === "string" ? { unchecked: true } : {}),
    ...(properties === undefined ? {} : { properties }),
  };
}

/** The column that holds what a path leads to, where its table has one. */
function storedAt({ steps, properties }: NonNullable<Value["path"]>): Sql | undefined {
  const key = properties === undefined ? undefined : storedKey(steps);
  return key === undefined ? undefined : properties?.get(key);
}

/** The column with the JSON of a stored property, for the property itself and for its text. */
export function storedJson({ type, path, jsonText }: Value): Sql | undefined {
  if (type === "string") return jsonText;
  return path === undefined ? undefined : storedAt(path);
}

/**
 * Whether a stored property says a text, by its JSON as it is stored: a comparison that the engine makes once for each
 * different value. Only a text with escapes has to be read. Undefined for values that are no stored properties.
 */
export function saysText(property: Value, wanted: string): Sql | undefined {
  const json = storedJson(property);
  // Without its quotes such a text would be taken for JSON of another one.
  if (json === undefined || wanted.startsWith('"')) return undefined;
  const read = bind(json, (raw) => sql`if(startsWith(${raw}, '"'), JSONExtractString(${raw}), ${raw})`);
  const escaped = sql`(position(${json}, '\\\\') > 0 AND ${read} = ${text(wanted)})`;
  return sql`(${json} = ${text(JSON.stringify(wanted))} OR ${json} = ${text(wanted)} OR ${escaped})`;
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
  const found =
    query === undefined
      ? extractAt("JSONExtractRaw", root, steps)
      : sql`substring(JSON_QUERY(${root}, ${query}), 2, -1)`;
  return exactItem(root, steps, nullIfJsonNull(found));
}

function textAt(root: Sql, steps: readonly PathStep[]): Sql {
  const query = jsonPath(steps);
  if (query === undefined) return exactItem(root, steps, extractAt("JSONExtractString", root, steps));
  const found = sql`JSON_VALUE(${root}, ${query})`;
  // JSON_VALUE is the quick form, but it gives the word null for a missing value and for a text of that spelling.
  const sure = sql`JSONExtractString(substring(JSON_QUERY(${root}, ${query}), 2, -1))`;
  return exactItem(root, steps, sql`if(${found} = 'null', ${sure}, ${found})`);
}

/** Reading a number drops the `.0` of an integral real, so an element of a list of reals is cut out of it. */
function exactItem(root: Sql, steps: readonly PathStep[], found: Sql): Sql {
  const [only] = steps;
  if (steps.length !== 1 || only === undefined || isName(only) || typeof only === "string") return found;
  if (typeof only === "object" && only.type === "dynamic") return found;
  const item = nullIfJsonNull(sql`arrayElement(${cutAtCommas(root)}, ${indexSql(only)})`);
  return sql`if(${bareReals(root)}, ${item}, ${found})`;
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
