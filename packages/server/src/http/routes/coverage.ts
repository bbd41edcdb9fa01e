import {
  type CoverageMatrix,
  dettectDataSources,
  dettectTechniques,
  furthestStep,
  navigatorLayer,
  type ProfileCoverage,
  profileCoverage,
  type RuleCoverage,
  type TechniqueCoverage,
} from "@calypso/catalog";
import { AllTests, type AllTestsProgress } from "../../authoring/test-all.js";
import { candidatesOf, gapsWithCandidates } from "../../catalogue/candidates.js";
import { Coverage, type Covered, matrixOf } from "../../coverage/coverage.js";
import { dataTables } from "../../coverage/data-tables.js";
import { dropProfile, type KeptProfile, keepProfile, keptProfiles, profileNamed } from "../../coverage/profiles.js";
import { attackFacts } from "../../lint/attack-facts.js";
import type { Background } from "../../platform/background.js";
import { contentFolder } from "../../platform/content.js";
import { queryPorts } from "../../search/run-query.js";
import { ruleKey } from "../../service/rules-in-force.js";
import { type Handlers, nameOf } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";

type Names =
  | "coverage"
  | "coverageTechnique"
  | "coverageGaps"
  | "coverageFile"
  | "coverageScenarios"
  | "runCoverageScenarios"
  | "coverageProfiles"
  | "saveCoverageProfile"
  | "dropCoverageProfile";

/** Of which techniques the matrix is asked. */
interface Chosen {
  readonly platform?: readonly string[];
  readonly profile?: string;
}

export function coverageHandlers({ state, workspace, rules }: Served, background: Background): Handlers<Names> {
  const { store, clock, folder } = workspace;
  const tests = new AllTests({ loaded: rules.loaded, paths: rules.paths, workspace: folder, clock, background });
  const coverage = new Coverage({
    ...{ state, clock, background, ports: queryPorts(store, { signal: background.signal }) },
    rules: () => rules.loaded().rules,
    attack: () => attackFacts(contentFolder(), folder),
    tested: () => tests.isTested,
  });
  const chosenFrom = async (covered: Covered, { platform = [], profile: name }: Chosen) => {
    checkPlatforms(covered, platform);
    const matrix = matrixOf(covered, platform);
    const kept = name === undefined ? undefined : await profileNamed(state, covered.attack, name);
    const profile = kept === undefined ? undefined : profileCoverage(covered.attack, matrix, kept);
    return { attack: covered.attack, matrix, profile };
  };
  const profiles = async () => ({ profiles: (await keptProfiles(state)).map(shownProfile) });
  return {
    coverage: async ({ query: { again, ...chosen } }) => {
      const covered = await coverage.covered({ again: again === true });
      const { matrix, profile } = await chosenFrom(covered, chosen);
      return shown(covered, matrix, profile);
    },

    coverageTechnique: async ({ params: { id } }) => {
      const covered = await coverage.covered();
      const matrix = matrixOf(covered, []);
      const technique = matrix.all.find((one) => one.id === id);
      if (technique === undefined) {
        throw new Refusal("not-found", `ATT&CK ${covered.attack.version} has no technique ${id}`);
      }
      const own = new Set(technique.ownRules);
      return {
        rules: technique.rules.map((rule) => ({ ...stepsOf(rule), own: own.has(rule) })),
        candidates: await candidatesOf(state.db, "data", id, { attack: covered.attack, matrix }),
      };
    },

    coverageGaps: async ({ query: { step = "data", ...chosen } }) => {
      const covered = await coverage.covered();
      return { step, gaps: await gapsWithCandidates(state.db, step, await chosenFrom(covered, chosen)) };
    },

    coverageFile: async ({ query: { format, ...chosen } }) => {
      const covered = await coverage.covered();
      const { attack, matrix, profile } = await chosenFrom(covered, chosen);
      switch (format) {
        case "navigator": {
          const text = `${JSON.stringify(navigatorLayer(attack, matrix, profile), undefined, 2)}\n`;
          return { name: "navigator-layer.json", type: "application/json", text };
        }
        case "dettect": {
          const text = dettectTechniques(attack, matrix, covered.at.toISOString().slice(0, 10));
          return { name: "dettect-techniques.yaml", type: "application/yaml", text };
        }
        case "dettect-data": {
          const text = dettectDataSources(attack, matrix, await dataTables(contentFolder(), covered.dataOf));
          return { name: "dettect-data-sources.yaml", type: "application/yaml", text };
        }
        default:
          return format satisfies never;
      }
    },

    coverageScenarios: async () => shownRun(tests.progress),

    runCoverageScenarios: async () => shownRun(tests.begin()),

    coverageProfiles: profiles,

    saveCoverageProfile: async ({ params: { name }, body }, asked) => {
      const attack = attackFacts(contentFolder(), folder);
      const remarks = await keepProfile(state, attack, { name, ...body, by: nameOf(asked), at: clock() });
      const kept = (await keptProfiles(state)).find((one) => one.name === name);
      if (kept === undefined) throw new Refusal("not-found", `${name} was removed meanwhile`);
      return { profile: shownProfile(kept), remarks };
    },

    dropCoverageProfile: async ({ params: { name } }) => {
      await dropProfile(state, name);
      return profiles();
    },
  };
}

function checkPlatforms({ attack }: Covered, wanted: readonly string[]): void {
  const known = new Set(platformsOf(attack).map((platform) => platform.toLowerCase()));
  const unknown = wanted.find((platform) => !known.has(platform.toLowerCase()));
  if (unknown === undefined) return;
  throw new Refusal("bad-request", `${unknown} is not a platform of ATT&CK: ${platformsOf(attack).join(", ")}`);
}

function platformsOf({ techniques }: Covered["attack"]): readonly string[] {
  return [...new Set(Object.values(techniques).flatMap(({ platforms = [] }) => platforms))].sort();
}

function shown({ at, attack }: Covered, matrix: CoverageMatrix, profile: ProfileCoverage | undefined) {
  const { platforms, notLookedAt, rules, hunts, feeds, techniques, subTechniques, tactics } = matrix;
  return {
    at: at.toISOString(),
    attack: { version: attack.version, source: attack.source, platforms: platformsOf(attack) },
    ...{ platforms, notLookedAt, rules, hunts, feeds, techniques, subTechniques, tactics },
    all: matrix.all.map(shownTechnique),
    mapped: matrix.mapped.map(({ rule, claimed, id }) => ({ rule: rule.name, claimed, id })),
    unknown: matrix.unknown.map(({ rule, claimed }) => ({ rule: rule.name, claimed })),
    ...(profile === undefined ? {} : { profile }),
  };
}

function shownTechnique({ rules: _rules, ownRules, tactics, ...technique }: TechniqueCoverage) {
  const steps = Object.entries(tactics).map(([token, step]) => [token, step ?? null] as const);
  return { ...technique, tactics: Object.fromEntries(steps), own: ownRules.length };
}

function stepsOf(rule: RuleCoverage) {
  const { id, name, file = "", steps } = rule;
  return { key: ruleKey({ id, name, file }), id, name, file, reached: furthestStep(rule), steps };
}

function shownRun({ at, ...run }: AllTestsProgress) {
  return { ...run, ...(at === undefined ? {} : { at: at.toISOString() }) };
}

function shownProfile({ savedAt, ...profile }: KeptProfile) {
  return { ...profile, savedAt: savedAt.toISOString() };
}
