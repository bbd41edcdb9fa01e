import type { EventKind, EventSource, Vocabulary } from "../../../vocabulary/vocabulary.js";
import type { SigmaLogic } from "../logic.js";
import { conditionLines, conditionText } from "./layout.js";
import { kqlName } from "./literals.js";
import { logicNode, type Remark, type Translation } from "./matches.js";
import { type KqlList, type KqlNode, simplified, usesMade } from "./nodes.js";
import { type MadeColumns, subjectOf } from "./subjects.js";
import { testNode } from "./tests.js";

/** A Sigma rule's condition as KQL over the table that holds its events. */
export interface KqlOfLogic {
  /** The lines of the query; absent where something has no form, or nothing can ever match. */
  readonly lines?: readonly string[];
  readonly remarks: readonly Remark[];
}

/** The events that a detection finds, as the lines of a KQL query; `offset` is where the detection stands. */
export function logicToKql(
  vocabulary: Vocabulary,
  { kind, source }: { readonly kind: EventKind; readonly source: EventSource },
  logic: SigmaLogic,
  offset: number,
): KqlOfLogic {
  const made: MadeColumns = new Map();
  const translation: Translation = { vocabulary, kind, source, made, remarks: [] };
  const wanted = logicNode(translation, logic);
  const { remarks } = translation;
  if (remarks.some(({ severity }) => severity === "error")) return { remarks };
  const node = simplified({ kind: "all", parts: [...sourceNodes(kind, source, made), wanted] });
  if (node.kind === "constant" && !node.value) {
    const message = "no event can meet the condition, as the tests that it needs are never met";
    return { remarks: [...remarks, { code: "never-matches", severity: "error", message, offset }] };
  }
  return { lines: queryLines(kind, node, made), remarks };
}

/** Which events of the table the log source means. */
function sourceNodes(kind: EventKind, source: EventSource, made: MadeColumns): readonly KqlNode[] {
  return Object.entries(source.only).map(([field, values]): KqlNode => {
    const subject = subjectOf(kind, field, made);
    const parts = values.map((value) => testNode(subject, { kind: "text", pattern: [value], caseSensitive: false }));
    return { kind: "any", parts: parts.filter((part): part is KqlNode => part.kind !== "no-form") };
  });
}

/** The table, the tests of its own columns, the columns that are made, and the tests of those: a line each. */
function queryLines(kind: EventKind, node: KqlNode, made: MadeColumns): readonly string[] {
  const [table = ""] = kind.tables;
  const applied: string[][] = [];
  const named = withNames(node, applied, new Set([...kind.columns.keys(), ...made.keys()]));
  const parts = named.kind === "all" ? named.parts : named.kind === "constant" ? [] : [named];
  const isLate = (part: KqlNode) => usesMade(part);
  const where = (part: KqlNode) => {
    const [first = "", ...rest] = conditionLines(part, "");
    return [`| where ${first}`, ...rest];
  };
  return [
    kqlName(table),
    ...parts.filter((part) => !isLate(part)).flatMap(where),
    ...[...made].map(([name, expression]) => `| extend ${name} = ${expression}`),
    ...applied.flat(),
    ...parts.filter(isLate).flatMap(where),
  ];
}

/** Tests of the elements of lists become columns that say whether an element met them, one `mv-apply` for each list. */
function withNames(node: KqlNode, applied: string[][], taken: Set<string>): KqlNode {
  const tests = new Map<string, { list: KqlList; columns: Map<string, string> }>();
  const replace = (one: KqlNode): KqlNode => {
    switch (one.kind) {
      case "all":
      case "any":
        return { kind: one.kind, parts: one.parts.map(replace) };
      case "not":
        return { kind: "not", part: replace(one.part) };
      case "within": {
        const group = tests.get(one.list.key) ?? { list: one.list, columns: new Map<string, string>() };
        tests.set(one.list.key, group);
        const text = conditionText(one.part);
        const name = group.columns.get(text) ?? freeName(one.label, taken);
        group.columns.set(text, name);
        return { kind: "term", text: name, made: true };
      }
      default:
        return one;
    }
  };
  const replaced = replace(node);
  for (const { list, columns } of tests.values()) applied.push(applyLines(list, columns));
  return replaced;
}

function freeName(label: string, taken: Set<string>): string {
  const word = label.replace(/\W/g, "");
  const stem = `Has${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? stem : `${stem}${number}`;
    if (taken.has(name)) continue;
    taken.add(name);
    return name;
  }
}

function applyLines({ steps }: KqlList, columns: ReadonlyMap<string, string>): string[] {
  const [first, ...inner] = steps;
  const [last, ...others] = [...columns].map(([test, name]) => `${name} = countif(${test}) > 0`).reverse();
  const summaries = [...others.reverse().map((one) => `${one},`), last ?? ""];
  const [start = "", ...rest] = summaries;
  const isWhole = inner.length === 0;
  return [
    `| mv-apply ${first?.element ?? ""} = ${first?.source ?? ""} on (`,
    ...inner.map(({ source, element }, index) => `    ${index === 0 ? "" : "| "}mv-expand ${element} = ${source}`),
    `    ${isWhole ? "" : "| "}summarize ${start}`,
    ...rest.map((one) => `        ${one}`),
    ")",
  ];
}
