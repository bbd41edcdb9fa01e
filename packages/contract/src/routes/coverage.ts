import Type from "typebox";
import type { Route } from "../route.js";

const strict = { additionalProperties: false };
const Text = Type.String();
const Texts = Type.Array(Type.String());
const Maybe = Type.Optional(Type.String());

/** From a claim to a proof, each further than the one before. */
const Step = Type.Enum(["claimed", "binds", "data", "tested", "fired"]);

const StepCounts = Type.Object({
  claimed: Type.Integer(),
  binds: Type.Integer(),
  data: Type.Integer(),
  tested: Type.Integer(),
  fired: Type.Integer(),
});

const Share = Type.Object({ total: Type.Integer(), reached: StepCounts });
const Purpose = Type.Object({ total: Type.Integer(), counts: StepCounts });

/** Whether a rule has come to a step, and why; `reached` is absent where nobody looked. */
const Finding = Type.Object({ reached: Type.Optional(Type.Boolean()), why: Text });

const RuleSteps = Type.Object({
  ...{ key: Text, id: Text, name: Text, file: Text },
  /** False where it only claims sub-techniques. */
  own: Type.Boolean(),
  reached: Step,
  steps: Type.Object({ binds: Finding, data: Finding, tested: Finding, fired: Finding }),
});

const Candidate = Type.Object({ id: Text, name: Text, platform: Text, verdict: Maybe });

/** Running the scenarios of all rules: how far it is, and what came of it. */
const ScenarioRun = Type.Object({
  state: Type.Enum(["none", "running", "done", "failed"]),
  at: Maybe,
  scenarios: Type.Optional(Type.Integer()),
  failed: Type.Optional(Type.Integer()),
  message: Maybe,
});

const ProfileName = Type.String({ minLength: 1, maxLength: 100, pattern: "^[^\\u0000-\\u001f]*$" });

/** Of which techniques the matrix is. */
const chosen = {
  platform: Type.Optional(Type.Array(Type.String({ maxLength: 60 }), { maxItems: 20 })),
  profile: Type.Optional(ProfileName),
};

const Profile = Type.Object({
  name: Text,
  title: Text,
  techniques: Type.Integer(),
  ...{ savedBy: Text, savedAt: Text },
});

export const coverageRoutes = {
  coverage: {
    method: "GET",
    path: "/coverage",
    tag: "Coverage",
    about: "How much of ATT&CK the rules in use cover, in five steps from a claim to a proof.",
    access: "reader",
    query: Type.Object(
      { ...chosen, again: Type.Optional(Type.Boolean({ description: "Look at the rules and tables anew." })) },
      strict,
    ),
    answer: Type.Object({
      at: Text,
      attack: Type.Object({ version: Text, source: Text, platforms: Texts }),
      platforms: Texts,
      notLookedAt: Type.Array(Step),
      ...{ rules: Purpose, hunts: Purpose, feeds: Purpose },
      ...{ techniques: Share, subTechniques: Share },
      tactics: Type.Array(Type.Object({ id: Text, token: Text, name: Text, techniques: Share, subTechniques: Share })),
      all: Type.Array(
        Type.Object({
          ...{ id: Text, name: Text },
          /** The furthest step by tactic; null where no rule claims it there. */
          tactics: Type.Record(Type.String(), Type.Union([Step, Type.Null()])),
          reached: Type.Optional(Step),
          counts: StepCounts,
          ...{ own: Type.Integer(), hunts: Type.Integer(), feeds: Type.Integer() },
        }),
      ),
      mapped: Type.Array(Type.Object({ rule: Text, claimed: Text, id: Text })),
      unknown: Type.Array(Type.Object({ rule: Text, claimed: Text })),
      profile: Type.Optional(
        Type.Object({
          name: Text,
          weight: Type.Number(),
          reached: Type.Object({
            claimed: Type.Number(),
            binds: Type.Number(),
            data: Type.Number(),
            tested: Type.Number(),
            fired: Type.Number(),
          }),
          techniques: Type.Array(
            Type.Object({
              ...{ id: Text, name: Text, why: Maybe, remark: Maybe },
              weight: Type.Number(),
              reached: Type.Optional(Step),
            }),
          ),
        }),
      ),
    }),
  },
  coverageTechnique: {
    method: "GET",
    path: "/coverage/techniques/:id",
    tag: "Coverage",
    about:
      "The rules in use that claim a technique, and how far each has come; with rules of the catalogue that would bring it further.",
    access: "reader",
    params: Type.Object({ id: Type.String({ pattern: "^T\\d{4}(\\.\\d{3})?$" }) }),
    answer: Type.Object({
      rules: Type.Array(RuleSteps),
      candidates: Type.Object({ total: Type.Integer(), best: Type.Array(Candidate) }),
    }),
  },
  coverageGaps: {
    method: "GET",
    path: "/coverage/gaps",
    tag: "Coverage",
    about: "Techniques that have not come to a step, why, and rules of the catalogue that would bring them there.",
    access: "reader",
    query: Type.Object({ ...chosen, step: Type.Optional(Step) }, strict),
    answer: Type.Object({
      step: Step,
      gaps: Type.Array(
        Type.Object({
          ...{ id: Text, name: Text, because: Texts },
          weight: Type.Optional(Type.Number()),
          reached: Type.Optional(Step),
          candidates: Type.Object({ total: Type.Integer(), best: Type.Array(Candidate) }),
        }),
      ),
    }),
  },
  coverageFile: {
    method: "GET",
    path: "/coverage/file",
    tag: "Coverage",
    about:
      "The matrix as a file for another tool: a layer of the ATT&CK Navigator, or DeTT&CT's techniques or data sources.",
    access: "reader",
    query: Type.Object({ ...chosen, format: Type.Enum(["navigator", "dettect", "dettect-data"]) }, strict),
    answer: Type.Object({ name: Text, type: Text, text: Text }),
  },
  coverageScenarios: {
    method: "GET",
    path: "/coverage/scenarios",
    tag: "Coverage",
    about: "Whether the scenarios of all rules are being run, and what came of it.",
    access: "reader",
    answer: ScenarioRun,
  },
  runCoverageScenarios: {
    method: "POST",
    path: "/coverage/scenarios",
    tag: "Coverage",
    about: "Begins to run the scenarios of all rules, in a process of their own; one run at a time.",
    access: "engineer",
    answer: ScenarioRun,
  },
  coverageProfiles: {
    method: "GET",
    path: "/coverage/profiles",
    tag: "Coverage",
    about: "The threat profiles that coverage can be held against.",
    access: "reader",
    answer: Type.Object({ profiles: Type.Array(Profile) }),
  },
  saveCoverageProfile: {
    method: "PUT",
    path: "/coverage/profiles/:name",
    tag: "Coverage",
    about:
      "Keeps a threat profile: YAML or JSON, a layer of the Navigator, or a STIX bundle with the group that is meant.",
    access: "engineer",
    params: Type.Object({ name: ProfileName }),
    body: Type.Object(
      {
        text: Type.String({ minLength: 1, maxLength: 3_000_000 }),
        group: Type.Optional(Type.String({ minLength: 1, maxLength: 200 })),
      },
      strict,
    ),
    answer: Type.Object({ profile: Profile, remarks: Texts }),
  },
  dropCoverageProfile: {
    method: "DELETE",
    path: "/coverage/profiles/:name",
    tag: "Coverage",
    about: "Forgets a threat profile.",
    access: "engineer",
    params: Type.Object({ name: ProfileName }),
    answer: Type.Object({ profiles: Type.Array(Profile) }),
  },
} as const satisfies Record<string, Route>;
