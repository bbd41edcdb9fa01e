import type { LookedPredicate } from "../compilation.js";
import { sourceText } from "../dissect/stages.js";
import { args } from "../operators/calls.js";
import type { SyntaxNode } from "../syntax/node.js";

/** A predicate with its syntax. */
export interface PredicateNode extends LookedPredicate {
  readonly node: SyntaxNode;
}

/** The whole predicates that `and` joins in a condition, each followed by the parts that it is made of. */
export function predicatesOf(condition: SyntaxNode): readonly PredicateNode[] {
  return joinedBy("and", condition).flatMap((node) => withParts(node, 0));
}

function withParts(node: SyntaxNode, depth: number): readonly PredicateNode[] {
  const inner = unwrapped(node);
  const own = { node, text: sourceText(inner), location: inner.location, depth };
  const parts = (joins: "and" | "or" | "not", nodes: readonly SyntaxNode[]) => [
    { ...own, joins },
    ...nodes.flatMap((part) => withParts(part, depth + 1)),
  ];
  const joins = operatorOf(inner);
  if (joins !== undefined) return parts(joins, joinedBy(joins, inner));
  if (inner.kind === "FunctionCallExpression" && inner.name === "not") return parts("not", args(inner));
  return [own];
}

function joinedBy(operator: "and" | "or", node: SyntaxNode): readonly SyntaxNode[] {
  const inner = unwrapped(node);
  const [left, right] = [inner.child("Left"), inner.child("Right")];
  if (operatorOf(inner) !== operator || left === undefined || right === undefined) return [node];
  return [...joinedBy(operator, left), ...joinedBy(operator, right)];
}

function operatorOf(node: SyntaxNode): "and" | "or" | undefined {
  const operator = node.kind === "BinaryExpression" ? node.token("Operator")?.trim().toLowerCase() : undefined;
  return operator === "and" || operator === "or" ? operator : undefined;
}

function unwrapped(node: SyntaxNode): SyntaxNode {
  const inner = node.kind === "ParenthesizedExpression" ? node.child("Expression") : undefined;
  return inner === undefined ? node : unwrapped(inner);
}
