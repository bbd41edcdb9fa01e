import type { Problem, ProblemCode } from "../../rules/problem.js";
import type { RuleFile } from "../../rules/read-rules.js";
import { laidOver, textOf, under, type YamlTree, yamlTrees } from "./yaml-tree.js";

/** One document of a Sigma file, with what it takes over from those before it. */
export interface SigmaDocument {
  readonly kind: "rule" | "correlation" | "filter";
  readonly tree: YamlTree;
  readonly file: SigmaFile;
}

/** A Sigma file being read, with what was found wrong with it. */
export interface SigmaFile {
  readonly name: string;
  readonly text: string;
  readonly documents: readonly SigmaDocument[];
  readonly problems: Problem[];
  readonly place: (offset: number) => { readonly line: number; readonly column: number };
}

/**
 * Reads the documents of a file. A document with `action: global` is laid under all that follow, until `action: reset`;
 * one with `action: repeat` is laid over the document before it.
 */
export function readSigmaFile({ name, text: written }: RuleFile): SigmaFile {
  const text = written.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const { documents: trees, error, place } = yamlTrees(text);
  const problems: Problem[] = [];
  const documents: SigmaDocument[] = [];
  const file: SigmaFile = { name, text, documents, problems, place };
  if (error !== undefined) addProblem(file, error.offset, "yaml-syntax", error.message);
  let global: YamlTree | undefined;
  let previous: YamlTree | undefined;
  for (const tree of trees) {
    if (tree.kind === "scalar" && tree.value === null) continue;
    const action = textOf(under(tree, "action"))?.trim().toLowerCase();
    if (action === "global") {
      global = global === undefined ? tree : laidOver(global, tree);
      continue;
    }
    if (action === "reset") {
      global = undefined;
      previous = undefined;
      continue;
    }
    const base = action === "repeat" ? previous : global;
    if (action !== undefined && action !== "repeat") {
      addProblem(file, tree.start, "unknown-value", `\`${action}\` is none of the actions global, reset and repeat`);
    } else if (action === "repeat" && previous === undefined) {
      addProblem(file, tree.start, "bad-value", "there is no rule before this one that it could repeat");
    }
    const whole = base === undefined ? tree : laidOver(base, tree);
    previous = whole;
    const kind = kindOf(whole);
    if (kind === undefined) {
      addProblem(
        file,
        tree.start,
        "not-a-rule",
        "the document has no `detection`, `correlation` or `filter`",
        "warning",
      );
    } else documents.push({ kind, tree: whole, file });
  }
  return file;
}

function kindOf(tree: YamlTree): SigmaDocument["kind"] | undefined {
  if (under(tree, "correlation") !== undefined) return "correlation";
  if (under(tree, "filter") !== undefined) return "filter";
  return under(tree, "detection") === undefined ? undefined : "rule";
}

/** Adds a problem of a document, and returns it. */
export function addProblem(
  file: SigmaFile,
  offset: number,
  code: ProblemCode,
  message: string,
  severity: Problem["severity"] = "error",
  more: Pick<Problem, "key" | "rule"> = {},
): Problem {
  const problem = { code, severity, message, file: file.name, ...file.place(offset), ...more };
  file.problems.push(problem);
  return problem;
}
