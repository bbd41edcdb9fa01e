import type { SyntaxNode } from "../syntax/node.js";
import type { PredicateValue } from "./dissection.js";
import type { Variables } from "./predicates.js";
import { sourceText } from "./stages.js";

/** The values of an expression that says them itself, also by the name of a `let`; undefined for anything else. */
export function constantsOf(node: SyntaxNode, variables: Variables): readonly PredicateValue[] | undefined {
  switch (node.kind) {
    case "LiteralExpression":
    case "CompoundStringLiteralExpression":
      return [literalValue(node)];
    case "PrefixUnaryExpression": {
      const inner = node.child("Expression");
      const [value] = (inner && constantsOf(inner, variables)) ?? [];
      return typeof value === "number" && node.token("Operator") === "-" ? [-value] : undefined;
    }
    case "ParenthesizedExpression": {
      const inner = node.child("Expression");
      return inner && constantsOf(inner, variables);
    }
    case "DynamicExpression":
      return listOf(node);
    case "NameReference": {
      const value = node.symbol?.kind === "column" ? undefined : variables.get(node.name);
      return value && constantsOf(value, new Map([...variables].filter(([name]) => name !== node.name)));
    }
    case "FunctionCallExpression": {
      if (/^(?:ago|now)$/.test(node.name)) return [sourceText(node)];
      if (node.name !== "pack_array" && node.name !== "todynamic") return undefined;
      const parts =
        node
          .child("ArgumentList")
          ?.list("Expressions")
          .map((part) => constantsOf(part, variables)) ?? [];
      return parts.every((part) => part !== undefined) ? parts.flat() : undefined;
    }
    default:
      return undefined;
  }
}

function literalValue(node: SyntaxNode): PredicateValue {
  const { type, literal } = node;
  if (type === "string") return literal;
  if (type === "bool") return literal.toLowerCase() === "true";
  if (type === "int" || type === "long" || type === "real") {
    const number = Number(literal);
    return Number.isFinite(number) && (type === "real" || Number.isSafeInteger(number)) ? number : literal;
  }
  return sourceText(node);
}

function listOf(node: SyntaxNode): readonly PredicateValue[] | undefined {
  let value: unknown;
  try {
    value = JSON.parse(node.literal);
  } catch {
    return undefined;
  }
  const list: unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    item === null || typeof item === "string" || typeof item === "number" || typeof item === "boolean"
      ? item
      : JSON.stringify(item),
  );
}
