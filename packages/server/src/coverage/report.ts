import {
  type CoverageMatrix,
  furthestStep,
  type Gap,
  type ProfileCoverage,
  type RuleCoverage,
  type TechniqueCoverage,
} from "@calypso/catalog";

/** What `calypso coverage --format json` prints. */
export function coverageReport(
  matrix: CoverageMatrix,
  rules: readonly RuleCoverage[],
  profile: ProfileCoverage | undefined,
  gaps: readonly Gap[] | undefined,
): object {
  const { all, mapped, unknown, ...summary } = matrix;
  return {
    ...summary,
    covered: all.filter(({ rules, hunts, feeds }) => rules.length + hunts + feeds > 0).map(techniqueObject),
    mapped: mapped.map(({ rule, claimed, id }) => ({ rule: nameOf(rule), claimed, id })),
    unknown: unknown.map(({ rule, claimed }) => ({ rule: nameOf(rule), claimed })),
    ruleSteps: rules.map((rule) => {
      const { id, name, file, purpose, claims, steps } = rule;
      return { id, name, file, purpose, ...claims, reached: furthestStep(rule), steps };
    }),
    ...(profile === undefined ? {} : { profile }),
    ...(gaps === undefined ? {} : { gaps }),
  };
}

function techniqueObject({ rules, ownRules, ...technique }: TechniqueCoverage): object {
  return { ...technique, rules: rules.map(nameOf), ownRules: ownRules.map(nameOf) };
}

/** Rules are called by name: not all have an id. */
function nameOf({ name }: RuleCoverage): string {
  return name;
}
