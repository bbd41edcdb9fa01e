import { always } from "../../detections/combine.js";
import type { Condition } from "../../detections/condition.js";
import type { DetectionDissection, DetectionStage } from "../../detections/detection.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { eventReads, namedThresholds, unreadOf } from "../event-reads.js";
import { parsing } from "../parsing/tokens.js";
import { parseSelect, type SqlSelect } from "./sql-select.js";

/** What one SELECT of Snowflake's SQL reads, wants and counts; of other statements, that they are not followed. */
export function sqlLogic(text: string, vocabulary: Vocabulary): DetectionDissection {
  const parsed = parsing(() => parseSelect(text));
  if (parsed.kind === "failed") {
    const span = { start: parsed.offset, end: text.length };
    const unread = [{ text: text.slice(parsed.offset), why: `SQL that is not followed: ${parsed.message}`, span }];
    return { stages: [], reads: [], thresholds: [], outputs: [], unread };
  }
  const { tree } = parsed;
  const source = { source: tree.from, facts: { logtype: logTypeOf(tree.from) } };
  const where: Condition = tree.where ?? always;
  const reads = eventReads(vocabulary, "Panther", [source], where);
  return {
    stages: tree.stages.map((stage, index): DetectionStage => ({ index: index + 1, ...stage })),
    reads,
    thresholds: namedThresholds(vocabulary, "Panther", reads, thresholdsOf(tree)),
    outputs: tree.outputs.map((name) => ({ name, source: "select", stage: 1 })),
    unread: [...unreadOf([where]), ...tree.unread],
  };
}

/** `panther_logs.public.azure_audit` is the table of the log type `Azure.Audit`. */
function logTypeOf(table: string): string {
  return (table.split(".").at(-1) ?? "").replaceAll("_", ".");
}

function thresholdsOf({ thresholds, groupBy, within }: SqlSelect): DetectionDissection["thresholds"] {
  return thresholds.map((one) => ({ ...one, by: groupBy, ...(within === undefined ? {} : { within }) }));
}
