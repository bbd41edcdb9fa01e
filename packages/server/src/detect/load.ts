import {
  covers,
  isExceptionsFile,
  isOverridesFile,
  overridden,
  type Problem,
  type ReadOverrides,
  type Rule,
  type RuleException,
  readExceptions,
  readOverrides,
  readRunnableRules,
} from "@calypso/catalog";
import { shippedVocabulary } from "../platform/vocabulary.js";

/** What loading needs of a file system. */
export interface RuleFiles {
  /** The files that may hold rules: the path itself, or all below a folder, in order. */
  list(path: string): Promise<readonly string[]>;
  /** The bytes of a file. */
  read(path: string): Promise<Uint8Array>;
}

/** The rules of some files, also those that cannot run, and what is wrong with the files. */
export interface LoadedRules {
  /** Each with its exceptions. */
  readonly rules: readonly Rule[];
  /** All exceptions, also those of rules that are not there. */
  readonly exceptions: readonly RuleException[];
  readonly problems: readonly Problem[];
  /** The texts of the files that could be read, by name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The files of overrides and exceptions among them. */
  readonly settings: readonly string[];
}

/**
 * Loads rules from files and folders. What cannot be read is a problem of its own; the rest is loaded. Rules that refer to others may
 * find them in the texts of `beside`, which are not loaded.
 */
export async function loadRules(
  files: RuleFiles,
  paths: readonly string[],
  beside: ReadonlyMap<string, string> = new Map(),
): Promise<LoadedRules> {
  const problems: Problem[] = [];
  const rules: Rule[] = [];
  const texts = new Map<string, string>();
  const seen = new Set<string>();
  const changes: (ReadOverrides & { readonly file: string })[] = [];
  const exceptions: RuleException[] = [];
  const found = new Map<string, { readonly path: string; readonly text: string }>();
  for (const path of paths) {
    for (const file of await listFiles(files, path, problems)) {
      if (seen.has(file)) continue;
      seen.add(file);
      const text = await readText(files, file, problems);
      if (text !== undefined) found.set(file, { path, text });
    }
  }
  const surroundings = {
    vocabulary: shippedVocabulary,
    beside: {
      paths: [...new Set([...found.keys(), ...beside.keys()])],
      text: (file: string) => found.get(file)?.text ?? beside.get(file),
    },
  };
  for (const [file, { path, text }] of found) {
    if (isOverridesFile(file)) {
      changes.push({ ...readOverrides({ name: file, text }), file });
      continue;
    }
    if (isExceptionsFile(file)) {
      const read = readExceptions({ name: file, text });
      texts.set(file, text);
      problems.push(...read.problems);
      for (const exception of read.exceptions) addException(exceptions, exception, problems);
      continue;
    }
    const read = readRunnableRules({ name: file, text }, surroundings);
    // A text beside the rules, found in their folder, is not mistaken for a rule.
    if (file !== path && /\.(?:txt|md)$/i.test(file) && read.problems[0]?.code === "not-a-rule") continue;
    texts.set(file, text);
    problems.push(...read.problems);
    for (const rule of read.rules) addRule(rules, rule, problems);
  }
  problems.push(...changes.flatMap((change) => [...change.problems, ...unknownRules(change, rules)]));
  const override = (id: string) => changes.find(({ overrides }) => overrides.has(id))?.overrides.get(id);
  problems.push(...unusedExceptions(exceptions, rules));
  const changed = rules.map((rule) => overridden(rule, override(rule.id.toLowerCase())));
  const settings = [...found.keys()].filter((file) => isOverridesFile(file) || isExceptionsFile(file));
  return { rules: changed.map((rule) => withExceptions(rule, exceptions)), exceptions, problems, texts, settings };
}

function withExceptions(rule: Rule, all: readonly RuleException[]): Rule {
  const exceptions = all.filter((exception) => covers(exception, rule));
  return exceptions.length === 0 ? rule : { ...rule, exceptions };
}

/** Another exception under the same id is told and left out, as both would be counted as one. */
function addException(exceptions: RuleException[], exception: RuleException, problems: Problem[]): void {
  const same = exceptions.find(({ id }) => id === exception.id);
  if (same === undefined) {
    exceptions.push(exception);
    return;
  }
  const message = `the id ${exception.id} is that of an exception in ${same.file} too; this one is left out`;
  problems.push(ofException(exception, { code: "duplicate-exception", severity: "error", message }));
}

function unusedExceptions(exceptions: readonly RuleException[], rules: readonly Rule[]): Problem[] {
  return exceptions.flatMap((exception) => {
    const ids = exception.rules === "all" ? [] : exception.rules;
    const gone = ids.filter((id) => !rules.some((rule) => rule.id.toLowerCase() === id));
    const told = gone.map((id) => `no rule has the id ${id}`);
    if (exception.rules === "all" && !rules.some((rule) => covers(exception, rule)))
      told.push("there are no rules here");
    return told.map((message) => ofException(exception, { code: "unused-exception", severity: "warning", message }));
  });
}

function ofException(
  { id, file, place }: RuleException,
  found: Pick<Problem, "code" | "severity" | "message">,
): Problem {
  return { ...found, file, ...place, key: id };
}

function unknownRules(
  { overrides, file }: ReadOverrides & { readonly file: string },
  rules: readonly Rule[],
): Problem[] {
  const known = new Set(rules.map(({ id }) => id.toLowerCase()));
  return [...overrides].flatMap(([id, { place }]) => {
    if (known.has(id)) return [];
    const message = `no rule has the id ${id}`;
    return [{ code: "unknown-value" as const, severity: "warning" as const, message, file, ...place, key: id }];
  });
}

async function listFiles(files: RuleFiles, path: string, problems: Problem[]): Promise<readonly string[]> {
  try {
    const found = await files.list(path);
    if (found.length === 0)
      problems.push(unreadable(path, "the folder holds no rules (.yaml, .yml, .json, .kql, .txt, .md)"));
    return found;
  } catch (cause) {
    problems.push(unreadable(path, reasonOf(cause)));
    return [];
  }
}

async function readText(files: RuleFiles, file: string, problems: Problem[]): Promise<string | undefined> {
  try {
    const bytes = await files.read(file);
    const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : "utf-8";
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    problems.push(unreadable(file, cause instanceof TypeError ? "the file is not text in UTF-8" : reasonOf(cause)));
    return undefined;
  }
}

/** A copy of a rule is left out; another rule under the same id is told and kept. */
function addRule(rules: Rule[], rule: Rule, problems: Problem[]): void {
  const same = rule.id === "" ? undefined : rules.find((other) => other.id.toLowerCase() === rule.id.toLowerCase());
  if (same === undefined) {
    rules.push(rule);
    return;
  }
  const copy = same.query.text === rule.query.text && same.kind === rule.kind;
  problems.push({
    code: "duplicate-rule",
    severity: "warning",
    message: `the id ${rule.id} is that of a rule in ${same.file} too; ${copy ? "this copy is left out" : "both are kept"}`,
    file: rule.file,
    ...(rule.places["id"] ?? { line: 1, column: 1 }),
    key: "id",
    rule: rule.id,
  });
  if (!copy) rules.push(rule);
}

function unreadable(file: string, message: string): Problem {
  return { code: "unreadable-file", severity: "error", message, file, line: 1, column: 1 };
}

function reasonOf(cause: unknown): string {
  const code = cause instanceof Error && "code" in cause ? cause.code : undefined;
  if (code === "ENOENT") return "there is no such file or folder";
  if (code === "EACCES" || code === "EPERM") return "reading it is not permitted";
  return cause instanceof Error ? cause.message : String(cause);
}
