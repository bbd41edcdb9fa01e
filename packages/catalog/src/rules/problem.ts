import type { Place } from "@calypso/kql";

/** Every kind of problem that reading or checking a rule can report, with what it means. */
export const problemCodes = {
  "unreadable-file": "The file cannot be read, or is not text.",
  "yaml-syntax": "The text is not YAML.",
  "json-syntax": "The text is not JSON.",
  "toml-syntax": "The text is not TOML.",
  "query-syntax": "A query that does not follow the grammar of its language.",
  "not-a-rule": "The document holds no detection rule.",
  "not-a-function": "The document holds no saved function.",
  "duplicate-function": "A function whose name was read before.",
  "missing-key": "A key that the rule needs is absent.",
  "bad-value": "A value is not of the form that its key takes.",
  "unknown-value": "A name that is not among those its key takes.",
  limit: "A value is beyond a limit of Microsoft Sentinel.",
  "ignored-key": "A key without effect on a rule of this kind.",
  "duplicate-key": "A key that is written twice.",
  "duplicate-rule": "A rule whose id was read before.",
  "folded-query": "A query in a folded block, where a line comment would hide all that follows.",
  "query-cut-short": "A query that ends in the middle.",
  recovered: "The document was damaged, and was read by its known keys.",
  "unsupported-kind": "A kind of rule that has no query to run.",
  skipped: "Content of another kind, beside the rules.",
  "bad-scenario": "Something in a file of scenarios that means nothing, or is not of the form that its key takes.",
  "bad-guidance": "Something in a file of guidance that is absent, means nothing, or does not do what it says.",
  "bad-condition": "A condition of a Sigma rule that cannot be read.",
  "unsupported-modifier": "A modifier of a Sigma rule that does not exist, or means nothing where it stands.",
  "unsupported-value": "A value that KQL has no exact form for.",
  "unmapped-source": "A log source of a Sigma rule that no table here is known to hold.",
  "unmapped-field": "A field of a Sigma rule that no column here is known to hold.",
  "never-matches": "A test that no event here can meet.",
  "bad-vocabulary":
    "Something in a file of the vocabulary that means nothing, or a field that its table does not have.",
  "no-expiry": "An exception that holds for ever.",
  "unused-exception": "An exception of rules that are not there.",
  "exception-expired": "An exception whose time is over.",
  "exception-ends": "An exception whose time is over within two weeks.",
  "duplicate-exception": "An exception whose id was read before.",
  "column-not-returned": "A column that the rule uses and its query does not return.",
} as const;

export type ProblemCode = keyof typeof problemCodes;

/** Something wrong with a rule's document, and where. Lines and columns count from 1. */
export interface Problem {
  readonly code: ProblemCode;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Path of the YAML or JSON key: `entityMappings[0].entityType`. */
  readonly key?: string;
  /** Id of the rule, where it is known. */
  readonly rule?: string;
}

/** A file being read, and what was found wrong with it so far. */
export interface Reading {
  readonly file: string;
  readonly problems: Problem[];
  /** The place in the file of an offset in the text that the parser was given. */
  readonly place: (offset: number) => Place;
}

/** What a problem says beside its place. */
export type Finding = Pick<Problem, "code" | "severity" | "message" | "key" | "rule">;

/** Adds a problem at an offset of the parsed text, and returns it. */
export function report(reading: Reading, offset: number, finding: Finding): Problem {
  const problem = { ...finding, file: reading.file, ...reading.place(offset) };
  reading.problems.push(problem);
  return problem;
}

/** A problem on one line, as compilers print them; its code may be of another table. */
export function printProblem(problem: Omit<Problem, "code"> & { readonly code: string }): string {
  const key = problem.key === undefined ? "" : ` › ${problem.key}`;
  return `${problem.severity}[${problem.code}]: ${problem.file}${key}, line ${problem.line}, column ${problem.column}: ${problem.message}`;
}
