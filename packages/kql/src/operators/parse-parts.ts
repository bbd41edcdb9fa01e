import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, report } from "./context.js";
import { lowerScalar } from "./scalar.js";

/** A part of a pattern of `parse`: text to find, a column to fill, or anything at all. */
export type Part =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "column"; readonly name: string; readonly type: KqlType }
  | { readonly kind: "any" };

/** Reads a part; undefined, with a diagnostic, where it is none. */
export function patternPart(node: SyntaxNode, cx: Context): Part | undefined {
  switch (node.kind) {
    case "StarExpression":
      return { kind: "any" };
    case "LiteralExpression":
    case "CompoundStringLiteralExpression":
      return { kind: "literal", text: node.literal };
    case "NameDeclaration":
      return { kind: "column", name: node.name, type: "string" };
    case "NameAndTypeDeclaration": {
      const type = kqlTypeNamed(node.child("Type")?.text ?? "");
      return { kind: "column", name: node.child("Name")?.name ?? "", type: type ?? "string" };
    }
    default: {
      const value = lowerScalar(node, cx);
      if (value.kind === "literal" && typeof value.value === "string") return { kind: "literal", text: value.value };
      report(cx, node.location, "not-constant", "a pattern of `parse` holds texts and column names");
      return undefined;
    }
  }
}
