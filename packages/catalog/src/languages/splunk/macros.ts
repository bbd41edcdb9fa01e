import { parseDocument } from "yaml";
import type { FilesBeside } from "../language.js";

/** A macro's use in a search: its name and what it is called with. */
export interface MacroUse {
  readonly name: string;
  readonly parameters: readonly string[];
}

/** A macro's definition, with the names of its parameters. */
interface MacroDefinition {
  readonly definition: string;
  readonly parameters: readonly string[];
}

/** Macros of one repository, by name and number of parameters. */
export interface Macros {
  readonly find: (name: string, count: number) => MacroDefinition | undefined;
}

/** Reads `` `name(a, "b")` ``. */
export function macroUse(written: string): MacroUse {
  const inner = written.slice(1, -1).trim();
  const open = inner.indexOf("(");
  if (open < 0 || !inner.endsWith(")")) return { name: inner, parameters: [] };
  return { name: inner.slice(0, open).trim(), parameters: parametersOf(inner.slice(open + 1, -1)) };
}

/** Texts between commas that stand in no quotes and no brackets. */
function parametersOf(text: string): string[] {
  const parts: string[] = [];
  let [part, depth, isQuoted] = ["", 0, false];
  for (const sign of text) {
    if (sign === '"') isQuoted = !isQuoted;
    else if (!isQuoted && sign === "(") depth += 1;
    else if (!isQuoted && sign === ")") depth -= 1;
    if (sign === "," && depth === 0 && !isQuoted) {
      parts.push(part);
      part = "";
    } else part += sign;
  }
  return [...parts, part].map((one) => one.trim().replace(/^"([\s\S]*)"$/, "$1"));
}

/** The macros that lie beside a rule: `macros/NAME.yml`, each read when it is asked for. */
export function macrosBeside(beside: FilesBeside): Macros {
  const read = new Map<string, MacroDefinition | undefined>();
  return {
    find(name, count) {
      if (!/^[\w.:-]+$/.test(name)) return undefined;
      if (!read.has(name)) read.set(name, readMacro(beside, name));
      const macro = read.get(name);
      return macro !== undefined && macro.parameters.length === count ? macro : undefined;
    },
  };
}

function readMacro(beside: FilesBeside, name: string): MacroDefinition | undefined {
  const endings = [`macros/${name}.yml`, `macros/${name}.yaml`];
  const path = beside.paths.find((one) => endings.some((ending) => one === ending || one.endsWith(`/${ending}`)));
  const text = path === undefined ? undefined : beside.text(path);
  if (text === undefined) return undefined;
  const document = parseDocument(text, { uniqueKeys: false });
  const definition = document.errors.length > 0 ? undefined : document.get("definition");
  if (typeof definition !== "string") return undefined;
  const written = document.toJS({ maxAliasCount: 10 }) as unknown;
  const parameters = typeof written === "object" && written !== null && "arguments" in written ? written.arguments : [];
  return {
    definition: definition.trim(),
    parameters: Array.isArray(parameters) ? parameters.filter((one) => typeof one === "string") : [],
  };
}

/** What the public repository's own macros do, for rules that come without it; `$1$` is the parameter. */
const wellKnown: Readonly<Record<string, string>> = {
  "security_content_ctime/1": "convert ctime($1$)",
  "security_content_summariesonly/0": "summariesonly=false",
  "summariesonly/0": "summariesonly=false",
  "drop_dm_object_name/1": "rename $1$.* as *",
};

/** The macro's text with its parameters filled in: of the repository, else of the well-known ones; undefined where it is in neither. */
export function macroText({ name, parameters }: MacroUse, macros: Macros): string | undefined {
  const key = `${name}/${parameters.length}`;
  const known = Object.hasOwn(wellKnown, key) ? wellKnown[key] : undefined;
  const macro = macros.find(name, parameters.length);
  if (macro === undefined) return known?.replaceAll("$1$", () => parameters[0] ?? "");
  const values = new Map(macro.parameters.map((parameter, index) => [parameter, parameters[index] ?? ""]));
  return macro.definition.replace(/\$(\w+)\$/g, (sign, parameter: string) => values.get(parameter) ?? sign);
}

/** True for the hook that the rule's author leaves open for exclusions. */
export function isFilterHook({ name }: MacroUse): boolean {
  return name.endsWith("_filter");
}
