import type { EventKind } from "../../../vocabulary/vocabulary.js";
import { kqlName, kqlPath } from "./literals.js";
import type { KqlList } from "./nodes.js";
import type { Subject } from "./tests.js";

/** A field as KQL reads it; `list` where it is a field of the elements of a list. */
export interface FieldSubject extends Subject {
  readonly list?: KqlList;
}

/** Columns that a query makes before it tests them, by name, with their expressions. */
export type MadeColumns = Map<string, string>;

/** The expression of a vocabulary's field; a value out of XML becomes a column that is made. */
export function subjectOf(kind: EventKind, field: string, made: MadeColumns): FieldSubject {
  const [column = "", ...path] = field.split(".");
  const type = kind.columns.get(column) ?? "string";
  if (path.length === 0) return { text: kqlName(column), type };
  if (kind.xml.includes(column))
    return { text: madeFromXml(kind, column, path.join("."), made), type: "string", made: true };
  const list = listOf(kind, column, path);
  if (list !== undefined) return list;
  const start = type === "dynamic" ? kqlName(column) : `parse_json(${kqlName(column)})`;
  return { text: `tostring(${kqlPath(start, path)})`, type: "string" };
}

const elements = ["Element", "Part", "Piece"] as const;

function listOf(kind: EventKind, column: string, path: readonly string[]): FieldSubject | undefined {
  const steps: { source: string; element: string }[] = [];
  let [start, from] = [kind.columns.get(column) === "dynamic" ? kqlName(column) : `parse_json(${kqlName(column)})`, 0];
  for (let length = 0; length < path.length; length += 1) {
    const element = elements[steps.length];
    if (element === undefined || !kind.lists.includes([column, ...path.slice(0, length)].join("."))) continue;
    steps.push({ source: kqlPath(start, path.slice(from, length)), element });
    [start, from] = [element, length];
  }
  if (steps.length === 0) return undefined;
  const key = steps.map(({ source }) => source).join(" ");
  return { text: `tostring(${kqlPath(start, path.slice(from))})`, type: "string", list: { key, steps } };
}

function madeFromXml(kind: EventKind, column: string, value: string, made: MadeColumns): string {
  // A word of small letters may be one of KQL's.
  const isName = /^[A-Za-z_]\w*$/.test(value) && !/^[a-z]+$/.test(value) && !kind.columns.has(value);
  const stem = isName ? value : `${column}_${value.replace(/\W/g, "_")}`;
  const quoted = value.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  const pattern = `@'<Data Name=["'']${quoted.replaceAll("'", "''")}["'']>([^<]*)</Data>'`;
  const [from, to] = [`dynamic(["&lt;", "&gt;", "&quot;", "&apos;", "&amp;"])`, `dynamic(["<", ">", "\\"", "'", "&"])`];
  const expression = `replace_strings(extract(${pattern}, 1, ${kqlName(column)}), ${from}, ${to})`;
  let name = stem;
  for (let number = 2; (made.get(name) ?? expression) !== expression; number += 1) name = `${stem}_${number}`;
  made.set(name, expression);
  return name;
}
