import { always } from "../../detections/combine.js";
import type { Detection, DetectionDissection, DetectionThreshold, RuleLanguage } from "../../detections/detection.js";
import { tacticNamed, techniqueNamed } from "../../rules/attack.js";
import type { RuleSeverity } from "../../rules/rule.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { PlatformReader } from "../language.js";
import { writtenLength } from "../parsing/literals.js";
import { thresholdWithVocabulary } from "../vocabulary-names.js";
import { eventReads } from "./event-reads.js";
import { huntsOf } from "./hunts.js";
import { type ElasticLanguage, queryLogic } from "./query-logic.js";
import {
  numberAt,
  placeInToml,
  readToml,
  type TomlReading,
  type TomlTable,
  tableAt,
  tablesAt,
  textAt,
  textsAt,
  tomlProblem,
} from "./toml-table.js";

/** Elastic's detection rules, building blocks and hunts, as TOML. */
export const elasticReader: PlatformReader = {
  platform: "Elastic",
  mayHold: (path) => /\.toml$/i.test(path) && !/(?:^|\/)(?:pyproject|Cargo|Pipfile|config)\.toml$/i.test(path),
  read(file, _beside, vocabulary) {
    const reading: TomlReading = { file, problems: [] };
    const document = readToml(reading);
    const rule = document === undefined ? undefined : tableAt(document, "rule");
    const hunt = document === undefined ? undefined : tableAt(document, "hunt");
    const metadata = (document === undefined ? undefined : tableAt(document, "metadata")) ?? {};
    if (rule !== undefined)
      return { detections: ruleOf(reading, rule, metadata, vocabulary), problems: reading.problems };
    if (hunt !== undefined) return { detections: huntsOf(reading, hunt, vocabulary), problems: reading.problems };
    return { detections: [], problems: reading.problems };
  },
};

/** Elastic's defaults: every five minutes, over six. */
const defaults = { interval: 5 * 60_000, from: 6 * 60_000 };

function ruleOf(reading: TomlReading, rule: TomlTable, metadata: TomlTable, vocabulary: Vocabulary): Detection[] {
  const { file } = reading;
  const name = textAt(rule, "name");
  const id = textAt(rule, "rule_id");
  if (name === undefined || id === undefined) {
    const key = name === undefined ? "name" : "rule_id";
    tomlProblem(reading, "missing-key", "error", `the rule has no \`${key}\``, placeInToml(reading, "name", "", 0));
    return [];
  }
  const logic = logicOf(reading, rule, vocabulary);
  if (logic === undefined) return [];
  const isBlock = textAt(rule, "building_block_type") !== undefined || /(?:^|\/)rules_building_block\//.test(file.name);
  const status = textAt(metadata, "maturity") ?? (/(?:^|\/)_deprecated\//.test(file.name) ? "deprecated" : undefined);
  const severity = severityOf(textAt(rule, "severity"));
  const [created, updated] = [dayAt(metadata, "creation_date"), dayAt(metadata, "updated_date")];
  const references = textsAt(rule, "references");
  return [
    {
      ...{ platform: "Elastic", language: logic.language, id, name, purpose: isBlock ? "feed" : "rule" },
      description: textAt(rule, "description") ?? "",
      ...(severity === undefined ? {} : { severity }),
      ...(status === undefined ? {} : { status }),
      authors: textsAt(rule, "author"),
      references,
      falsePositives: textsAt(rule, "false_positives"),
      ...(created === undefined ? {} : { created }),
      ...(updated === undefined ? {} : { updated }),
      attack: attackOf(rule),
      dataSources: [...new Set([...textsAt(metadata, "integration"), ...textsAt(rule, "index"), ...logic.sources])],
      tags: textsAt(rule, "tags"),
      text: logic.text,
      dissection: logic.dissection,
      frequency: lengthAt(reading, rule, "interval") ?? defaults.interval,
      period: lengthAt(reading, rule, "from") ?? defaults.from,
      file: file.name,
      place: { line: 1, column: 1 },
      problems: reading.problems,
    },
  ];
}

interface RuleLogic {
  readonly language: RuleLanguage;
  readonly text: string;
  readonly dissection: DetectionDissection;
  readonly sources: readonly string[];
}

/** The rule's logic by its type; undefined, with a problem, where it has none that its type needs. */
function logicOf(reading: TomlReading, rule: TomlTable, vocabulary: Vocabulary): RuleLogic | undefined {
  const type = textAt(rule, "type") ?? "query";
  const indices = textsAt(rule, "index");
  if (type === "machine_learning") return machineLearning(rule);
  const text = typeof rule["query"] === "string" ? rule["query"] : undefined;
  if (text === undefined || text.trim() === "") {
    tomlProblem(reading, "missing-key", "error", "the rule has no `query`", placeInToml(reading, "type", "", 0));
    return undefined;
  }
  const language = languageOf(textAt(rule, "language") ?? (type === "esql" || type === "eql" ? type : "kuery"));
  if (language === undefined) {
    const message = `\`${textAt(rule, "language")}\` is no language of Elastic's rules`;
    tomlProblem(reading, "unknown-value", "error", message, placeInToml(reading, "language", "", 0));
    return undefined;
  }
  const { dissection, sources, failure } = queryLogic(text, language, indices, vocabulary);
  if (failure !== undefined) {
    const place = placeInToml(reading, "query", text, failure.offset);
    tomlProblem(reading, "query-syntax", "warning", `the query cannot be read: ${failure.message}`, place);
  }
  const names = eventReads(always, indices, vocabulary).names;
  const thresholds = [...thresholdsOf(rule), ...newTerms(rule)].map((one) => thresholdWithVocabulary(one, names));
  const unread = [...dissection.unread, ...indicatorMatch(rule, type)];
  return {
    ...{ language, text, sources },
    dissection: { ...dissection, thresholds: [...dissection.thresholds, ...thresholds], unread },
  };
}

/** The language by the name that rules give it. */
export function languageOf(written: string): ElasticLanguage | undefined {
  const name = written.toLowerCase().replaceAll("|", "");
  const languages: Readonly<Record<string, ElasticLanguage>> = {
    kuery: "kuery",
    kql: "kuery",
    lucene: "lucene",
    eql: "eql",
    esql: "esql",
  };
  return Object.hasOwn(languages, name) ? languages[name] : undefined;
}

function machineLearning(rule: TomlTable): RuleLogic {
  const jobs = textsAt(rule, "machine_learning_job_id");
  const text = jobs.join("\n");
  const score = numberAt(rule, "anomaly_threshold");
  const part = { text, why: "a machine learning job, whose logic is not in the file" };
  const thresholds: DetectionThreshold[] =
    score === undefined ? [] : [{ function: "max", of: "anomaly_score", by: [], operator: ">=", value: score }];
  const reads = [{ source: text, condition: { kind: "unread", ...part } as const }];
  return {
    language: "none",
    text,
    sources: [],
    dissection: { stages: [], reads, thresholds, outputs: [], unread: [part] },
  };
}

/** `threshold`: how many events, and how many different values, a group has at least. */
function thresholdsOf(rule: TomlTable): DetectionThreshold[] {
  const threshold = tableAt(rule, "threshold");
  if (threshold === undefined) return [];
  const by = textsAt(threshold, "field");
  const within = periodOf(rule);
  const value = numberAt(threshold, "value");
  const count: DetectionThreshold[] =
    value === undefined ? [] : [{ function: "count", by, operator: ">=", value, within }];
  const distinct = tablesAt(threshold, "cardinality").flatMap((item): DetectionThreshold[] => {
    const [of, least] = [textAt(item, "field"), numberAt(item, "value")];
    return of === undefined || least === undefined
      ? []
      : [{ function: "dcount", of, by, operator: ">=", value: least, within }];
  });
  return [...count, ...distinct];
}

/** `new_terms`: values that were not there within the window before. */
function newTerms(rule: TomlTable): DetectionThreshold[] {
  const terms = tableAt(rule, "new_terms");
  if (terms === undefined) return [];
  const fields = textsAt(terms, "value");
  const [window] = tablesAt(terms, "history_window_start");
  const within = window === undefined ? undefined : lengthBack(textAt(window, "value") ?? "");
  if (fields.length === 0) return [];
  return [{ function: "new", by: fields, operator: ">=", value: 1, ...(within === undefined ? {} : { within }) }];
}

/** What indicator rules compare with is in other indices. */
function indicatorMatch(rule: TomlTable, type: string): DetectionDissection["unread"] {
  if (type !== "threat_match") return [];
  const pairs = tablesAt(rule, "threat_mapping").flatMap((group) => tablesAt(group, "entries"));
  const text = pairs.map((pair) => `${textAt(pair, "field")} = ${textAt(pair, "value")}`).join(" and ");
  return [{ text: text === "" ? "threat_mapping" : text, why: "indicators that other indices hold" }];
}

/** Tactics and techniques of `threat`, or of a list of such tables. */
function attackOf(rule: TomlTable): Detection["attack"] {
  const tactics = new Set<string>();
  const techniques = new Set<string>();
  for (const threat of tablesAt(rule, "threat")) {
    if (/atlas/i.test(textAt(threat, "framework") ?? "")) continue;
    const tactic = tableAt(threat, "tactic");
    const token = tacticNamed(textAt(tactic ?? {}, "name") ?? "") ?? tacticNamed(textAt(tactic ?? {}, "id") ?? "");
    if (token !== undefined) tactics.add(token);
    for (const technique of tablesAt(threat, "technique")) {
      for (const item of [technique, ...tablesAt(technique, "subtechnique")]) {
        const id = techniqueNamed(textAt(item, "id") ?? "");
        if (id !== undefined) techniques.add(id);
      }
    }
  }
  return { tactics: [...tactics], techniques: [...techniques].sort() };
}

const severities: Readonly<Record<string, RuleSeverity>> = {
  low: "Low",
  medium: "Medium",
  high: "High",
  critical: "High",
};

function severityOf(written: string | undefined): RuleSeverity | undefined {
  const key = written?.toLowerCase() ?? "";
  return Object.hasOwn(severities, key) ? severities[key] : undefined;
}

function dayAt(table: TomlTable, key: string): string | undefined {
  return textAt(table, key)?.replaceAll("/", "-");
}

function periodOf(rule: TomlTable): number {
  return lengthBack(textAt(rule, "from") ?? "") ?? defaults.from;
}

function lengthAt(reading: TomlReading, rule: TomlTable, key: "from" | "interval"): number | undefined {
  const written = textAt(rule, key);
  if (written === undefined) return undefined;
  const length = key === "from" ? lengthBack(written) : writtenLength(written);
  if (length === undefined) {
    const form = key === "from" ? "`now-9m`" : "`5m`";
    tomlProblem(
      reading,
      "bad-value",
      "warning",
      `\`${key}\` is a time such as ${form}, not \`${written}\``,
      placeInToml(reading, key, "", 0),
    );
  }
  return length;
}

/** Milliseconds of `now-9m`, also with rounding (`now-7d/d`). */
function lengthBack(written: string): number | undefined {
  return /^now-/.test(written) ? writtenLength(written.slice(4).replace(/\/\w$/, "")) : undefined;
}
