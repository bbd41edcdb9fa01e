import type { KqlType } from "../schema/types.js";
import { type Sql, sql, text } from "../sql/sql.js";
import { converted } from "./convert.js";
import { pathText, pathValue, repairing } from "./dynamic-path.js";
import { arrayValue } from "./elements.js";
import { type Call, type ScalarEntry, scalars } from "./entry.js";
import { jsonPathSteps } from "./json-path.js";
import { bracketed, dynamicOf, toJson } from "./json-text.js";
import { type Refusal, type Value, value } from "./value.js";

const parseJson: ScalarEntry = {
  about: "A JSON text as a dynamic; a text that is no JSON is a dynamic string, a dynamic stays as it is.",
  emit: parsed,
  dynamicArguments: true,
  limit: "Integers beyond 64 bits are read as reals.",
  examples: {
    'parse_json(\'{"a": [1, 2.5, null], "b": {"c": "é"}}\')': { a: [1, 2.5, null], b: { c: "é" } },
    "parse_json('not json')": "not json",
    "parse_json('')": null,
    "parse_json('null')": null,
    "parse_json('[1')": "[1",
    "parse_json('{\"a\": 123456789012345678901234}').a == 123456789012345678901234.0": true,
    'tostring(parse_json(\'{"a": {"b": "x"}}\').a.b)': "x",
  },
};

const extractJson: ScalarEntry = {
  about: "The text at a path of a JSON text, as a string or as the type that is asked for.",
  call: extracted,
  examples: {
    'extract_json(\'$.a[1].b\', \'{"a": [0, {"b": "x"}]}\')': "x",
    "extract_json('$.a', '{\"a\": 12}', typeof(long))": 12,
    "extract_json('$.b', '{\"a\": 12}')": "",
  },
};

/** Functions that make dynamic values from other ones, and that tell what they are. */
export const dynamicFunctions = scalars({
  parse_json: parseJson,
  parsejson: parseJson,
  todynamic: parseJson,
  toobject: parseJson,
  extract_json: extractJson,
  extractjson: extractJson,
  pack_array: {
    about: "Array of the given values.",
    call: ({ args }) => packed(args),
    examples: {
      "pack_array(1, 'a', datetime(2024-01-01), 2s)": [1, "a", "2024-01-01T00:00:00.0000000Z", "00:00:02"],
      "pack_array(long(null), dynamic({'a': 1}))": [null, { a: 1 }],
      "tostring(pack_array(1.0))": "[1.0]",
    },
  },
  gettype: {
    about: "Name of a value's type; what a dynamic holds is looked at row by row.",
    emit: (item: Value) => (item.type === "dynamic" ? dynamicType(item) : text(item.type)),
    notNull: true,
    examples: {
      "gettype(1)": "long",
      "gettype(1.0)": "real",
      "gettype(int(null))": "int",
      "gettype(dynamic(1.5))": "double",
      "gettype(dynamic({}))": "dictionary",
      "gettype(dynamic([1]))": "array",
      "gettype(dynamic(null))": "null",
      "gettype(dynamic('a'))": "string",
      "gettype(dynamic(true))": "bool",
      "gettype(parse_json('12'))": "long",
    },
  },
});

function parsed(source: Value): Sql | Value {
  if (source.type === "dynamic") return source;
  if (source.type !== "string") return value(dynamicOf(source), "dynamic");
  const read = (json: Sql): Sql => sql`JSONExtractRaw(${json})`;
  const raw = repairing(source.sql, read);
  const canonical = sql`multiIf(${raw} = 'null', '', ${raw} != '', ${raw}, ${source} = '', '', toJSONString(${source}))`;
  const { sql: root, properties } = source;
  const stored = properties === undefined ? {} : { properties };
  return { ...value(canonical, "dynamic"), path: { root, steps: [], unchecked: true, ...stored } };
}

function extracted({ args, type }: Call): Sql | Refusal {
  const [path, json] = args;
  if (path === undefined || json === undefined) return { refused: "arguments are missing" };
  const steps = typeof path.constant === "string" ? jsonPathSteps(path.constant) : undefined;
  if (steps === undefined) return { refused: "a JSON path that is not a constant of names and indexes" };
  const found = pathValue(json, steps);
  return typed(
    steps.length === 0
      ? value(
          repairing(sql`toString(${json})`, (read) => sql`JSONExtractRaw(${read})`),
          "dynamic",
        )
      : found,
    type,
  );
}

function typed(found: Value, type: KqlType): Sql | Refusal {
  if (type === "string") return pathText(found);
  if (type === "dynamic") return found.sql;
  return converted(found, type) ?? { refused: `extract_json as ${type}` };
}

function packed(items: readonly Value[]): Value | Sql {
  if (items.length === 0) return text("[]");
  const [first] = items;
  const strings = first?.type === "string" && items.every((item) => item.type === "string");
  const list = (parts: readonly Sql[]): Sql => sql`[${parts.reduce((all, part) => sql`${all}, ${part}`)}]`;
  const array = strings
    ? arrayValue(list(items.map((item) => item.sql)), "string")
    : arrayValue(list(items.map(dynamicOf)), "dynamic");
  return { ...array, sql: bracketed("[", items.map(toJson)) };
}

function dynamicType(item: Value): Sql {
  if (item.element !== undefined && item.element.of !== "dynamic")
    return sql`if(${item} = '', 'null', ${text(elementTypes[item.element.of] ?? "string")})`;
  const start = sql`substring(${item}, 1, 1)`;
  const number = sql`if(match(${item}, '[.eE]'), 'double', 'long')`;
  return sql`transform(${start}, ['', '{', '[', '"', 't', 'f'], ['null', 'dictionary', 'array', 'string', 'bool', 'bool'], ${number})`;
}

const elementTypes: Readonly<Partial<Record<KqlType, string>>> = {
  int: "long",
  long: "long",
  real: "double",
  bool: "bool",
};
