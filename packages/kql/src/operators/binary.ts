import { scalarFunctions } from "../functions/scalar-functions.js";
import type { Expression, Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import type { Context } from "./context.js";
import { habitAt } from "./habits.js";
import { call, convert, lowerScalar, part, refuse, resultType } from "./scalar.js";

/** An operator before its operand. */
export function lowerUnary(node: SyntaxNode, cx: Context): Expression {
  const operand = part(node, "Expression", cx);
  if (node.operator === "UnaryPlus") return operand;
  if (operand.kind === "literal" && !operand.missing) {
    if (typeof operand.value === "bigint" && operand.type !== "datetime") {
      return {
        ...operand,
        type: operand.type === "int" ? "long" : operand.type,
        value: BigInt.asIntN(64, -operand.value),
      };
    }
    if (typeof operand.value === "number") return { ...operand, value: -operand.value };
  }
  // The negative of the least int is a long.
  const type = resultType(node, operand.type);
  return call("unary-", [operand], type === "int" ? "long" : type, node.location);
}

/** An operator between its operands. */
export function lowerBinary(node: SyntaxNode, cx: Context): Expression {
  const left = node.child("Left");
  const right = node.child("Right");
  const name = operatorNames[node.operator ?? ""] ?? spelled(node);
  if (left === undefined || right === undefined || name === undefined) return refuse(cx, node.location, node.text);
  if (left.kind === "StarExpression") return lowerStar(node, name, right, cx);
  return operation(name, lowerScalar(left, cx), lowerScalar(right, cx), node, cx);
}

export function operation(
  name: string,
  left: Expression,
  right: Expression,
  node: SyntaxNode,
  cx: Context,
): Expression {
  if (!scalarFunctions.has(name)) {
    return refuse(cx, node.location, name, undefined, habitAt(node.location.source.text, node.location.span));
  }
  if (name === "and" || name === "or") {
    return call(
      name,
      [convert(left, "bool", node.location), convert(right, "bool", node.location)],
      "bool",
      node.location,
    );
  }
  if (textOperators.test(name)) {
    return call(name, [textual(left, name, node.location), textual(right, name, node.location)], "bool", node.location);
  }
  const [a, b] = calculable(name, ...agree(left, right), resultType(node));
  return call(name, [a, b], resultType(node, operationType(name, a, b)), node.location);
}

/** A column made of a missing name is text; in a calculation it is a null of the type that fits the other operand. */
function calculable(
  name: string,
  left: Expression,
  right: Expression,
  type: KqlType,
): readonly [Expression, Expression] {
  if (!/^[-+*/%]$/.test(name)) return [left, right];
  const fitting = (other: KqlType): KqlType => {
    if (other === "string" || other === "dynamic" || other === "bool" || other === "guid") return "real";
    if (other === "datetime") return name === "-" ? "datetime" : "timespan";
    return other === "timespan" && type === "datetime" ? "datetime" : other;
  };
  const unfit = (operand: Expression) =>
    operand.type === "string" || (operand.kind === "literal" && operand.missing === true && operand.type === "dynamic");
  const beside = left.type === "timespan" ? "timespan" : fitting(left.type);
  return [
    unfit(left) ? convert(left, fitting(right.type), nowhere) : left,
    unfit(right) ? convert(right, beside, nowhere) : right,
  ];
}

/** The binder leaves the type open where a name is missing; comparisons are bool all the same. */
function operationType(name: string, left: Expression, right: Expression): KqlType {
  if (/^(==|!=|<|<=|>|>=)$/.test(name)) return "bool";
  if (left.type === "datetime" && right.type === "datetime") return "timespan";
  if (right.type === "datetime") return "datetime";
  return left.type === "dynamic" ? right.type : left.type;
}

/** `has` reads a dynamic by its JSON text and searches it; other text operators read it as `tostring` does. */
function textual(operand: Expression, name: string, location: Location): Expression {
  if (operand.type === "dynamic" && /^!?has/.test(name) && operand.kind !== "literal") return operand;
  return convert(operand, "string", location);
}

/** A missing name takes the type of what it is compared with. */
export function agree(left: Expression, right: Expression): readonly [Expression, Expression] {
  if (left.kind === "literal" && left.missing) return [convert(left, right.type, nowhere), right];
  if (right.kind === "literal" && right.missing) return [left, convert(right, left.type, nowhere)];
  return [left, right];
}

const nowhere: Location = { source: { name: "", text: "" }, span: { start: 0, end: 0 } };

/** The operator as written, where the binder could not resolve it because of a missing name. */
function spelled(node: SyntaxNode): string | undefined {
  return node.token("Operator")?.trim();
}

/** `* has "x"`: true where any text column of the row answers. */
function lowerStar(node: SyntaxNode, name: string, right: SyntaxNode, cx: Context): Expression {
  const value = lowerScalar(right, cx);
  const tests = (cx.rowNames ?? [])
    .map((column) => cx.row?.(column))
    .filter((column) => column !== undefined)
    .filter((column) => column.type === "string" || column.type === "dynamic" || !textOperators.test(name))
    .filter((column) => textOperators.test(name) || column.type === value.type)
    .map((column) => operation(name, column, value, node, cx));
  if (tests.length === 0) return { kind: "literal", type: "bool", value: false };
  return tests.reduce((a, b) => call("or", [a, b], "bool", node.location));
}

/** `between` and `!between`. */
export function lowerBetween(node: SyntaxNode, cx: Context): Expression {
  const left = node.child("Left");
  const first = node.child("Right")?.child("First");
  const second = node.child("Right")?.child("Second");
  const name = node.token("Operator")?.trim() ?? "between";
  if (left === undefined || first === undefined || second === undefined) return refuse(cx, node.location, name);
  const subject = lowerScalar(left, cx);
  const low = lowerScalar(first, cx);
  let high = lowerScalar(second, cx);
  if (low.type === "datetime" && high.type === "timespan") {
    high = call("+", [low, high], "datetime", node.location);
  }
  const [adapted] = agree(subject, low);
  return call(name, [adapted, low, high], "bool", node.location);
}

/** KQL's spelling of the language service's operators. */
const operatorNames: Readonly<Record<string, string>> = {
  And: "and",
  Or: "or",
  Add: "+",
  Subtract: "-",
  Multiply: "*",
  Divide: "/",
  Modulo: "%",
  LessThan: "<",
  LessThanOrEqual: "<=",
  GreaterThan: ">",
  GreaterThanOrEqual: ">=",
  Equal: "==",
  NotEqual: "!=",
  EqualTilde: "=~",
  BangTilde: "!~",
  Has: "has",
  HasCs: "has_cs",
  NotHas: "!has",
  NotHasCs: "!has_cs",
  HasPrefix: "hasprefix",
  HasPrefixCs: "hasprefix_cs",
  NotHasPrefix: "!hasprefix",
  NotHasPrefixCs: "!hasprefix_cs",
  HasSuffix: "hassuffix",
  HasSuffixCs: "hassuffix_cs",
  NotHasSuffix: "!hassuffix",
  NotHasSuffixCs: "!hassuffix_cs",
  Contains: "contains",
  ContainsCs: "contains_cs",
  NotContains: "!contains",
  NotContainsCs: "!contains_cs",
  StartsWith: "startswith",
  StartsWithCs: "startswith_cs",
  NotStartsWith: "!startswith",
  NotStartsWithCs: "!startswith_cs",
  EndsWith: "endswith",
  EndsWithCs: "endswith_cs",
  NotEndsWith: "!endswith",
  NotEndsWithCs: "!endswith_cs",
  MatchRegex: "matches regex",
  Search: ":",
};

/** Operators of text; their operands arrive as strings. */
const textOperators = /^!?(has|contains|startswith|endswith|matches)|^[=!]~$/;
