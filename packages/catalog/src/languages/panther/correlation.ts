import type { DetectionStage, DetectionThreshold } from "../../detections/detection.js";
import { type Field, listFields, mapFields, textOf } from "../../rules/fields.js";
import type { Cx, PantherLogic } from "./panther-document.js";
import { written } from "./simple-detection.js";

/** A correlation: alerts and signals of other rules, in an order (`Sequence`) or in any (`Group`), within a time. */
export function correlationLogic({ reading }: Cx, detection: Field): PantherLogic {
  const text = written(reading, detection);
  const stages: Omit<DetectionStage, "index">[] = [];
  const thresholds: DetectionThreshold[] = [];
  for (const item of listFields(reading, detection)) {
    const keys = new Map((mapFields(reading, item.node, item.path) ?? []).map((field) => [field.key, field]));
    const minutes = Number(textOf(reading, keys.get("LookbackWindowMinutes")) ?? Number.NaN);
    for (const kind of ["Sequence", "Group"]) {
      const list = keys.get(kind);
      for (const step of list === undefined ? [] : listFields(reading, list)) {
        const parts = new Map((mapFields(reading, step.node, step.path) ?? []).map((field) => [field.key, field]));
        const value = Number(textOf(reading, parts.get("MinMatchCount")) ?? 1);
        const rule = textOf(reading, parts.get("RuleID")) ?? textOf(reading, parts.get("ID")) ?? "";
        stages.push({ operator: kind.toLowerCase(), text: rule });
        if (!Number.isFinite(value) || value <= 1) continue;
        const within = Number.isFinite(minutes) ? { within: minutes * 60_000 } : {};
        thresholds.push({ function: "count", of: rule, by: [], operator: ">=", value, ...within });
      }
    }
  }
  return {
    ...{ language: "none", text },
    dissection: {
      stages: stages.map((stage, index) => ({ index: index + 1, ...stage })),
      ...{ reads: [], thresholds, outputs: [] },
      unread: [{ text, why: "a correlation of what other rules raise" }],
    },
  };
}
