import type { PipelineStage } from "../compilation.js";
import { keyword, sourceText } from "../dissect/stages.js";
import { parametersOf } from "../operators/parameters.js";
import type { SyntaxNode } from "../syntax/node.js";

/** A stage with what lowers it: the operator, or the source; and the `let` statement that it stands in. */
export interface TracedStage extends PipelineStage {
  readonly node: SyntaxNode;
  /** The whole up to here. */
  readonly pipe: SyntaxNode;
  readonly statement?: SyntaxNode;
  /** Whether it gives rows, and no graph. */
  readonly givesRows: boolean;
}

/** The stages that give the result of bound statements. A source that is the name of a `let` has the stages of that instead. */
export function pipelineOf(statements: readonly SyntaxNode[]): readonly TracedStage[] {
  const result = statements.findLast(({ kind }) => kind === "ExpressionStatement")?.child("Expression");
  return result === undefined ? [] : numbered(stagesIn(result, statements));
}

type Unnumbered = Omit<TracedStage, "index">;

function stagesIn(whole: SyntaxNode, statements: readonly SyntaxNode[], statement?: SyntaxNode): readonly Unnumbered[] {
  const node = unwrapped(whole);
  if (node.columns === undefined && !node.isGraph) return [];
  const shared = {
    pipe: node,
    ...(statement === undefined ? {} : { statement, let: nameOf(statement) }),
    columns: (node.columns ?? []).map(({ name }) => name),
    givesRows: node.columns !== undefined,
  };
  const [input, operator] = [node.child("Expression"), node.child("Operator")];
  if (node.kind === "PipeExpression" && input !== undefined && operator !== undefined) {
    const before = stagesIn(input, statements, statement);
    const own = {
      node: operator,
      operator: keyword(operator),
      text: sourceText(operator),
      location: operator.location,
    };
    return [...before, { ...shared, ...own, ...(isArbitrary(operator) ? { isArbitrary: true } : {}) }];
  }
  const declared = node.kind === "NameReference" ? declarationOf(node.name, statements, statement) : undefined;
  const inner = declared?.child("Expression");
  if (declared !== undefined && inner !== undefined && inner.columns !== undefined) {
    return stagesIn(inner, statements, declared);
  }
  const isNamed = /^(?:NameReference|FunctionCallExpression|PathExpression)$/.test(node.kind);
  return [
    {
      ...{ ...shared, node, text: sourceText(node), location: node.location },
      operator: isNamed ? "source" : keyword(node),
      ...(node.kind === "NameReference" && node.symbol?.kind === "table" ? { table: node.name } : {}),
    },
  ];
}

/** Whether an operator gives some of its rows, whichever it likes. */
function isArbitrary(operator: SyntaxNode): boolean {
  if (operator.kind === "JoinOperator") return (parametersOf(operator).get("kind") ?? "innerunique") === "innerunique";
  return /^(?:Take|Sample|SampleDistinct)Operator$/.test(operator.kind);
}

/** Brackets and `materialize(…)` leave rows as they are. */
function unwrapped(node: SyntaxNode): SyntaxNode {
  const wraps = node.kind === "ParenthesizedExpression" || node.kind === "MaterializeExpression";
  const inner = wraps ? node.child("Expression") : undefined;
  return inner === undefined ? node : unwrapped(inner);
}

/** The last `let` of a name before the statement that reads it. */
function declarationOf(
  name: string,
  statements: readonly SyntaxNode[],
  reader: SyntaxNode | undefined,
): SyntaxNode | undefined {
  const before = reader === undefined ? statements : statements.slice(0, statements.indexOf(reader));
  return before.findLast((statement) => statement.kind === "LetStatement" && nameOf(statement) === name);
}

function nameOf(statement: SyntaxNode): string {
  return statement.child("Name")?.name ?? "";
}

function numbered(stages: readonly Unnumbered[]): readonly TracedStage[] {
  return stages.map((stage, at) => ({ ...stage, index: at + 1 }));
}
