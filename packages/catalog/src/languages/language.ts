import type { Detection, Platform } from "../detections/detection.js";
import type { Problem } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import type { Vocabulary } from "../vocabulary/vocabulary.js";

/** Reads the rules of one platform's repository, in its own layout. */
export interface PlatformReader {
  readonly platform: Platform;
  /** True where a file of that path may hold rules of the platform; other files are not read at all. */
  readonly mayHold: (path: string) => boolean;
  /** The rules of a file; a file that is none gives nothing, one that is broken gives problems, and nothing is thrown. */
  readonly read: (file: RuleFile, beside: FilesBeside, vocabulary: Vocabulary) => ReadDetections;
}

/** Other files of the same repository, by path, for formats whose rules name them (macros, a YAML beside a Python file). */
export interface FilesBeside {
  readonly text: (path: string) => string | undefined;
  readonly paths: readonly string[];
}

export interface ReadDetections {
  readonly detections: readonly Detection[];
  readonly problems: readonly Problem[];
}
