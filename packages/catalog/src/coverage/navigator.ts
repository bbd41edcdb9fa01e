import type { AttackFacts } from "./attack-facts.js";
import type { ProfileCoverage } from "./gaps.js";
import { type CoverageMatrix, type CoverageStep, coverageSteps, type TechniqueCoverage } from "./matrix.js";
import { stepTitles } from "./step-titles.js";

/** From a claim to a proof; the gap of a profile is red. */
export const stepColours: Readonly<Record<CoverageStep | "gap", string>> = {
  gap: "#e5735c",
  claimed: "#d9d9d9",
  binds: "#c7dcef",
  data: "#7fb3da",
  tested: "#8fcf8b",
  fired: "#2f8f46",
};

/** A layer of the ATT&CK Navigator, format 4.5: the score is the step, 1 to 5, and 0 for a gap of the profile. */
export function navigatorLayer(attack: AttackFacts, matrix: CoverageMatrix, profile?: ProfileCoverage): object {
  const wanted = new Map(profile?.techniques.map((line) => [line.id, line]));
  const looked = coverageSteps.filter((step) => !matrix.notLookedAt.includes(step));
  const techniques = matrix.all.flatMap((technique) =>
    Object.entries(technique.tactics).flatMap(([token, reached]) => {
      const line = wanted.get(technique.id);
      // A tactic that nobody claims is no gap where another of the technique's is covered.
      if (reached === undefined && (line === undefined || technique.reached !== undefined)) return [];
      return [
        {
          techniqueID: technique.id,
          tactic: shortName(attack, token),
          score: reached === undefined ? 0 : coverageSteps.indexOf(reached) + 1,
          color: stepColours[reached ?? "gap"],
          comment: commentOf(technique, looked, line?.weight),
          enabled: true,
          metadata: metadataOf(technique, looked, line?.weight),
          showSubtechniques: false,
        },
      ];
    }),
  );
  return {
    name: profile === undefined ? "Coverage" : `Coverage of ${profile.name}`,
    versions: { attack: attack.version.replace(/\..*$/, ""), navigator: "5.1.0", layer: "4.5" },
    domain: "enterprise-attack",
    description: `${matrix.rules.total} rules; hunts (${matrix.hunts.total}) and feeds (${matrix.feeds.total}) are not counted. ${attack.source}`,
    ...(matrix.platforms.length === 0 ? {} : { filters: { platforms: matrix.platforms } }),
    sorting: 3,
    layout: { layout: "side", aggregateFunction: "max", showID: true, showName: true },
    hideDisabled: false,
    techniques,
    gradient: { colors: [stepColours.claimed, stepColours.data, stepColours.fired], minValue: 0, maxValue: 5 },
    legendItems: [
      ...(profile === undefined ? [] : [{ label: "wanted, and claimed by no rule", color: stepColours.gap }]),
      ...coverageSteps.map((step) => ({ label: legendOf(matrix, step), color: stepColours[step] })),
    ],
    metadata: [{ name: "rules", value: String(matrix.rules.total) }],
    links: [],
    showTacticRowBackground: false,
    tacticRowBackground: "#dddddd",
    selectTechniquesAcrossTactics: true,
    selectSubtechniquesWithParent: false,
    selectVisibleTechniques: false,
  };
}

function legendOf({ notLookedAt }: CoverageMatrix, step: CoverageStep): string {
  return notLookedAt.includes(step) ? `${stepTitles[step]} (not looked at)` : stepTitles[step];
}

/** The Navigator's names of tactics: `initial-access`. */
function shortName({ tactics }: AttackFacts, token: string): string {
  const name = tactics.find((tactic) => tactic.token === token)?.name ?? token;
  return name.toLowerCase().replace(/[^a-z]+/g, "-");
}

const mostNamed = 10;

function commentOf(
  { rules, counts }: TechniqueCoverage,
  looked: readonly CoverageStep[],
  weight: number | undefined,
): string {
  if (rules.length === 0) return `No rule claims it${weight === undefined ? "" : `; its weight is ${weight}`}.`;
  const names = rules.slice(0, mostNamed).map(({ name }) => name);
  const more = rules.length > mostNamed ? ` and ${rules.length - mostNamed} more` : "";
  const steps = looked.map((step) => `${stepTitles[step]}: ${counts[step]}`).join(", ");
  return `${steps}. ${names.join("; ")}${more}`;
}

function metadataOf(
  { counts, hunts, feeds }: TechniqueCoverage,
  looked: readonly CoverageStep[],
  weight: number | undefined,
): readonly object[] {
  return [
    ...looked.map((step) => ({ name: stepTitles[step], value: String(counts[step]) })),
    { name: "hunts", value: String(hunts) },
    { name: "feeds", value: String(feeds) },
    ...(weight === undefined ? [] : [{ name: "weight", value: String(weight) }]),
  ];
}
