import { aggregateFunctions } from "./functions/aggregate-functions.js";
import type { ExampleResult } from "./functions/entry.js";
import { scalarFunctions } from "./functions/scalar-functions.js";
import { plugins } from "./operators/evaluate.js";
import { graphFunctions } from "./operators/graph/functions.js";
import { operators } from "./operators/operators.js";
import { refusedPlugins } from "./operators/plugins/refused.js";
import { specialForms } from "./operators/special-forms.js";
import { windowFunctions } from "./operators/window-functions.js";
import { languageNames } from "./syntax/language-names.js";

/** How far a name of KQL is translated: exactly, exactly within the stated limit, or not at all. */
export interface Support {
  readonly name: string;
  readonly about?: string;
  readonly limit?: string;
  /** Why a name is refused, where it has a reason of its own, and what to do instead. */
  readonly refusal?: { readonly why: string; readonly hint: string };
  readonly examples?: Readonly<Record<string, ExampleResult>>;
  readonly status: "exact" | "limited" | "refused";
}

/** What is translated, of all that KQL's parser knows. */
export interface LanguageSupport {
  readonly scalarFunctions: readonly Support[];
  readonly aggregates: readonly Support[];
  readonly plugins: readonly Support[];
  readonly operators: readonly Support[];
  /** Operators inside expressions (`==`, `has`). */
  readonly expressionOperators: readonly Support[];
}

/** Measures the compiler's own entries against the parser's lists of names. */
export function languageSupport(): LanguageSupport {
  const names = languageNames();
  const known = new Set(names.scalarFunctions);
  return {
    scalarFunctions: names.scalarFunctions.map((name) => support(name, scalarEntry(name))),
    aggregates: names.aggregates.map((name) => support(name, aggregateFunctions.get(name))),
    plugins: names.plugins.map((name) => {
      const refusal = Object.hasOwn(refusedPlugins, name) ? refusedPlugins[name] : undefined;
      return { ...support(name, plugins.get(name)), ...(refusal === undefined ? {} : { refusal }) };
    }),
    operators: names.operatorClasses.map((kind) => {
      const entry = operators[kind];
      return support(entry?.name ?? operatorName(kind), entry);
    }),
    expressionOperators: [...scalarFunctions]
      .filter(([name]) => !known.has(name) && !name.startsWith("#"))
      .map(([name, entry]) => support(name, entry)),
  };
}

type Entry = Partial<Pick<Support, "about" | "limit" | "examples">>;

function support(name: string, entry: Entry | undefined): Support {
  if (entry === undefined) return { name, status: "refused" };
  const { about, limit, examples } = entry;
  return {
    name,
    status: limit === undefined ? "exact" : "limited",
    ...(about === undefined ? {} : { about }),
    ...(limit === undefined ? {} : { limit }),
    ...(examples === undefined ? {} : { examples }),
  };
}

function scalarEntry(name: string): Entry | undefined {
  for (const forms of [specialForms, windowFunctions, tableFunctions, graphFunctions]) {
    // A form only adds to how a function is called; what it does, and its examples, are the entry's.
    if (Object.hasOwn(forms, name)) return { ...forms[name], ...scalarFunctions.get(name) };
  }
  return scalarFunctions.get(name);
}

/** Functions that stand for a table. */
const tableFunctions: Readonly<Record<string, Entry>> = {
  table: { about: "The table of a name that is known before the query runs, be it through a parameter." },
  database: {
    about: "The workspace itself, by its own name: `database('x').T`.",
    limit: "Every other database is refused.",
  },
};

/** The name that users write for an operator that has no entry. */
function operatorName(kind: string): string {
  const name = kind.replace(/Operator$/, "");
  return irregularNames[name] ?? name.replace(/(?<=[a-z])(?=[A-Z])/g, "-").toLowerCase();
}

const irregularNames: Readonly<Record<string, string>> = {
  ExecuteAndCache: "execute_and_cache",
  PartitionBy: "__partitionby",
  ReduceBy: "reduce",
};
