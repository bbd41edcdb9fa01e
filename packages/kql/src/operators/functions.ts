import type { Expression } from "../plan/expression.js";
import type { Plan } from "../plan/plan.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { args } from "./calls.js";
import { type Binding, type Context, lookUp, report, type Scope } from "./context.js";
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
  const saved = cx.gathered.request.schema.function?.(name);
  const body = node.calledBody;
  if (body === undefined || (binding?.kind !== "function" && saved === undefined)) {
    report(cx, node.location, "unknown-function", `\`${name}\` cannot be called here`);
    return undefined;
  }
  if (cx.gathered.calls.length > maxDepth || isRecursive(name, cx)) {
    report(cx, node.location, "recursive-function", `\`${name}\` calls itself`);
    return undefined;
  }
  const declared =
    binding?.kind === "function" ? declaredParameters(binding.declaration) : savedParameters(saved?.parameters ?? "");
  const names = bindArguments(declared, node, cx, piped);
  const outer: Scope | undefined = binding?.kind === "function" ? binding.scope : rootOf(cx.scope);
  const scope: Scope = outer === undefined ? { names } : { names, outer };
  cx.gathered.calls.push(name);
  const inside = bindStatements(body.list("Statements"), { ...cx, scope });
  cx.gathered.calls.pop();
  return { node: body, cx: inside };
}

const maxDepth = 100;

function isRecursive(name: string, cx: Context): boolean {
  return cx.gathered.calls.filter((called) => called === name).length > 16;
}

function rootOf(scope: Scope): Scope | undefined {
  let current: Scope = scope;
  while (current.outer !== undefined) current = current.outer;
  return { names: new Map() };
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

/** Parameters of a saved function, from their text; the binder has checked it. */
function savedParameters(text: string): readonly DeclaredParameter[] {
  const inside = text.trim().replace(/^\(|\)$/g, "");
  return splitTopLevel(inside).map((parameter) => {
    const [, name = "", type = ""] = /^\s*([\w]+)\s*:\s*(\([^)]*\)|\w+)/s.exec(parameter) ?? [];
    return { name, type };
  });
}

function splitTopLevel(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let current = "";
  for (const character of text) {
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character)) depth--;
    if (character === "," && depth === 0) {
      parts.push(current);
      current = "";
    } else {
      current += character;
    }
  }
  return [...parts, current].filter((part) => part.trim() !== "");
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
    return { kind: "table", plan: once(() => lowerTable(value, { scope: cx.scope, gathered: cx.gathered })) };
  }
  const type = kqlTypeNamed(parameter.type.trim());
  const expression = once((): Expression => {
    const lowered = lowerScalar(value, cx);
    return type === undefined ? lowered : convert(lowered, type, value.location);
  });
  return { kind: "scalar", expression };
}

/** A thunk that works at most once. */
export function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
