import {
  type AttackFacts,
  type CoverageMatrix,
  type CoverageStep,
  currentTechnique,
  type Gap,
  gapsBefore,
  type ProfileCoverage,
} from "@calypso/catalog";
import type { Candidates } from "../catalogue/candidates.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { printable } from "./printable.js";
import type { Terminal } from "./terminal.js";

/** A gap, with the rules of the catalogue that would close it, where it was asked. */
export interface ListedGap extends Gap {
  readonly candidates?: Candidates;
}

/**
 * What has not come to `step`, each with the rules of the catalogue that would bring it there: of a profile where there is one, and
 * else of all techniques for which there is such a rule.
 */
export async function gapsWithCandidates(
  terminal: Terminal,
  flags: CatalogFlags,
  step: CoverageStep,
  {
    attack,
    matrix,
    profile,
  }: { readonly attack: AttackFacts; readonly matrix: CoverageMatrix; readonly profile: ProfileCoverage | undefined },
): Promise<readonly ListedGap[]> {
  const { candidatesFor } = await import("../catalogue/candidates.js");
  const all = matrix.all.flatMap(({ rules }) => rules);
  const inUse = new Set(all.flatMap(({ id }) => (id === "" ? [] : [id.toLowerCase()])));
  const found = await inCatalog(terminal, flags, { mayMake: false }, ({ db }) =>
    candidatesFor(db, step, (technique) => currentTechnique(attack, technique), inUse),
  );
  const none: Candidates = { total: 0, best: [] };
  return gapsBefore(step, matrix, profile, "all")
    .map((gap) => ({ ...gap, candidates: found.get(gap.id) ?? none }))
    .filter(({ candidates }) => profile !== undefined || candidates.total > 0);
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
