import type { FilesBeside } from "../language.js";
import { readSigmaFile, type SigmaDocument, type SigmaFile } from "./sigma-file.js";
import { namesOf } from "./sigma-rule.js";
import { textOf, textsOf, under } from "./yaml-tree.js";

/** What rules of other files have to do with those of one. */
export interface SigmaIndex {
  /** Filters of all files. */
  readonly filters: readonly SigmaDocument[];
  /** Names and ids of rules that only make what a correlation reads. */
  readonly feeds: ReadonlySet<string>;
  /** The rule of a name or id. */
  readonly rule: (name: string) => SigmaDocument | undefined;
}

/** By the list of paths, which stays the same for as long as the files do. */
const indexes = new WeakMap<readonly string[], SigmaIndex>();

/** The filters and correlations of some files; each set of files is looked through once, and only such files are parsed. */
export function indexBeside(beside: FilesBeside): SigmaIndex {
  const known = indexes.get(beside.paths);
  if (known !== undefined) return known;
  const paths = beside.paths.filter((path) => /\.ya?ml$/i.test(path));
  const parsed = new Map<string, SigmaFile>();
  const read = (path: string) => {
    const file = parsed.get(path) ?? readSigmaFile({ name: path, text: beside.text(path) ?? "" });
    parsed.set(path, file);
    return file;
  };
  const special = paths.filter((path) => /^(?:filter|correlation)\s*:/m.test(beside.text(path) ?? ""));
  const documents = special.flatMap((path) => read(path).documents);
  const rule = (name: string) => {
    for (const path of paths) {
      if (!(beside.text(path) ?? "").includes(name)) continue;
      const found = ruleNamed(read(path).documents, name);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const index = { ...indexOf(documents), rule };
  indexes.set(beside.paths, index);
  return index;
}

/** The filters and the feeds of some documents. */
export function indexOf(documents: readonly SigmaDocument[]): Pick<SigmaIndex, "filters" | "feeds"> {
  const correlations = documents.filter(({ kind }) => kind === "correlation");
  const silent = correlations.filter(({ tree }) => !generates(tree));
  return {
    filters: documents.filter(({ kind }) => kind === "filter"),
    feeds: new Set(silent.flatMap(({ tree }) => textsOf(under(under(tree, "correlation"), "rules")))),
  };
}

/** The rule or correlation of a name or id. */
export function ruleNamed(documents: readonly SigmaDocument[], name: string): SigmaDocument | undefined {
  return documents.find(({ kind, tree }) => kind !== "filter" && namesOf(tree).includes(name));
}

/** The rules that a correlation names raise alerts of their own too. */
function generates(tree: SigmaDocument["tree"]): boolean {
  const written = textOf(under(under(tree, "correlation"), "generate")) ?? textOf(under(tree, "generate"));
  return written === "true";
}
