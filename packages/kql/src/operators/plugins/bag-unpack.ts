import { separator } from "../../functions/known-properties.js";
import type { Expression } from "../../plan/expression.js";
import type { Named, Plan } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import { type Conflict, unpackedColumns } from "../../syntax/discovered.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, freshName, nothing, report } from "../context.js";
import { asAsked, differentColumns, discover } from "../discovery.js";
import type { PluginEntry } from "../evaluate.js";
import { everyColumn, isInternal, over } from "../rows.js";
import { convert, lowerScalar, outside } from "../scalar.js";
import { declaredColumns, emptyOf, pluginArguments } from "./arguments.js";
import { partsAt } from "./parts.js";

/** What a call of `bag_unpack` says. */
interface Unpacking {
  readonly bag: Expression & { readonly kind: "column" };
  readonly prefix: string;
  readonly ignored: readonly string[];
  readonly conflict: Conflict;
  readonly node: SyntaxNode;
}

/** The properties of a bag as columns. */
export const bagUnpackPlugin: PluginEntry = {
  name: "bag_unpack",
  about: "Makes a column of each property of a bag.",
  limit:
    "Times, timespans and guids in a bag are text. Where columns are declared, a column of the rows may not be named " +
    'like a property unless `columnsConflict` is "keep_source".',
  lower: (call, node, input, cx) => {
    const bag = bagOf(call, input, cx);
    // Of a column that is not there, which has been told, there is nothing to unpack.
    if (bag?.kind === "literal" && bag.missing) return input;
    const unpacking = unpackingOf(bag, call, node, cx);
    if (unpacking === undefined) return nothing();
    const kept = everyColumn(input).filter(({ name }) => name !== unpacking.bag.name && !isInternal(name));
    const declared = declaredColumns(node);
    if (declared !== undefined) return declaredProperties(declared, kept, input, unpacking, cx);
    const found = discover(call, question(call, input, unpacking, cx), cx) ?? [];
    const twice = found.find(({ name }) => kept.some((column) => column.name === name));
    if (twice !== undefined && unpacking.conflict === "error") {
      report(cx, call.location, "bad-argument", `\`bag_unpack\`: the rows have a column \`${twice.name}\` already`, {
        hint: 'give it a prefix, or say which one stays: `columnsConflict="keep_source"` or `"replace_source"`',
      });
    }
    const made = found.map((column): Named => property(column, unpacking));
    return {
      kind: "project",
      input: asAsked(input, call, onlyKnown(found, unpacking)),
      columns: unpackedColumns(kept, made, unpacking.conflict),
    };
  },
};

function bagOf(call: SyntaxNode, input: Plan, cx: Context): Expression | undefined {
  const [bag] = pluginArguments(call).placed;
  return bag === undefined ? undefined : lowerScalar(bag, over(input, cx));
}

function unpackingOf(
  bag: Expression | undefined,
  call: SyntaxNode,
  node: SyntaxNode,
  cx: Context,
): Unpacking | undefined {
  const { placed, named } = pluginArguments(call);
  const prefix = textOf(placed[1] ?? named.get("columnprefix") ?? named.get("outputcolumnprefix"), "", cx);
  const conflict = textOf(placed[2] ?? named.get("columnsconflict"), "error", cx);
  const ignored = ignoredNames(placed[3] ?? named.get("ignoredproperties"), cx);
  if (bag?.kind !== "column" || bag.type !== "dynamic" || prefix === undefined) {
    report(cx, node.location, "bad-argument", "`bag_unpack` takes a dynamic column, and a text as prefix");
  } else if (conflict !== "error" && conflict !== "keep_source" && conflict !== "replace_source") {
    report(cx, node.location, "bad-argument", "`columnsConflict` is one of error, keep_source and replace_source");
  } else if (ignored === undefined) {
    report(cx, node.location, "bad-argument", "`ignoredProperties` is an array of names");
  } else {
    return { bag, prefix, ignored, conflict, node };
  }
  return undefined;
}

/** The names of all properties that are not ignored, each with the types that its values have. */
function question(call: SyntaxNode, input: Plan, { bag, prefix, ignored, node }: Unpacking, cx: Context): Plan {
  const { compare, of } = partsAt(node.location);
  const text = (value: string): Expression => ({ kind: "literal", type: "string", value });
  const isBag = compare("==", of("gettype", [bag], "string"), text("dictionary"));
  const pair = freshName(cx, "pair");
  const part = (at: number): Expression => ({
    kind: "path",
    base: { kind: "column", name: pair, type: "dynamic" },
    steps: [at],
    type: "dynamic",
  });
  const key = of("tostring", [part(0)], "string");
  const pairs: Plan = {
    kind: "expand",
    input: {
      kind: "filter",
      input: { kind: "project", input, columns: [{ name: bag.name, expression: bag }] },
      condition: isBag,
    },
    items: [{ name: pair, expression: bag, bagsAsArrays: true }],
    keepEmpty: false,
  };
  const wanted = ignored.reduce<Plan>(
    (rows, name) => ({ kind: "filter", input: rows, condition: compare("!=", key, text(name)) }),
    pairs,
  );
  const columns: readonly Named[] = [
    { name: "name", expression: of("strcat", [text(prefix), key], "string") },
    { name: "type", expression: of("gettype", [part(1)], "string") },
  ];
  return differentColumns({ kind: "project", input: wanted, columns }, "by name", call);
}

/** Whether a bag has no other properties, and no values of other types, than were found. */
function onlyKnown(found: readonly Column[], { bag, prefix, ignored, node }: Unpacking): Expression {
  const text = (value: string): Expression => ({ kind: "literal", type: "string", value });
  const known = found.map(({ name, type }) => {
    const key = name.slice(prefix.length);
    return type === "dynamic" ? key : `${key}${separator}${type === "real" ? "double" : type}`;
  });
  return partsAt(node.location).of("#has-known-properties", [bag, ...[...known, ...ignored].map(text)], "bool");
}

function property({ name, type }: Column, { bag, prefix, ignored, node }: Unpacking): Named {
  const key = name.slice(prefix.length);
  if (!name.startsWith(prefix) || ignored.includes(key)) return { name, expression: emptyOf(type) };
  const path = { kind: "path", base: bag, steps: [key], type: "dynamic" } as const;
  return { name, expression: convert(path, type, node.location) };
}

function declaredProperties(
  { star, columns }: { readonly star: boolean; readonly columns: readonly Column[] },
  kept: readonly Named[],
  input: Plan,
  unpacking: Unpacking,
  cx: Context,
): Plan {
  const own = new Map(kept.map((column) => [column.name, column]));
  const isProperty = (name: string) => name.startsWith(unpacking.prefix);
  const ambiguous = columns.some(({ name }) => own.has(name) && (star || isProperty(name)));
  if (ambiguous && unpacking.conflict !== "keep_source") {
    report(
      cx,
      unpacking.node.location,
      "unsupported-option",
      "`bag_unpack`: a property named like a column cannot be translated where the columns are declared",
      { construct: "evaluate bag_unpack", hint: 'say `columnsConflict="keep_source"`, or declare no columns' },
    );
    return nothing();
  }
  const made = columns.map((column) => own.get(column.name) ?? property(column, unpacking));
  return { kind: "project", input, columns: star ? [...kept, ...made.filter(({ name }) => !own.has(name))] : made };
}

function textOf<T extends string>(node: SyntaxNode | undefined, otherwise: T, cx: Context): string | undefined {
  if (node === undefined) return otherwise;
  const value = lowerScalar(node, outside(cx));
  return value.kind === "literal" && value.type === "string" ? String(value.value) : undefined;
}

function ignoredNames(node: SyntaxNode | undefined, cx: Context): readonly string[] | undefined {
  if (node === undefined) return [];
  const value = lowerScalar(node, outside(cx));
  if (value.kind !== "literal" || value.type !== "dynamic") return undefined;
  const names: unknown = JSON.parse(String(value.value) || "[]");
  return Array.isArray(names) && names.every((name) => typeof name === "string") ? names : undefined;
}
