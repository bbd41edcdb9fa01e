import type { BoundColumn, SyntaxNode } from "../syntax/node.js";

/** A stage with its syntax. */
export interface BoundStage {
  readonly node: SyntaxNode;
  readonly index: number;
  readonly operator: string;
  readonly before: readonly BoundColumn[];
  readonly columns: readonly BoundColumn[];
}

/** The stages of a pipeline, its source first; none for what is no table. */
export function stagesOf(whole: SyntaxNode | undefined): readonly BoundStage[] {
  const pipeline = whole === undefined ? undefined : inside(whole);
  if (pipeline === undefined || (pipeline.columns === undefined && !pipeline.isGraph)) return [];
  if (pipeline.kind !== "PipeExpression") {
    const columns = pipeline.columns ?? [];
    const isNamed = /^(?:NameReference|FunctionCallExpression|PathExpression)$/.test(pipeline.kind);
    return [{ node: pipeline, index: 1, operator: isNamed ? "source" : keyword(pipeline), before: [], columns }];
  }
  const [input, operator] = [pipeline.child("Expression"), pipeline.child("Operator")];
  const earlier = stagesOf(input);
  if (operator === undefined) return earlier;
  const before = earlier.at(-1)?.columns ?? input?.columns ?? [];
  const index = earlier.length + 1;
  return [...earlier, { node: operator, index, operator: keyword(operator), before, columns: pipeline.columns ?? [] }];
}

function inside(node: SyntaxNode): SyntaxNode {
  const wraps = node.kind === "ParenthesizedExpression" || node.kind === "MaterializeExpression";
  const inner = wraps ? node.child("Expression") : undefined;
  return inner === undefined ? node : inside(inner);
}

/** The word that an operator begins with. */
export function keyword(node: SyntaxNode): string {
  return /^[\w-]+/.exec(sourceText(node))?.[0].toLowerCase() ?? node.kind;
}

/** The text of a node as it was written, without the comments before it. */
export function sourceText({ location }: SyntaxNode): string {
  const { source, span } = location;
  return source.text.slice(span.start, span.end).replace(/;\s*$/, "").trim();
}
