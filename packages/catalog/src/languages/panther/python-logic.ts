import type { SyntaxNode } from "@lezer/common";
import { allOf, always, anyOf, isAlways, isNever, never, notOf } from "../../detections/combine.js";
import type { Condition } from "../../detections/condition.js";
import type { Evaluation } from "./python-evaluation.js";
import { evaluate } from "./python-expressions.js";
import { anyOfItems } from "./python-items.js";
import { truthOf, unread } from "./python-tests.js";
import { functionsOf, type PythonFile, parametersOf, partsOf, spanOf, statementsOf, textOf } from "./python-tree.js";
import { imperative, type PythonValue } from "./python-value.js";

/** What has to be true of an event for a function of a file to give True. */
export interface PythonLogic {
  readonly condition: Condition;
  /** The function's statements. */
  readonly statements: readonly SyntaxNode[];
}

/** Follows a function of one parameter, the event; undefined where the file has none. Nothing is run. */
export function pythonLogic(file: PythonFile, name: string): PythonLogic | undefined {
  const functions = functionsOf(file);
  const definition = functions.get(name);
  const body = definition?.getChild("Body") ?? undefined;
  if (definition === undefined || body === undefined) return undefined;
  const cx = evaluationOf(file);
  const [event] = parametersOf(file, definition) ?? [];
  const scope = new Map(cx.scope);
  if (event !== undefined) scope.set(event, { kind: "event" });
  return { condition: resultOf({ ...cx, scope }, statementsOf(body)), statements: statementsOf(body) };
}

/** The one expression that a function returns; undefined where it does more. */
export function onlyReturn(file: PythonFile, name: string): PythonValue | undefined {
  const definition = functionsOf(file).get(name);
  const body = definition?.getChild("Body") ?? undefined;
  const [statement, ...more] = body === undefined ? [] : statementsOf(body);
  if (definition === undefined || statement?.name !== "ReturnStatement" || more.length > 0) return undefined;
  const cx = evaluationOf(file);
  const [event = "event"] = parametersOf(file, definition) ?? [];
  const [, expression] = partsOf(statement);
  const scope = new Map<string, PythonValue>([...cx.scope, [event, { kind: "event" }]]);
  return expression === undefined ? undefined : evaluate({ ...cx, scope }, expression);
}

/** The constants of a file, and the bounds of what is followed. */
function evaluationOf(file: PythonFile): Evaluation {
  const scope = new Map<string, PythonValue>();
  const cx: Evaluation = {
    ...{ file, scope, globals: scope, functions: functionsOf(file), depth: 0, calls: 0, budget: { left: 5000 } },
    call: (inner, body) => resultOf(inner, statementsOf(body)),
  };
  const seen = new Set<string>();
  for (const statement of statementsOf(file.root)) {
    for (const [name, value] of assigned(cx, statement)) {
      // A name that gets a second value is no constant.
      scope.set(
        name,
        seen.has(name) ? { kind: "unknown", text: name, why: imperative, span: spanOf(statement) } : value,
      );
      seen.add(name);
    }
  }
  return cx;
}

/** The condition under which the first `return` that is reached gives a value that counts as true. */
function resultOf(cx: Evaluation, statements: readonly SyntaxNode[]): Condition {
  const [first, ...rest] = statements;
  if (first === undefined) return never;
  cx.budget.left -= 1;
  if (cx.budget.left < 0 || cx.depth > deepest) return unreadRest(cx, first, statements, "too much code to follow");
  switch (first.name) {
    case "ReturnStatement": {
      const [, expression] = partsOf(first);
      return expression === undefined ? never : truthOf(evaluate(cx, expression), spanOf(expression));
    }
    case "IfStatement":
      return ifElse(cx, first, rest);
    case "AssignStatement": {
      const scope = new Map(cx.scope);
      for (const [name, value] of assigned(cx, first)) scope.set(name, value);
      return resultOf({ ...cx, scope }, rest);
    }
    case "PassStatement":
    case "ImportStatement":
      return resultOf(cx, rest);
    case "FunctionDefinition": {
      // A function inside another one hides that of the file.
      const own = first.getChild("VariableName");
      const others = [...cx.functions].filter(([name]) => own === null || name !== textOf(cx.file, own));
      return resultOf({ ...cx, functions: new Map(others) }, rest);
    }
    case "ForStatement": {
      const found = anyElement(cx, first);
      return found === undefined ? unreadRest(cx, first, statements, imperative) : anyOf([found, resultOf(cx, rest)]);
    }
    case "ExpressionStatement":
      return resultOf({ ...cx, scope: withoutTouched(cx, first) }, rest);
    default:
      return unreadRest(cx, first, statements, imperative);
  }
}

const deepest = 200;

/** `for x in LIST: if …: return True`, and nothing else; undefined where it is more, or asks an element several things. */
function anyElement(cx: Evaluation, loop: SyntaxNode): Condition | undefined {
  const [word, variable, , items, body, ...more] = partsOf(loop);
  const [test, ...others] = body === undefined ? [] : statementsOf(body);
  if (word?.name !== "for" || variable?.name !== "VariableName" || items === undefined || more.length > 0)
    return undefined;
  if (test?.name !== "IfStatement" || others.length > 0) return undefined;
  const [, condition, then, ...branches] = partsOf(test);
  const [result, ...later] = then === undefined ? [] : statementsOf(then);
  const isTrue = result?.name === "ReturnStatement" && /^return\s+True$/.test(textOf(cx.file, result));
  if (condition === undefined || branches.length + later.length > 0 || !isTrue) return undefined;
  return anyOfItems(cx, { variable: textOf(cx.file, variable), items: evaluate(cx, items) }, (inner) =>
    truthOf(evaluate(inner, condition), spanOf(condition)),
  );
}

function unreadRest(
  { file }: Evaluation,
  first: SyntaxNode,
  statements: readonly SyntaxNode[],
  why: string,
): Condition {
  const span = { start: first.from, end: statements.at(-1)?.to ?? first.to };
  return unread({ text: file.text.slice(span.start, span.end), why, span });
}

/** `if`, its `elif`s and `else`; each branch goes on with what stands behind. */
function ifElse(cx: Evaluation, statement: SyntaxNode, rest: readonly SyntaxNode[]): Condition {
  const branches: { readonly condition: Condition; readonly body: readonly SyntaxNode[] }[] = [];
  let otherwise: readonly SyntaxNode[] = [];
  let condition: Condition = always;
  for (const part of partsOf(statement)) {
    if (part.name === "Body") {
      if (isAlways(condition) && branches.length > 0) otherwise = statementsOf(part);
      else branches.push({ condition, body: statementsOf(part) });
      condition = always;
    } else if (!["if", "elif", "else"].includes(part.name)) {
      condition = truthOf(evaluate(cx, part), spanOf(part));
    }
  }
  const inner = { ...cx, depth: cx.depth + 1 };
  return branches.reduceRight<Condition>(
    (after, branch) => either(branch.condition, resultOf(inner, [...branch.body, ...rest]), after),
    resultOf(inner, [...otherwise, ...rest]),
  );
}

/** `then` where the condition holds, `after` where it does not. */
function either(condition: Condition, then: Condition, after: Condition): Condition {
  if (isAlways(condition)) return then;
  if (isNever(condition)) return after;
  if (isAlways(then)) return anyOf([condition, after]);
  if (isNever(then)) return allOf([opposite(condition), after]);
  if (isNever(after)) return allOf([condition, then]);
  if (isAlways(after)) return anyOf([opposite(condition), then]);
  return anyOf([allOf([condition, then]), allOf([opposite(condition), after])]);
}

/** What was left early is rather told by what it was not. */
function opposite(condition: Condition): Condition {
  return condition.kind === "any" ? allOf(condition.parts.map(opposite)) : notOf(condition);
}

/** The names that a statement gives values, each with its value. */
function assigned(cx: Evaluation, statement: SyntaxNode): readonly (readonly [string, PythonValue])[] {
  if (statement.name !== "AssignStatement") return [];
  const parts = partsOf(statement).filter(({ name }) => name !== "TypeDef");
  const [target, sign, value] = parts;
  const unknown = (node: SyntaxNode): readonly [string, PythonValue] => [
    textOf(cx.file, node),
    { kind: "unknown", text: textOf(cx.file, statement), why: imperative, span: spanOf(statement) },
  ];
  if (target?.name === "VariableName" && sign?.name === "AssignOp" && value !== undefined && parts.length === 3) {
    return [[textOf(cx.file, target), evaluate(cx, value)]];
  }
  return namesIn(statement).map(unknown);
}

/** What a call may have changed is not known any more. */
function withoutTouched(cx: Evaluation, statement: SyntaxNode): ReadonlyMap<string, PythonValue> {
  const scope = new Map(cx.scope);
  for (const node of namesIn(statement)) {
    const name = textOf(cx.file, node);
    const value = scope.get(name);
    if (value === undefined || value.kind === "event" || value.kind === "constant") continue;
    scope.set(name, { kind: "unknown", text: textOf(cx.file, statement), why: imperative, span: spanOf(statement) });
  }
  return scope;
}

function namesIn(node: SyntaxNode): SyntaxNode[] {
  if (node.name === "VariableName") return [node];
  return partsOf(node).flatMap(namesIn);
}
