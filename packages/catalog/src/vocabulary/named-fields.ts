import type { FieldName } from "../detections/condition.js";
import type { Platform } from "../detections/detection.js";
import type { Vocabulary } from "./vocabulary.js";

/**
 * Names the fields of a kind of event. Columns of Sentinel are the vocabulary's own names, also where it does not list them;
 * another platform's field has a name only where the vocabulary gives it one.
 */
export function namedFields(
  vocabulary: Vocabulary,
  platform: Platform,
  events?: string,
): (written: string) => FieldName {
  const kind = vocabulary.events.find(({ name }) => name === events);
  const known = new Map(
    kind?.fields.flatMap(({ name, otherNames }) =>
      otherNames
        .filter((other) => other.platform === platform)
        .map((other) => [other.name.toLowerCase(), name] as const),
    ),
  );
  return (written) => {
    const field = known.get(written.toLowerCase()) ?? (platform === "Sentinel" ? written : undefined);
    return field === undefined ? { written } : { written, field };
  };
}
