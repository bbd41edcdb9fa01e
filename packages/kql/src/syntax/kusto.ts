import { createRequire } from "node:module";
import { takeShortcuts } from "./bridge-shortcuts.js";

// Everything that comes out of the language service is untyped here: its own declarations (1.7 MB) describe a .NET API
// whose lists and enumerators have no TypeScript form. `node.ts` gives typed nodes to the rest of the compiler.
let loaded: any;

/** The namespace `Kusto.Language` of the language service; loading it takes about 0.2 s, once, if it is not there already. */
export function kustoLanguage(): any {
  if (loaded === undefined) {
    if ((globalThis as any).Kusto === undefined) {
      const require = createRequire(import.meta.url);
      require("@kusto/language-service-next/bridge.min.js");
      require("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
    }
    loaded = (globalThis as any).Kusto.Language;
    takeShortcuts((globalThis as any).Bridge, (globalThis as any).System);
    deferGrammar(loaded.Parsing.QueryGrammar);
    // Looked for at every name, up to the root of the text; only `.create function` commands have one.
    loaded.Binding.Binder.GetCreateFunctionCommandName = () => null;
  }
  return loaded;
}

/**
 * Parsing builds the grammar that an editor's completion reads, which takes most of a second, and then parses without it:
 * only the rules for texts nested some hundred levels deep come from there. So the grammar is built when such a rule is asked for.
 */
function deferGrammar(grammarClass: any): void {
  const build = grammarClass.From;
  grammarClass.From = (globals: any) => {
    let grammar: any;
    const rule = (_: object, name: PropertyKey) => {
      if (name === "QueryBlock") return null;
      grammar ??= build.call(grammarClass, globals);
      return grammar[name];
    };
    return new Proxy({}, { get: rule });
  };
}

/** The items of a .NET list or enumerable. */
export function items(enumerable: any): any[] {
  const result: any[] = [];
  if (enumerable === null || enumerable === undefined) return result;
  const enumerator = (globalThis as any).Bridge.getEnumerator(enumerable);
  while (enumerator.moveNext()) result.push(enumerator.Current);
  return result;
}

/** The class of an object of the language service: `PipeExpression`, `ColumnSymbol`. */
export function className(object: any): string {
  const known = classNames.get(object.constructor);
  if (known !== undefined) return known;
  const full: string = (globalThis as any).Bridge.getTypeName(object);
  const name =
    full
      .replace(/[`[].*$/s, "")
      .split(".")
      .at(-1) ?? full;
  classNames.set(object.constructor, name);
  return name;
}

const classNames = new Map<unknown, string>();
