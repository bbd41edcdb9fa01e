import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Binding, type Context, type Scope, withoutRows } from "./context.js";
import { once } from "./functions.js";
import { lowerGraph } from "./graph/lower-graph.js";
import { patternBinding } from "./patterns.js";
import { lowerScalar } from "./scalar.js";
import { lowerTable, share } from "./table.js";

/** The context after a run of `let` statements: each name is in sight of those that follow it. */
export function bindStatements(statements: readonly SyntaxNode[], cx: Context): Context {
  return statements.reduce((current, statement) => {
    if (statement.kind === "LetStatement") return bindLet(statement, current);
    return statement.kind === "PatternStatement" ? bindPattern(statement, current) : current;
  }, cx);
}

function bindPattern(statement: SyntaxNode, cx: Context): Context {
  const name = statement.child("Name")?.name ?? "";
  return { ...cx, scope: { names: new Map([[name, patternBinding(statement, cx.scope)]]), outer: cx.scope } };
}

function bindLet(statement: SyntaxNode, cx: Context): Context {
  const name = statement.child("Name")?.name ?? "";
  const expression = statement.child("Expression");
  if (expression === undefined) return cx;
  const scope: Scope = { names: new Map([[name, bindingOf(name, expression, cx)]]), outer: cx.scope };
  return { ...cx, scope };
}

function bindingOf(name: string, expression: SyntaxNode, cx: Context): Binding {
  if (expression.kind === "FunctionDeclaration") return { kind: "function", declaration: expression, scope: cx.scope };
  if (expression.columns !== undefined) {
    const inner = withoutRows(cx);
    const plan = once((): Plan => share(name, lowerTable(expression, inner), inner));
    return { kind: "table", plan };
  }
  if (expression.isGraph) {
    const inner = withoutRows(cx);
    return { kind: "graph", graph: once(() => lowerGraph(expression, inner)) };
  }
  return { kind: "scalar", expression: once(() => lowerScalar(expression, cx)), row: cx.row };
}
