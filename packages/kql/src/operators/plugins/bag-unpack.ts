import type { Named } from "../../plan/plan.js";
import type { KqlType } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { everyColumn, isInternal, over } from "../rows.js";
import { convert, lowerScalar, outside } from "../scalar.js";
import { declaredColumns, emptyOf, pluginArguments } from "./arguments.js";
import { constantValues, endsQuery } from "./constant-input.js";

/** The properties of a bag as columns. */
export const bagUnpackPlugin: PluginEntry = {
  name: "bag_unpack",
  about: "Makes a column of each property of a bag.",
  limit: "The columns have to be declared, as in `evaluate bag_unpack(d) : (*, a: long)`, or follow from literals.",
  lower: (call, node, input, cx) => {
    const { placed, named } = pluginArguments(call);
    const bag = placed[0];
    const prefix = textOf(placed[1] ?? named.get("columnprefix") ?? named.get("outputcolumnprefix"), cx);
    const column = bag === undefined ? undefined : lowerScalar(bag, over(input, cx));
    if (column?.kind !== "column" || column.type !== "dynamic" || prefix === undefined) {
      report(cx, node.location, "bad-argument", "`bag_unpack` takes a dynamic column, and a text as prefix");
      return nothing();
    }
    const kept = everyColumn(input).filter(({ name }) => name !== column.name && !isInternal(name));
    const ignored = ignoredNames(placed[3] ?? named.get("ignoredproperties"), cx);
    const property = (name: string, type: KqlType): Named => {
      const key = name.slice(prefix.length);
      if (!name.startsWith(prefix) || ignored.has(key)) return { name, expression: emptyOf(type) };
      const path = { kind: "path", base: column, steps: [key], type: "dynamic" } as const;
      return { name, expression: convert(path, type, node.location) };
    };
    const declared = declaredColumns(node);
    const values = declared === undefined ? constantValues(input, column.name) : undefined;
    if (declared === undefined && (values === undefined || !endsQuery(node))) {
      report(cx, node.location, "unsupported-operator", "`evaluate bag_unpack` needs its columns declared", {
        construct: "evaluate bag_unpack",
        hint: "say which columns it gives: `evaluate bag_unpack(d) : (*, Name: string, Age: long)`",
      });
      return nothing();
    }
    const wanted = declared?.columns ?? propertiesOf(values ?? [], prefix, ignored);
    const names = new Set(kept.map(({ name }) => name));
    if (placed[2] !== undefined || named.has("columnsconflict") || wanted.some(({ name }) => isAmbiguous(name))) {
      report(
        cx,
        node.location,
        "unsupported-option",
        "`bag_unpack`: a property named like a column cannot be translated yet",
        {
          construct: "evaluate bag_unpack",
        },
      );
      return nothing();
    }
    const own = new Map(kept.map((other) => [other.name, other]));
    const made = wanted.map(({ name, type }) => own.get(name) ?? property(name, type));
    const star = declared === undefined || declared.star;
    return { kind: "project", input, columns: star ? [...kept, ...made.filter(({ name }) => !names.has(name))] : made };

    function isAmbiguous(name: string): boolean {
      return names.has(name) && (declared === undefined || declared.star || name.startsWith(prefix ?? ""));
    }
  },
};

function textOf(node: SyntaxNode | undefined, cx: Context): string | undefined {
  if (node === undefined) return "";
  const value = lowerScalar(node, outside(cx));
  return value.kind === "literal" && value.type === "string" ? String(value.value) : undefined;
}

function ignoredNames(node: SyntaxNode | undefined, cx: Context): ReadonlySet<string> {
  if (node === undefined) return new Set();
  const value = lowerScalar(node, outside(cx));
  const names: unknown =
    value.kind === "literal" && typeof value.value === "string" ? JSON.parse(value.value || "[]") : [];
  return new Set(Array.isArray(names) ? names.filter((name) => typeof name === "string") : []);
}

/** The properties of known bags in the order of their names, each with the one type that its values have. */
function propertiesOf(
  bags: readonly string[],
  prefix: string,
  ignored: ReadonlySet<string>,
): readonly { readonly name: string; readonly type: KqlType }[] {
  const types = new Map<string, KqlType | undefined>();
  for (const bag of bags.filter((text) => text.startsWith("{"))) {
    // Integers are told from reals by their text, which the parsed value no longer has.
    const parsed: unknown = JSON.parse(bag.replace(/"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*/g, quotedNumber));
    if (typeof parsed !== "object" || parsed === null) continue;
    for (const [key, value] of Object.entries(parsed)) {
      const type = typeOf(value);
      const known = types.get(key);
      types.set(key, known === undefined || type === undefined ? (known ?? type) : known === type ? type : "dynamic");
    }
  }
  return [...types]
    .filter(([key]) => !ignored.has(key))
    .map(([key, type]) => ({ name: `${prefix}${key}`, type: type ?? "dynamic" }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A number as a string that no string of the text can be. */
function quotedNumber(token: string): string {
  return token.startsWith('"') ? token : JSON.stringify(`\u0000${token}`);
}

function typeOf(value: unknown): KqlType | undefined {
  if (value === null) return undefined;
  if (typeof value === "boolean") return "bool";
  if (typeof value !== "string") return "dynamic";
  if (!value.startsWith("\u0000")) return "string";
  return /^-?\d+$/.test(value.slice(1)) ? "long" : "real";
}
