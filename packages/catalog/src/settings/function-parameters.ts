import { type Field, listFields, mapFields, type NodeReading, textOf } from "../rules/fields.js";

/** The parameters of a function in a list of `Name`, `Type` and `Default`, as KQL writes them. */
export function listedParameters(reading: NodeReading, list: Field | undefined): string {
  const parameters = list === undefined ? [] : listFields(reading, list);
  return `(${parameters.map((parameter) => listedParameter(reading, parameter)).join(", ")})`;
}

/** Parameters in one text (`a:string, b:int=3`), with or without parentheses. */
export function writtenParameters(text: string | undefined): string {
  const inside = (text ?? "").trim();
  return /^\(.*\)$/s.test(inside) ? inside : `(${inside})`;
}

function listedParameter(reading: NodeReading, parameter: Field): string {
  const fields = mapFields(reading, parameter.node, parameter.path) ?? [];
  const of = (key: string) =>
    textOf(
      reading,
      fields.find((field) => field.key.toLowerCase() === key),
    )?.trim();
  const type = (of("type") ?? "string").replace(/^table(?::\s*(?=\())?/i, "") || "(*)";
  const fallback = of("default");
  const value = fallback === undefined ? "" : ` = ${type === "string" ? quoted(fallback) : fallback}`;
  return `${of("name") ?? ""}: ${type}${value}`;
}

/** A text as a string literal, also where it is written as one already. */
function quoted(text: string): string {
  return /^(["']).*\1$/s.test(text) ? text : JSON.stringify(text);
}
