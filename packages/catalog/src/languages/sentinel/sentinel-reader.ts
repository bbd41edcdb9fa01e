import type { Detection } from "../../detections/detection.js";
import type { Problem } from "../../rules/problem.js";
import { type RuleFile, readRules } from "../../rules/read-rules.js";
import type { PlainValue, Rule } from "../../rules/rule.js";
import type { PlatformReader } from "../language.js";
import { type MarkdownQuery, markdownQueries } from "./markdown-queries.js";
import { mayHoldSentinel } from "./sentinel-layout.js";

/** Microsoft Sentinel's rules and hunting queries: YAML, ARM JSON and solution packages, bare KQL, and Markdown with KQL blocks. */
export const sentinelReader: PlatformReader = {
  platform: "Sentinel",
  mayHold: mayHoldSentinel,
  read(file) {
    if (/\.(?:md|markdown)$/i.test(file.name)) return { detections: pageDetections(file), problems: [] };
    const isJson = /\.json$/i.test(file.name);
    if (isJson && !/securityinsights|savedsearches|"query"/i.test(file.text)) return { detections: [], problems: [] };
    const { rules, problems } = readRules(file);
    const told = problems.filter(({ code }) => code !== "skipped" && !(isJson && code === "not-a-rule"));
    return { detections: rules.map((rule) => detectionOf(rule, told)), problems: told };
  },
};

function detectionOf(rule: Rule, problems: readonly Problem[]): Detection {
  const authors = textsAt(rule.metadata, "author", "name");
  return {
    ...{ platform: "Sentinel", language: rule.query.text === "" ? "none" : "kql" },
    ...{ id: rule.id, name: rule.name, purpose: rule.kind === "Hunting" ? "hunt" : "rule" },
    description: unquoted(rule.description),
    ...(rule.kind === "Hunting" ? {} : { severity: rule.severity }),
    ...(rule.status === undefined ? {} : { status: rule.status }),
    version: rule.version,
    ...{ authors, references: [], falsePositives: [] },
    attack: { tactics: rule.tactics, techniques: [...new Set([...rule.techniques, ...rule.subTechniques])].sort() },
    dataSources: rule.requiredDataConnectors.flatMap(({ connectorId, dataTypes }) => [
      ...(connectorId === "" ? [] : [connectorId]),
      ...dataTypes,
    ]),
    tags: rule.tags.flatMap((tag) => (typeof tag === "string" ? [tag] : [])),
    text: rule.query.text,
    dissection: { stages: [], reads: [], thresholds: [], outputs: [], unread: [] },
    ...(rule.queryFrequency === undefined ? {} : { frequency: rule.queryFrequency }),
    ...(rule.queryPeriod === undefined ? {} : { period: rule.queryPeriod }),
    ...{ rule, file: rule.file, place: rule.places["id"] ?? rule.places["name"] ?? { line: 1, column: 1 } },
    problems: problems.filter(({ rule: id }) => id !== undefined && id === rule.id && id !== ""),
  };
}

function pageDetections(page: RuleFile): readonly Detection[] {
  const text = page.text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  return markdownQueries(text).flatMap((query) => {
    const { rules, problems } = readRules({ name: `${page.name}.kql`, text: query.text });
    return rules.map((rule) => ofPage(detectionOf(rule, problems), query, page.name));
  });
}

function ofPage(detection: Detection, query: MarkdownQuery, file: string): Detection {
  const { rule } = detection;
  const name = query.name === "" ? (file.split("/").at(-1) ?? file).replace(/\.\w+$/, "") : query.name;
  const about = { name, description: query.description, file };
  const origin = { kind: "lines", line: query.line, indent: 0 } as const;
  return {
    ...{ ...detection, ...about, attack: { ...detection.attack, techniques: query.techniques } },
    ...(rule === undefined ? {} : { rule: { ...rule, ...about, query: { ...rule.query, file, origin } } }),
    place: { line: query.line, column: 1 },
  };
}

/** Many descriptions of the public repository stand in quotes inside a block, where the quotes mean nothing. */
function unquoted(text: string): string {
  return /^\s*'([\s\S]*)'\s*$/.exec(text)?.[1]?.trim() ?? text.trim();
}

function textsAt(value: PlainValue | undefined, ...path: readonly string[]): readonly string[] {
  const found = path.reduce<PlainValue | undefined>((inner, key) => {
    if (typeof inner !== "object" || inner === null || Array.isArray(inner)) return undefined;
    return Object.entries(inner).find(([name]) => name === key)?.[1];
  }, value);
  return typeof found === "string" && found.trim() !== "" ? [found.trim()] : [];
}
