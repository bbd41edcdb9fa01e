import type { Gap } from "@calypso/catalog";
import type { Candidates } from "../catalogue/candidates.js";
import { printable } from "./printable.js";

/** A gap, with the rules of the catalogue that would close it, where it was asked. */
export interface ListedGap extends Gap {
  readonly candidates?: Candidates;
}

/** The gap in words, and a line for each rule that would close it. */
export function gapLines({ id, name, because, candidates }: ListedGap): readonly string[] {
  const line = `${id} ${name}: ${because.join("; ")}`;
  if (candidates === undefined) return [line];
  const { total, best } = candidates;
  if (total === 0) return [line, "the catalogue has no rule that would close it"];
  const rules = best.map((rule) => {
    const name = printable(rule.name.replace(/\s+/g, " "));
    return `${rule.id}  ${name} (${rule.platform}, ${rule.verdict ?? "not tried"})`;
  });
  return [line, ...rules, ...(total > best.length ? [`and ${total - best.length} more`] : [])];
}
