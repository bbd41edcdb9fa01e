import type { SyntaxNode } from "../syntax/node.js";
import { sourceText } from "./stages.js";

/** What a condition looks at: a column with the path into it, and the functions around it. */
export interface FieldRead {
  readonly field: string;
  readonly through: readonly string[];
}

/** The column that an expression reads; undefined where it reads none, or more than one. */
export function fieldOf(node: SyntaxNode, variables: ReadonlyMap<string, unknown>): FieldRead | undefined {
  switch (node.kind) {
    case "NameReference":
    case "BracketedName":
      return variables.has(node.name) && node.symbol?.kind !== "column" ? undefined : { field: node.name, through: [] };
    case "ParenthesizedExpression": {
      const inner = node.child("Expression");
      return inner && fieldOf(inner, variables);
    }
    case "PathExpression": {
      const [base, selector] = [node.child("Expression"), node.child("Selector")];
      const read = base && fieldOf(base, variables);
      if (read === undefined || selector === undefined) return undefined;
      if (selector.kind === "BracketedExpression") return { ...read, field: `${read.field}${sourceText(selector)}` };
      return { ...read, field: `${read.field}.${selector.name}` };
    }
    case "ElementExpression": {
      const [base, selector] = [node.child("Expression"), node.child("Selector")];
      const read = base && fieldOf(base, variables);
      return read && { ...read, field: `${read.field}${selector === undefined ? "" : sourceText(selector)}` };
    }
    case "FunctionCallExpression":
      return throughCall(node, variables);
    default:
      return undefined;
  }
}

/** Functions that give the same value in another type. */
const casts =
  /^(?:tostring|todynamic|parse_json|toobject|parsejson|toint|tolong|toreal|todouble|tobool|todatetime|totimespan|toguid)$/;

function throughCall(node: SyntaxNode, variables: ReadonlyMap<string, unknown>): FieldRead | undefined {
  const reads =
    node
      .child("ArgumentList")
      ?.list("Expressions")
      .flatMap((part) => fieldOf(part, variables) ?? []) ?? [];
  const [read] = reads;
  if (read === undefined || reads.length > 1) return undefined;
  return casts.test(node.name) ? read : { ...read, through: [...read.through, node.name] };
}
