import { allOf, anyOf, never, notOf } from "../../detections/combine.js";
import type { Condition, TestOperator, TestValue } from "../../detections/condition.js";
import {
  type Field,
  listFields,
  mapFields,
  type NodeReading,
  plainValue,
  textOf,
  textsOf,
} from "../../rules/fields.js";
import { eventReads, unreadOf } from "../event-reads.js";
import type { Cx, PantherLogic } from "./panther-document.js";

/** The logic of a rule that is written in YAML alone: a list of matches, with `All`, `Any`, `OnlyOne` and `None`. */
export function simpleLogic(cx: Cx, detection: Field): PantherLogic {
  const { reading, keys, vocabulary } = cx;
  const items = listFields(reading, detection);
  const condition = allOf(items.map((item) => matchOf(reading, item, 0)));
  const sources = textsOf(reading, keys.get("LogTypes")).map((source) => ({ source, facts: { logtype: source } }));
  return {
    ...{ language: "none", text: written(reading, detection) },
    dissection: {
      stages: items.map((item, index) => ({ index: index + 1, operator: "match", text: written(reading, item) })),
      reads: eventReads(vocabulary, "Panther", sources.length === 0 ? [{ source: "", facts: {} }] : sources, condition),
      ...{ thresholds: [], outputs: [], unread: unreadOf([condition]) },
    },
  };
}

const deepest = 50;

function matchOf(reading: NodeReading, item: Field, depth: number): Condition {
  const fields = mapFields(reading, item.node, item.path) ?? [];
  const keys = new Map(fields.map((field) => [field.key, field]));
  const nested = (key: string) => {
    const field = keys.get(key);
    return field === undefined ? undefined : listFields(reading, field).map((one) => matchOf(reading, one, depth + 1));
  };
  if (depth > deepest) return unread(reading, item, "matches nest too deep");
  const [all, any, none] = [nested("All"), nested("Any"), nested("None")];
  if (all !== undefined) return allOf(all);
  if (any !== undefined) return anyOf(any);
  if (none !== undefined) return notOf(anyOf(none));
  const deep = keys.get("DeepKey");
  const path = deep === undefined ? textOf(reading, keys.get("Key")) : textsOf(reading, deep).join(".");
  const operator = textOf(reading, keys.get("Condition")) ?? "";
  if (path === undefined || path === "") return unread(reading, item, "a match without a key");
  return testOf(path, operator, valuesOf(reading, keys)) ?? unread(reading, item, `the condition \`${operator}\``);
}

function valuesOf(reading: NodeReading, keys: ReadonlyMap<string, Field>): readonly TestValue[] | undefined {
  const field = keys.get("Values") ?? keys.get("Value");
  if (field === undefined) return [];
  const values = listFields(reading, field).map(({ node }) => plainValue(reading, node));
  const plain = values.flatMap((value) => (value === null || typeof value !== "object" ? [value] : []));
  return plain.length === values.length ? plain : undefined;
}

const operators: Readonly<Record<string, TestOperator>> = {
  Equals: "equals",
  IsIn: "equals",
  Contains: "contains",
  StartsWith: "startswith",
  EndsWith: "endswith",
  IsGreaterThan: "greater",
  IsGreaterThanOrEquals: "greaterOrEqual",
  IsLessThan: "less",
  IsLessThanOrEquals: "lessOrEqual",
  IsIPAddressInCIDR: "cidr",
};

const opposites: Readonly<Record<string, string>> = {
  DoesNotEqual: "Equals",
  IsNotIn: "IsIn",
  DoesNotContain: "Contains",
  DoesNotStartWith: "StartsWith",
  DoesNotEndWith: "EndsWith",
};

function testOf(path: string, written: string, values: readonly TestValue[] | undefined): Condition | undefined {
  if (values === undefined) return undefined;
  const opposite = opposites[written];
  if (opposite !== undefined) {
    const test = testOf(path, opposite, values);
    return test === undefined ? undefined : notOf(test);
  }
  const field = { written: path };
  const exists: Condition = { kind: "test", field, operator: "exists", values: [], caseSensitive: true };
  if (written === "Exists" || written === "IsNotNullOrEmpty") return exists;
  if (written === "DoesNotExist" || written === "IsNullOrEmpty") return notOf(exists);
  const insensitive = /^(.*)IgnoreCase$/.exec(written)?.[1] ?? written;
  const operator = Object.hasOwn(operators, insensitive) ? operators[insensitive] : undefined;
  if (operator === undefined) return undefined;
  if (values.length === 0) return never;
  return { kind: "test", field, operator, values, caseSensitive: insensitive === written };
}

function unread(reading: NodeReading, item: Field, why: string): Condition {
  return { kind: "unread", text: written(reading, item), why };
}

/** The text of a value as it stands in the file. */
export function written({ text }: NodeReading, { node }: Field): string {
  const [start, end] = node?.range ?? [0, 0];
  return text.slice(start, end).trim();
}
