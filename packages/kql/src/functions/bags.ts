import { integer, joinSql, type Sql, sql, text } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { rawElements } from "./constant-elements.js";
import { arrayElements, isArray, isBag } from "./elements.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { jsonPathSteps } from "./json-path.js";
import { toJson } from "./json-text.js";
import { settledWhere } from "./settled.js";
import type { Refusal, Value } from "./value.js";
import { membersOf } from "./whole-reals.js";

const pack: ScalarEntry = {
  about: "Bag of names and values, given in turn.",
  call: ({ args }) => packed(args),
  examples: {
    "bag_pack('Level', 'Information', 'ProcessID', 1234, 'Data', bag_pack('url', 'www.bing.com'))": {
      Level: "Information",
      ProcessID: 1234,
      Data: { url: "www.bing.com" },
    },
    "bag_pack('a', long(null), 'b', '', 'c', 1h)": { a: null, b: "", c: "01:00:00" },
    "tostring(bag_pack('r', 1.0))": '{"r":1.0}',
  },
};

/** Functions that make bags and change them. */
export const bagFunctions = scalars({
  bag_pack: pack,
  pack,
  pack_dictionary: pack,
  bag_keys: {
    about: "Array of a bag's names at the top, in the bag's order; null where it is no bag.",
    emit: (bag: Value) => sql`if(${isBag(bag)}, toJSONString(JSONExtractKeys(${bag})), '')`,
    examples: {
      "bag_keys(dynamic({'a': 1, 'b': {'c': 2}}))": ["a", "b"],
      "bag_keys(dynamic({}))": [],
      "bag_keys(parse_json('[1]'))": null,
    },
  },
  bag_has_key: {
    about: "Whether a bag has a property, named or given as a path such as `$.a.b`.",
    emit: hasKey,
    notNull: true,
    examples: {
      "bag_has_key(dynamic({'a': 1, 'b': null}), 'b')": true,
      "bag_has_key(dynamic({'a': 1}), 'c')": false,
      "bag_has_key(dynamic({'a': {'b': 1}}), '$.a.b')": true,
    },
  },
  bag_merge: {
    about: "Bag of the properties of several bags; the first bag that has a name gives its value.",
    call: ({ args }: Call) => merged(args),
    examples: {
      "bag_merge(dynamic({'A1': 12, 'B1': 2}), dynamic({'A2': 81, 'A1': 1}))": { A1: 12, B1: 2, A2: 81 },
      "bag_merge(dynamic({'a': {'x': 1}}), dynamic({'a': {'y': 2}}))": { a: { x: 1 } },
    },
  },
  bag_remove_keys: {
    about: "A bag without some properties, named or given as paths such as `$.a.b`.",
    emit: removed,
    examples: {
      "bag_remove_keys(dynamic({'a': 123, 'b': 'abc'}), dynamic(['b', 'z']))": { a: 123 },
      "bag_remove_keys(dynamic({'a': 1, 'b': {'x': 1, 'y': 2}, 'c': 3}), dynamic(['$.b.x', 'c']))": {
        a: 1,
        b: { y: 2 },
      },
      "bag_remove_keys(dynamic({'é': 1, 'b': 2.0, 'c': null}), split('b,é', ','))": { c: null },
    },
  },
  bag_set_key: {
    about:
      "A bag with a property, named or given as a path such as `$.a.b`, set to a value, in its place or at the end.",
    emit: set,
    examples: {
      "bag_set_key(dynamic({'a': 1, 'b': 2}), 'c', 3)": { a: 1, b: 2, c: 3 },
      "bag_set_key(dynamic({'a': 1, 'b': 'x'}), 'b', 3)": { a: 1, b: 3 },
      "bag_set_key(dynamic({'a': {'b': 1, 'c': 2}}), '$.a.b', 'x')": { a: { b: "x", c: 2 } },
      "bag_set_key(dynamic({'a': 1}), '$.b.c', dynamic([1]))": { a: 1, b: { c: [1] } },
      "bag_set_key(parse_json('[1]'), 'a', 1)": null,
    },
  },
  bag_zip: {
    about: "Bag of names from one array and values from another; values that are missing are null.",
    emit: (keys: Value, values: Value) => zipped(keys, values),
    examples: {
      "bag_zip(dynamic(['a', 'b', 'c']), dynamic([1, '2', 3.4]))": { a: 1, b: "2", c: 3.4 },
      "bag_zip(dynamic(['a', 'b', 'c']), dynamic([1, '2']))": { a: 1, b: "2", c: null },
      "bag_zip(dynamic(['a', 8]), dynamic([1, 2, 3]))": { a: 1 },
      "bag_zip(dynamic(['a', 8, 'b']), dynamic(1))": { a: null, b: null },
      "bag_zip(dynamic('a'), dynamic([1]))": null,
    },
  },
});

function packed(args: readonly Value[]): Sql | Refusal {
  if (args.length % 2 !== 0) return { refused: "every name needs a value" };
  const members = args.flatMap((key, index) => {
    const item = args[index + 1];
    return index % 2 === 0 && item !== undefined ? [{ key, item }] : [];
  });
  const pieces = members.flatMap(({ key, item }, index) => {
    const before = index === 0 ? "{" : ",";
    const name =
      typeof key.constant === "string"
        ? [text(`${before}${JSON.stringify(key.constant)}:`)]
        : [text(before), sql`toJSONString(${key})`, text(":")];
    return [...name, toJson(item)];
  });
  return pieces.length === 0 ? text("{}") : sql`concat(${joinSql(pieces)}, '}')`;
}

function hasKey(bag: Value, key: Value): Sql | Refusal {
  if (typeof key.constant !== "string") return sql`${isName(key)} AND JSONHas(${bag}, ${key}) AND ${isBag(bag)}`;
  if (!key.constant.startsWith("$")) return sql`JSONHas(${bag}, ${key}) AND ${isBag(bag)}`;
  const steps = jsonPathSteps(key.constant);
  if (steps?.every((step) => typeof step === "string") !== true) return { refused: `the path ${key.constant}` };
  return sql`JSONHas(${joinSql([bag, ...steps.map((step) => text(String(step)))])})`;
}

/** True for a name of a row; one that begins with `$` would be a path, and ends the query. */
function isName(key: Value): Sql {
  return settledWhere(sql`(NOT startsWith(${key}, '$'))`, "a path (`$.a`) that `bag_has_key` takes has to be constant");
}

function merged(bags: readonly Value[]): Sql {
  const members = bags.map((bag) => membersOf(bag.sql)).reduce((all, one) => sql`arrayConcat(${all}, ${one})`);
  const first = sql`arrayFilter((_m, _n) -> _n = 1, ${members}, arrayEnumerateUniq(arrayMap(_m -> _m.1, ${members})))`;
  const anyBag = bags.map(isBag).reduce((all, one) => sql`${all} OR ${one}`);
  return sql`if(${anyBag}, ${bagOf(first)}, '')`;
}

/** The JSON of an array of names and raw values. */
function bagOf(members: Sql): Sql {
  return sql`concat('{', arrayStringConcat(arrayMap(_m -> concat(toJSONString(_m.1), ':', _m.2), ${members}), ','), '}')`;
}

function removed(bag: Value, keys: Value): Sql | Refusal {
  if (keys.constant === undefined) return removedNames(bag, keys);
  const texts = typeof keys.constant === "string" ? rawElements(keys.constant) : undefined;
  if (texts === undefined) return { refused: "the names to remove must be an array" };
  const paths: (readonly string[])[] = [];
  for (const json of texts.filter((text_) => text_.startsWith('"'))) {
    const name = String(JSON.parse(json));
    const steps = name.startsWith("$") ? jsonPathSteps(name) : [name];
    if (steps === undefined || !steps.every((step) => typeof step === "string")) return { refused: `the path ${name}` };
    paths.push(steps.map(String));
  }
  return sql`if(${isBag(bag)}, ${without(bag.sql, paths, 0)}, '')`;
}

/** A bag without the properties that an array of each row names; paths among the names end the query. */
function removedNames(bag: Value, keys: Value): Sql {
  return bindOnce(arrayElements(keys), (names) => {
    const plain = sql`(${isArray(keys)} AND NOT arrayExists(_k -> startsWith(_k, '"$'), ${names}))`;
    const known = settledWhere(
      sql`(NOT ${isBag(bag)} OR ${plain})`,
      "`bag_remove_keys` takes an array of names; paths (`$.a`) have to be constant",
    );
    const strings = sql`arrayMap(_k -> JSONExtractString(_k), arrayFilter(_k -> startsWith(_k, '"'), ${names}))`;
    const stay = sql`arrayFilter(_m -> NOT has(${strings}, _m.1), ${membersOf(bag.sql)})`;
    return sql`if(${isBag(bag)} AND ${known}, ${bagOf(stay)}, '')`;
  });
}

function without(bag: Sql, paths: readonly (readonly string[])[], depth: number): Sql {
  const gone = paths.filter((path) => path.length === 1).map(([name]) => text(name ?? ""));
  const deeper = new Map<string, (readonly string[])[]>();
  for (const [name, ...rest] of paths)
    if (name !== undefined && rest.length > 0) deeper.set(name, [...(deeper.get(name) ?? []), rest]);
  const member = sql`_m${integer(depth)}`;
  const members = membersOf(bag);
  const stay =
    gone.length === 0 ? members : sql`arrayFilter(${member} -> ${member}.1 NOT IN (${joinSql(gone)}), ${members})`;
  const cases = [...deeper].map(
    ([name, rest]) =>
      sql`${member}.1 = ${text(name)} AND startsWith(${member}.2, '{'), ${without(sql`${member}.2`, rest, depth + 1)}, `,
  );
  const item = cases.length === 0 ? sql`${member}.2` : sql`multiIf(${joinSql(cases, "")}${member}.2)`;
  return sql`concat('{', arrayStringConcat(arrayMap(${member} -> concat(toJSONString(${member}.1), ':', ${item}), ${stay}), ','), '}')`;
}

function set(bag: Value, key: Value, item: Value): Sql | Refusal {
  // A name of a row that begins with `$` would be a path.
  if (typeof key.constant !== "string") return { refused: "the name of the property has to be a constant" };
  const steps = key.constant.startsWith("$") ? jsonPathSteps(key.constant) : [key.constant];
  if (steps === undefined || steps.length === 0 || !steps.every((step) => typeof step === "string"))
    return { refused: `the path ${key.constant}` };
  return sql`if(${isBag(bag)}, ${placed(bag.sql, steps.map(String), toJson(item))}, '')`;
}

/** A bag's text with an item at the end of a path; what on the way is no bag becomes one. */
function placed(bag: Sql, [name = "", ...rest]: readonly string[], item: Sql): Sql {
  const key = text(name);
  const inner = sql`JSONExtractRaw(${bag}, ${key})`;
  const put = rest.length === 0 ? item : placed(sql`if(startsWith(${inner}, '{'), ${inner}, '{}')`, rest, item);
  return bindOnce(put, (json) => {
    const members = membersOf(bag);
    const replaced = sql`arrayMap(_m -> if(_m.1 = ${key}, (_m.1, ${json}), _m), ${members})`;
    const added = sql`arrayConcat(${members}, [(${key}, ${json})])`;
    return bagOf(sql`if(JSONHas(${bag}, ${key}), ${replaced}, ${added})`);
  });
}

function zipped(keys: Value, values: Value): Sql {
  const names = arrayElements(keys);
  const members = bindOnce(arrayElements(values), (items) => {
    const raw = sql`arrayElement(${items}, _i)`;
    const member = sql`concat(_k, ':', if(${raw} = '', 'null', ${raw}))`;
    return sql`arrayFilter(_p -> _p != '', arrayMap((_k, _i) -> if(startsWith(_k, '"'), ${member}, ''), ${names}, arrayEnumerate(${names})))`;
  });
  return sql`if(${isArray(keys)}, concat('{', arrayStringConcat(${members}, ','), '}'), '')`;
}
