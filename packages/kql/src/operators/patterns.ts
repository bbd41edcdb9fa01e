import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { type Binding, type Context, lookUp, nothing, report, type Scope } from "./context.js";
import { bindStatements } from "./let.js";
import { lowerScalar } from "./scalar.js";
import { lowerBody } from "./table.js";

/** What `declare pattern` gives a name: tables, each for a combination of texts. */
export function patternBinding(statement: SyntaxNode, scope: Scope): Binding {
  return { kind: "pattern", declaration: statement.child("Pattern"), scope };
}

/** The table that a pattern has for texts such as `App("a")` or `App("a").Data`; undefined where no pattern is called. */
export function lowerPattern(node: SyntaxNode, cx: Context): Plan | undefined {
  const called = node.kind === "PathExpression" ? node.child("Expression") : node;
  const name = called?.kind === "FunctionCallExpression" ? (called.child("Name")?.name ?? "") : "";
  const binding = lookUp(cx.scope, name);
  if (called === undefined || binding?.kind !== "pattern") return undefined;
  const given = args(called).map((argument) => textOf(argument, cx));
  const path = node.kind === "PathExpression" ? pathOf(node.child("Selector"), cx) : undefined;
  const entries = binding.declaration?.list("Patterns") ?? [];
  const found = entries.find(
    (entry) =>
      same(given, entry.child("ParameterValues")?.list("Expressions") ?? []) &&
      path === entry.child("PathValue")?.child("Value")?.literal,
  );
  const body = found?.child("Body");
  if (found === undefined || body === undefined) {
    report(cx, node.location, "unknown-table", `the pattern \`${name}\` has no table for \`${node.text}\``, {
      hint:
        entries.length === 0
          ? "declare it with its tables: `declare pattern Name = (a: string) { … };`"
          : `it has ${entries.map(keyOf).join(", ")}`,
    });
    return nothing();
  }
  const names = new Map(
    parameters(binding.declaration).map((parameter, at) => [parameter, text(given[at] ?? path ?? "")]),
  );
  const inside = bindStatements(body.list("Statements"), {
    gathered: cx.gathered,
    scope: { names, outer: binding.scope },
  });
  return lowerBody(body, inside);
}

/** The names of a pattern's parameters, and that of its path. */
function parameters(declaration: SyntaxNode | undefined): readonly string[] {
  const listed = declaration?.list("Parameters") ?? [];
  const path = declaration?.child("PathParameter")?.child("Parameter");
  return [...listed, ...(path === undefined ? [] : [path])].map((parameter) => parameter.child("Name")?.name ?? "");
}

function text(value: string): Binding {
  return { kind: "scalar", expression: () => ({ kind: "literal", type: "string", value }) };
}

function textOf(node: SyntaxNode, cx: Context): string | undefined {
  const value = lowerScalar(node, cx);
  return value.kind === "literal" && value.type === "string" && !value.missing ? String(value.value) : undefined;
}

function pathOf(selector: SyntaxNode | undefined, cx: Context): string | undefined {
  const bracketed = selector?.kind === "BracketedExpression" ? selector.child("Expression") : undefined;
  return bracketed === undefined ? selector?.name : textOf(bracketed, cx);
}

function same(given: readonly (string | undefined)[], wanted: readonly SyntaxNode[]): boolean {
  return given.length === wanted.length && wanted.every(({ literal }, at) => literal === given[at]);
}

function keyOf(entry: SyntaxNode): string {
  const path = entry.child("PathValue")?.text ?? "";
  return `\`${entry.child("ParameterValues")?.text ?? "()"}${path}\``;
}
