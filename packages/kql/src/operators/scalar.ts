import { columnsRead, type Expression, type Location } from "../plan/expression.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { lowerBetween, lowerBinary, lowerUnary } from "./binary.js";
import { lowerCall } from "./calls.js";
import { absent, type Binding, type Context, lookUp, report } from "./context.js";
import { literal } from "./literals.js";
import { lowerMembership } from "./membership.js";
import { suggestion } from "./nearest.js";
import { lowerTable } from "./table.js";

/** Turns a bound scalar expression into one of the plan's. */
export function lowerScalar(node: SyntaxNode, cx: Context): Expression {
  switch (node.kind) {
    case "ParenthesizedExpression":
      return part(node, "Expression", cx);
    case "LiteralExpression":
    case "CompoundStringLiteralExpression":
    case "DynamicExpression": {
      // `datetime()` is the time of the query, as `now()` is.
      if (/^date(time)?\(\s*\)$/i.test(node.text))
        return { kind: "literal", type: "datetime", value: cx.gathered.request.now };
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
export function refuse(
  cx: Context,
  location: Location,
  construct: string,
  why = "cannot be translated to ClickHouse yet",
  hint?: string,
): Expression {
  report(cx, location, "unsupported-function", `\`${construct}\` ${why}`, {
    construct,
    ...(hint === undefined ? {} : { hint }),
  });
  return absent();
}

/** A condition: a bool, whatever the text gives. */
export function lowerCondition(node: SyntaxNode, cx: Context): Expression {
  return convert(lowerScalar(node, cx), "bool", node.location);
}

/** A part of a node as a scalar. */
export function part(node: SyntaxNode, name: string, cx: Context): Expression {
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
  const whole = cx.pattern?.whole(node);
  if (whole !== undefined) return whole;
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "scalar") return lowerBound(binding, node, cx);
  if (binding?.kind === "table") return scalarOf(binding.plan(), node.location, cx);
  if (symbol?.kind === "function") return lowerCall(node, cx);
  const column =
    cx.row?.(name) ?? (cx.partition?.bare && name === cx.partition.key ? cx.row?.(cx.partition.id) : undefined);
  if (column !== undefined) return column;
  missingColumn(cx, node.location, name);
  return absent();
}

/** What a name of a `let` or a parameter stands for; a value of each row means nothing to a query inside the function. */
function lowerBound(binding: Binding & { kind: "scalar" }, node: SyntaxNode, cx: Context): Expression {
  const expression = binding.expression();
  if (binding.row === cx.row || columnsRead(expression).size === 0) return expression;
  report(
    cx,
    node.location,
    "not-constant",
    `\`${node.name}\` differs from row to row, which a query inside the function cannot take`,
  );
  return absent(expression.type);
}

/** Tells of a column that the rows do not have: a warning, or with `strict` an error. */
export function missingColumn(cx: Context, location: Location, name: string): void {
  const hint = suggestion(name, cx.rowNames ?? []);
  // Over a graph's pattern the engine takes no name that it does not know.
  const overGraph = cx.pattern !== undefined;
  const isWrong = cx.gathered.request.strict === true || overGraph;
  const message = `there is no column \`${name}\` here${isWrong ? "" : "; it reads as null"}`;
  report(cx, location, "unknown-column", message, {
    severity: isWrong ? "error" : "warning",
    name,
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
  if (inner.kind === "NameReference" && inner.name === cx.partition?.key && inner.columns === undefined) {
    return partitionKey(inner, cx.partition.id, cx);
  }
  if (inner.columns === undefined) return lowerScalar(inner, cx);
  return scalarOf(lowerTable(inner, { ...outside(cx) }), node.location, cx);
}

/** The value that the rows of a part have in common. */
function partitionKey(node: SyntaxNode, id: string, cx: Context): Expression {
  const value = cx.row?.(id);
  if (value !== undefined) return value;
  report(cx, node.location, "unsupported-option", "the value that parts the rows cannot be read at this place", {
    construct: "partition",
    hint: "read it in an operator of the subquery itself, after its source",
  });
  return absent();
}

/** The context of a query inside an expression: the same names, but no rows. */
export function outside(cx: Context): Context {
  const { scope, gathered, partition } = cx;
  return { scope, gathered, ...(partition === undefined ? {} : { partition }) };
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
  if (base.kind === "NameReference" && base.symbol?.kind === "variable") {
    const remembered = cx.state?.(base, selector);
    if (remembered !== undefined) return remembered;
  }
  if (base.kind === "NameReference" && selector.kind === "NameReference") {
    const property = cx.pattern?.property(base, selector);
    if (property !== undefined) return property;
  }
  // `a.[0]` and `a.["b"]` are `a[0]` and `a["b"]`.
  const bracketed = selector.kind === "BracketedExpression" ? selector.child("Expression") : undefined;
  if (bracketed !== undefined) return stepAt(base, bracketed, node, cx);
  if (selector.kind !== "NameReference") return refuse(cx, node.location, node.text);
  if (base.width > 1) return refuse(cx, node.location, node.text, oneOfSeveral);
  return step(lowerScalar(base, cx), selector.name, node, cx);
}

function lowerElement(node: SyntaxNode, cx: Context): Expression {
  const base = node.child("Expression");
  const selector = node.child("Selector");
  const inner = selector?.child("Expression") ?? selector;
  return base === undefined || inner === undefined ? absent() : stepAt(base, inner, node, cx);
}

/** The element or property of a dynamic that an expression in brackets chooses. */
function stepAt(base: SyntaxNode, inner: SyntaxNode, node: SyntaxNode, cx: Context): Expression {
  const index = lowerScalar(inner, cx);
  if (index.kind === "literal" && typeof index.value === "string" && index.type === "string") {
    return step(lowerScalar(base, cx), index.value, node, cx);
  }
  if (index.kind === "literal" && typeof index.value === "bigint") {
    return step(lowerScalar(base, cx), nearIndex(index.value), node, cx);
  }
  if (base.width > 1) return refuse(cx, node.location, node.text, oneOfSeveral);
  return step(lowerScalar(base, cx), index, node, cx);
}

const oneOfSeveral = "takes one of several values by a constant only";

/** An index as a number; no array is long enough to tell one beyond 2^31 from another. */
function nearIndex(index: bigint): number {
  const end = 2n ** 31n;
  return Number(index > end ? end : index < -end ? -end : index);
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

/** The type that the binder gives a node; `otherwise` where it cannot tell. */
export function resultType(node: SyntaxNode, otherwise: KqlType = "dynamic"): KqlType {
  const type = node.type;
  return type === undefined || type === "unknown" || type === "error" ? otherwise : type;
}
