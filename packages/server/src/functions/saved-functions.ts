import { type Problem, placeInFile, readFunctions, type SavedFunction } from "@calypso/catalog";
import type { FunctionSchema } from "@calypso/kql";
import { filesBelow, readText } from "../platform/text-files.js";

/** The saved functions of some files, and what is wrong with the files. */
export interface LoadedFunctions {
  readonly functions: ReadonlyMap<string, FunctionSchema>;
  readonly problems: readonly Problem[];
}

/** Loads functions from files and folders; of two under one name the later counts. */
export function loadFunctions(paths: readonly string[]): LoadedFunctions {
  const problems: Problem[] = [];
  const functions = new Map<string, FunctionSchema>();
  for (const path of paths.flatMap((root) => filesBelow(root, /\.(?:ya?ml|json|kql|kusto|csl)$/i))) {
    const text = readText(path);
    if (text === undefined) {
      const message = "the file cannot be read as text in UTF-8";
      problems.push({ code: "unreadable-file", severity: "error", message, file: path, line: 1, column: 1 });
      continue;
    }
    const read = readFunctions({ name: path, text });
    problems.push(...read.problems);
    for (const saved of read.functions) {
      const before = functions.get(saved.name);
      if (before !== undefined) problems.push(duplicate(saved, before));
      functions.set(saved.name, schemaOf(saved));
    }
  }
  return { functions, problems };
}

function schemaOf({ name, parameters, query }: SavedFunction): FunctionSchema {
  return {
    name,
    parameters,
    body: query.text,
    file: query.file,
    placeInFile: (place) => placeInFile(query, place),
  };
}

function duplicate({ name, query }: SavedFunction, before: FunctionSchema): Problem {
  const message = `\`${name}\` is a function of ${before.file} too; this one counts`;
  const place = placeInFile(query, { line: 1, column: 1 });
  return { code: "duplicate-function", severity: "warning", message, file: query.file, ...place };
}
