/** One version of MITRE ATT&CK Enterprise, as `content/attack/enterprise.json` holds it. */
export interface AttackFacts {
  /** `18`, `19.1`. */
  readonly version: string;
  /** Where it is from, with MITRE's copyright line. */
  readonly source: string;
  /** In the order of an attack. */
  readonly tactics: readonly AttackTactic[];
  /** Techniques and sub-techniques by number (`T1078`, `T1078.004`). */
  readonly techniques: Readonly<Record<string, AttackTechnique>>;
}

export interface AttackTactic {
  /** `TA0001`. */
  readonly id: string;
  /** As rules name it: `InitialAccess`. */
  readonly token: string;
  readonly name: string;
}

export interface AttackTechnique {
  readonly name: string;
  /** Tokens of tactics. */
  readonly tactics: readonly string[];
  /** `Windows`, `Identity Provider`. */
  readonly platforms?: readonly string[];
  /** ATT&CK has it no more. */
  readonly withdrawn?: true;
  /** The number that stands for a withdrawn one now; absent where there is none. */
  readonly successor?: string;
  /** Its number in the next version. */
  readonly renumbered?: string;
  /** Names of the data components in which it can be seen; only versions that were read from STIX have them. */
  readonly data?: readonly string[];
}

/** The number of a sub-technique's technique, and of any other its own. */
export function techniqueOf(id: string): string {
  return id.slice(0, 5);
}

/** True for the number of a sub-technique. */
export function isSubTechnique(id: string): boolean {
  return id.includes(".");
}

/** The tactic of a token; undefined where this version has none of it. */
export function tacticOf({ tactics }: AttackFacts, token: string): AttackTactic | undefined {
  return tactics.find((tactic) => tactic.token === token);
}
