import type { Detection } from "../../detections/detection.js";
import { tacticNamed, techniqueNamed } from "../../rules/attack.js";
import { mapFields, textOf, textsOf } from "../../rules/fields.js";
import type { Problem } from "../../rules/problem.js";
import type { RuleFile } from "../../rules/read-rules.js";
import type { RuleSeverity } from "../../rules/rule.js";
import { readYamlDocument } from "../../rules/yaml-document.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { FilesBeside, PlatformReader, ReadDetections } from "../language.js";
import { correlationLogic } from "./correlation.js";
import { type Cx, type PantherLogic, tell } from "./panther-document.js";
import { pythonDetection } from "./python-detection.js";
import { simpleLogic } from "./simple-detection.js";
import { sqlLogic } from "./sql-logic.js";

/** Panther's rules, policies, correlations and queries: YAML, with Python beside it or a query in it. */
export const pantherReader: PlatformReader = {
  platform: "Panther",
  mayHold: (path) => /\.ya?ml$/i.test(path) && !/(?:^|\/)(?:\.[^/]+|packs|templates|lookup_tables)\//i.test(path),
  read,
};

function read(file: RuleFile, beside: FilesBeside, vocabulary: Vocabulary): ReadDetections {
  // Other YAML of the repository is not read as rules, however broken it is.
  if (!/^["']?AnalysisType["']?\s*:/m.test(file.text)) return { detections: [], problems: [] };
  const problems: Problem[] = [];
  const reading = readYamlDocument(file, problems);
  const top = reading === undefined ? undefined : mapFields(reading, reading.document.contents, "");
  if (reading === undefined || top === undefined) return { detections: [], problems };
  const keys = new Map(top.map((field) => [field.key, field]));
  const cx: Cx = { file, reading, keys, beside, vocabulary, problems };
  const type = textOf(reading, keys.get("AnalysisType"))?.trim().toLowerCase() ?? "";
  if (notRules.has(type)) return { detections: [], problems };
  const purpose = purposes[type];
  if (purpose === undefined) {
    const message = `\`${type}\` is no type of Panther's rules and queries`;
    tell(cx, "AnalysisType", "unknown-value", "warning", message);
    return { detections: [], problems };
  }
  const logic = logicOf(cx, type);
  return { detections: logic === undefined ? [] : [detectionOf(cx, purpose, logic)], problems };
}

/** What stands beside rules. */
const notRules: ReadonlySet<string> = new Set(["datamodel", "global", "pack", "lookup_table"]);

const purposes: Readonly<Record<string, Detection["purpose"]>> = {
  rule: "rule",
  scheduled_rule: "rule",
  policy: "rule",
  correlation_rule: "rule",
  scheduled_query: "feed",
  saved_query: "hunt",
};

function logicOf(cx: Cx, type: string): PantherLogic | undefined {
  if (type === "scheduled_query" || type === "saved_query") {
    const query = ["SnowflakeQuery", "Query", "AthenaQuery"].find((key) => cx.keys.has(key));
    const text = query === undefined ? undefined : textOf(cx.reading, cx.keys.get(query));
    if (text === undefined || text.trim() === "") return missing(cx, "Query");
    return { language: "sql", text, dissection: sqlLogic(text, cx.vocabulary) };
  }
  const detection = cx.keys.get("Detection");
  if (type === "correlation_rule")
    return detection === undefined ? missing(cx, "Detection") : correlationLogic(cx, detection);
  if (detection !== undefined && !cx.keys.has("Filename")) return simpleLogic(cx, detection);
  return pythonDetection(cx, type);
}

function missing(cx: Cx, key: string): undefined {
  tell(cx, "AnalysisType", "missing-key", "error", `the document has no \`${key}\``);
}

function detectionOf(cx: Cx, purpose: Detection["purpose"], logic: PantherLogic): Detection {
  const { reading, keys, file, problems } = cx;
  const text = (key: string) => textOf(reading, keys.get(key))?.trim() || undefined;
  const list = (key: string) => textsOf(reading, keys.get(key));
  const id = text("RuleID") ?? text("PolicyID") ?? text("QueryName") ?? "";
  const severity = severities[text("Severity")?.toLowerCase() ?? ""];
  const status = text("Enabled")?.toLowerCase() === "false" ? "disabled" : text("Status")?.toLowerCase();
  const minutes = Number(text("DedupPeriodMinutes") ?? 60);
  const isSignal = text("CreateAlert")?.toLowerCase() === "false";
  const [created, updated] = [text("CreatedAt"), text("LastModified")];
  return {
    ...{ platform: "Panther", language: logic.language, id, name: text("DisplayName") ?? id },
    purpose: isSignal && purpose === "rule" ? "feed" : purpose,
    description: text("Description") ?? "",
    ...(severity === undefined ? {} : { severity }),
    ...(status === undefined ? {} : { status }),
    authors: text("Author") === undefined ? [] : [text("Author") ?? ""],
    references: list("Reference"),
    falsePositives: [],
    ...(created === undefined ? {} : { created }),
    ...(updated === undefined ? {} : { updated }),
    attack: attackOf(cx),
    dataSources: [...new Set([...list("LogTypes"), ...list("ResourceTypes"), ...list("ScheduledQueries")])],
    tags: list("Tags"),
    text: logic.text,
    dissection: logic.dissection,
    ...(Number.isFinite(minutes) && keys.has("DedupPeriodMinutes") ? { period: minutes * 60_000 } : {}),
    file: file.name,
    place: { line: 1, column: 1 },
    problems,
  };
}

const severities: Readonly<Record<string, RuleSeverity>> = {
  critical: "High",
  high: "High",
  medium: "Medium",
  low: "Low",
  info: "Informational",
};

/** `Reports: { MITRE ATT&CK: ["TA0006:T1110.003"] }`. */
function attackOf({ reading, keys }: Cx): Detection["attack"] {
  const reports = keys.get("Reports");
  const fields = reports === undefined ? [] : (mapFields(reading, reports.node, reports.path) ?? []);
  const claims = fields
    .filter(({ key }) => /mitre/i.test(key))
    .flatMap((field) => textsOf(reading, field))
    .flatMap((claim) => claim.split(":"));
  return {
    tactics: [...new Set(claims.flatMap((claim) => tacticNamed(claim) ?? []))],
    techniques: [...new Set(claims.flatMap((claim) => techniqueNamed(claim) ?? []))],
  };
}
