import { items, kustoLanguage } from "./kusto.js";

/** Every name that the KQL parser knows, in alphabetical order. */
export interface LanguageNames {
  readonly scalarFunctions: readonly string[];
  readonly aggregates: readonly string[];
  readonly plugins: readonly string[];
  /** Tabular operators, by class (`FilterOperator`). */
  readonly operatorClasses: readonly string[];
}

/** The parser's own lists of names. */
export function languageNames(): LanguageNames {
  const { Functions, Aggregates, PlugIns, Syntax } = kustoLanguage();
  const isOperator = (name: string) => /[a-z]Operator$/.test(name) && !/^(Bad)?QueryOperator$/.test(name);
  return {
    scalarFunctions: namesOf(Functions.All),
    aggregates: namesOf(Aggregates.All),
    plugins: namesOf(PlugIns.All),
    operatorClasses: Object.keys(Syntax.SyntaxKind).filter(isOperator).sort(),
  };
}

function namesOf(symbols: any): readonly string[] {
  return items(symbols)
    .map(({ Name }) => String(Name))
    .sort();
}
