import type { Detection } from "../../detections/detection.js";
import type { DetectionTest } from "../../detections/detection-tests.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { formOf } from "./kql-condition.js";

/**
 * Comparisons of columns with values anywhere in a query, also where something is computed of them (`case`, `countif`) and rows are
 * chosen by that later. Whether the rule wants them to be true is not always known: they are what a rule is found by, and not what it asks.
 */
export function computedTestsOf({ dissection }: Detection, vocabulary: Vocabulary): readonly DetectionTest[] {
  return (dissection.predicates ?? []).flatMap(
    ({ field, through = [], operator, values, negated }): DetectionTest[] => {
      const form = formOf(operator);
      if (form === undefined || values.length === 0 || through.some((name) => !keepsText.has(name))) return [];
      const [column = ""] = field.split(".");
      const read = dissection.reads.find(({ events }) =>
        vocabulary.events.some(({ name, columns }) => name === events && columns.has(column)),
      );
      if (read === undefined) return [];
      return [{ read, test: { kind: "test", field: { written: field, field }, ...form, values }, negated }];
    },
  );
}

const keepsText = new Set(["tolower", "toupper", "tostring", "trim"]);
