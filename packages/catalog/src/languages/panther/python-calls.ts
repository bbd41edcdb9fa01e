import type { SyntaxNode } from "@lezer/common";
import { allOf, anyOf, notOf } from "../../detections/combine.js";
import type { Condition, TestOperator } from "../../detections/condition.js";
import { constantsOf, type Evaluation, unknown } from "./python-evaluation.js";
import { anyOfItems, mostItems } from "./python-items.js";
import { compareField, truthOf } from "./python-tests.js";
import { parametersOf, partsOf, spanOf, textOf } from "./python-tree.js";
import { imperative, type PythonField, type PythonValue } from "./python-value.js";

type Evaluate = (cx: Evaluation, node: SyntaxNode) => PythonValue;

/** A call that is being followed. */
interface Call {
  readonly cx: Evaluation;
  readonly node: SyntaxNode;
  readonly evaluate: Evaluate;
  readonly list: SyntaxNode;
  readonly positional: readonly SyntaxNode[];
  readonly named: ReadonlyMap<string, SyntaxNode>;
}

/** What a call stands for: reads of the event, tests of texts, `any` and `all`, and functions of the same file. */
export function callOf(cx: Evaluation, node: SyntaxNode, evaluate: Evaluate): PythonValue {
  const [callee] = partsOf(node);
  const list = node.getChild("ArgList");
  if (callee === undefined || list === null) return unknown(cx, node, imperative);
  const call: Call = { cx, node, evaluate, list, ...argumentsOf(cx, list) };
  if (callee.name === "MemberExpression") return methodOf(call, callee);
  return callee.name === "VariableName" ? functionOf(call, textOf(cx.file, callee)) : unknown(cx, node, imperative);
}

function argumentsOf(cx: Evaluation, list: SyntaxNode): Pick<Call, "positional" | "named"> {
  const parts = partsOf(list);
  const positional: SyntaxNode[] = [];
  const named = new Map<string, SyntaxNode>();
  for (let index = 0; index < parts.length; index += 1) {
    const [part, sign, value] = parts.slice(index, index + 3);
    if (part === undefined) break;
    if (sign?.name === "AssignOp" && value !== undefined) {
      named.set(textOf(cx.file, part), value);
      index += 2;
    } else positional.push(part);
  }
  return { positional, named };
}

function argument({ cx, evaluate, positional }: Call, index: number): PythonValue | undefined {
  const node = positional[index];
  return node === undefined ? undefined : evaluate(cx, node);
}

/** `event.get("a")`, `text.lower()`, `re.match(…)`. */
function methodOf(call: Call, callee: SyntaxNode): PythonValue {
  const { cx, node, evaluate } = call;
  const [object, property] = partsOf(callee).filter(({ name }) => name !== ".");
  if (object === undefined || property?.name !== "PropertyName") return unknown(cx, node, imperative);
  const name = textOf(cx.file, property);
  const owner = textOf(cx.file, object);
  if (owner === "re" && !cx.scope.has("re")) return expressionCall(call, name);
  const value = evaluate(cx, object);
  if (value.kind === "event" || value.kind === "field") {
    const read = readOf(call, value, name);
    if (read !== undefined) return read;
  }
  if (value.kind === "pattern") return patternTest(call, value, name, argument(call, 0));
  if (value.kind === "list" && ["keys", "copy"].includes(name)) return value;
  if (value.kind === "constant" && typeof value.value === "string" && name === "lower") {
    return { kind: "constant", value: value.value.toLowerCase() };
  }
  if (value.kind !== "field") return unknown(cx, node, value.kind === "unknown" ? value.why : imperative);
  const through = { lower: "tolower", casefold: "tolower", upper: "toupper", strip: "trim" }[name];
  if (through !== undefined && call.positional.length === 0) return { ...value, through: [...value.through, through] };
  const operators: Readonly<Record<string, TestOperator>> = { startswith: "startswith", endswith: "endswith" };
  const operator = Object.hasOwn(operators, name) ? operators[name] : undefined;
  return operator === undefined ? unknown(cx, node, imperative) : fieldTest(call, value, operator, argument(call, 0));
}

/** `get`, `deep_get`, `deep_walk`, `udm`: a field by its path, and what stands for it where it is not there. */
function readOf(call: Call, owner: PythonValue, name: string): PythonValue | undefined {
  if (!["get", "deep_get", "deep_walk", "udm"].includes(name) || (owner.kind === "field" && owner.through.length > 0)) {
    return undefined;
  }
  const isDeep = name.startsWith("deep");
  const given = call.named.get("default") ?? (isDeep || name === "udm" ? undefined : call.positional[1]);
  return pathOf(
    call,
    owner,
    isDeep ? call.positional : call.positional.slice(0, 1),
    given,
    name === "udm" ? "udm" : undefined,
  );
}

function pathOf(
  { cx, node, evaluate }: Call,
  owner: PythonValue,
  keys: readonly SyntaxNode[],
  given: SyntaxNode | undefined,
  prefix: string | undefined,
): PythonValue {
  const names = keys
    .map((key) => evaluate(cx, key))
    .map((key) => (key.kind === "constant" ? String(key.value) : undefined));
  if (names.length === 0 || names.some((key) => key === undefined)) return unknown(cx, node, imperative);
  const path = [...(owner.kind === "field" ? [owner.path] : prefix === undefined ? [] : [prefix]), ...names].join(".");
  const otherwise = given === undefined ? undefined : evaluate(cx, given);
  return { kind: "field", path, through: [], ...(otherwise === undefined ? {} : { otherwise }) };
}

function functionOf(call: Call, name: string): PythonValue {
  const { cx, node, positional } = call;
  const own = cx.functions.get(name);
  if (own !== undefined) return inlined(call, own);
  const first = argument(call, 0);
  switch (name) {
    case "deep_get":
    case "deep_walk":
      if (first?.kind !== "event" && first?.kind !== "field") return unknown(cx, node, imperative);
      return pathOf(call, first, positional.slice(1), call.named.get("default"), undefined);
    case "any":
    case "all":
      return quantified(call, name);
    case "bool": {
      const [inner] = positional;
      if (first === undefined || inner === undefined) return unknown(cx, node, imperative);
      return { kind: "condition", condition: truthOf(first, spanOf(inner)) };
    }
    case "str":
    case "set":
    case "list":
    case "frozenset":
    case "tuple":
      return first !== undefined && positional.length === 1 ? first : unknown(cx, node, imperative);
    case "pattern_match":
    case "pattern_match_list":
      return first?.kind === "field"
        ? fieldTest(call, first, "wildcard", argument(call, 1))
        : unknown(cx, node, imperative);
    case "is_ip_in_network":
      return first?.kind === "field"
        ? fieldTest(call, first, "cidr", argument(call, 1))
        : unknown(cx, node, imperative);
    default:
      return unknown(cx, node, `\`${name}\` is a function of another file`);
  }
}

function fieldTest(
  call: Call,
  field: PythonField,
  operator: TestOperator,
  values: PythonValue | undefined,
): PythonValue {
  const constants = values === undefined ? undefined : constantsOf(values);
  if (constants === undefined) return unknown(call.cx, call.node, imperative);
  return { kind: "condition", condition: compareField(field, operator, constants, spanOf(call.node)) };
}

/** `re.compile`, `re.match`, `re.search`, `re.fullmatch`. */
function expressionCall(call: Call, name: string): PythonValue {
  const { cx, node, positional } = call;
  const first = argument(call, 0);
  const flags = call.named.get("flags") ?? positional[name === "compile" ? 1 : 2];
  const written = flags === undefined ? "" : textOf(cx.file, flags);
  if (!/^(?:re\.(?:I|IGNORECASE))?$/.test(written)) return unknown(cx, node, "flags of a regular expression");
  if (first?.kind === "pattern") return patternTest(call, first, name, argument(call, 1));
  if (first?.kind !== "constant" || typeof first.value !== "string") return unknown(cx, node, imperative);
  const pattern = { kind: "pattern", pattern: first.value, caseSensitive: written === "" } as const;
  return name === "compile" ? pattern : patternTest(call, pattern, name, argument(call, 1));
}

function patternTest(
  call: Call,
  { pattern, caseSensitive }: Extract<PythonValue, { kind: "pattern" }>,
  name: string,
  field: PythonValue | undefined,
): PythonValue {
  const forms: Readonly<Record<string, string>> = {
    match: `^(?:${pattern})`,
    search: pattern,
    fullmatch: `^(?:${pattern})$`,
  };
  const form = Object.hasOwn(forms, name) ? forms[name] : undefined;
  if (form === undefined || field?.kind !== "field") return unknown(call.cx, call.node, imperative);
  const test = compareField(field, "matches", [form], spanOf(call.node));
  const condition = test.kind === "test" && !caseSensitive ? { ...test, caseSensitive } : test;
  return { kind: "condition", condition, from: "match" };
}

/** `any(…)` and `all(…)` over a list that is written out, or `any` over the elements of a field. */
function quantified(call: Call, name: "any" | "all"): PythonValue {
  const { cx, node, list, evaluate } = call;
  const join = name === "any" ? anyOf : allOf;
  const parts = partsOf(list);
  const [only] = parts;
  const source = only?.name === "ArrayComprehensionExpression" && parts.length === 1 ? partsOf(only) : parts;
  const place = source.findIndex(({ name: word }) => word === "for");
  if (place === -1) {
    const value = only === undefined ? undefined : evaluate(cx, only);
    if (value?.kind !== "list") return unknown(cx, node, imperative);
    return { kind: "condition", condition: join(value.items.map((item) => truthOf(item, spanOf(node)))) };
  }
  const [element, , variable, word, items, ifWord, filter, ...more] = source;
  const isPlain = place === 1 && variable?.name === "VariableName" && word?.name === "in" && more.length === 0;
  if (!isPlain || element === undefined || items === undefined || (ifWord !== undefined && ifWord.name !== "if")) {
    return unknown(cx, node, imperative);
  }
  const values = evaluate(cx, items);
  const test = (inner: Evaluation): Condition => {
    const own = truthOf(evaluate(inner, element), spanOf(element));
    return filter === undefined ? own : allOf([truthOf(evaluate(inner, filter), spanOf(filter)), own]);
  };
  const loop = { variable: textOf(cx.file, variable), items: values };
  if (name === "any") {
    const condition = anyOfItems(cx, loop, test);
    return condition === undefined ? unknown(cx, node, imperative) : { kind: "condition", condition };
  }
  if (values.kind !== "list" || values.items.length > mostItems || filter !== undefined)
    return unknown(cx, node, imperative);
  // All of them: there is none that does not.
  const failing = anyOfItems(cx, loop, (inner) => notOf(test(inner)));
  return failing === undefined
    ? unknown(cx, node, imperative)
    : { kind: "condition", condition: allOf(partsOfAny(failing)) };
}

/** By De Morgan, the conditions of which none may fail. */
function partsOfAny(failing: Condition): readonly Condition[] {
  return failing.kind === "any" ? failing.parts.map(notOf) : [notOf(failing)];
}

const deepestCall = 3;

/** A function of the same file, with its parameters in place; deeper than a few calls nothing is followed. */
function inlined(call: Call, definition: SyntaxNode): PythonValue {
  const { cx, node, positional, named, evaluate } = call;
  const parameters = parametersOf(cx.file, definition);
  const body = definition.getChild("Body");
  if (cx.calls >= deepestCall) return unknown(cx, node, "calls nest too deep to follow");
  if (parameters === undefined || body === null || named.size > 0 || parameters.length !== positional.length) {
    return unknown(cx, node, imperative);
  }
  const scope = new Map(cx.globals);
  for (const [index, name] of parameters.entries())
    scope.set(name, argument(call, index) ?? unknown(cx, node, imperative));
  const inner = { ...cx, scope, calls: cx.calls + 1 };
  const statements = partsOf(body);
  const [only] = statements;
  if (only?.name === "ReturnStatement" && statements.length === 1) {
    const [, expression] = partsOf(only);
    if (expression !== undefined) return evaluate(inner, expression);
  }
  return { kind: "condition", condition: cx.call(inner, body), from: "function" };
}
