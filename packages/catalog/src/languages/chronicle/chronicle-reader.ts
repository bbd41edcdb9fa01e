import type { Place } from "@calypso/kql";
import type { AttackClaims, Detection } from "../../detections/detection.js";
import { tacticNamed } from "../../rules/attack.js";
import type { Problem } from "../../rules/problem.js";
import type { RuleFile } from "../../rules/read-rules.js";
import type { RuleSeverity } from "../../rules/rule.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { PlatformReader } from "../language.js";
import { parsing } from "../parsing/tokens.js";
import { yaralLogic } from "./yaral-logic.js";
import { parseYaral } from "./yaral-parser.js";
import type { YaralRule } from "./yaral-tree.js";

/** Chronicle's rules (Google Security Operations): YARA-L 2.0. */
export const chronicleReader: PlatformReader = {
  platform: "Chronicle",
  mayHold: (path) => /\.(?:yaral|yl2)$/i.test(path),
  read(file, _beside, vocabulary) {
    const text = file.text.replace(/^\uFEFF/, "");
    const parsed = parsing(() => parseYaral(text));
    if (parsed.kind === "failed") {
      const message = `the text is not YARA-L: ${parsed.message}`;
      const problem: Problem = {
        code: "query-syntax",
        severity: "error",
        message,
        file: file.name,
        ...placeAt(text, parsed.offset),
      };
      return { detections: [], problems: [problem] };
    }
    const problems: Problem[] = [];
    const detections = parsed.tree.map((rule) => detectionOf(file, text, rule, vocabulary, problems));
    return { detections, problems };
  },
};

function detectionOf(
  file: RuleFile,
  text: string,
  rule: YaralRule,
  vocabulary: Vocabulary,
  problems: Problem[],
): Detection {
  const place = placeAt(text, rule.span.start);
  const own: Problem[] = [];
  if (rule.events.length === 0 || rule.condition === undefined) {
    const message = `the rule ${rule.name} has no \`${rule.events.length === 0 ? "events" : "condition"}\``;
    own.push({ code: "missing-key", severity: "warning", message, file: file.name, ...place });
    problems.push(...own);
  }
  const meta = new Map(rule.meta.map(({ key, value }) => [key.toLowerCase(), value.trim()]));
  const of = (...keys: readonly string[]) =>
    keys.map((key) => meta.get(key)).find((value) => value !== undefined && value !== "");
  const all = (...keys: readonly string[]) => keys.flatMap((key) => of(key) ?? []);
  const severity = severities[of("severity", "alert_severity")?.toLowerCase() ?? ""];
  const [status, version] = [of("status"), of("version", "rule_version")];
  const [created, updated] = [of("created", "creation_date", "date"), of("modified", "last_modified", "updated")];
  const within = rule.match?.within;
  return {
    ...{ platform: "Chronicle", language: "yaral", id: of("rule_id", "id") ?? rule.name },
    name: of("rule_name", "title", "name") ?? rule.name,
    purpose: /hunt/i.test(of("type", "rule_type") ?? "") ? "hunt" : "rule",
    description: of("description") ?? "",
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    ...(version === undefined ? {} : { version }),
    authors: all("author"),
    references: all("reference", "references", "mitre_attack_url"),
    falsePositives: all("false_positives", "false_positive"),
    ...(created === undefined ? {} : { created }),
    ...(updated === undefined ? {} : { updated }),
    attack: attackOf(rule),
    dataSources: all("data_source", "data_sources", "platform").flatMap((value) => value.split(/\s*,\s*/)),
    tags: all("tags").flatMap((value) => value.split(/\s*,\s*/)),
    text: text.slice(rule.span.start, rule.span.end),
    dissection: yaralLogic(text, rule, vocabulary),
    ...(within === undefined ? {} : { period: within }),
    ...{ file: file.name, place, problems: own },
  };
}

const severities: Readonly<Record<string, RuleSeverity>> = {
  critical: "High",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Informational",
  informational: "Informational",
};

/** Authors name tactics and techniques under many keys, by number or name. */
function attackOf({ meta }: YaralRule): AttackClaims {
  const claims = meta.filter(({ key }) => /mitre|tactic|technique|attack/i.test(key)).map(({ value }) => value);
  const words = claims.flatMap((value) => value.split(/\s*[,;|]\s*/));
  return {
    tactics: [...new Set(words.flatMap((word) => tacticNamed(/\bTA\d{4}\b/.exec(word)?.[0] ?? word) ?? []))],
    techniques: [...new Set(claims.flatMap((value) => value.match(/\bT\d{4}(?:\.\d{3})?\b/g) ?? []))],
  };
}

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset).split("\n");
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
