import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionSchema } from "@calypso/kql";
import { asimFunction } from "./asim-names.js";

/** Functions by name; nothing is read before a name is looked up that may be one. */
export interface FunctionSource {
  function(name: string): FunctionSchema | undefined;
  readonly functionNames: readonly string[];
}

/**
 * The functions of the folder `content/functions`. A file there is named for its one function; those of the folder `asim` hold
 * all functions of one schema.
 */
export function shippedFunctions(folder: string): FunctionSource {
  const found = new Map<string, FunctionSchema | undefined>();
  const files = new Map<string, ReadonlyMap<string, FunctionSchema>>();
  const single = lazy(() => namesIn(folder));
  const read = (path: string): ReadonlyMap<string, FunctionSchema> => {
    const known = files.get(path) ?? readFunctions(folder, path);
    files.set(path, known);
    return known;
  };
  const find = (name: string): FunctionSchema | undefined => {
    const asim = asimFunction(name);
    if (asim === undefined) return single().has(name) ? read(`${name}.kql`).get(name) : undefined;
    const written = existsSync(join(folder, asim.file)) ? read(asim.file).get(asim.name) : undefined;
    // The body of a function under another name is the same, and so are the places in it.
    return written === undefined ? undefined : { ...written, name };
  };
  return {
    function: (name) => {
      if (!found.has(name)) found.set(name, find(name));
      return found.get(name);
    },
    get functionNames() {
      const asim = [...namesIn(join(folder, "asim"))].flatMap((name) => [...read(`asim/${name}.kql`).keys()]);
      return [...single(), ...asim];
    },
  };
}

function namesIn(folder: string): ReadonlySet<string> {
  const files = readdirSync(folder).filter((file) => file.endsWith(".kql"));
  return new Set(files.map((file) => file.slice(0, -".kql".length)));
}

/** The functions of a file: `let NAME = (PARAMETERS) {`, the body on lines of its own, and `};`. */
function readFunctions(folder: string, path: string): ReadonlyMap<string, FunctionSchema> {
  const text = readFileSync(join(folder, path), "utf8");
  const functions = new Map<string, FunctionSchema>();
  for (const match of text.matchAll(/^((?:\/\/[^\n]*\n)*)let (\w+) = (\([^{]*\)) \{\n([\s\S]*?)\n\};$/gm)) {
    const [whole, comment = "", name = "", parameters = "", body = ""] = match;
    const before = text.slice(0, match.index + whole.length - body.length - "\n};".length);
    const line = before.split("\n").length - 1;
    const warning = /^\/\/ warning: (.*)$/m.exec(comment)?.[1];
    functions.set(name, {
      name,
      parameters,
      body,
      file: `the shipped function ${name}`,
      placeInFile: (place) => ({ ...place, line: place.line + line }),
      ...(warning === undefined ? {} : { warning }),
    });
  }
  return functions;
}

function lazy<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
