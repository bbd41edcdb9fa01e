import type { Place } from "@calypso/kql";
import { isScalar } from "yaml";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf, textsOf } from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import { queryUnder } from "../rules/query-field.js";
import type { RuleFile } from "../rules/read-rules.js";
import type { RuleQuery } from "../rules/rule-query.js";
import { readYamlDocument } from "../rules/yaml-document.js";

/** What stands beside a rule for those who judge its alerts: why it is there, and what else makes it fire. */
export interface RuleGuidance {
  readonly file: string;
  /** The rule's id or name, where the file says it; else the rule stands beside it. */
  readonly rule?: string;
  readonly hypothesis: Hypothesis;
  readonly falsePositives: readonly FalsePositive[];
}

/** What the rule supposes, in words. */
export interface Hypothesis {
  /** What the adversary does. */
  readonly adversary: string;
  /** What there would be to see of it. */
  readonly seen: string;
  /** The tables in which. */
  readonly where: readonly string[];
  /** What would show that it is something else. */
  readonly refuted: string;
}

/** Something harmless that makes the rule fire, and a filter that keeps it out. */
export interface FalsePositive {
  readonly name: string;
  readonly explanation: string;
  /** One KQL expression over the columns of the rule's result: true for the rows that are harmless. */
  readonly filter: RuleQuery;
  /** The scenario in `NAME.tests.yaml` that shows it, by its name. */
  readonly scenario: string;
  readonly place: Place;
}

/** The guidance of a file, and all that makes no sense in it: with problems there is no guidance. */
export interface ReadGuidance {
  readonly guidance?: RuleGuidance;
  readonly problems: readonly Problem[];
}

/** The name of a file of guidance: `NAME.guidance.yaml`, beside the rule `NAME.yaml`. */
export function isGuidanceFile(path: string): boolean {
  return /\.guidance\.ya?ml$/i.test(path);
}

/** Reads `NAME.guidance.yaml`. Every key that is absent, means nothing or has a value of another form is a problem with its place. */
export function readGuidance(file: RuleFile): ReadGuidance {
  const problems: Problem[] = [];
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return { problems };
  const root: Field = { path: "", key: "the file", node: reading.document.contents, offset: 0 };
  const keys = entriesOf(reading, root, ["rule", "hypothesis", "falsePositives"]);
  if (problems.length > 0 && keys.size === 0) return { problems };
  const rule = keys.has("rule") ? { rule: requiredText(reading, root, keys, "rule") } : {};
  const hypothesis = readHypothesis(reading, root, keys.get("hypothesis"));
  const falsePositives = readFalsePositives(reading, root, keys.get("falsePositives"));
  if (problems.length > 0 || hypothesis === undefined) return { problems };
  return { guidance: { file: file.name, ...rule, hypothesis, falsePositives }, problems };
}

const hypothesisKeys = ["adversary", "seen", "where", "refuted"];

function readHypothesis(reading: NodeReading, root: Field, field: Field | undefined): Hypothesis | undefined {
  if (field === undefined) return wrong(reading, root, "the file has no `hypothesis`: what the rule supposes");
  const keys = entriesOf(reading, field, hypothesisKeys);
  const where = keys.get("where");
  const tables = textsOf(reading, where);
  if (tables.length === 0) wrong(reading, where ?? field, "`where` names the tables in which it is to be seen");
  const text = (key: string) => requiredText(reading, field, keys, key);
  return { adversary: text("adversary"), seen: text("seen"), where: tables, refuted: text("refuted") };
}

const falsePositiveKeys = ["name", "explanation", "filter", "scenario"];

function readFalsePositives(reading: NodeReading, root: Field, field: Field | undefined): readonly FalsePositive[] {
  const items = field === undefined ? [] : listFields(reading, field);
  if (items.length === 0) {
    wrong(reading, field ?? root, "`falsePositives` lists what is harmless and makes the rule fire");
  }
  const read = items.map((item): FalsePositive => {
    const keys = entriesOf(reading, item, falsePositiveKeys);
    const filter = keys.get("filter");
    const text = (key: string) => requiredText(reading, item, keys, key);
    const [name, explanation, scenario] = [text("name"), text("explanation"), text("scenario")];
    const isWritten = text("filter") !== "";
    const query = queryUnder(reading, isWritten && filter !== undefined ? filter : nowhere(item));
    return { name, explanation, scenario, filter: query, place: reading.place(item.offset) };
  });
  for (const [index, { name }] of read.entries()) {
    const item = items[index];
    const isSecond = name !== "" && read.findIndex((other) => other.name === name) < index;
    if (item !== undefined && isSecond) wrong(reading, item, `another false positive is called \`${name}\` too`);
  }
  return read;
}

/** A field without a value, at the place of another. */
const nowhere = (field: Field): Field => ({ ...field, node: null });

function requiredText(reading: NodeReading, whole: Field, keys: ReadonlyMap<string, Field>, key: string): string {
  const field = keys.get(key);
  const text = field !== undefined && isScalar(field.node) ? (textOf(reading, field)?.trim() ?? "") : "";
  if (text === "")
    wrong(reading, field ?? whole, field === undefined ? `\`${key}\` is absent` : `\`${key}\` takes text`);
  return text;
}

function entriesOf(reading: NodeReading, field: Field, known: readonly string[]): ReadonlyMap<string, Field> {
  const entries = mapFields(reading, field.node, field.path);
  if (entries === undefined) wrong(reading, field, `${field.key} takes a map of ${known.join(", ")}`);
  const found = new Map<string, Field>();
  for (const entry of entries ?? []) {
    if (!known.includes(entry.key)) wrong(reading, entry, `\`${entry.key}\` is not one of ${known.join(", ")}`);
    else if (found.has(entry.key)) wrong(reading, entry, `\`${entry.key}\` is there twice`);
    else found.set(entry.key, entry);
  }
  return found;
}

function wrong(reading: NodeReading, field: Field, message: string): undefined {
  const finding = { code: "bad-guidance", severity: "error", message } as const;
  if (field.path === "") report(reading, field.offset, finding);
  else fieldProblem(reading, field, finding);
  return undefined;
}
