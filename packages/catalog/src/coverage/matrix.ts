import type { AttackClaims } from "../detections/detection.js";
import { type AttackFacts, type AttackTechnique, isSubTechnique, techniqueOf } from "./attack-facts.js";
import { type CurrentClaims, currentClaims } from "./current-claims.js";

/** From a claim to a proof, each further than the one before. */
export const coverageSteps = ["claimed", "binds", "data", "tested", "fired"] as const;
export type CoverageStep = (typeof coverageSteps)[number];

/** Whether a rule has come to a step, and why. */
export interface StepFinding {
  /** Absent where nobody looked. */
  readonly reached?: boolean;
  readonly why: string;
}

/** A rule, what it claims, and how far it has come here. */
export interface RuleCoverage {
  readonly id: string;
  readonly name: string;
  readonly file?: string;
  /** Hunts and feeds are counted apart. */
  readonly purpose: "rule" | "hunt" | "feed";
  readonly claims: AttackClaims;
  readonly steps: Readonly<Record<Exclude<CoverageStep, "claimed">, StepFinding>>;
}

export type StepCounts = Readonly<Record<CoverageStep, number>>;

/** What rules of one purpose come to: how many there are, and how many have come to each step, whatever the steps between. */
export interface PurposeCoverage {
  readonly total: number;
  readonly counts: StepCounts;
}

/** A technique or sub-technique. Rules of a technique are its own and those of its sub-techniques. */
export interface TechniqueCoverage {
  readonly id: string;
  readonly name: string;
  /** By token: the furthest step that a rule has come to without leaving one out; absent where no rule claims it. */
  readonly tactics: Readonly<Record<string, CoverageStep | undefined>>;
  /** The furthest of them. */
  readonly reached?: CoverageStep;
  /** How many rules have come to each step, whatever the steps between. */
  readonly counts: StepCounts;
  readonly rules: readonly RuleCoverage[];
  /** Those that claim it itself, and not only one of its sub-techniques. */
  readonly ownRules: readonly RuleCoverage[];
  readonly hunts: number;
  readonly feeds: number;
}

/** How many techniques have come to each step. */
export interface CoveredShare {
  readonly total: number;
  readonly reached: StepCounts;
}

export interface TacticCoverage {
  readonly id: string;
  readonly token: string;
  readonly name: string;
  readonly techniques: CoveredShare;
  readonly subTechniques: CoveredShare;
}

/** How much of ATT&CK rules cover, in five steps. */
export interface CoverageMatrix {
  readonly attack: Pick<AttackFacts, "version" | "source">;
  /** The platforms whose techniques count; all where empty. */
  readonly platforms: readonly string[];
  /** Steps that nobody looked at; no rule is held up by them. */
  readonly notLookedAt: readonly CoverageStep[];
  readonly rules: PurposeCoverage;
  readonly hunts: PurposeCoverage;
  readonly feeds: PurposeCoverage;
  readonly tactics: readonly TacticCoverage[];
  readonly techniques: CoveredShare;
  readonly subTechniques: CoveredShare;
  /** All that count, also those that nothing covers, in the order of numbers. */
  readonly all: readonly TechniqueCoverage[];
  /** Claims by numbers that another has taken the place of. */
  readonly mapped: readonly { readonly rule: RuleCoverage; readonly claimed: string; readonly id: string }[];
  /** Claims that this version of ATT&CK knows nothing of. */
  readonly unknown: readonly { readonly rule: RuleCoverage; readonly claimed: string }[];
}

export interface MatrixOptions {
  /** Only techniques of these platforms count; of all where empty. */
  readonly platforms?: readonly string[];
}

/** Puts rules into the matrix. */
export function coverageMatrix(
  attack: AttackFacts,
  rules: readonly RuleCoverage[],
  { platforms = [] }: MatrixOptions = {},
): CoverageMatrix {
  const claims = new Map(rules.map((rule) => [rule, currentClaims(attack, rule.claims)]));
  const claimants = claimantsOf(claims);
  const all = Object.entries(attack.techniques)
    .filter(([, technique]) => technique.withdrawn !== true && isOf(technique, platforms))
    .map(([id, technique]) => techniqueCoverage(id, technique, claimants.get(id) ?? [], claims));
  const ofPurpose = (purpose: RuleCoverage["purpose"]) => purposeCoverage(purpose, claims);
  return {
    attack: { version: attack.version, source: attack.source },
    platforms,
    notLookedAt: stepsAfterClaim.filter((step) => rules.every(({ steps }) => steps[step].reached === undefined)),
    ...{ rules: ofPurpose("rule"), hunts: ofPurpose("hunt"), feeds: ofPurpose("feed") },
    tactics: attack.tactics.map(({ id, token, name }) => {
      const of = all.filter(({ tactics }) => Object.hasOwn(tactics, token));
      const level = (technique: TechniqueCoverage) => technique.tactics[token];
      return { id, token, name, ...sharesOf(of, level) };
    }),
    ...sharesOf(all, ({ reached }) => reached),
    all,
    mapped: [...claims].flatMap(([rule, { techniques }]) =>
      techniques.flatMap(({ id, claimed }) => (claimed === undefined ? [] : [{ rule, claimed, id }])),
    ),
    unknown: [...claims].flatMap(([rule, { unknown }]) => unknown.map((claimed) => ({ rule, claimed }))),
  };
}

/** The furthest step that a rule has come to without leaving out one that was looked at. */
export function furthestStep({ steps }: RuleCoverage): CoverageStep {
  let furthest: CoverageStep = "claimed";
  for (const step of stepsAfterClaim) {
    if (steps[step].reached === false) break;
    if (steps[step].reached === true) furthest = step;
  }
  return furthest;
}

/** True where `step` is `wanted` or comes after it. */
export function isAtLeast(step: CoverageStep | undefined, wanted: CoverageStep): boolean {
  return step !== undefined && coverageSteps.indexOf(step) >= coverageSteps.indexOf(wanted);
}

const stepsAfterClaim = ["binds", "data", "tested", "fired"] as const;

function isOf({ platforms = [] }: AttackTechnique, wanted: readonly string[]): boolean {
  const lower = new Set(wanted.map((platform) => platform.toLowerCase()));
  return lower.size === 0 || platforms.some((platform) => lower.has(platform.toLowerCase()));
}

type ClaimsOfRules = ReadonlyMap<RuleCoverage, CurrentClaims>;

/** The rules of each technique, those of its sub-techniques among them. */
function claimantsOf(claims: ClaimsOfRules): ReadonlyMap<string, readonly RuleCoverage[]> {
  const found = new Map<string, Set<RuleCoverage>>();
  for (const [rule, { techniques }] of claims) {
    for (const id of techniques.flatMap(({ id }) => [id, techniqueOf(id)])) {
      const own = found.get(id);
      if (own === undefined) found.set(id, new Set([rule]));
      else own.add(rule);
    }
  }
  return new Map([...found].map(([id, own]) => [id, [...own]]));
}

function techniqueCoverage(
  id: string,
  { name, tactics }: AttackTechnique,
  claimants: readonly RuleCoverage[],
  claims: ClaimsOfRules,
): TechniqueCoverage {
  const rules = claimants.filter(({ purpose }) => purpose === "rule");
  const count = (purpose: RuleCoverage["purpose"]) => claimants.filter((rule) => rule.purpose === purpose).length;
  const reached = furthestOf(rules);
  return {
    ...{ id, name },
    tactics: Object.fromEntries(
      tactics.map((token) => [
        token,
        furthestOf(rules.filter((rule) => claimsTactic(claims.get(rule), tactics, token))),
      ]),
    ),
    ...(reached === undefined ? {} : { reached }),
    counts: countsOf((step) => rules.filter((rule) => step === "claimed" || rule.steps[step].reached === true).length),
    ownRules: rules.filter((rule) => claims.get(rule)?.techniques.some((one) => one.id === id)),
    ...{ rules, hunts: count("hunt"), feeds: count("feed") },
  };
}

/** A technique of several tactics is covered in those that the rule names; in all where it names none of them. */
function claimsTactic(claims: CurrentClaims | undefined, tactics: readonly string[], token: string): boolean {
  const named = tactics.filter((tactic) => claims?.tactics.includes(tactic));
  return named.length === 0 || named.includes(token);
}

function furthestOf(rules: readonly RuleCoverage[]): CoverageStep | undefined {
  const reached = new Set(rules.map(furthestStep));
  return coverageSteps.findLast((step) => reached.has(step));
}

function purposeCoverage(purpose: RuleCoverage["purpose"], claims: ClaimsOfRules): PurposeCoverage {
  const own = [...claims].filter(([rule]) => rule.purpose === purpose);
  const counts = countsOf(
    (step) =>
      own.filter(([rule, { techniques, tactics }]) =>
        step === "claimed" ? techniques.length + tactics.length > 0 : rule.steps[step].reached === true,
      ).length,
  );
  return { total: own.length, counts };
}

function sharesOf(
  techniques: readonly TechniqueCoverage[],
  level: (technique: TechniqueCoverage) => CoverageStep | undefined,
): { readonly techniques: CoveredShare; readonly subTechniques: CoveredShare } {
  const share = (isSub: boolean) => {
    const own = techniques.filter(({ id }) => isSubTechnique(id) === isSub);
    return {
      total: own.length,
      reached: countsOf((step) => own.filter((technique) => isAtLeast(level(technique), step)).length),
    };
  };
  return { techniques: share(false), subTechniques: share(true) };
}

function countsOf(count: (step: CoverageStep) => number): StepCounts {
  return {
    claimed: count("claimed"),
    binds: count("binds"),
    data: count("data"),
    tested: count("tested"),
    fired: count("fired"),
  };
}
