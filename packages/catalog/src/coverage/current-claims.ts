import type { AttackClaims } from "../detections/detection.js";
import { type AttackFacts, isSubTechnique, tacticOf, techniqueOf } from "./attack-facts.js";

/** What an author claims, in the numbers and names of one version of ATT&CK. */
export interface CurrentClaims {
  /** The narrowest that are claimed: a technique beside one of its sub-techniques is left out. */
  readonly techniques: readonly CurrentTechnique[];
  /** Tokens of tactics, as this version has them. */
  readonly tactics: readonly string[];
  /** What this version knows nothing of, as claimed. */
  readonly unknown: readonly string[];
}

export interface CurrentTechnique {
  readonly id: string;
  /** As claimed, where that is another number. */
  readonly claimed?: string;
}

/** The technique that a number stands for now: through successors, and numbers of the next version; undefined where there is none. */
export function currentTechnique(attack: AttackFacts, id: string): string | undefined {
  const seen = new Set<string>();
  let current = attack.techniques[id] === undefined ? renumbered(attack).get(id) : id;
  while (current !== undefined && attack.techniques[current]?.withdrawn === true && !seen.has(current)) {
    seen.add(current);
    const { successor, renumbered: next } = attack.techniques[current] ?? {};
    current = successor ?? next;
  }
  const found = current === undefined ? undefined : attack.techniques[current];
  return found === undefined || found.withdrawn === true ? undefined : current;
}

/** The tactics of this version that a token stands for: one that was renamed, or split into two. */
export function currentTactics(attack: AttackFacts, token: string): readonly string[] {
  if (tacticOf(attack, token) !== undefined) return [token];
  return (otherTactics[token] ?? []).filter((other) => tacticOf(attack, other) !== undefined);
}

/** What is claimed, by this version. Techniques of industrial control systems have a catalogue of their own. */
export function currentClaims(attack: AttackFacts, { tactics, techniques }: AttackClaims): CurrentClaims {
  const claimed = [...new Set(techniques)].filter((id) => !/^T0/.test(id));
  const found = new Map<string, CurrentTechnique>();
  for (const claim of claimed) {
    const id = currentTechnique(attack, claim);
    // The number in force, where somebody claims both.
    if (id !== undefined && (id === claim || !found.has(id)))
      found.set(id, id === claim ? { id } : { id, claimed: claim });
  }
  const covered = new Set([...found.keys()].filter(isSubTechnique).map(techniqueOf));
  return {
    techniques: [...found.values()].filter(({ id }) => !covered.has(id)).sort((a, b) => (a.id < b.id ? -1 : 1)),
    tactics: [...new Set(tactics.flatMap((token) => currentTactics(attack, token)))],
    unknown: [
      ...claimed.filter((id) => currentTechnique(attack, id) === undefined),
      ...tactics.filter((token) => !ofOtherMatrices.has(token) && currentTactics(attack, token).length === 0),
    ],
  };
}

/** Version 19 splits Defense Evasion. */
const otherTactics: Readonly<Record<string, readonly string[]>> = {
  DefenseEvasion: ["Stealth", "DefenseImpairment"],
  Stealth: ["DefenseEvasion"],
  DefenseImpairment: ["DefenseEvasion"],
  PreAttack: ["Reconnaissance", "ResourceDevelopment"],
};

/** Tactics of industrial control systems. */
const ofOtherMatrices: ReadonlySet<string> = new Set(["ImpairProcessControl", "InhibitResponseFunction"]);

const known = new WeakMap<AttackFacts, ReadonlyMap<string, string>>();

/** Numbers of the next version, by which rules may claim techniques already. */
function renumbered(attack: AttackFacts): ReadonlyMap<string, string> {
  const found =
    known.get(attack) ??
    new Map(
      Object.entries(attack.techniques).flatMap(([id, { renumbered: next }]) =>
        next === undefined ? [] : [[next, id] as const],
      ),
    );
  known.set(attack, found);
  return found;
}
