import type { Expression } from "../../plan/expression.js";
import { type KqlType, kqlTypeNamed } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { args } from "../calls.js";

/** The arguments of a plugin's call: those by place, and those by name. */
export function pluginArguments(call: SyntaxNode): {
  readonly placed: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
} {
  const placed: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (const argument of args(call)) {
    const name = argument.kind === "SimpleNamedExpression" ? argument.child("Name")?.name : undefined;
    const value = argument.child("Expression");
    if (name === undefined || value === undefined) placed.push(argument);
    else named.set(name.toLowerCase(), value);
  }
  return { placed, named };
}

/** The columns that `evaluate … : (*, a:long)` declares; undefined where it declares none. */
export function declaredColumns(
  node: SyntaxNode,
): { readonly star: boolean; readonly columns: readonly DeclaredColumn[] } | undefined {
  const schema = node.child("Schema")?.child("Schema");
  if (schema === undefined) return undefined;
  const columns = schema.list("Columns").map((column) => ({
    name: column.child("Name")?.name ?? "",
    type: kqlTypeNamed(column.child("Type")?.text ?? "") ?? "string",
  }));
  return { star: /^\(\s*\*/.test(schema.text), columns };
}

interface DeclaredColumn {
  readonly name: string;
  readonly type: KqlType;
}

/** The nothing of a type. */
export function emptyOf(type: KqlType): Expression {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}
