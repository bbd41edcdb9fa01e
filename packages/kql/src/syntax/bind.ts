import type { FunctionSchema, TableSchema, WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { watchlistColumns, watchlistFunction } from "../schema/watchlist.js";
import type { Source } from "../source/source.js";
import { binding, type Discovered } from "./discovered.js";
import { correctGraphs } from "./graph-columns.js";
import { items, kustoLanguage } from "./kusto.js";
import { tooDeepBracket } from "./nesting.js";
import { type BinderDiagnostic, binderDiagnostic, type SyntaxNode, savedBodyStart, syntaxNode } from "./node.js";
import { keepText } from "./node-text.js";
import { allPlugins } from "./plugins.js";
import { correctNames } from "./result-names.js";

export interface BoundQuery {
  readonly statements: readonly SyntaxNode[];
  readonly diagnostics: readonly BinderDiagnostic[];
  /** Every word of the query, and of the saved functions that it may call. */
  readonly words: ReadonlySet<string>;
  /** The tables that it may read. */
  readonly tables: readonly TableSchema[];
  /** The binder failed on this text, as it does on some graph queries: the statements are parsed, but not bound. */
  readonly unbound?: true;
}

/**
 * Parses a text and binds its names to the workspace's tables and functions. `text` may differ from the source's where
 * parts are blanked out; places stay those of the source. `discovered` tells the columns that plugins make of the data.
 */
export function bind(
  source: Source,
  schema: WorkspaceSchema,
  { text = source.text, discovered = new Map() }: { readonly text?: string; readonly discovered?: Discovered } = {},
): BoundQuery {
  const key = JSON.stringify([source.name, source.text, text, [...discovered], watchlistsIn(text, schema)]);
  return lately(recent, schema, key, () => binding(discovered, () => bindAnew(source, schema, text)));
}

/** The watchlists that a text may name, as they are now: they come and go without a change of the tables. */
function watchlistsIn(text: string, schema: WorkspaceSchema): readonly unknown[] {
  if (!text.includes(watchlistFunction)) return [];
  return (schema.watchlistAliases ?? []).map((alias) => [alias, schema.watchlist?.(alias)?.columns]);
}

/** What was made under a key lately, or else is made now. */
function lately<T>(all: Lately<T>, schema: WorkspaceSchema, key: string, make: () => T): T {
  const known = all.get(schema) ?? new Map<string, T>();
  const made = known.get(key) ?? make();
  known.delete(key);
  known.set(key, made);
  for (const oldest of known.keys()) if (known.size > remembered) known.delete(oldest);
  all.set(schema, known);
  return made;
}

/** A condition, bound over columns. */
export interface BoundCondition extends Pick<BoundQuery, "diagnostics" | "words"> {
  /** The text as its parts know it. */
  readonly source: Source;
  /** Absent where the text is not one expression. */
  readonly condition?: SyntaxNode;
  /** The text that was bound, in which the condition begins `shift` characters on. */
  readonly text: string;
  readonly shift: number;
}

/**
 * Binds a text as a condition over columns. The text stands in parentheses that end on a line of their own, and is one
 * expression only where the whole query is a `where` with these parentheses: whatever the text closes, parts or comments out.
 */
export function bindCondition(source: Source, columns: readonly Column[], schema: WorkspaceSchema): BoundCondition {
  const typed = columns.map(({ name, type }) => [name, type]);
  const key = JSON.stringify([source.name, source.text, typed, watchlistsIn(source.text, schema)]);
  return lately(recentConditions, schema, key, () => bindConditionAnew(source, columns, schema));
}

function bindConditionAnew(source: Source, columns: readonly Column[], schema: WorkspaceSchema): BoundCondition {
  const table: TableSchema = { name: resultName, columns };
  const start = `${table.name} | where (\n`;
  const end = "\n)";
  const text = start + source.text + end;
  const bound = binding(new Map(), () => bindAnew(source, withRows(schema, table), text, start.length));
  const { statements, diagnostics, words } = bound;
  const [pipe] = statements.length === 1 ? statements.map((statement) => statement.child("Expression")) : [];
  const condition = pipe?.child("Operator")?.child("Condition");
  const span = condition?.location.span;
  const isWhole =
    pipe?.child("Expression")?.kind === "NameReference" &&
    condition?.kind === "ParenthesizedExpression" &&
    span?.start === -"(\n".length &&
    span.end === source.text.length + end.length;
  return { source, ...(isWhole ? { condition } : {}), diagnostics, words, text, shift: start.length };
}

/** Operators, bound over columns. */
export interface BoundStage extends Pick<BoundQuery, "statements" | "diagnostics" | "words"> {
  /** The name that the rows have in the text that was bound. */
  readonly table: string;
  readonly text: string;
}

/** Binds operators as they stand after rows of these columns. */
export function bindStage(source: Source, columns: readonly Column[], schema: WorkspaceSchema): BoundStage {
  const table: TableSchema = { name: resultName, columns };
  const start = `${table.name}\n`;
  const text = start + source.text;
  const bound = binding(new Map(), () => bindAnew(source, withRows(schema, table), text, start.length));
  return { ...bound, table: table.name, text };
}

/** The name of the rows of a result. */
const resultName = "rows_of_the_result";

function withRows(schema: WorkspaceSchema, table: TableSchema): WorkspaceSchema {
  const find = (name: string) => (name === table.name ? table : schema.table(name));
  return Object.create(schema, { table: { value: find } });
}

/** A rule is compiled again for every window, and binding, which does not depend on the time, is most of the work. */
const recent: Lately<BoundQuery> = new WeakMap();
const recentConditions: Lately<BoundCondition> = new WeakMap();

type Lately<T> = WeakMap<WorkspaceSchema, Map<string, T>>;

/** How many bound queries are kept for a schema, so that a service binds each of its rules once; each holds about 260 kB. */
const remembered = 512;

/** Parses and binds a text, of which the source is the part from `shift` on; what is wrong has its places in the text. */
function bindAnew(source: Source, schema: WorkspaceSchema, text: string, shift = 0): BoundQuery {
  const kusto = kustoLanguage();
  correctGraphs(kusto);
  correctNames(kusto);
  const { state, ...known } = globals(text, schema);
  const tooDeep = tooDeepBracket(text);
  if (tooDeep !== undefined) return { statements: [], diagnostics: [tooDeep], ...known };
  try {
    const code = kusto.KustoCode.ParseAndAnalyze(text, state);
    const diagnostics = items(code.GetDiagnostics()).map((found) => binderDiagnostic(found, code.Syntax));
    const spelled = withKnownPacks(text, diagnostics);
    if (spelled !== text) return bindAnew(source, schema, spelled, shift);
    return { statements: statementsOf(code, source, shift), diagnostics, ...known };
  } catch {
    const code = kusto.KustoCode.Parse(text, state);
    const diagnostics = items(code.GetSyntaxDiagnostics()).map((found) => binderDiagnostic(found, code.Syntax));
    return { statements: statementsOf(code, source, shift), diagnostics, ...known, unbound: true };
  }
}

/** The text with `pack_all()` as `pack(*)` where the parser, in the columns of `find`, knows the latter alone. */
function withKnownPacks(text: string, diagnostics: readonly BinderDiagnostic[]): string {
  const ends = diagnostics.filter(({ code }) => code === "KS117").map(({ span }) => span.start);
  return ends.reduce((known, start) => {
    const call = /^pack_all\s*\(\s*\)/.exec(known.slice(start))?.[0];
    if (call === undefined) return known;
    return known.slice(0, start) + "pack(*)".padEnd(call.length) + known.slice(start + call.length);
  }, text);
}

function statementsOf(code: any, source: Source, shift = 0): readonly SyntaxNode[] {
  keepText(code.Syntax, code.Text);
  const statements: SyntaxNode[] = [];
  const list = code.Syntax.Statements ?? { Count: 0 };
  for (let index = 0; index < list.Count; index++) {
    statements.push(syntaxNode(list.getItem(index).Element$1, source, shift));
  }
  return statements;
}

interface Globals extends Pick<BoundQuery, "words" | "tables"> {
  readonly state: any;
}

/** The binder's state, with only the tables and functions that the text can mean: a symbol costs about a millisecond. */
function globals(text: string, schema: WorkspaceSchema): Globals {
  const kusto = kustoLanguage();
  const functions = new Map<string, FunctionSchema>();
  const words = new Set<string>();
  const read = (found: readonly string[]) => {
    for (const word of found) {
      if (words.has(word)) continue;
      words.add(word);
      const saved = schema.function?.(word);
      if (saved === undefined) continue;
      functions.set(word, saved);
      read(wordsIn(saved.body));
      read(namesMatching(wildcards(saved.body), schema));
    }
  };
  read(wordsIn(text));
  if (words.has(watchlistFunction)) words.add("Watchlist");
  const named = [...words, ...namesMatching(wildcards(text), schema)];
  const tables = [...new Set(named)].flatMap((word) => (functions.has(word) ? [] : (schema.table(word) ?? [])));
  const symbols = [
    ...[...functions.values()].map(functionSymbol),
    ...tables.map((table) => tableSymbol(table, words)),
    ...(words.has(watchlistFunction) && schema.watchlist !== undefined ? [watchlistSymbol(schema)] : []),
  ];
  const database = new kusto.Symbols.DatabaseSymbol.ctor(schema.name, symbols);
  return { state: withPlugins(kusto).WithDatabase(database), words, tables };
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
  const columns = [...table.columns, ...hidden.filter(({ name }) => !listed.has(name))].map(columnSymbol);
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
  const symbol = new Symbols.FunctionSymbol.$ctor16(
    saved.name,
    saved.parameters,
    `${savedBodyStart}${saved.body}\n}`,
    null,
  );
  functionSymbols.set(saved, symbol);
  return symbol;
}

const functionSymbols = new WeakMap<FunctionSchema, any>();

/** The function that gives a watchlist: its columns depend on the alias that it is called with. */
function watchlistSymbol(schema: WorkspaceSchema): any {
  const { Symbols } = kustoLanguage();
  const result = (call: any) => {
    const alias = call.Arguments.Count === 0 ? undefined : call.Arguments.getItem(0)?.ConstantValue;
    const columns = watchlistColumns(typeof alias === "string" ? schema.watchlist?.(alias) : undefined);
    return new Symbols.TableSymbol.$ctor4("", columns.map(columnSymbol));
  };
  const parameter = new Symbols.Parameter.$ctor3("watchlistAlias", Symbols.ScalarTypes.String);
  return new Symbols.FunctionSymbol.ctor(watchlistFunction, result, Symbols.Tabularity.Tabular, [parameter]);
}

function columnSymbol({ name, type }: Column): any {
  const { Symbols } = kustoLanguage();
  return new Symbols.ColumnSymbol.ctor(name, Symbols.ScalarTypes.GetSymbol(type));
}

/** The declaration of a saved function, whose defaults are bound; `undefined` where its parameters make no sense. */
export function savedDeclaration(saved: FunctionSchema): SyntaxNode | undefined {
  if (!declarations.has(saved)) declarations.set(saved, declarationOf(saved));
  return declarations.get(saved);
}

const declarations = new WeakMap<FunctionSchema, SyntaxNode | undefined>();

function declarationOf(saved: FunctionSchema): SyntaxNode | undefined {
  const text = `let saved = ${saved.parameters} { 0 }; saved`;
  const code = kustoLanguage().KustoCode.ParseAndAnalyze(text);
  if (items(code.GetSyntaxDiagnostics()).length > 0) return undefined;
  const [statement] = statementsOf(code, { name: `the parameters of ${saved.name}`, text });
  return statement?.child("Expression");
}
