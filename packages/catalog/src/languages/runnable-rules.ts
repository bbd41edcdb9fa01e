import { type ReadRules, type RuleFile, readRules } from "../rules/read-rules.js";
import type { Vocabulary } from "../vocabulary/vocabulary.js";
import { platformOf } from "./guess-platform.js";
import type { FilesBeside } from "./language.js";
import { sigmaReader } from "./sigma/sigma-reader.js";

/** What reading rules of other platforms needs; the vocabulary is asked for only where there is such a rule. */
export interface RuleSurroundings {
  readonly vocabulary: () => Vocabulary;
  /** The files that are read together, where a correlation finds its rules, and a rule its filters. */
  readonly beside: FilesBeside;
}

/** The rules of a file that can run, or say why they cannot: those of Sentinel, and those of Sigma as the KQL that they come to. */
export function readRunnableRules(file: RuleFile, { vocabulary, beside }: RuleSurroundings): ReadRules {
  if (platformOf(file) !== "Sigma") return readRules(file);
  const { detections, problems } = sigmaReader.read(file, beside, vocabulary());
  return { rules: detections.flatMap(({ rule }) => rule ?? []), problems };
}
