import { leavesOf } from "../../detections/combine.js";
import type { Detection, DetectionDissection, EventRead } from "../../detections/detection.js";
import { techniqueNamed } from "../../rules/attack.js";
import { type Field, listFields, mapFields, type NodeReading, textOf, textsOf } from "../../rules/fields.js";
import { type Problem, report } from "../../rules/problem.js";
import type { RuleSeverity } from "../../rules/rule.js";
import { readYamlDocument } from "../../rules/yaml-document.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { FilesBeside, PlatformReader } from "../language.js";
import { parsing } from "../parsing/tokens.js";
import { thresholdWithVocabulary } from "../vocabulary-names.js";
import { macrosBeside } from "./macros.js";
import { readSpl } from "./read-spl.js";
import { splReads } from "./spl-reads.js";
import { SplReader } from "./spl-words.js";

/** Splunk's detections of the public repository: YAML with a search. */
export const splunkReader: PlatformReader = {
  platform: "Splunk",
  // Stories, macros, look-ups, data sources and playbooks stand beside the detections.
  mayHold: (path) =>
    /\.ya?ml$/i.test(path) &&
    !/(?:^|\/)(?:macros|lookups|stories|data_sources|playbooks|baselines_tests|investigations|dashboards|notes|\.github)\//.test(
      path,
    ),
  read(file, beside, vocabulary) {
    const problems: Problem[] = [];
    const reading = readYamlDocument(file, problems);
    if (reading === undefined) return { detections: [], problems };
    const fields = new Map(
      (mapFields(reading, reading.document.contents, "") ?? []).map((field) => [field.key, field]),
    );
    if (!fields.has("search")) return { detections: [], problems };
    return { detections: detectionOf(reading, fields, beside, vocabulary), problems };
  },
};

type Keys = ReadonlyMap<string, Field>;

function detectionOf(reading: NodeReading, keys: Keys, beside: FilesBeside, vocabulary: Vocabulary): Detection[] {
  const text = (key: string) => textOf(reading, keys.get(key))?.trim() ?? "";
  const [name, search] = [text("name"), textOf(reading, keys.get("search")) ?? ""];
  if (name === "" || search.trim() === "") {
    const key = name === "" ? "name" : "search";
    report(reading, keys.get(key)?.offset ?? 0, {
      code: "missing-key",
      severity: "error",
      message: `the detection has no \`${key}\``,
    });
    return [];
  }
  const tags: Keys = new Map(
    (mapFields(reading, keys.get("tags")?.node, "tags") ?? []).map((field) => [field.key, field]),
  );
  const { dissection, failure } = splDissection(search, beside, vocabulary);
  if (failure !== undefined) {
    const message = `the search cannot be read: ${failure.message}`;
    report(reading, placeOf(reading, keys.get("search"), search, failure.offset), {
      code: "query-syntax",
      severity: "warning",
      message,
    });
  }
  const type = text("type");
  const techniques = textsOf(reading, tags.get("mitre_attack_id")).flatMap((written) => techniqueNamed(written) ?? []);
  const severity = severityOf(reading, keys, tags);
  const falsePositives = text("known_false_positives");
  const updated = text("date") || text("modification_date");
  const created = text("creation_date");
  return [
    {
      ...{ platform: "Splunk", language: "spl", id: text("id"), name, purpose: purposeOf(type, search) },
      description: text("description"),
      ...(severity === undefined ? {} : { severity }),
      ...(text("status") === "" ? {} : { status: text("status") }),
      ...(text("version") === "" ? {} : { version: text("version") }),
      authors: text("author")
        .split(",")
        .map((author) => author.trim())
        .filter((author) => author !== ""),
      references: textsOf(reading, keys.get("references")),
      falsePositives: falsePositives === "" ? [] : [falsePositives],
      ...(created === "" ? {} : { created }),
      ...(updated === "" ? {} : { updated }),
      attack: { tactics: [], techniques: [...new Set(techniques)].sort() },
      dataSources: textsOf(reading, keys.get("data_source")),
      tags: [
        type,
        ...textsOf(reading, tags.get("analytic_story")),
        ...textsOf(reading, tags.get("security_domain")),
      ].filter((tag) => tag !== ""),
      text: search,
      dissection,
      file: reading.file,
      place: { line: 1, column: 1 },
      problems: reading.problems,
    },
  ];
}

/**
 * `TTP` and `Anomaly` are rules, `Hunting` is for people. A `Baseline` fills what others read; a `Correlation` is a rule, unless it
 * only writes risk events (`collect` into an index of them).
 */
function purposeOf(type: string, search: string): Detection["purpose"] {
  const written = type.toLowerCase();
  if (written === "hunting" || written === "investigation") return "hunt";
  if (written === "baseline") return "feed";
  return written === "correlation" && /\|\s*(?:collect|sendalert\s+risk)\b/i.test(search) ? "feed" : "rule";
}

/** The score of `rba` or of the tags: 80 and more is high, 40 and more medium, less is low. */
function severityOf(reading: NodeReading, keys: Keys, tags: Keys): RuleSeverity | undefined {
  const written: Readonly<Record<string, RuleSeverity>> = {
    informational: "Informational",
    low: "Low",
    medium: "Medium",
    high: "High",
    critical: "High",
  };
  const own = (textOf(reading, keys.get("severity")) ?? textOf(reading, tags.get("severity")) ?? "").toLowerCase();
  if (Object.hasOwn(written, own)) return written[own];
  const rba: Keys = new Map(
    (mapFields(reading, keys.get("rba")?.node, "rba") ?? []).map((field) => [field.key, field]),
  );
  const objects = rba.get("risk_objects");
  const items = objects === undefined ? [] : scoresOf(reading, objects);
  const scores = [...items, textOf(reading, tags.get("risk_score")) ?? ""].filter((text) => text !== "").map(Number);
  const score = Math.max(...scores.filter((number) => !Number.isNaN(number)));
  if (!Number.isFinite(score)) return undefined;
  return score >= 80 ? "High" : score >= 40 ? "Medium" : "Low";
}

/** The `score` of each map of a list. */
function scoresOf(reading: NodeReading, list: Field): string[] {
  return listFields(reading, list).flatMap((item) => {
    const keys = mapFields(reading, item.node, item.path) ?? [];
    return (
      textOf(
        reading,
        keys.find(({ key }) => key === "score"),
      ) ?? []
    );
  });
}

/** The offset in the file of an offset in the search, or of its key where the search is folded or escaped. */
function placeOf(reading: NodeReading, key: Field | undefined, search: string, offset: number): number {
  const start = reading.text.indexOf(search.trimEnd());
  return start >= 0 ? start + offset : (key?.offset ?? 0);
}

/** A search taken apart; one that does not follow the grammar is unread as a whole. */
export function splDissection(
  search: string,
  beside: FilesBeside,
  vocabulary: Vocabulary,
): {
  readonly dissection: DetectionDissection;
  readonly failure?: { readonly message: string; readonly offset: number };
} {
  const sourceMacros = new Set(
    vocabulary.events.flatMap(({ sources }) =>
      sources.flatMap(({ platform, where }) =>
        platform === "Splunk" && where["macro"] !== undefined ? [where["macro"]] : [],
      ),
    ),
  );
  const reader = new SplReader(macrosBeside(beside), (name) => sourceMacros.has(name.toLowerCase()));
  const parsed = parsing(() => readSpl(reader, { text: search, within: [] }));
  if (parsed.kind === "failed") {
    const span = { start: 0, end: search.length };
    const part = { text: search, why: `the search does not follow its grammar: ${parsed.message}`, span };
    const reads = [{ source: "", condition: { kind: "unread", ...part } as const }];
    return { dissection: { stages: [], reads, thresholds: [], outputs: [], unread: [part] }, failure: parsed };
  }
  const { pipeline } = parsed.tree;
  const { reads, names } = splReads(parsed.tree, vocabulary);
  return {
    dissection: {
      ...{ stages: pipeline.stages, outputs: pipeline.outputs, reads },
      thresholds: pipeline.thresholds.map((threshold) => thresholdWithVocabulary(threshold, names)),
      unread: unreadOf(reads, pipeline.unread),
    },
  };
}

function unreadOf(reads: readonly EventRead[], own: DetectionDissection["unread"]): DetectionDissection["unread"] {
  const inReads = reads
    .flatMap(({ condition }) => leavesOf(condition))
    .flatMap((leaf) => (leaf.kind === "unread" ? [leaf] : []));
  const unique = new Map([...inReads, ...own].map((part) => [`${part.span?.start} ${part.why}`, part]));
  return [...unique.values()].map(({ text, why, span }) => ({ text, why, ...(span === undefined ? {} : { span }) }));
}
