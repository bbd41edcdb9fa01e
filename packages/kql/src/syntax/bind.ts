import type { FunctionSchema, TableSchema, WorkspaceSchema } from "../schema/schema.js";
import type { Source, Span } from "../source/source.js";
import { items, kustoLanguage } from "./kusto.js";
import { type SyntaxNode, syntaxNode } from "./node.js";
import { allPlugins } from "./plugins.js";

/** What the language service says is wrong. */
export interface BinderDiagnostic {
  readonly code: `KS${number}`;
  readonly severity: "error" | "warning";
  readonly message: string;
  readonly span: Span;
}

export interface BoundQuery {
  readonly statements: readonly SyntaxNode[];
  readonly diagnostics: readonly BinderDiagnostic[];
  /** The binder failed on this text, as it does on some graph queries: the statements are parsed, but not bound. */
  readonly unbound?: true;
}

/**
 * Parses a text and binds its names to the workspace's tables and functions. `text` may differ from the source's where
 * parts are blanked out; places stay those of the source.
 */
export function bind(source: Source, schema: WorkspaceSchema, text = source.text): BoundQuery {
  const key = [source.name, source.text, text].join("\0");
  const known = recent.get(schema) ?? new Map<string, BoundQuery>();
  const bound = known.get(key) ?? bindAnew(source, schema, text);
  known.delete(key);
  known.set(key, bound);
  for (const oldest of known.keys()) if (known.size > remembered) known.delete(oldest);
  recent.set(schema, known);
  return bound;
}

/** A rule is compiled again for every window, and binding, which does not depend on the time, is most of the work. */
const recent = new WeakMap<WorkspaceSchema, Map<string, BoundQuery>>();

/** How many bound queries are kept for a schema; each holds a tree of some hundred kilobytes. */
const remembered = 32;

function bindAnew(source: Source, schema: WorkspaceSchema, text: string): BoundQuery {
  const kusto = kustoLanguage();
  const state = globals(text, schema);
  try {
    const code = kusto.KustoCode.ParseAndAnalyze(text, state);
    return { statements: statementsOf(code, source), diagnostics: items(code.GetDiagnostics()).map(diagnostic) };
  } catch {
    const code = kusto.KustoCode.Parse(text, state);
    const diagnostics = items(code.GetSyntaxDiagnostics()).map(diagnostic);
    return { statements: statementsOf(code, source), diagnostics, unbound: true };
  }
}

function statementsOf(code: any, source: Source): readonly SyntaxNode[] {
  const statements: SyntaxNode[] = [];
  const list = code.Syntax.Statements ?? { Count: 0 };
  for (let index = 0; index < list.Count; index++) {
    statements.push(syntaxNode(list.getItem(index).Element$1, source));
  }
  return statements;
}

function diagnostic(from: any): BinderDiagnostic {
  return {
    code: from.Code,
    severity: from.Severity === "Error" ? "error" : "warning",
    message: from.Message,
    span: { start: from.Start, end: from.Start + Math.max(1, from.Length) },
  };
}

/** The binder's state, with only the tables and functions that the text can mean: a symbol costs about a millisecond. */
function globals(text: string, schema: WorkspaceSchema): any {
  const kusto = kustoLanguage();
  const symbols: any[] = [];
  const seen = new Set<string>();
  const mention = (words: Iterable<string>, mentioned: ReadonlySet<string>) => {
    for (const name of words) {
      if (seen.has(name)) continue;
      seen.add(name);
      const saved = schema.function?.(name);
      if (saved !== undefined) {
        symbols.push(functionSymbol(saved));
        const inside = new Set(wordsIn(saved.body));
        mention(inside, new Set([...mentioned, ...inside]));
        continue;
      }
      const table = schema.table(name);
      if (table !== undefined) symbols.push(tableSymbol(table, mentioned));
    }
  };
  const words = new Set(wordsIn(text));
  mention(words, words);
  mention(namesMatching(wildcards(text), schema), words);
  const database = new kusto.Symbols.DatabaseSymbol.ctor(schema.name, symbols);
  return withPlugins(kusto).WithDatabase(database);
}

function withPlugins(kusto: any): any {
  start ??= kusto.GlobalState.Default.WithPlugIns(allPlugins(kusto));
  return start;
}

let start: any;

function wordsIn(text: string): string[] {
  return text.match(/[\p{L}_][\p{L}\p{N}_]*/gu) ?? [];
}

/** Patterns such as `Device*` of `union` and `find in`, and `*` itself where every table is meant. */
function wildcards(text: string): readonly RegExp[] {
  const patterns: RegExp[] = [];
  if (/\b(search|find)\b/.test(text) || /\bunion\b[^|;]*?(?<![\w)\]"'])\*/.test(text)) patterns.push(/^/);
  for (const [word] of text.matchAll(/[\w*]*\w\*[\w*]*|\*[\w*]*\w[\w*]*/g)) {
    if (word.includes("*") && /[A-Za-z]/.test(word)) {
      patterns.push(new RegExp(`^${word.replace(/\*/g, ".*")}$`));
    }
  }
  return patterns;
}

function namesMatching(patterns: readonly RegExp[], schema: WorkspaceSchema): string[] {
  if (patterns.length === 0) return [];
  return (schema.filledTables ?? schema.tableNames).filter((name) => patterns.some((pattern) => pattern.test(name)));
}

function tableSymbol(table: TableSchema, mentioned: ReadonlySet<string>): any {
  const hidden = (table.hidden ?? []).filter(({ name }) => mentioned.has(name));
  const key = hidden.map(({ name }) => name).join();
  const cached = tableSymbols.get(table)?.get(key);
  if (cached !== undefined) return cached;
  const { Symbols } = kustoLanguage();
  const listed = new Set(table.columns.map(({ name }) => name));
  const columns = [...table.columns, ...hidden.filter(({ name }) => !listed.has(name))].map(
    ({ name, type }) => new Symbols.ColumnSymbol.ctor(name, Symbols.ScalarTypes.GetSymbol(type)),
  );
  const symbol = new Symbols.TableSymbol.$ctor4(table.name, columns);
  if (!tableSymbols.has(table)) tableSymbols.set(table, new Map());
  tableSymbols.get(table)?.set(key, symbol);
  return symbol;
}

const tableSymbols = new WeakMap<TableSchema, Map<string, any>>();

function functionSymbol(saved: FunctionSchema): any {
  const cached = functionSymbols.get(saved);
  if (cached !== undefined) return cached;
  const { Symbols } = kustoLanguage();
  const symbol = new Symbols.FunctionSymbol.$ctor16(saved.name, saved.parameters, `{ ${saved.body}\n}`, null);
  functionSymbols.set(saved, symbol);
  return symbol;
}

const functionSymbols = new WeakMap<FunctionSchema, any>();
