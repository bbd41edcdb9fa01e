import { type AttackFacts, isSubTechnique, techniqueOf } from "./attack-facts.js";
import { type CoverageMatrix, type CoverageStep, coverageSteps, isAtLeast, type StepCounts } from "./matrix.js";
import type { ThreatProfile } from "./threat-profile.js";

/** How much of a profile rules cover. */
export interface ProfileCoverage {
  readonly name: string;
  /** The sum of all weights, and of those of techniques that have come to each step. */
  readonly weight: number;
  readonly reached: StepCounts;
  /** The heaviest first. */
  readonly techniques: readonly ProfileLine[];
}

export interface ProfileLine {
  readonly id: string;
  readonly name: string;
  readonly weight: number;
  readonly why?: string;
  readonly reached?: CoverageStep;
  /** What to know about it, in words. */
  readonly remark?: string;
}

/** A technique that has not come as far as it should. */
export interface Gap {
  readonly id: string;
  readonly name: string;
  readonly weight?: number;
  readonly reached?: CoverageStep;
  /** Why, in words: of each rule that claims it. */
  readonly because: readonly string[];
}

/** Compares a profile with what is covered. A technique is as far as its furthest rule, those of sub-techniques included. */
export function profileCoverage(attack: AttackFacts, matrix: CoverageMatrix, profile: ThreatProfile): ProfileCoverage {
  const byId = new Map(matrix.all.map((technique) => [technique.id, technique]));
  const lines = profile.techniques.map(({ id, weight, why }): ProfileLine => {
    const found = byId.get(id);
    const above = isSubTechnique(id) ? byId.get(techniqueOf(id)) : undefined;
    const remark =
      found === undefined
        ? "not of the platforms that count"
        : found.reached !== undefined && found.ownRules.length === 0
          ? "only sub-techniques of it are claimed"
          : found.reached === undefined && above !== undefined && above.ownRules.length > 0
            ? `only its technique ${above.id} is claimed, not it`
            : undefined;
    return {
      ...{ id, name: attack.techniques[id]?.name ?? "", weight },
      ...(why === undefined ? {} : { why }),
      ...(found?.reached === undefined ? {} : { reached: found.reached }),
      ...(remark === undefined ? {} : { remark }),
    };
  });
  const weightOf = (step: CoverageStep) =>
    lines.filter(({ reached }) => isAtLeast(reached, step)).reduce((sum, { weight }) => sum + weight, 0);
  const [claimed, binds, data, tested, fired] = coverageSteps;
  return {
    name: profile.name,
    weight: lines.reduce((sum, { weight }) => sum + weight, 0),
    reached: {
      ...{ claimed: weightOf(claimed), binds: weightOf(binds), data: weightOf(data) },
      ...{ tested: weightOf(tested), fired: weightOf(fired) },
    },
    techniques: lines.sort((a, b) => b.weight - a.weight || (a.id < b.id ? -1 : 1)),
  };
}

/** What has not come to `step`: of a profile where there is one, and else of the techniques that rules claim, or of all that count. */
export function gapsBefore(
  step: CoverageStep,
  matrix: CoverageMatrix,
  profile?: ProfileCoverage,
  of: "claimed" | "all" = "claimed",
): readonly Gap[] {
  const byId = new Map(matrix.all.map((technique) => [technique.id, technique]));
  const wanted = profile?.techniques ?? matrix.all.filter(({ reached }) => of === "all" || reached !== undefined);
  return wanted.flatMap(({ id, name, reached, ...more }) => {
    if (isAtLeast(reached, step)) return [];
    const rules = byId.get(id)?.rules ?? [];
    const own = rules.flatMap(({ name: rule, steps }) => {
      const failed = (["binds", "data", "tested", "fired"] as const).find((one) => steps[one].reached === false);
      return failed === undefined ? [] : [`${rule}: ${steps[failed].why}`];
    });
    const remark = "remark" in more && more.remark !== undefined ? [more.remark] : [];
    const because = rules.length === 0 ? (remark.length === 0 ? ["no rule claims it"] : remark) : own;
    return [
      {
        id,
        name,
        ...("weight" in more ? { weight: more.weight } : {}),
        ...(reached === undefined ? {} : { reached }),
        because,
      },
    ];
  });
}
