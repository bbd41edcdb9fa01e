import type { Place } from "@calypso/kql";
import { isScalar } from "yaml";
import { type Field, listFields, mapFields, type NodeReading, textOf } from "./fields.js";
import type { RuleQuery } from "./rule-query.js";

/** Says that something about a field makes no sense. */
type Refuse = (field: Field, message: string) => void;

/**
 * Pairs of a column and its value, or values, as a condition: all columns have one of theirs. A column without a value is
 * equal to none. Undefined, after `refuse`, where one of the pairs makes no sense: without it the others would meet more.
 */
export function conditionOfFields(reading: NodeReading, fields: Field, refuse: Refuse): RuleQuery | undefined {
  const pairs = mapFields(reading, fields.node, fields.path);
  if (pairs === undefined || pairs.length === 0) {
    refuse(fields, "is a map from columns to values");
    return undefined;
  }
  const lines = pairs.map((pair) => lineOf(reading, pair, refuse));
  if (lines.includes(undefined)) return undefined;
  const places: readonly Place[] = pairs.map(({ offset }) => reading.place(offset));
  return {
    text: lines.map((line, index) => `${index === 0 ? "" : "and "}(${line})`).join("\n"),
    file: reading.file,
    key: fields.path,
    origin: { kind: "each", places },
  };
}

function lineOf(reading: NodeReading, pair: Field, refuse: Refuse): string | undefined {
  if (pair.key.trim() === "" || hasControls(pair.key)) {
    refuse(pair, "is no name of a column");
    return undefined;
  }
  const values = listFields(reading, pair);
  if (values.length === 0) {
    refuse(pair, "has no value");
    return undefined;
  }
  const column = `tostring([${quoted(pair.key)}])`;
  const tests = values.map((value) => testOf(reading, value, column, (message) => refuse(pair, message)));
  return tests.includes(undefined) ? undefined : tests.join(" or ");
}

function testOf(
  reading: NodeReading,
  value: Field,
  column: string,
  refuse: (message: string) => void,
): string | undefined {
  if (!isScalar(value.node) || value.node.value === null) {
    refuse("takes a value or a list of values");
    return undefined;
  }
  const text = textOf(reading, value) ?? "";
  if (text === "") {
    refuse("has an empty value: what a row does not have meets no exception");
    return undefined;
  }
  if (typeof value.node.value === "boolean") return `${column} =~ ${quoted(String(value.node.value))}`;
  // A real that is whole is written with a decimal place.
  if (typeof value.node.value === "number" && /^-?\d+$/.test(text)) return `${column} in ("${text}", "${text}.0")`;
  const network = networkOf(text);
  if (network === "unreadable") {
    refuse(`\`${text}\` is no network such as 198.51.100.0/24`);
    return undefined;
  }
  return network === undefined ? `${column} == ${quoted(text)}` : `${network}(${column}, ${quoted(text)})`;
}

/** The function that asks for a network; undefined for a text that does not look like one. */
function networkOf(text: string): "ipv4_is_in_range" | "ipv6_is_in_range" | "unreadable" | undefined {
  const [, address = "", length = ""] = /^([\d.]+|[\da-f]*:[\da-f:.]*)\/(\d{1,3})$/i.exec(text) ?? [];
  if (address === "") return undefined;
  const bits = Number(length);
  if (address.includes(":")) return bits >= 1 && bits <= 128 ? "ipv6_is_in_range" : "unreadable";
  const isAddress = /^\d{1,3}(?:\.\d{1,3}){3}$/.test(address) && address.split(".").every((part) => Number(part) < 256);
  return isAddress && bits >= 1 && bits <= 32 ? "ipv4_is_in_range" : "unreadable";
}

/** A text as a literal of KQL. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\\"]/g, "\\$&").replace(/\p{Cc}/gu, (character) => {
    return `\\u${(character.codePointAt(0) ?? 0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

function hasControls(text: string): boolean {
  return /\p{Cc}/u.test(text);
}
