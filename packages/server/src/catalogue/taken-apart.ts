import { type Detection, dissectKql, type Vocabulary } from "@calypso/catalog";
import type { WorkspaceSchema } from "@calypso/kql";

/** Takes KQL apart, against tables that are known; the readers of other languages have done it already. */
export function takenApart(references: {
  readonly schema: WorkspaceSchema;
  readonly vocabulary: Vocabulary;
}): (detection: Detection) => Detection {
  return (detection) => {
    const { rule } = detection;
    if (rule === undefined || !isWhole(detection)) return detection;
    try {
      return { ...detection, dissection: dissectKql(rule.query.text, references) };
    } catch (error) {
      return notTakenApart(detection, error);
    }
  };
}

/** True where nobody has taken the rule's KQL apart yet. */
export function isWhole({ rule, language, dissection }: Detection): boolean {
  return language === "kql" && rule !== undefined && dissection.stages.length === 0;
}

/** The rule without what it says, and why. */
export function notTakenApart(detection: Detection, error: unknown): Detection {
  const why = `the query could not be taken apart: ${error instanceof Error ? error.message : String(error)}`;
  const nothing = { stages: [], reads: [], thresholds: [], outputs: [] };
  return { ...detection, dissection: { ...nothing, unread: [{ text: detection.text, why }] } };
}
