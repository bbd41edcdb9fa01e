import { discoveringPlugins } from "./discovered.js";
import { items } from "./kusto.js";

/** The language service's plugins, some of them with more knowledge, and one that the service does not know. */
export function allPlugins(kusto: any): any[] {
  const own = discoveringPlugins();
  const names = new Set(own.map(({ Name }) => Name));
  return [...items(kusto.PlugIns.All).filter(({ Name }) => !names.has(Name)), ...own, schemaMerge(kusto)];
}

/** `schema_merge(PreserveOrder: bool = true)`, which gives what `getschema` gives. */
function schemaMerge({ Symbols }: any): any {
  const types = Symbols.ScalarTypes;
  const column = (name: string, type: any) => new Symbols.ColumnSymbol.ctor(name, type);
  const table = new Symbols.TableSymbol.$ctor4("schema_merge", [
    column("ColumnName", types.String),
    column("ColumnOrdinal", types.Int),
    column("DataType", types.String),
    column("ColumnType", types.String),
  ]);
  const order = new Symbols.Parameter.$ctor3(
    "PreserveOrder",
    types.Bool,
    0,
    undefined,
    undefined,
    false,
    undefined,
    0,
    1,
  );
  const signature = new Symbols.Signature.ctor(() => table, Symbols.Tabularity.Tabular, [order]);
  return new Symbols.FunctionSymbol.$ctor4("schema_merge", [signature]);
}
