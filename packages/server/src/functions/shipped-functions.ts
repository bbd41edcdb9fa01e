import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { FunctionSchema } from "@calypso/kql";
import { asimFiles, files, shippedName } from "./shipped-names.js";

/** Functions by name; nothing is read before a name is looked up that may be one. */
export interface FunctionSource {
  function(name: string): FunctionSchema | undefined;
  readonly functionNames: readonly string[];
}

/** The functions of the folder `content/functions`; a file is read when a name that it holds is looked up. */
export function shippedFunctions(folder: string): FunctionSource {
  const found = new Map<string, FunctionSchema | undefined>();
  const read = new Map<string, ReadonlyMap<string, FunctionSchema>>();
  const functionsOf = (file: string): ReadonlyMap<string, FunctionSchema> => {
    const known = read.get(file) ?? readFunctions(join(folder, file));
    read.set(file, known);
    return known;
  };
  const find = (name: string): FunctionSchema | undefined => {
    const shipped = shippedName(name);
    const written = shipped === undefined ? undefined : functionsOf(shipped.file).get(shipped.name);
    // A function under another name has the same body, and the same places in it.
    return written === undefined ? undefined : { ...written, name };
  };
  return {
    function: (name) => {
      if (!found.has(name)) found.set(name, find(name));
      return found.get(name);
    },
    get functionNames() {
      return [...Object.keys(files), ...asimFiles].flatMap((file) => [...functionsOf(file).keys()]);
    },
  };
}

/** The functions of a file: `let NAME = (PARAMETERS) {`, the body on lines of its own, and `};`. */
function readFunctions(path: string): ReadonlyMap<string, FunctionSchema> {
  const text = readFileSync(path, "utf8");
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
