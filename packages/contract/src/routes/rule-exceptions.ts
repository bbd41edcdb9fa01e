import Type from "typebox";
import type { Route } from "../route.js";
import { Key, Moment, RuleKey, strict } from "./rule-parts.js";

const Text = (most: number) => Type.String({ maxLength: most });

/** What an exception hides: rows whose columns have these values, or that meet a condition. */
const Hides = {
  fields: Type.Optional(
    Type.Record(
      Type.String({ minLength: 1, maxLength: 300 }),
      Type.Union([Text(2000), Type.Array(Text(2000), { maxItems: 200 })]),
    ),
  ),
  condition: Type.Optional(Text(20_000)),
};

/** An exception of a rule, and what it has hidden while a service ran. */
export const RuleException = Type.Object({
  id: Type.String(),
  state: Type.Enum(["active", "expired", "disabled"]),
  /** All rules of its folder, or how many. */
  rules: Type.Union([Type.Literal("all"), Type.Integer()]),
  condition: Type.String(),
  owner: Type.String(),
  reason: Type.String(),
  ticket: Type.Optional(Type.String()),
  created: Type.Optional(Moment),
  expiry: Type.Optional(Moment),
  file: Type.String(),
  line: Type.Integer(),
  rows: Type.Integer(),
  windows: Type.Integer(),
  last: Type.Optional(Moment),
});

export const ProposedException = Type.Object(
  {
    id: Type.Optional(Type.String({ pattern: "^[\\w.:@-]{1,100}$" })),
    ...Hides,
    owner: Text(200),
    reason: Text(2000),
    ticket: Type.Optional(Text(200)),
    expiry: Type.String({ pattern: "^\\d{4}-\\d\\d-\\d\\d" }),
    enabled: Type.Optional(Type.Boolean()),
  },
  strict,
);

const Range = { from: Moment, to: Moment };

const ToldAlert = Type.Object({ title: Type.String(), entities: Type.String() });
const PastAlert = Type.Object({
  raised: Moment,
  title: Type.String(),
  incident: Type.Optional(Type.Integer()),
  classification: Type.Optional(Type.String()),
});

export const exceptionRoutes = {
  suggestExceptions: {
    method: "POST",
    path: "/rules/:key/exceptions/suggest",
    tag: "Exceptions",
    about: "Replays a rule over a range, and says what nearly all of its rows or alerts have in common.",
    access: "engineer",
    reads: true,
    params: RuleKey,
    body: Type.Object({ ...Range, share: Type.Optional(Type.Number({ minimum: 0.05, maximum: 1 })) }, strict),
    answer: Type.Object({
      rows: Type.Integer(),
      alerts: Type.Integer(),
      proposals: Type.Array(
        Type.Object({
          ...Hides,
          rows: Type.Integer(),
          alerts: Type.Integer(),
          users: Type.Optional(Type.Integer()),
          /** It may hide more than one would think. */
          broad: Type.Boolean(),
        }),
      ),
    }),
  },
  measureException: {
    method: "POST",
    path: "/rules/:key/exceptions/measure",
    tag: "Exceptions",
    about:
      "Replays a rule over a range without an exception and with it, and runs the windows of its past alerts again.",
    access: "engineer",
    reads: true,
    params: RuleKey,
    body: Type.Object({ ...Range, exception: ProposedException }, strict),
    answer: Type.Object({
      windows: Type.Integer(),
      rows: Type.Integer(),
      hidden: Type.Integer(),
      alertsBefore: Type.Integer(),
      alertsAfter: Type.Integer(),
      /** Windows that it changes, at most 500. */
      changes: Type.Array(
        Type.Object({
          to: Moment,
          rowsBefore: Type.Integer(),
          rowsAfter: Type.Integer(),
          gone: Type.Array(ToldAlert),
          added: Type.Array(ToldAlert),
        }),
      ),
      problems: Type.Array(Type.String()),
      past: Type.Object({
        alerts: Type.Integer(),
        gone: Type.Array(PastAlert),
        truePositives: Type.Integer(),
        /** Alerts that cannot be told again. */
        unknown: Type.Integer(),
      }),
    }),
  },
  saveException: {
    method: "POST",
    path: "/rules/:key/exceptions",
    tag: "Exceptions",
    about:
      "Saves an exception of a rule in exceptions.yaml; refused where it would hide alerts that were found to be about attacks.",
    access: "engineer",
    params: RuleKey,
    body: Type.Object({ exception: ProposedException, confirmTruePositives: Type.Optional(Type.Boolean()) }, strict),
    answer: Type.Object({ id: Type.String() }),
  },
  removeException: {
    method: "DELETE",
    path: "/rules/:key/exceptions/:exception",
    tag: "Exceptions",
    about: "Takes an exception of a rule out of its file.",
    access: "engineer",
    params: Type.Object({ key: Key, exception: Type.String({ minLength: 1, maxLength: 100 }) }, strict),
    answer: Type.Object({ removed: Type.String() }),
  },
} as const satisfies Record<string, Route>;
