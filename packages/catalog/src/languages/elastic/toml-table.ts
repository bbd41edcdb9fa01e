import { placeAt } from "@calypso/kql";
import { parse, TomlError } from "smol-toml";
import type { Problem, ProblemCode } from "../../rules/problem.js";
import type { RuleFile } from "../../rules/read-rules.js";

/** A file of TOML being read. */
export interface TomlReading {
  readonly file: RuleFile;
  readonly problems: Problem[];
}

/** A table of TOML, by its keys as written. */
export type TomlTable = Readonly<Record<string, unknown>>;

/** The file's table; undefined, with a problem at its place, where the text is not TOML. */
export function readToml(reading: TomlReading): TomlTable | undefined {
  try {
    return parse(reading.file.text.replace(/^\uFEFF/, ""), { maxDepth: 50 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [message = ""] = error.message.replace(/^Invalid TOML document: /, "").split("\n");
    tomlProblem(reading, "toml-syntax", "error", `the text is not TOML: ${message}`, error);
    return undefined;
  }
}

/** Adds a problem; without a place at the beginning of the file. */
export function tomlProblem(
  { file, problems }: TomlReading,
  code: ProblemCode,
  severity: Problem["severity"],
  message: string,
  { line, column }: { readonly line: number; readonly column: number } = { line: 1, column: 1 },
): void {
  problems.push({ code, severity, message, file: file.name, line, column });
}

/** The table under a key. */
export function tableAt(table: TomlTable, key: string): TomlTable | undefined {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  return isTable(value) ? value : undefined;
}

/** The tables of a list under a key. */
export function tablesAt(table: TomlTable, key: string): readonly TomlTable[] {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  return Array.isArray(value) ? value.filter(isTable) : isTable(value) ? [value] : [];
}

/** The text under a key, without blanks around it; numbers and truth values as written. */
export function textAt(table: TomlTable, key: string): string | undefined {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  if (typeof value === "string") return value.trim() === "" ? undefined : value.trim();
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** The texts of a list under a key; one text counts as a list of one. */
export function textsAt(table: TomlTable, key: string): readonly string[] {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  const items: readonly unknown[] = Array.isArray(value) ? value : value === undefined ? [] : [value];
  return items.flatMap((item) => (typeof item === "string" && item.trim() !== "" ? [item.trim()] : []));
}

/** The number under a key. */
export function numberAt(table: TomlTable, key: string): number | undefined {
  const value = Object.hasOwn(table, key) ? table[key] : undefined;
  return typeof value === "number" ? value : undefined;
}

/** The place in the file of an offset in a text that the file holds; of the key where the text is written with escapes. */
export function placeInToml(
  { file }: TomlReading,
  key: string,
  text: string,
  offset: number,
): { line: number; column: number } {
  const start = file.text.indexOf(text);
  if (start >= 0 && text !== "") return placeAt(file.text, start + offset);
  return placeAt(file.text, Math.max(0, file.text.search(new RegExp(`^[ \\t]*${key}[ \\t]*=`, "m"))));
}

function isTable(value: unknown): value is TomlTable {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
