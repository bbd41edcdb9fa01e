import Type from "typebox";
import type { Route } from "../route.js";
import { RuleException } from "./rule-exceptions.js";
import { Moment, RuleKey, strict } from "./rule-parts.js";

const TimeSpan = Type.Object({ from: Moment, to: Moment }, strict);

const WindowState = Type.Enum(["planned", "owed", "running", "done", "failed", "suppressed"]);

const Failed = Type.Object({ to: Moment, code: Type.String(), message: Type.String() });

/** What all rules have that run by the clock. */
const Health = Type.Object({
  lastGood: Type.Optional(
    Type.Object({ at: Moment, to: Moment }, { description: "When the last window was done, and its end." }),
  ),
  lastFailure: Type.Optional(Failed),
  owed: Type.Integer({ description: "Windows that were due and have not been run." }),
  failed: Type.Integer({ description: "Windows of the last 30 days that were given up." }),
  seconds: Type.Number({ description: "What the windows of the last day took." }),
  bytesRead: Type.Number(),
  alerts: Type.Integer({ description: "Of the last 30 days." }),
  hours: Type.Array(Type.Enum(["none", "planned", "owed", "running", "done", "failed", "suppressed", "alerts"]), {
    description: "The worst that happened in each hour of the last day, the one that is now last.",
  }),
  suppressedUntil: Type.Optional(Moment),
});

const Summary = {
  key: Type.String(),
  id: Type.String(),
  name: Type.String(),
  kind: Type.String(),
  severity: Type.String(),
  file: Type.String(),
  enabled: Type.Boolean(),
  /** Why it cannot run. */
  obstacle: Type.Optional(Type.String()),
  tactics: Type.Array(Type.String()),
  techniques: Type.Array(Type.String()),
  /** In milliseconds. */
  frequency: Type.Optional(Type.Number()),
  period: Type.Optional(Type.Number()),
  exceptions: Type.Integer(),
  /** Absent for a rule that does not run by the clock, or has not been taken up yet. */
  health: Type.Optional(Health),
};

const Window = Type.Object({
  from: Moment,
  to: Moment,
  due: Moment,
  state: WindowState,
  attempts: Type.Integer(),
  retryAt: Type.Optional(Moment),
  started: Type.Optional(Moment),
  finished: Type.Optional(Moment),
  version: Type.Optional(Type.String()),
  rows: Type.Optional(Type.Integer()),
  hidden: Type.Optional(Type.Integer({ description: "Rows that exceptions kept out." })),
  alerts: Type.Optional(Type.Integer()),
  heldBack: Type.Optional(Type.Integer()),
  seconds: Type.Optional(Type.Number()),
  bytesRead: Type.Optional(Type.Number()),
  error: Type.Optional(Type.Object({ code: Type.String(), message: Type.String() })),
});

export const ruleRoutes = {
  rules: {
    method: "GET",
    path: "/rules",
    tag: "Rules",
    about: "The rules of the folders, how each fares, and what is wrong with their files.",
    access: "reader",
    answer: Type.Object({
      now: Moment,
      rules: Type.Array(Type.Object(Summary)),
      problems: Type.Array(
        Type.Object({
          severity: Type.Enum(["error", "warning"]),
          code: Type.String(),
          message: Type.String(),
          file: Type.String(),
          line: Type.Integer(),
          column: Type.Integer(),
        }),
      ),
      /** Where a rule, an override or an exception would be written; absent where nowhere. */
      writable: Type.Optional(Type.String()),
    }),
  },
  rule: {
    method: "GET",
    path: "/rules/:key",
    tag: "Rules",
    about: "One rule: its file's text, what is set beside it, the versions that ran, and what people changed.",
    access: "reader",
    params: RuleKey,
    answer: Type.Object({
      ...Summary,
      description: Type.String(),
      query: Type.String(),
      triggerOperator: Type.String(),
      triggerThreshold: Type.Number(),
      entities: Type.Array(
        Type.Object({
          type: Type.String(),
          columns: Type.Array(Type.Object({ identifier: Type.String(), column: Type.String() })),
        }),
      ),
      text: Type.String(),
      /** The digest of the file, to be named by who saves it anew. */
      fileVersion: Type.String(),
      /** Whether the rule that runs is that of the file as it is now. */
      isTakenUp: Type.Boolean(),
      /** Why the file cannot be changed where it is. */
      readOnly: Type.Optional(Type.String()),
      /** Where a copy of it, overrides and exceptions would be written. */
      writable: Type.Optional(Type.String()),
      version: Type.Optional(Type.String()),
      versions: Type.Array(Type.Object({ version: Type.String(), seen: Moment, query: Type.String() })),
      override: Type.Optional(
        Type.Object({
          file: Type.String(),
          values: Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
        }),
      ),
      exceptionList: Type.Array(RuleException),
      testsFile: Type.Optional(Type.String()),
      changes: Type.Array(
        Type.Object({ at: Moment, by: Type.String(), kind: Type.String(), file: Type.String(), detail: Type.String() }),
      ),
    }),
  },
  ruleWindows: {
    method: "GET",
    path: "/rules/:key/windows",
    tag: "Rules",
    about: "The windows of a rule that end in a range, in their order; the latest where there are more than 5000.",
    access: "reader",
    params: RuleKey,
    query: TimeSpan,
    answer: Type.Object({ windows: Type.Array(Window), total: Type.Integer() }),
  },
  retryWindows: {
    method: "POST",
    path: "/rules/:key/windows/retry",
    tag: "Rules",
    about: "Owes the windows of a range that were given up, so that they are run again; says how many.",
    access: "engineer",
    params: RuleKey,
    body: TimeSpan,
    answer: Type.Object({ owed: Type.Integer() }),
  },
} as const satisfies Record<string, Route>;
