import type { DetectionDifference, Platform, Problem } from "@calypso/catalog";

/** What happens during an import, in order. */
export type ImportEvent =
  | { readonly kind: "begun"; readonly platform: Platform; readonly files: number }
  | { readonly kind: "skipped"; readonly path: string; readonly reason: string }
  | { readonly kind: "problem"; readonly problem: Problem }
  /** A file is done. */
  | { readonly kind: "file"; readonly done: number; readonly rules: number }
  | {
      readonly kind: "added" | "changed" | "returned" | "removed";
      readonly id: string;
      readonly name: string;
      readonly file: string;
      readonly difference?: DetectionDifference;
    }
  | ({ readonly kind: "finished" } & ImportSummary);

/** What an import came to, in rules and files. */
export interface ImportSummary {
  readonly added: number;
  readonly changed: number;
  readonly removed: number;
  readonly unchanged: number;
  /** Rules that are in the source a second time. */
  readonly copies: number;
  /** Files that were left out, or hold nothing that can be read. */
  readonly skipped: number;
  /** Rules gone from the source are kept where the source was not read whole. */
  readonly whole: boolean;
}
