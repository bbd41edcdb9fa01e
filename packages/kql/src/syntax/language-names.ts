import { items, kustoLanguage } from "./kusto.js";
import { allPlugins } from "./plugins.js";

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
  const kusto = kustoLanguage();
  const { Functions, Aggregates, Syntax } = kusto;
  const isOperator = (name: string) => /[a-z]Operator$/.test(name) && !/^(Bad)?QueryOperator$/.test(name);
  return {
    scalarFunctions: namesOf(Functions.All),
    aggregates: namesOf(Aggregates.All),
    plugins: sorted(allPlugins(kusto)),
    operatorClasses: Object.keys(Syntax.SyntaxKind).filter(isOperator).sort(),
  };
}

function namesOf(symbols: any): readonly string[] {
  return sorted(items(symbols));
}

function sorted(symbols: readonly any[]): readonly string[] {
  return symbols.map(({ Name }) => String(Name)).sort();
}
