import Type from "typebox";
import { Place } from "../problem.js";
import type { Route } from "../route.js";
import { Moment, RuleKey, strict } from "./rule-parts.js";

const Text = Type.String({ maxLength: 1_000_000 });

/** Something that is said about a rule's text. */
export const Finding = Type.Object({
  severity: Type.Enum(["error", "warning", "note"]),
  code: Type.String(),
  message: Type.String(),
  hint: Type.Optional(Type.String()),
  place: Place,
});

const Value = Type.Union([Type.String({ maxLength: 100 }), Type.Number(), Type.Boolean(), Type.Null()]);

const Changes = Type.Object(
  {
    enabled: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])),
    severity: Type.Optional(Value),
    queryFrequency: Type.Optional(Value),
    queryPeriod: Type.Optional(Value),
    triggerOperator: Type.Optional(Value),
    triggerThreshold: Type.Optional(Value),
    delay: Type.Optional(Value),
    cutBy: Type.Optional(Value),
    timeout: Type.Optional(Value),
    memory: Type.Optional(Value),
  },
  { ...strict, minProperties: 1 },
);

const PreviewAlert = Type.Object({
  at: Moment,
  from: Moment,
  title: Type.String(),
  severity: Type.String(),
  rows: Type.Integer(),
  entities: Type.String(),
});

const Cost = Type.Object({
  windows: Type.Integer(),
  failed: Type.Integer(),
  suppressed: Type.Integer(),
  rows: Type.Integer(),
  alerts: Type.Integer(),
  heldBack: Type.Integer(),
  seconds: Type.Number(),
  bytesRead: Type.Number(),
});

/** The parts of a preview: how far it is, what is told on the way, and at its end what the versions came to. */
const PreviewPart = Type.Union([
  Type.Object({
    kind: Type.Literal("begun"),
    windows: Type.Integer(),
    compared: Type.Boolean(),
    query: Type.String({ description: "Of the version that is looked at." }),
  }),
  Type.Object({ kind: Type.Literal("progress"), done: Type.Integer() }),
  Type.Object({
    kind: Type.Literal("told"),
    version: Type.Enum(["now", "before"]),
    severity: Type.Enum(["error", "warning"]),
    message: Type.String(),
  }),
  Type.Object({ kind: Type.Literal("alert"), alert: PreviewAlert }),
  Type.Object({
    kind: Type.Literal("difference"),
    difference: Type.Enum(["added", "lost", "changed"]),
    alert: PreviewAlert,
    because: Type.Optional(Type.String()),
    changes: Type.Optional(
      Type.Array(Type.Object({ field: Type.String(), before: Type.String(), now: Type.String() })),
    ),
  }),
  Type.Object({
    kind: Type.Literal("done"),
    cost: Type.Optional(Cost),
    before: Type.Optional(Cost),
    /** Alerts that are the same in both versions. */
    same: Type.Optional(Type.Integer()),
    /** Alerts that are counted and not told one by one. */
    more: Type.Integer(),
  }),
  Type.Object({
    kind: Type.Literal("failed"),
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
  }),
]);

const Checked = Type.Object({
  findings: Type.Array(Finding),
  rules: Type.Array(
    Type.Object({ key: Type.String(), name: Type.String(), kind: Type.String(), query: Type.String() }),
  ),
});

const Saving = Type.Object({ text: Text, evenIfWrong: Type.Optional(Type.Boolean()) }, strict);

const Written = Type.Object({ key: Type.String(), file: Type.String() });

export const ruleEditingRoutes = {
  draftRule: {
    method: "POST",
    path: "/new-rule/draft",
    tag: "Rules",
    about: "Gives the text of a rule to go on from: of a query, with the entities that its result has columns for.",
    access: "reader",
    reads: true,
    body: Type.Object({ query: Type.Optional(Type.String({ maxLength: 100_000 })) }, strict),
    answer: Type.Object({
      text: Type.String(),
      /** Where it would be written; absent where nowhere. */
      folder: Type.Optional(Type.String()),
    }),
  },
  checkNewRule: {
    method: "POST",
    path: "/new-rule/check",
    tag: "Rules",
    about: "Says what is wrong with a text that is to be a new rule, or deserves a look.",
    access: "reader",
    reads: true,
    body: Type.Object({ text: Text }, strict),
    answer: Checked,
  },
  previewNewRule: {
    method: "POST",
    path: "/new-rule/preview",
    tag: "Rules",
    about: "Replays a text that is to be a new rule over a range; leaving stops it.",
    access: "reader",
    reads: true,
    body: Type.Object({ from: Moment, to: Moment, text: Text }, strict),
    answer: PreviewPart,
    stream: "lines",
  },
  createRule: {
    method: "POST",
    path: "/rules",
    tag: "Rules",
    about: "Saves a text as a new rule, in a file of its own that is named after it, and takes it up.",
    access: "engineer",
    body: Saving,
    answer: Written,
  },
  checkRule: {
    method: "POST",
    path: "/rules/:key/check",
    tag: "Rules",
    about: "Says what is wrong with a text of a rule, or deserves a look, without saving it.",
    access: "reader",
    reads: true,
    params: RuleKey,
    body: Type.Object({ text: Text }, strict),
    answer: Checked,
  },
  saveRule: {
    method: "PUT",
    path: "/rules/:key/text",
    tag: "Rules",
    about: "Writes a rule's file anew, if it is still the one that was read, and takes it up.",
    access: "engineer",
    params: RuleKey,
    body: Type.Object({ text: Text, fileVersion: Type.String(), evenIfWrong: Type.Optional(Type.Boolean()) }, strict),
    answer: Type.Object({ fileVersion: Type.String() }),
  },
  copyRule: {
    method: "POST",
    path: "/rules/:key/copy",
    tag: "Rules",
    about:
      "Saves a text of a rule that cannot be changed where it is as a rule of one's own, and turns the original off.",
    access: "engineer",
    params: RuleKey,
    body: Saving,
    answer: Written,
  },
  overrideRule: {
    method: "PATCH",
    path: "/rules/:key/override",
    tag: "Rules",
    about:
      "Turns a rule on or off, or changes how it runs, without changing its file; null lets its file decide again.",
    access: "engineer",
    params: RuleKey,
    body: Changes,
    answer: Type.Object({ enabled: Type.Boolean() }),
  },
  previewRule: {
    method: "POST",
    path: "/rules/:key/preview",
    tag: "Rules",
    about: "Replays a rule or a text of it over a range, and compares it with the version that runs; leaving stops it.",
    access: "reader",
    reads: true,
    params: RuleKey,
    body: Type.Object(
      {
        from: Moment,
        to: Moment,
        /** The rule as it runs where absent. */
        text: Type.Optional(Text),
        compare: Type.Optional(Type.Boolean()),
      },
      strict,
    ),
    answer: PreviewPart,
    stream: "lines",
  },
  testRule: {
    method: "POST",
    path: "/rules/:key/tests",
    tag: "Rules",
    about: "Runs the scenarios beside a rule's file; leaving stops them.",
    access: "engineer",
    reads: true,
    params: RuleKey,
    answer: Type.Object({
      file: Type.Optional(Type.String()),
      scenarios: Type.Array(
        Type.Object({
          name: Type.String(),
          line: Type.Integer(),
          passed: Type.Boolean(),
          seconds: Type.Number(),
          /** Why it failed, a sentence each. */
          why: Type.Array(Type.String()),
          warnings: Type.Array(Type.String()),
        }),
      ),
      problems: Type.Array(Type.Object({ message: Type.String(), file: Type.String(), line: Type.Integer() })),
    }),
  },
} as const satisfies Record<string, Route>;
