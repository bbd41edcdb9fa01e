import type { Column } from "../schema/types.js";
import { className, items, kustoLanguage } from "./kusto.js";

/** The columns that plugins made of the data, by the key of their call; see `SyntaxNode.discovery`. */
export type Discovered = ReadonlyMap<string, readonly Column[]>;

/** What becomes of a column that a bag has a property for. */
export type Conflict = "error" | "replace_source" | "keep_source";

/** The columns after `bag_unpack`: those of the rows, then the bag's; where both have one, it stands among the bag's. */
export function unpackedColumns<T extends { readonly name: string }>(
  kept: readonly T[],
  bag: readonly T[],
  conflict: Conflict,
): readonly T[] {
  const own = new Map(kept.map((column) => [column.name, column]));
  const names = new Set(bag.map(({ name }) => name));
  const made = bag.map((column) => (conflict === "keep_source" ? (own.get(column.name) ?? column) : column));
  return [...kept.filter(({ name }) => !names.has(name)), ...made];
}

/** The plugins whose columns follow from the data. */
export function discoveringPlugins(): any[] {
  return [unpacking(), pivoting()];
}

/** Runs `bind` with the columns that are known by now. */
export function binding<T>(discovered: Discovered, bind: () => T): T {
  known = discovered;
  try {
    return bind();
  } finally {
    known = new Map();
  }
}

let known: Discovered = new Map();

/** The key of a plugin's call, which the binder has met; `node` is the name of the plugin. */
export function discoveryKey(node: any): string | undefined {
  return keys.get(node);
}

const keys = new WeakMap<object, string>();

/**
 * A call's key: the plugin, the text and the place in it, and the columns that come in. The bodies of functions are
 * bound anew for arguments of other types, and then have other keys.
 */
function keyOf(context: any): string {
  const name = context.Location;
  const place = name.GetPositionInOriginalTree(name.TextStart);
  const text = className(name.Root) === "QueryBlock" ? "" : name.Root.toString();
  const scope = columnsOf(context.RowScope).map((column) => `${column.Name}:${column.Type.Name}`);
  const key = JSON.stringify([name.SimpleName, place, text, scope]);
  keys.set(name, key);
  return key;
}

function columnsOf(table: any): any[] {
  return table === null || table === undefined ? [] : items(table.Columns);
}

function table(columns: readonly any[]): any {
  return new (kustoLanguage().Symbols.TableSymbol.$ctor4)("", columns);
}

function symbolsOf(columns: readonly Column[]): any[] {
  const { ColumnSymbol, ScalarTypes } = kustoLanguage().Symbols;
  return columns.map(({ name, type }) => new ColumnSymbol.ctor(name, ScalarTypes.GetSymbol(type)));
}

function named(symbol: any): { readonly name: string; readonly symbol: any } {
  return { name: symbol.Name, symbol };
}

function unpacking(): any {
  const { Symbols } = kustoLanguage();
  const { Parameter, ParameterTypeKind, ArgumentKind } = Symbols;
  const optional = (name: string) =>
    new Parameter.ctor(name, ParameterTypeKind.Scalar, 0, undefined, undefined, false, undefined, 0, 1);
  const result = (context: any) => {
    const bag = context.GetArgument$1("column")?.ReferencedSymbol;
    const kept = columnsOf(context.RowScope).filter((column) => column !== bag);
    const found = known.get(keyOf(context));
    if (found === undefined) return table(kept).WithIsOpen(true);
    const columns = unpackedColumns(kept.map(named), symbolsOf(found).map(named), conflictOf(context));
    return table(columns.map(({ symbol }) => symbol));
  };
  return new Symbols.FunctionSymbol.ctor("bag_unpack", result, Symbols.Tabularity.Tabular, [
    new Parameter.ctor("column", ParameterTypeKind.Scalar, ArgumentKind.Column),
    optional("OutputColumnPrefix"),
    optional("columnsConflict"),
    optional("ignoredProperties"),
  ]);
}

function conflictOf(context: any): Conflict {
  const argument = context.GetArgument$1("columnsConflict");
  const value = argument?.ConstantValue ?? argument?.Expression?.ConstantValue;
  return value === "keep_source" || value === "replace_source" ? value : "error";
}

function pivoting(): any {
  const { Symbols, PlugIns } = kustoLanguage();
  const own = items(PlugIns.Pivot.Signatures)[0];
  const result = (context: any) => {
    const open = own.CustomReturnType(context);
    const found = known.get(keyOf(context));
    return found === undefined ? open : table([...columnsOf(open), ...symbolsOf(found)]);
  };
  return new Symbols.FunctionSymbol.ctor("pivot", result, Symbols.Tabularity.Tabular, items(own.Parameters));
}
