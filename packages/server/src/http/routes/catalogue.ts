import type { AttackFacts } from "@calypso/catalog";
import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import { fieldUses, valueUses } from "../../catalogue/fields.js";
import { importsKnown } from "../../catalogue/imports.js";
import { ruleView } from "../../catalogue/rule-view.js";
import { comparisonsOf, type FoundRules, type RuleConditions, searchRules } from "../../catalogue/search-rules.js";
import { guidanceFor } from "../../catalogue/shipped-guidance.js";
import { showRule } from "../../catalogue/show-rule.js";
import { relatedInState } from "../../catalogue/siblings.js";
import { platformsOf, readTables } from "../../catalogue/tables.js";
import { techniqueKnown } from "../../catalogue/technique.js";
import { tablesWithData } from "../../coverage/tables-with-data.js";
import { attackFacts } from "../../lint/attack-facts.js";
import { compileRule } from "../../lint/compile-rule.js";
import { shippedSchema } from "../../main.js";
import { contentFolder } from "../../platform/content.js";
import { shippedVocabulary } from "../../platform/vocabulary.js";
import { queryPorts } from "../../search/run-query.js";
import { ruleKey } from "../../service/rules-in-force.js";
import type { Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";
import { told } from "../texts.js";

type Names =
  | "searchCatalogue"
  | "catalogueComparisons"
  | "catalogueRule"
  | "catalogueSiblings"
  | "catalogueRuleHere"
  | "catalogueTables"
  | "catalogueTable"
  | "catalogueField"
  | "catalogueTechnique"
  | "catalogueImports";

export function catalogueHandlers(served: Served): Handlers<Names> {
  const { store, folder } = served.workspace;
  const { db } = served.state;
  const attack = once(() => attackFacts(contentFolder(), folder));
  const guidanceOf = once(() => guidanceFor({ content: contentFolder(), schema: shippedSchema() }));
  return {
    searchCatalogue: async ({ query }) => {
      const { facets, ...found } = await searchRules(db, { ...conditionsOf(query), ...pageOf(query) });
      return { ...found, facets: withNames(facets, attack()) };
    },

    catalogueComparisons: ({ query }) => comparisonsOf(db, conditionsOf(query)),

    catalogueRule: async ({ params }) => {
      const details = await showRule(db, params.id, async () => []);
      const guidance = guidanceOf()(details.detection);
      const inForce = served.rules.loaded().rules;
      return ruleView(details, {
        attack: attack(),
        vocabulary: shippedVocabulary(),
        guidance,
        inForce,
        keyOf: ruleKey,
      });
    },

    catalogueSiblings: async ({ params }) => {
      const { siblings } = await showRule(db, params.id, relatedInState(db, shippedVocabulary()));
      return { siblings };
    },

    catalogueRuleHere: async ({ params }, { signal }) => {
      const { rule } = (await showRule(db, params.id, async () => [])).detection;
      if (rule === undefined || rule.query.text.trim() === "") return { diagnostics: [], stages: [] };
      const compilation = await compileRule(queryPorts(store, { signal }), rule);
      const { lets, stages } = compilation.dissection();
      return {
        diagnostics: compilation.diagnostics.map(told),
        stages: [
          ...lets.flatMap(({ name, stages: own }) => own.map((stage) => ({ ...columnsOf(stage), within: name }))),
          ...stages.map(columnsOf),
        ],
      };
    },

    catalogueTables: async () => {
      const { tableNames, filledTables } = store.schema();
      const known = new Set(tableNames);
      const filled = new Set(filledTables ?? tableNames);
      const tables = await readTables(db);
      return {
        tables: tables.map((table) => ({
          ...table,
          ...(known.has(table.name) ? { hasData: filled.has(table.name) } : {}),
        })),
      };
    },

    catalogueTable: async ({ query: { name } }, { signal }) => {
      const rules = await platformsOf(db, "table", name);
      const described = store.schema().table(name);
      const uses = await fieldUses(db, name);
      if (described === undefined && uses.length === 0 && Object.keys(rules).length === 0) {
        throw new Refusal("not-found", `neither the workspace nor a rule knows a table ${name}`);
      }
      const types = new Map(described?.columns.map((column) => [column.name.toLowerCase(), column.type]));
      const asked = new Set(uses.map(({ field }) => field.toLowerCase()));
      const data =
        described === undefined
          ? undefined
          : await tablesWithData(queryPorts(store, { signal }), served.workspace.clock())(described.name);
      return {
        ...{ name: described?.name ?? name, rules },
        ...(data === undefined ? {} : { data: { rows: data.rows, ...spanOf(data) } }),
        fields: uses.map(({ field, rules: counts }) => ({
          ...{ field, rules: counts },
          ...typeOf(types.get(field.toLowerCase())),
        })),
        unasked: (described?.columns ?? [])
          .filter((column) => !asked.has(column.name.toLowerCase()))
          .map((column) => ({ name: column.name, type: column.type })),
      };
    },

    catalogueField: async ({ query: { table, field } }) => {
      const values = await valueUses(db, table, field);
      const platforms = new Map<string, Set<string>>();
      for (const { id, platform } of values.flatMap(({ rules }) => rules)) {
        platforms.set(platform, (platforms.get(platform) ?? new Set()).add(id));
      }
      const column = store
        .schema()
        .table(table)
        ?.columns.find(({ name }) => name.toLowerCase() === field.toLowerCase());
      if (values.length === 0 && column === undefined) {
        throw new Refusal("not-found", `no rule compares ${table}.${field}, and the workspace has no such column`);
      }
      const rules = Object.fromEntries([...platforms].map(([platform, ids]) => [platform, ids.size]));
      return { table, field: column?.name ?? field, ...typeOf(column?.type), rules, values };
    },

    catalogueTechnique: async ({ params }) => {
      const found = await techniqueKnown(db, attack(), params.id);
      if (found === undefined) {
        throw new Refusal("not-found", `ATT&CK ${attack().version} has no technique ${params.id.toUpperCase()}`);
      }
      return found;
    },

    catalogueImports: async () => ({
      shipped: served.shipped?.() ?? { state: "none", files: 0, done: 0 },
      ...(await importsKnown(db)),
    }),
  };
}

/** A value that is computed when it is first asked for. */
function once<Value extends object>(make: () => Value): () => Value {
  let known: Value | undefined;
  return () => {
    known ??= make();
    return known;
  };
}

/** The conditions of a search that are given. */
export function conditionsOf(query: RequestOf<Routes["catalogueComparisons"]>["query"]): RuleConditions {
  const { limit: _limit, offset: _offset, ...conditions }: typeof query & { limit?: number; offset?: number } = query;
  return conditions;
}

function pageOf({ limit = 50, offset = 0 }: RequestOf<Routes["searchCatalogue"]>["query"]) {
  return { limit, offset, countsOthers: true } as const;
}

/** The counts of techniques and tactics with what they are called. */
function withNames(facets: FoundRules["facets"], { tactics, techniques }: AttackFacts): Answered["facets"] {
  const names: Readonly<Record<string, (value: string) => string | undefined>> = {
    tactic: (value) => tactics.find(({ token }) => token === value)?.name,
    technique: (value) => (Object.hasOwn(techniques, value) ? techniques[value]?.name : undefined),
  };
  return Object.fromEntries(
    Object.entries(facets).map(([name, counts]) => [
      name,
      counts.map((count) => {
        const title = names[name]?.(count.value);
        return title === undefined ? { ...count } : { ...count, title };
      }),
    ]),
  );
}

type Answered = AnswerOf<Routes["searchCatalogue"]>;

function columnsOf({
  index,
  in: before,
  out,
}: {
  readonly index: number;
  readonly in: readonly string[];
  readonly out: readonly string[];
}) {
  return { index, in: before, out };
}

function typeOf(type: string | undefined): { readonly type?: string } {
  return type === undefined ? {} : { type };
}

function spanOf({ first, last }: { readonly first?: Date; readonly last?: Date }) {
  return first === undefined || last === undefined ? {} : { first: first.toISOString(), last: last.toISOString() };
}
