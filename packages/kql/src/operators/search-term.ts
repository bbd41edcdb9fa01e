import type { Expression, Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import { call, convert } from "./scalar.js";

/** Whether a value has a term of `search`, in which stars stand at the open ends; undefined where its type never can. */
export function patternTest(
  value: Expression,
  pattern: string,
  exact: boolean,
  location: Location,
): Expression | undefined {
  const inside = pattern.replace(/^\*|\*$/g, "");
  if (!canHold(value.type, inside)) return undefined;
  if (value.kind === "literal" && (value.value === null || value.value === "")) return undefined;
  const subject = value.type === "dynamic" ? value : convert(value, "string", location);
  const text = (body: string): Expression => ({ kind: "literal", type: "string", value: body });
  if (inside.includes("*")) {
    const body = inside.split("*").map(escaped).join(".*");
    const expression = `${exact ? "" : "(?i)"}\\b${body}\\b`;
    return call("matches regex", [convert(subject, "string", location), text(expression)], "bool", location);
  }
  const [open, close] = [pattern.startsWith("*"), pattern.length > 1 && pattern.endsWith("*")];
  const name = open && close ? "contains" : close ? "hasprefix" : open ? "hassuffix" : "has";
  const operand = name === "contains" ? convert(subject, "string", location) : subject;
  return call(exact ? `${name}_cs` : name, [operand, text(inside)], "bool", location);
}

/** The characters that the text of a value of each type can have; a term with others is not looked for there. */
const alphabets: Readonly<Record<KqlType, RegExp>> = {
  bool: /^[truefals*]*$/i,
  int: /^[-\d*]*$/,
  long: /^[-\d*]*$/,
  real: /^[-+.\deinfaty*]*$/i,
  decimal: /^[-.\d*]*$/,
  datetime: /^[-.:\dtz*]*$/i,
  timespan: /^[-.:\d*]*$/,
  guid: /^[-\da-f*]*$/i,
  string: /^/,
  dynamic: /^/,
};

function canHold(type: KqlType, text: string): boolean {
  return alphabets[type].test(text);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
