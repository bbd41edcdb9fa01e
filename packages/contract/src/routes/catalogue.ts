import Type from "typebox";
import type { Route } from "../route.js";
import {
  Count,
  FoundRules,
  Imports,
  PlatformCounts,
  RuleHere,
  RuleKnown,
  Sibling,
  Trial,
  TriedRule,
} from "./catalogue-parts.js";

/** A name that a request must not have is refused, not ignored. */
const strict = { additionalProperties: false };

const Value = Type.String({ minLength: 1, maxLength: 500 });
const Word = Type.Optional(Value);
/** One of several is enough. */
const Words = Type.Optional(Type.Array(Value, { maxItems: 50 }));

/** What rules are searched for; all that is given has to hold. Texts of techniques, tables, fields and values may have `*` for any text. */
const conditions = {
  text: Type.Optional(
    Type.String({
      maxLength: 1000,
      description: 'Words; `"…"` for words in order, `or`, and `-` for words that are not there.',
    }),
  ),
  ...{ source: Words, platform: Words, language: Words, purpose: Words, severity: Words, verdict: Words },
  ...{ technique: Words, tactic: Words, table: Words, events: Words },
  /** All these are of one comparison. */
  ...{ field: Word, operator: Word, value: Type.Optional(Type.String({ maxLength: 500 })) },
  comparedIn: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "The table that it is of." })),
  negated: Type.Optional(Type.Boolean({ description: "Whether it stands under a `not`." })),
  asWritten: Type.Optional(Type.Boolean({ description: "A `*` in the field or the value is nothing but itself." })),
  otherThan: Type.Optional(
    Type.String({ minLength: 1, maxLength: 300, description: "The id of a rule to leave out." }),
  ),
};

const RuleId = Type.Object({
  id: Type.String({
    minLength: 1,
    maxLength: 300,
    description: "Its id, that of its author, or a name that only one rule has.",
  }),
});

export const catalogueRoutes = {
  searchCatalogue: {
    method: "GET",
    path: "/catalogue/rules",
    tag: "Catalogue",
    about: "Finds rules of every platform, and counts what those found are.",
    access: "reader",
    query: Type.Object(
      {
        ...conditions,
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
        offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      },
      strict,
    ),
    answer: FoundRules,
  },
  catalogueComparisons: {
    method: "GET",
    path: "/catalogue/comparisons",
    tag: "Catalogue",
    about:
      "The fields that the rules found compare, and with a field the operators and values that they compare it with.",
    access: "reader",
    query: Type.Object(conditions, strict),
    answer: Type.Object({ fields: Type.Array(Count), operators: Type.Array(Count), values: Type.Array(Count) }),
  },
  catalogueRule: {
    method: "GET",
    path: "/catalogue/rules/:id",
    tag: "Catalogue",
    about: "All that is known of a rule.",
    access: "reader",
    params: RuleId,
    answer: RuleKnown,
  },
  catalogueSiblings: {
    method: "GET",
    path: "/catalogue/rules/:id/siblings",
    tag: "Catalogue",
    about:
      "Rules of every platform that detect the same action, the nearest first, with what each asks that the other does not.",
    access: "reader",
    params: RuleId,
    answer: Type.Object({ siblings: Type.Array(Sibling) }),
  },
  catalogueRuleHere: {
    method: "GET",
    path: "/catalogue/rules/:id/here",
    tag: "Catalogue",
    about:
      "How a rule's query binds to the workspace's tables: what is wrong with it, and the columns into and out of each stage.",
    access: "reader",
    params: RuleId,
    answer: RuleHere,
  },
  adoptCatalogueRule: {
    method: "POST",
    path: "/catalogue/rules/:id/adopt",
    tag: "Catalogue",
    about: "Writes a rule into the first folder of rules that the service runs, checks it there and takes it up.",
    access: "engineer",
    params: RuleId,
    body: Type.Object(
      { force: Type.Optional(Type.Boolean({ description: "Files that are there are written over." })) },
      strict,
    ),
    answer: Type.Object({
      files: Type.Array(Type.String()),
      rule: Type.Object({ id: Type.String(), name: Type.String() }),
      key: Type.Optional(Type.String({ description: "By which the service knows the rule." })),
      withoutGuidance: Type.Optional(Type.String({ description: "Why guidance that there is was left out." })),
      findings: Type.Array(
        Type.Object({
          severity: Type.String(),
          id: Type.String(),
          message: Type.String(),
          line: Type.Integer(),
          column: Type.Integer(),
        }),
      ),
    }),
  },
  catalogueTables: {
    method: "GET",
    path: "/catalogue/tables",
    tag: "Catalogue",
    about: "The tables that rules read, those first that most read.",
    access: "reader",
    answer: Type.Object({
      tables: Type.Array(
        Type.Object({
          name: Type.String(),
          rules: Type.Integer(),
          /** Of the workspace: absent where it knows no such table. */
          hasData: Type.Optional(Type.Boolean()),
        }),
      ),
    }),
  },
  catalogueTable: {
    method: "GET",
    path: "/catalogue/table",
    tag: "Catalogue",
    about: "A table: what there is of it here, and the fields that rules compare.",
    access: "reader",
    query: Type.Object({ name: Type.String({ minLength: 1, maxLength: 500 }) }, strict),
    answer: Type.Object({
      name: Type.String(),
      rules: PlatformCounts,
      data: Type.Optional(
        Type.Object({
          rows: Type.Integer(),
          first: Type.Optional(Type.String()),
          last: Type.Optional(Type.String()),
        }),
      ),
      fields: Type.Array(
        Type.Object({ field: Type.String(), type: Type.Optional(Type.String()), rules: PlatformCounts }),
      ),
      /** Columns of the table here that no rule compares. */
      unasked: Type.Array(Type.Object({ name: Type.String(), type: Type.String() })),
    }),
  },
  catalogueField: {
    method: "GET",
    path: "/catalogue/field",
    tag: "Catalogue",
    about: "A field of a table: which rules compare it with which values.",
    access: "reader",
    query: Type.Object(
      { table: Type.String({ minLength: 1, maxLength: 500 }), field: Type.String({ minLength: 1, maxLength: 500 }) },
      strict,
    ),
    answer: Type.Object({
      table: Type.String(),
      field: Type.String(),
      type: Type.Optional(Type.String()),
      rules: PlatformCounts,
      values: Type.Array(
        Type.Object({
          operator: Type.String(),
          value: Type.String(),
          negated: Type.Boolean(),
          rules: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), platform: Type.String() })),
        }),
      ),
    }),
  },
  catalogueTechnique: {
    method: "GET",
    path: "/catalogue/techniques/:id",
    tag: "Catalogue",
    about: "A technique of ATT&CK: its tactics and sub-techniques, and how many rules claim each.",
    access: "reader",
    params: Type.Object({ id: Type.String({ pattern: "^[Tt]\\d{4}(\\.\\d{3})?$" }) }),
    answer: Type.Object({
      id: Type.String(),
      name: Type.String(),
      attack: Type.Object({ version: Type.String(), source: Type.String() }),
      tactics: Type.Array(Type.Object({ token: Type.String(), name: Type.String() })),
      platforms: Type.Array(Type.String()),
      dataComponents: Type.Array(Type.String()),
      /** Of a sub-technique. */
      parent: Type.Optional(Type.Object({ id: Type.String(), name: Type.String() })),
      withdrawn: Type.Boolean(),
      successor: Type.Optional(Type.String()),
      subTechniques: Type.Array(Type.Object({ id: Type.String(), name: Type.String(), rules: Type.Integer() })),
      rules: PlatformCounts,
    }),
  },
  catalogueImports: {
    method: "GET",
    path: "/catalogue/imports",
    tag: "Catalogue",
    about: "The sources of rules and their imports, and how far the import of the shipped rules is.",
    access: "reader",
    answer: Imports,
  },
  tryCatalogueRules: {
    method: "POST",
    path: "/catalogue/trials",
    tag: "Catalogue",
    about: "Begins to try rules on the workspace: those of some ids, or all that a search finds; one trial at a time.",
    access: "responder",
    body: Type.Object(
      {
        ids: Type.Optional(Type.Array(Type.String({ minLength: 1, maxLength: 100 }), { maxItems: 1000 })),
        search: Type.Optional(Type.Object(conditions, strict)),
        days: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 90,
            description: "How much of the newest time is looked at; 30 where absent.",
          }),
        ),
        windows: Type.Optional(
          Type.Integer({
            minimum: 1,
            maximum: 1000,
            description: "The most windows of a rule that are run; 14 where absent.",
          }),
        ),
      },
      strict,
    ),
    answer: Trial,
  },
  catalogueTrial: {
    method: "GET",
    path: "/catalogue/trials",
    tag: "Catalogue",
    about: "The trial that runs, or the last one.",
    access: "reader",
    answer: Type.Object({ trial: Type.Optional(Trial), latest: Type.Array(TriedRule) }),
  },
  cancelCatalogueTrial: {
    method: "DELETE",
    path: "/catalogue/trials/:id",
    tag: "Catalogue",
    about: "Ends a trial; the verdicts that there are stay.",
    access: "responder",
    params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
    answer: Trial,
  },
} as const satisfies Record<string, Route>;
