import { scalarFunctions } from "../functions/scalar-functions.js";
import type { Expression, Location, MembershipQuery } from "../plan/expression.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { lowerCall } from "./calls.js";
import { absent, type Context, lookUp, report, suggestion } from "./context.js";
import { literal } from "./literals.js";
import { lowerTable } from "./table.js";

/** Turns a bound scalar expression into one of the plan's. */
export function lowerScalar(node: SyntaxNode, cx: Context): Expression {
  switch (node.kind) {
    case "ParenthesizedExpression":
      return part(node, "Expression", cx);
    case "LiteralExpression":
    case "CompoundStringLiteralExpression":
    case "DynamicExpression": {
      const parsed = literal(node);
      if (typeof parsed !== "string") return parsed;
      report(cx, node.location, "bad-argument", parsed);
      return absent();
    }
    case "TypeOfLiteralExpression":
      // The binder has taken the type from it: a call's result has that type.
      return { kind: "literal", type: "string", value: node.text };
    case "NameReference":
      return lowerName(node, cx);
    case "PathExpression":
      return lowerPath(node, cx);
    case "ElementExpression":
      return lowerElement(node, cx);
    case "PrefixUnaryExpression":
      return lowerUnary(node, cx);
    case "BinaryExpression":
      return lowerBinary(node, cx);
    case "InExpression":
    case "HasAnyExpression":
    case "HasAllExpression":
      return lowerMembership(node, cx);
    case "BetweenExpression":
      return lowerBetween(node, cx);
    case "FunctionCallExpression":
      return lowerCall(node, cx);
    case "ToScalarExpression":
      return lowerToScalar(node, cx);
    case "MaterializeExpression":
    case "DataScopeExpression":
      return part(node, "Expression", cx);
    case "SimpleNamedExpression":
      return part(node, "Expression", cx);
    default:
      return refuse(cx, node.location, node.text.split(/[\s(]/)[0] ?? node.kind);
  }
}

/** A call of a function or operator, with the arguments brought to the types that it takes. */
export function call(name: string, args: readonly Expression[], type: KqlType, location: Location): Expression {
  return { kind: "call", name, args, type, location };
}

/** The expression as a value of a type, through KQL's own conversion where it is of another. */
export function convert(expression: Expression, type: KqlType, location: Location): Expression {
  if (expression.type === type) return expression;
  if (expression.kind === "literal" && (expression.missing || expression.value === null)) {
    const empty = type === "string" || type === "dynamic" ? "" : null;
    return { kind: "literal", type, value: empty, ...(expression.missing ? { missing: true as const } : {}) };
  }
  if (expression.kind === "literal" && typeof expression.value === "bigint" && type === "real") {
    return { kind: "literal", type, value: Number(expression.value) };
  }
  return call(conversions[type], [expression], type, location);
}

const conversions: Readonly<Record<KqlType, string>> = {
  bool: "tobool",
  int: "toint",
  long: "tolong",
  real: "toreal",
  decimal: "todecimal",
  string: "tostring",
  datetime: "todatetime",
  timespan: "totimespan",
  guid: "toguid",
  dynamic: "todynamic",
};

/** Says by name that a construct is not translated. */
export function refuse(cx: Context, location: Location, construct: string, why?: string): Expression {
  report(cx, location, "unsupported-function", `\`${construct}\` ${why ?? "cannot be translated to ClickHouse yet"}`, {
    construct,
  });
  return absent();
}

/** A condition: a bool, whatever the text gives. */
export function lowerCondition(node: SyntaxNode, cx: Context): Expression {
  return convert(lowerScalar(node, cx), "bool", node.location);
}

function part(node: SyntaxNode, name: string, cx: Context): Expression {
  const inner = node.child(name);
  return inner === undefined ? refuse(cx, node.location, node.kind) : lowerScalar(inner, cx);
}

function lowerName(node: SyntaxNode, cx: Context): Expression {
  const name = node.name;
  const symbol = node.symbol;
  if (symbol === undefined || symbol.kind === "column") {
    const column = cx.row?.(name);
    if (column !== undefined) return column;
  }
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "scalar") return binding.expression();
  if (binding?.kind === "table") return scalarOf(binding.plan(), node.location, cx);
  if (symbol?.kind === "function") return lowerCall(node, cx);
  const column = cx.row?.(name);
  if (column !== undefined) return column;
  missingColumn(cx, node.location, name);
  return absent();
}

/** Tells of a column that the rows do not have: a warning, or with `strict` an error. */
export function missingColumn(cx: Context, location: Location, name: string): void {
  const hint = suggestion(name, cx.rowNames ?? []);
  report(cx, location, "unknown-column", `there is no column \`${name}\` here; it reads as null`, {
    severity: cx.gathered.request.strict ? "error" : "warning",
    ...(hint === undefined ? {} : { hint }),
  });
}

function scalarOf(plan: Plan, location: Location, cx: Context): Expression {
  const column = columnsOf(plan)[0];
  if (column === undefined) {
    report(cx, location, "type-mismatch", "a table without columns has no scalar value");
    return absent();
  }
  return { kind: "scalar-query", plan, column, type: column.type };
}

function lowerToScalar(node: SyntaxNode, cx: Context): Expression {
  const inner = node.child("Expression");
  if (inner === undefined) return absent();
  if (inner.columns === undefined) return lowerScalar(inner, cx);
  return scalarOf(lowerTable(inner, { ...outside(cx) }), node.location, cx);
}

/** The context of a query inside an expression: the same names, but no rows. */
export function outside(cx: Context): Context {
  return { scope: cx.scope, gathered: cx.gathered };
}

function lowerPath(node: SyntaxNode, cx: Context): Expression {
  const base = node.child("Expression");
  const selector = node.child("Selector");
  if (base === undefined || selector === undefined) return absent();
  if (base.kind === "NameReference" && /^\$(left|right)$/.test(base.name)) {
    const column = cx.row?.(`${base.name}.${selector.name}`);
    if (column !== undefined) return column;
    missingColumn(cx, selector.location, selector.name);
    return absent();
  }
  if (selector.kind !== "NameReference") return refuse(cx, node.location, node.text);
  return step(lowerScalar(base, cx), selector.name, node, cx);
}

function lowerElement(node: SyntaxNode, cx: Context): Expression {
  const base = node.child("Expression");
  const selector = node.child("Selector");
  const inner = selector?.child("Expression") ?? selector;
  if (base === undefined || inner === undefined) return absent();
  const index = lowerScalar(inner, cx);
  if (index.kind === "literal" && typeof index.value === "string" && index.type === "string") {
    return step(lowerScalar(base, cx), index.value, node, cx);
  }
  if (index.kind === "literal" && typeof index.value === "bigint") {
    return step(lowerScalar(base, cx), Number(index.value), node, cx);
  }
  return step(lowerScalar(base, cx), index, node, cx);
}

/** One step further into a dynamic value. */
function step(base: Expression, to: string | number | Expression, node: SyntaxNode, cx: Context): Expression {
  if (base.kind === "literal" && base.missing) return base;
  let root = base;
  if (base.type === "string") {
    report(cx, node.location, "type-mismatch", "a string has no properties; its text is read as JSON here", {
      severity: cx.gathered.request.strict ? "error" : "warning",
      hint: "say so with `todynamic(…)`",
    });
    root = convert(base, "dynamic", node.location);
  } else if (base.type !== "dynamic") {
    report(cx, node.location, "type-mismatch", `a ${base.type} has no properties or elements`);
    return absent();
  }
  if (root.kind === "path") return { ...root, steps: [...root.steps, to] };
  return { kind: "path", base: root, steps: [to], type: "dynamic" };
}

function lowerUnary(node: SyntaxNode, cx: Context): Expression {
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
  return call("unary-", [operand], resultType(node, operand.type), node.location);
}

/** The type that the binder gives a node; `otherwise` where it cannot tell. */
export function resultType(node: SyntaxNode, otherwise: KqlType = "dynamic"): KqlType {
  const type = node.type;
  return type === undefined || type === "unknown" || type === "error" ? otherwise : type;
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

function lowerBinary(node: SyntaxNode, cx: Context): Expression {
  const left = node.child("Left");
  const right = node.child("Right");
  const name = operatorNames[node.operator ?? ""] ?? spelled(node);
  if (left === undefined || right === undefined || name === undefined) return refuse(cx, node.location, node.text);
  if (left.kind === "StarExpression") return lowerStar(node, name, right, cx);
  return operation(name, lowerScalar(left, cx), lowerScalar(right, cx), node, cx);
}

function operation(name: string, left: Expression, right: Expression, node: SyntaxNode, cx: Context): Expression {
  if (!scalarFunctions.has(name)) return refuse(cx, node.location, name);
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
  const [a, b] = agree(left, right);
  return call(name, [a, b], resultType(node, operationType(name, a, b)), node.location);
}

/** The binder leaves the type open where a name is missing; comparisons are bool all the same. */
function operationType(name: string, left: Expression, right: Expression): KqlType {
  if (/^(==|!=|<|<=|>|>=)$/.test(name)) return "bool";
  return left.type === "dynamic" ? right.type : left.type;
}

/** `has` reads a dynamic by its JSON text and searches it; other text operators read it as `tostring` does. */
function textual(operand: Expression, name: string, location: Location): Expression {
  if (operand.type === "dynamic" && /^!?has/.test(name) && operand.kind !== "literal") return operand;
  return convert(operand, "string", location);
}

/** A missing name takes the type of what it is compared with. */
function agree(left: Expression, right: Expression): readonly [Expression, Expression] {
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

function lowerMembership(node: SyntaxNode, cx: Context): Expression {
  const left = node.child("Left");
  const members = node.child("Right")?.list("Expressions") ?? [];
  const name = node.token("Operator")?.trim() ?? "";
  const first = members[0];
  if (left === undefined || first === undefined) return refuse(cx, node.location, name);
  if (left.kind === "StarExpression") return refuse(cx, node.location, `* ${name}`);
  const subject = lowerScalar(left, cx);
  if (members.length === 1 && first.columns !== undefined) {
    return membershipOf(name, subject, lowerTable(first, outside(cx)), node, cx);
  }
  const args = members.map((member) => lowerScalar(member, cx));
  if (!scalarFunctions.has(name)) return refuse(cx, node.location, name);
  const adapted =
    subject.kind === "literal" && subject.missing && args[0] ? convert(subject, args[0].type, node.location) : subject;
  const tested =
    /^!?has_/.test(name) && adapted.type !== "dynamic" ? convert(adapted, "string", node.location) : adapted;
  return call(name, [tested, ...args], "bool", node.location);
}

function membershipOf(name: string, subject: Expression, plan: Plan, node: SyntaxNode, cx: Context): Expression {
  const column = columnsOf(plan)[0];
  if (column === undefined) return { kind: "literal", type: "bool", value: name.startsWith("!") };
  if (/^!?in~?$/.test(name)) {
    // The pattern above admits exactly the four operators of the type.
    const operator = name as MembershipQuery["operator"];
    return { kind: "membership", operator, subject, plan, column, type: "bool", location: node.location };
  }
  if (!scalarFunctions.has(name)) return refuse(cx, node.location, name);
  const list: Plan = {
    kind: "aggregate",
    input: plan,
    keys: [],
    aggregates: [
      {
        name: "#list",
        function: "make_set",
        args: [{ kind: "column", ...column }],
        column: 0,
        type: "dynamic",
        location: node.location,
      },
    ],
  };
  const values: Expression = {
    kind: "scalar-query",
    plan: list,
    column: { name: "#list", type: "dynamic" },
    type: "dynamic",
  };
  const tested = subject.type === "dynamic" ? subject : convert(subject, "string", node.location);
  return call(name, [tested, values], "bool", node.location);
}

function lowerBetween(node: SyntaxNode, cx: Context): Expression {
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
