import type { DetectionDissection, RuleLanguage } from "../../detections/detection.js";
import { type Field, fieldProblem, type NodeReading } from "../../rules/fields.js";
import type { Problem } from "../../rules/problem.js";
import type { RuleFile } from "../../rules/read-rules.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import type { FilesBeside } from "../language.js";

/** What a rule's logic is, in whatever it is written. */
export interface PantherLogic {
  readonly language: RuleLanguage;
  readonly text: string;
  readonly dissection: DetectionDissection;
}

/** A file that is being read. */
export interface Cx {
  readonly file: RuleFile;
  readonly reading: NodeReading;
  readonly keys: ReadonlyMap<string, Field>;
  readonly beside: FilesBeside;
  readonly vocabulary: Vocabulary;
  readonly problems: Problem[];
}

/** Adds a problem at a key. */
export function tell(
  { reading, keys }: Cx,
  key: string,
  code: Problem["code"],
  severity: Problem["severity"],
  message: string,
): void {
  const field = keys.get(key);
  if (field !== undefined) fieldProblem(reading, field, { code, severity, message });
}
