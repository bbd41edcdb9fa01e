import type { Expression, Location } from "../plan/expression.js";
import type { Plan } from "../plan/plan.js";
import type { FunctionSchema } from "../schema/schema.js";
import { kqlTypeNamed } from "../schema/types.js";
import { callsTo, type Source } from "../source/source.js";
import { savedDeclaration } from "../syntax/bind.js";
import type { SyntaxNode } from "../syntax/node.js";
import { blockingAmong } from "./blocking.js";
import { args } from "./calls.js";
import { type Binding, type Context, lookUp, report, type Scope, withoutRows } from "./context.js";
import { bindStatements } from "./let.js";
import { convert, lowerScalar } from "./scalar.js";
import { lowerTable } from "./table.js";

/** A function's body, bound for one call, and the context in which it is lowered. */
export interface CalledBody {
  readonly node: SyntaxNode;
  readonly cx: Context;
}

/**
 * Specialises a function at one call: its parameters stand for the arguments, and its body is the one that the binder
 * bound for them, so that `table(parameter)` is a real table. Undefined, with a diagnostic, where that cannot be.
 */
export function callFunction(name: string, node: SyntaxNode, cx: Context, piped?: Plan): CalledBody | undefined {
  const binding = lookUp(cx.scope, name);
  const saved = binding === undefined ? cx.gathered.request.schema.function?.(name) : undefined;
  if (saved !== undefined) return callSaved(saved, node, cx, piped);
  const body = node.calledBody;
  if (body === undefined || binding?.kind !== "function") {
    report(cx, node.location, "unknown-function", `\`${name}\` cannot be called here`, { name });
    return undefined;
  }
  return specialised(body, declaredParameters(binding.declaration), binding.scope, { node, cx, piped });
}

interface FunctionCall {
  readonly node: SyntaxNode;
  readonly cx: Context;
  readonly piped: Plan | undefined;
}

function specialised(
  body: SyntaxNode,
  declared: readonly DeclaredParameter[],
  outer: Scope | undefined,
  { node, cx, piped }: FunctionCall,
): CalledBody {
  const names = bindArguments(declared, node, cx, piped);
  const scope: Scope = outer === undefined ? { names } : { names, outer };
  return { node: body, cx: bindStatements(body.list("Statements"), { ...cx, scope }) };
}

/** A function of the workspace: its names mean what they mean outside of the query. */
function callSaved(
  saved: FunctionSchema,
  node: SyntaxNode,
  cx: Context,
  piped: Plan | undefined,
): CalledBody | undefined {
  const { name } = saved;
  const above = callsTo(node.location.source).map((call) => call.name);
  if (above.includes(name)) {
    const circle = [name, ...above.slice(0, above.indexOf(name) + 1)].reverse();
    const message = `\`${name}\` calls itself: ${circle.join(" → ")}`;
    report(cx, node.location, "recursive-function", message, { construct: name });
    return undefined;
  }
  const declaration = savedDeclaration(saved);
  if (declaration === undefined) {
    report(cx, node.location, "bad-argument", `the parameters of \`${name}\` make no sense: ${saved.parameters}`);
    return undefined;
  }
  const source = sourceOf(saved, node.location);
  const body = node.calledBodyIn(source);
  if (reportBroken(node, source, cx)) return undefined;
  if (body === undefined) {
    report(cx, node.location, "unknown-function", `\`${name}\` cannot be called here`, { name });
    return undefined;
  }
  if (saved.warning !== undefined) report(cx, node.location, "no-data", saved.warning, { severity: "warning" });
  return specialised(body, declaredParameters(declaration), undefined, { node, cx, piped });
}

/** Reports what is wrong in the bodies of the saved functions that a piece of a query calls; false where nothing is. */
export function reportBrokenCalls(root: SyntaxNode, cx: Context): boolean {
  const calls = [...root.descendants("FunctionCallExpression"), ...root.descendants("NameReference")];
  return (
    calls.filter((node) => {
      const name = node.kind === "NameReference" ? node.name : (node.child("Name")?.name ?? "");
      const saved = node.calledDiagnostics.length === 0 ? undefined : cx.gathered.request.schema.function?.(name);
      if (saved === undefined) return false;
      const { location } = node;
      const isOpen = callsTo(location.source).some((call) => call.name === name);
      return !isOpen && reportBroken(node, sourceOf(saved, location), cx);
    }).length > 0
  );
}

/** The same for one call; what is wrong further inside is the cause of what is wrong here. */
function reportBroken(call: SyntaxNode, source: Source, cx: Context): boolean {
  const wrong = blockingAmong(call.calledDiagnostics, source.text);
  if (wrong.length === 0) return false;
  const body = call.calledBodyIn(source);
  if (body !== undefined && reportBrokenCalls(body, cx)) return true;
  for (const { code, message, span } of wrong) report(cx, { source, span }, code, message);
  return true;
}

function sourceOf(saved: FunctionSchema, call: Location): Source {
  return {
    name: saved.file ?? `function ${saved.name}`,
    text: saved.body,
    placeInFile: saved.placeInFile,
    call: { name: saved.name, ...call },
  };
}

interface DeclaredParameter {
  readonly name: string;
  readonly type: string;
  readonly fallback?: SyntaxNode;
}

function declaredParameters(declaration: SyntaxNode): readonly DeclaredParameter[] {
  return (declaration.child("Parameters")?.list("Parameters") ?? []).map((parameter) => {
    const declared = parameter.child("NameAndType");
    const fallback = parameter.child("DefaultValue")?.child("Value");
    return {
      name: declared?.child("Name")?.name ?? "",
      type: declared?.child("Type")?.text ?? "",
      ...(fallback === undefined ? {} : { fallback }),
    };
  });
}

/** What each parameter stands for: positional arguments first, named ones by name, defaults for the rest. */
function bindArguments(
  declared: readonly DeclaredParameter[],
  node: SyntaxNode,
  cx: Context,
  piped: Plan | undefined,
): ReadonlyMap<string, Binding> {
  const names = new Map<string, Binding>();
  const remaining = [...declared];
  if (piped !== undefined) {
    const first = remaining.shift();
    if (first !== undefined) names.set(first.name, { kind: "table", plan: () => piped });
  }
  for (const argument of args(node)) {
    const named = argument.kind === "SimpleNamedExpression" ? argument.child("Name")?.name : undefined;
    const at = named === undefined ? 0 : remaining.findIndex((parameter) => parameter.name === named);
    const [parameter] = at < 0 ? [] : remaining.splice(at, 1);
    if (parameter === undefined) continue;
    names.set(parameter.name, bindingOf(argument, parameter, cx));
  }
  for (const parameter of remaining) {
    if (parameter.fallback !== undefined) {
      names.set(
        parameter.name,
        bindingOf(parameter.fallback, parameter, { scope: { names: new Map() }, gathered: cx.gathered }),
      );
    }
  }
  return names;
}

function bindingOf(argument: SyntaxNode, parameter: DeclaredParameter, cx: Context): Binding {
  const value = argument.kind === "SimpleNamedExpression" ? (argument.child("Expression") ?? argument) : argument;
  if (value.columns !== undefined) {
    return { kind: "table", plan: once(() => lowerTable(value, withoutRows(cx))) };
  }
  const type = kqlTypeNamed(parameter.type.trim());
  const expression = once((): Expression => {
    const lowered = lowerScalar(value, cx);
    return type === undefined ? lowered : convert(lowered, type, value.location);
  });
  return { kind: "scalar", expression, row: cx.row };
}

/** A thunk that works at most once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
