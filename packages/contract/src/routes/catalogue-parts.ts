import Type from "typebox";
import { Diagnostic } from "../problem.js";

const Text = Type.String();
const Texts = Type.Array(Type.String());
const Maybe = Type.Optional(Type.String());

/** How many rules have a value. */
export const Count = Type.Object({ value: Text, title: Maybe, rules: Type.Integer() });

/** Counts of rules by platform. */
export const PlatformCounts = Type.Record(Type.String(), Type.Integer());

/** A rule in one line. */
const ListedRule = Type.Object({
  ...{ id: Text, platform: Text, language: Text, name: Text, purpose: Text, source: Text, file: Text },
  severity: Type.Union([Type.String(), Type.Null()]),
  verdict: Type.Union([Type.String(), Type.Null()]),
  ...{ techniques: Texts, tactics: Texts, tables: Texts },
});

export const FoundRules = Type.Object({
  total: Type.Integer(),
  rules: Type.Array(ListedRule),
  /** What the rules found are, by the names of the conditions; the most frequent values of each. */
  facets: Type.Record(Type.String(), Type.Array(Count)),
});

/** How a rule does on a workspace. */
const Verdict = Type.Object({
  status: Text,
  reason: Text,
  tables: Type.Array(Type.Object({ name: Text, rows: Type.Union([Type.Integer(), Type.Null()]) })),
  fields: Type.Array(
    Type.Object({
      table: Text,
      name: Text,
      filled: Type.Union([Type.Number({ description: "The share of rows that have it, from 0 to 1." }), Type.Null()]),
    }),
  ),
  milliseconds: Type.Optional(Type.Integer()),
  found: Type.Optional(
    Type.Object({
      count: Type.Integer(),
      of: Text,
      how: Text,
      windows: Type.Integer(),
      allWindows: Type.Integer({ description: "Where `windows` are fewer, `count` is of these alone." }),
    }),
  ),
  ...{ from: Text, to: Text },
});

const InUse = Type.Object({ id: Text, name: Text, key: Text });

/** All that is known of a rule; what is derived from its logic, and never from its author's words, is said to be so. */
export const RuleKnown = Type.Object({
  ...{ id: Text, authorId: Text, name: Text, platform: Text, language: Text, purpose: Text, description: Text },
  ...{ severity: Maybe, status: Maybe, version: Maybe, created: Maybe, updated: Maybe },
  ...{ authors: Texts, references: Texts, falsePositives: Texts, dataSources: Texts, tags: Texts },
  tactics: Type.Array(Type.Object({ token: Text, name: Text })),
  techniques: Type.Array(Type.Object({ id: Text, name: Text, now: Maybe })),
  summary: Type.Array(Type.String(), { description: "What it does, as follows from its logic." }),
  hypothesis: Type.Optional(Type.Object({ adversary: Text, seen: Text, where: Texts, refuted: Text })),
  filters: Type.Array(Type.Object({ name: Text, explanation: Text, filter: Text })),
  logic: Text,
  /** The KQL that runs here, and why it does not. */
  ...{ kql: Maybe, obstacle: Maybe },
  stages: Type.Array(
    Type.Object({
      index: Type.Integer(),
      within: Maybe,
      operator: Text,
      text: Text,
      predicates: Type.Array(
        Type.Object({
          ...{ field: Text, operator: Text, comparedWith: Maybe },
          values: Texts,
          through: Texts,
          negated: Type.Boolean(),
        }),
      ),
    }),
  ),
  reads: Type.Array(Type.Object({ source: Text, table: Text, events: Maybe, absent: Type.Boolean() })),
  thresholds: Texts,
  outputs: Type.Array(Type.Object({ name: Text, type: Maybe, source: Text, stage: Type.Integer() })),
  unread: Type.Array(Type.Object({ why: Text, text: Text })),
  entities: Type.Array(
    Type.Object({ type: Text, fields: Type.Array(Type.Object({ identifier: Text, column: Text })) }),
  ),
  indicators: Type.Array(
    Type.Object({
      ...{ table: Text, field: Text, operator: Text, value: Text },
      negated: Type.Boolean(),
      others: PlatformCounts,
    }),
  ),
  /** Milliseconds. */
  ...{ frequency: Type.Optional(Type.Number()), period: Type.Optional(Type.Number()) },
  trigger: Maybe,
  source: Type.Object({
    ...{ name: Text, file: Text, licence: Text, commit: Text, retrievedAt: Text, firstSeen: Text, changedAt: Text },
    line: Type.Integer(),
    removedAt: Maybe,
  }),
  history: Type.Array(Type.Object({ at: Text, kind: Text, commit: Text, lines: Texts })),
  verdict: Type.Optional(Type.Object({ at: Text, workspace: Text, verdict: Verdict })),
  /** The rules of the service that are this one. */
  inUse: Type.Array(InUse),
});

export const Sibling = Type.Object({
  ...{ id: Text, name: Text, platform: Text, kind: Text },
  likeness: Type.Number({ description: "The share of what either looks for that both do, from 0 to 1." }),
  ...{ adds: Texts, lacks: Texts },
});

export const RuleHere = Type.Object({
  diagnostics: Type.Array(Diagnostic),
  stages: Type.Array(Type.Object({ index: Type.Integer(), within: Maybe, in: Texts, out: Texts })),
});

export const Imports = Type.Object({
  shipped: Type.Object({
    state: Type.Enum(["none", "running", "done", "failed"]),
    files: Type.Integer(),
    done: Type.Integer(),
    message: Maybe,
  }),
  sources: Type.Array(
    Type.Object({
      source: Text,
      platform: Text,
      licence: Text,
      commit: Text,
      retrievedAt: Text,
      rules: Type.Integer(),
    }),
  ),
  imports: Type.Array(
    Type.Object({
      ...{ source: Text, platform: Text, at: Text },
      finished: Type.Boolean(),
      ...{ added: Type.Integer(), changed: Type.Integer(), removed: Type.Integer(), unchanged: Type.Integer() },
    }),
  ),
});

/** A trial of rules: how far it is, and what came of it by verdict. */
export const Trial = Type.Object({
  ...{ id: Text, by: Text, begunAt: Text },
  state: Type.Enum(["running", "done", "cancelled", "failed"]),
  done: Type.Integer(),
  of: Type.Integer(),
  counts: Type.Record(Type.String(), Type.Integer()),
  message: Maybe,
});

export const TriedRule = Type.Object({ id: Text, name: Text, status: Text, reason: Text });
