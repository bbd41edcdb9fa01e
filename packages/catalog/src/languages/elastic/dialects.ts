import { mapTests } from "../../detections/combine.js";
import type { Condition, TestOperator, TestValue } from "../../detections/condition.js";
import { type Comparison, type Dialect, firstPresent, type PredicateCall } from "../expressions/dialect.js";
import { anchored, comparisonOf, type hasSigns } from "../expressions/pattern.js";
import type { Parsed } from "../parsing/tokens.js";
import { parseKuery } from "./kuery.js";
import { parseLucene } from "./lucene.js";

const orderings: Readonly<Record<string, TestOperator>> = {
  "<": "less",
  "<=": "lessOrEqual",
  ">": "greater",
  ">=": "greaterOrEqual",
};

const wildcards = { many: "*", one: "?" } as const;
const escapedWildcards = { many: "*", one: "?", guard: "\\" } as const;

/** How EQL compares: `==` heeds case, `:` and operators with `~` do not. */
export const eqlDialect: Dialect = {
  comparison: (operator, value) => {
    const ordering = orderingOf(operator, value);
    if (ordering !== undefined) return ordering;
    const caseSensitive = !operator.endsWith("~") && operator !== ":";
    switch (operator.replace("~", "")) {
      case "==":
      case "in":
        return { operator: "equals", value, caseSensitive };
      case "!=":
        return { operator: "equals", value, caseSensitive, isNot: true };
      case ":":
      case "like":
        return pattern(value, wildcards, caseSensitive);
      case "regex":
        return typeof value === "string" ? { operator: "matches", value: anchored(value), caseSensitive } : undefined;
      default:
        return undefined;
    }
  },
  predicates: {
    ...withCase("startswith", (value) => ({ operator: "startswith", value })),
    ...withCase("endswith", (value) => ({ operator: "endswith", value })),
    ...withCase("stringcontains", (value) => ({ operator: "contains", value })),
    ...withCase("match", (value) => ({ operator: "matches", value: anchored(String(value)) })),
    ...withCase("wildcard", (value) => comparisonOf(String(value), wildcards)),
    cidrmatch: (call) => networks(call),
  },
  positions: {},
  picks: new Set(),
  functions: { length: "strlen", tostring: "tostring", concat: "strcat", indexof: "indexof", number: "tolong" },
  choices: {},
};

/** How ES|QL compares: case is heeded, but by `:` and `=~`. */
export const esqlDialect: Dialect = {
  comparison: (operator, value) => {
    const ordering = orderingOf(operator, value);
    if (ordering !== undefined) return ordering;
    switch (operator) {
      case "==":
      case "in":
        return { operator: "equals", value, caseSensitive: true };
      case "!=":
        return { operator: "equals", value, caseSensitive: true, isNot: true };
      case "=~":
      case ":":
        return { operator: "equals", value, caseSensitive: false };
      case "like":
        return pattern(value, escapedWildcards, true);
      case "rlike":
        return typeof value === "string"
          ? { operator: "matches", value: anchored(value), caseSensitive: true }
          : undefined;
      default:
        return undefined;
    }
  },
  predicates: {
    starts_with: (call) => texts(call, (value) => ({ operator: "startswith", value, caseSensitive: true })),
    ends_with: (call) => texts(call, (value) => ({ operator: "endswith", value, caseSensitive: true })),
    contains: (call) => texts(call, (value) => ({ operator: "contains", value, caseSensitive: true })),
    mv_contains: (call) => texts(call, (value) => ({ operator: "equals", value, caseSensitive: true })),
    match: (call) => texts(call, (value) => ({ operator: "has", value, caseSensitive: false })),
    cidr_match: (call) => networks(call),
    kql: (call) => inner(call, parseKuery),
    qstr: (call) => inner(call, parseLucene),
  },
  positions: {},
  picks: new Set(),
  functions: {
    to_lower: "tolower",
    to_upper: "toupper",
    to_string: "tostring",
    to_long: "tolong",
    to_integer: "toint",
    to_double: "todouble",
    to_boolean: "tobool",
    to_ip: "to_ip",
    to_datetime: "todatetime",
    trim: "trim",
    length: "strlen",
    split: "split",
    concat: "strcat",
    substring: "substring",
    replace: "replace_regex",
    mv_count: "array_length",
    mv_first: "mv_first",
    mv_last: "mv_last",
    date_trunc: "bin",
  },
  choices: {
    case: (parameters) => parameters,
    coalesce: (parameters) => firstPresent(parameters),
  },
};

function orderingOf(operator: string, value: TestValue): Comparison | undefined {
  const ordering = orderings[operator];
  return ordering === undefined ? undefined : { operator: ordering, value, caseSensitive: true };
}

function pattern(value: TestValue, style: Parameters<typeof hasSigns>[1], caseSensitive: boolean): Comparison {
  if (typeof value !== "string") return { operator: "equals", value, caseSensitive };
  return { ...comparisonOf(value, style), caseSensitive };
}

/** A function of EQL and its form with `~`, which does not heed case. */
function withCase(
  name: string,
  comparison: (value: TestValue) => Pick<Comparison, "operator" | "value">,
): Dialect["predicates"] {
  return {
    [name]: (call) => texts(call, (value) => ({ ...comparison(value), caseSensitive: true })),
    [`${name}~`]: (call) => texts(call, (value) => ({ ...comparison(value), caseSensitive: false })),
  };
}

/** A test of the first parameter with the constants that are the others. */
function texts(
  call: PredicateCall,
  comparison: (value: TestValue) => Comparison,
): ReturnType<Dialect["predicates"][string]> {
  const [of, ...others] = call.parameters;
  const values = others.map((part) => call.constant(part));
  if (of === undefined || values.length === 0) return undefined;
  const known = values.flatMap((value) => (value === undefined || value === null ? [] : [value]));
  return known.length === values.length ? call.test(of, known.map(comparison)) : undefined;
}

function networks(call: PredicateCall): ReturnType<Dialect["predicates"][string]> {
  return texts(call, (value) => ({ operator: "cidr", value, caseSensitive: false }));
}

/** A query in another language within a text; its parts have no place of their own. */
function inner(
  { parameters, constant }: PredicateCall,
  parse: (text: string) => Parsed<Condition>,
): Condition | undefined {
  const text = constant(parameters[0]);
  const parsed = typeof text === "string" ? parse(text) : undefined;
  if (parsed?.kind !== "parsed") return undefined;
  return mapTests(parsed.tree, ({ span: _, ...leaf }) => leaf);
}
