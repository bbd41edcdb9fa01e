import { type Sql, sql, text } from "../sql/sql.js";
import { bindOnce } from "./bind.js";
import { scalars } from "./entry.js";
import { textOf } from "./text-form.js";
import { type Value, value } from "./value.js";
import { itemsOf, membersOf } from "./whole-reals.js";

/** Functions that walk through a whole dynamic value, however deep it is. */
export const treeFunctions = scalars({
  dynamic_to_json: {
    about: "The JSON text of a value, with the names of every bag in order.",
    emit: (source: Value) => (source.type === "dynamic" ? sorted(source.sql) : textOf(source)),
    dynamicArguments: true,
    notNull: true,
    examples: {
      "dynamic_to_json(dynamic({'b': 2, 'a': [{'d': 1, 'c': {}}, null, 1.5]}))":
        '{"a":[{"c":{},"d":1},null,1.5],"b":2}',
      "dynamic_to_json(bag_pack('b', 1.0, 'a', 'x{\"'))": '{"a":"x{\\"","b":1.0}',
      "dynamic_to_json(dynamic([2, 1]))": "[2,1]",
      "dynamic_to_json(dynamic(null))": "",
    },
  },
  treepath: {
    about: "The paths of all properties of a bag; `[0]` stands for the elements of an array.",
    emit: (source: Value) => value(paths(source.sql), "dynamic"),
    limit: "Only the properties of bags are looked for; any other value gives null.",
    examples: {
      'treepath(parse_json(\'{"a":"b", "c":123}\'))': ["['a']", "['c']"],
      'treepath(parse_json(\'{"prop1":[1,2,3,4], "prop2":"value2"}\'))': ["['prop1']", "['prop1'][0]", "['prop2']"],
      'treepath(parse_json(\'{"p":[100,"abcde",{"x":"y"}]}\'))': ["['p']", "['p'][0]", "['p'][0]['x']"],
      "treepath(dynamic({'a': {'b': {'c': 1}}}))": ["['a']", "['a']['b']", "['a']['b']['c']"],
      "treepath(dynamic(null))": null,
    },
  },
});

/** How many brackets of a JSON text are open at its deepest place; those in strings do not count. */
function depth(json: Sql): Sql {
  const steps = sql`arrayMap(_t -> multiIf(_t IN ('{', '['), 1, _t IN ('}', ']'), -1, 0), extractAll(${json}, ${brackets}))`;
  return sql`toUInt64(greatest(0, arrayMax(arrayPushBack(arrayCumSum(${steps}), 0))))`;
}

/** Reading a number may write it anew, so a number with a fraction or an exponent travels as a marked string. */
function marked(json: Sql): Sql {
  const tokens = sql`arrayMap(_t -> if(match(_t, '^-?[0-9]'), concat('"\\u0001#', _t, '"'), _t), extractAll(${json}, ${jsonTokens}))`;
  return sql`if(match(${json}, '[0-9][.eE]|-0|[0-9]{19}'), arrayStringConcat(${tokens}), ${json})`;
}

/**
 * Replaces bags and arrays by their parts, level by level from the outside: the pieces are texts that are done (0), or
 * JSON that has still to be taken apart (1).
 */
function sorted(json: Sql): Sql {
  const around = (pieces: Sql, open: Sql, close: Sql): Sql =>
    sql`arrayConcat([(toUInt8(0), ${open})], arrayPopBack(arrayFlatten(${pieces})), [(toUInt8(0), ${close})])`;
  const name = sql`concat(toJSONString(_m.1), ':')`;
  const members = sql`arraySort(_m -> _m.1, ${membersOf(sql`_p.2`)})`;
  const bag = sql`arrayMap(_m -> [(toUInt8(0), ${name}), (toUInt8(1), _m.2), (toUInt8(0), ',')], ${members})`;
  const array = sql`arrayMap(_e -> [(toUInt8(1), _e), (toUInt8(0), ',')], ${itemsOf(sql`_p.2`)})`;
  const apart = sql`multiIf(_p.1 = 0, [_p], startsWith(_p.2, '{'), ${around(bag, sql`'{'`, sql`'}'`)}, startsWith(_p.2, '['), ${around(array, sql`'['`, sql`']'`)}, [(toUInt8(0), _p.2)])`;
  const found = bindOnce(marked(json), (whole) => {
    const start = sql`[(toUInt8(1), ${whole})]`;
    const pieces = sql`arrayFold((_a, _n) -> arrayFlatten(arrayMap(_p -> ${apart}, _a)), range(${depth(whole)}), ${start})`;
    return sql`replaceRegexpAll(arrayStringConcat(arrayMap(_p -> _p.2, ${pieces})), ${mark}, '\\1')`;
  });
  return sql`if(position(${json}, '{') = 0, ${json}, ${found})`;
}

/**
 * What a JSON text holds, as an Array of (path, type): the types `long`, `double`, `string` and `bool` in quotes, a bag
 * as `{`, an array as `[` with its elements under the name that KQL's schemas give them; nulls have no type.
 */
export function typedPaths(json: Sql): Sql {
  const members = sql`arrayMap(_m -> (arrayPushBack(_p.1, _m.1), _m.2, ''), ${membersOf(sql`_p.2`)})`;
  const items = sql`arrayMap(_e -> (arrayPushBack(_p.1, '\`indexer\`'), _e, ''), ${itemsOf(sql`_p.2`)})`;
  const inside = sql`multiIf(startsWith(_p.2, '{'), ${members}, startsWith(_p.2, '['), ${items}, [])`;
  const number = sql`if(isNull(toInt64OrNull(replaceRegexpOne(_p.2, ${mark}, '\\1'))), '"double"', '"long"')`;
  const type = sql`multiIf(_p.2 IN ('', 'null'), '', startsWith(_p.2, '{'), '{', startsWith(_p.2, '['), '[', _p.2 IN ('true', 'false'), '"bool"', startsWith(_p.2, '"') AND NOT match(_p.2, ${mark}), '"string"', ${number})`;
  const own = sql`if(_p.3 = '', [(_p.1, '', ${type})], [_p])`;
  const step = sql`arrayFlatten(arrayMap(_p -> arrayConcat(${own}, ${inside}), _a))`;
  return bindOnce(marked(json), (whole) => {
    const start = sql`[(CAST([] AS Array(String)), ${whole}, '')]`;
    const nodes = sql`arrayFold((_a, _n) -> ${step}, range(${depth(whole)} + 1), ${start})`;
    return sql`arrayFilter(_t -> _t.2 != '', arrayMap(_p -> (_p.1, _p.3), ${nodes}))`;
  });
}

/** The properties, each before those inside it: what is still to be looked into is replaced level by level. */
function paths(json: Sql): Sql {
  const name = sql`concat('[\\'', replaceAll(replaceAll(_m.1, '\\\\', '\\\\\\\\'), '\\'', '\\\\\\''), '\\']')`;
  const members = (of: Sql, under: Sql): Sql =>
    sql`arrayMap(_m -> (concat(${under}, ${name}), _m.2), JSONExtractKeysAndValuesRaw(${of}))`;
  const items = sql`arrayMap(_e -> (concat(_p.1, '[0]'), _e), JSONExtractArrayRaw(_p.2))`;
  const inside = sql`multiIf(startsWith(_p.2, '{'), ${members(sql`_p.2`, sql`_p.1`)}, startsWith(_p.2, '['), ${items}, [])`;
  const step = sql`arrayFlatten(arrayMap(_p -> arrayConcat([(_p.1, '')], ${inside}), _a))`;
  const found = bindOnce(json, (whole) => {
    const nodes = sql`arrayFold((_a, _n) -> ${step}, range(${depth(whole)}), ${members(whole, sql`''`)})`;
    return sql`toJSONString(arrayDistinct(arrayMap(_p -> _p.1, ${nodes})))`;
  });
  return sql`if(startsWith(${json}, '{'), ${found}, '')`;
}

const brackets = text(String.raw`"(?:[^"\\]|\\.)*"|[{}\[\]]`);
const jsonTokens = text(String.raw`"(?:[^"\\]|\\.)*"|[-+0-9.eE]+|[^-+0-9"]`);
const mark = text(String.raw`"\\u0001#([^"]*)"`);
