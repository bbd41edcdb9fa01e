import { type Detection, dissectKql, type Vocabulary } from "@calypso/catalog";
import type { WorkspaceSchema } from "@calypso/kql";

/** Takes KQL apart, against tables that are known; the readers of other languages have done it already. */
export function takenApart(references: {
  readonly schema: WorkspaceSchema;
  readonly vocabulary: Vocabulary;
}): (detection: Detection) => Detection {
  return (detection) => {
    const { rule, language } = detection;
    if (language !== "kql" || rule === undefined || detection.dissection.stages.length > 0) return detection;
    try {
      return { ...detection, dissection: dissectKql(rule.query.text, references) };
    } catch (error) {
      const why = `the query could not be taken apart: ${error instanceof Error ? error.message : String(error)}`;
      const nothing = { stages: [], reads: [], thresholds: [], outputs: [] };
      return { ...detection, dissection: { ...nothing, unread: [{ text: detection.text, why }] } };
    }
  };
}
