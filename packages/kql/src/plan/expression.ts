import type { Constant } from "../functions/value.js";
import type { Column, KqlType } from "../schema/types.js";
import type { Source, Span } from "../source/source.js";
import type { Plan } from "./plan.js";

/** Where in the user's text a part of the plan comes from. */
export interface Location {
  readonly source: Source;
  readonly span: Span;
}

/** A scalar, computed for each row of a plan node's input. */
export type Expression = ColumnReference | Literal | FunctionCall | Path | ScalarQuery | MembershipQuery;

/** A column of the input, by name. */
export interface ColumnReference {
  readonly kind: "column";
  readonly name: string;
  readonly type: KqlType;
}

export interface Literal {
  readonly kind: "literal";
  readonly type: KqlType;
  readonly value: Constant;
  /** Stands for a name that nothing answers to; it takes the type that its place asks for. */
  readonly missing?: true;
}

/** A function or operator of `functions/`, by its KQL name. */
export interface FunctionCall {
  readonly kind: "call";
  readonly name: string;
  readonly args: readonly Expression[];
  readonly type: KqlType;
  readonly location: Location;
}

/** A property or element of a dynamic value. */
export interface Path {
  readonly kind: "path";
  readonly base: Expression;
  readonly steps: readonly (string | number | Expression)[];
  readonly type: "dynamic";
}

/** The first column of a plan's first row (`toscalar`). */
export interface ScalarQuery {
  readonly kind: "scalar-query";
  readonly plan: Plan;
  readonly column: Column;
  readonly type: KqlType;
}

/** Whether a value is among the values of a plan's column; a dynamic column counts by its arrays' elements. */
export interface MembershipQuery {
  readonly kind: "membership";
  readonly operator: "in" | "!in" | "in~" | "!in~";
  readonly subject: Expression;
  readonly plan: Plan;
  readonly column: Column;
  readonly type: "bool";
  readonly location: Location;
}

/** An expression and all expressions inside it, but for those of plans. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "call":
      return [expression, ...expression.args.flatMap(partsOf)];
    case "path":
      return [
        expression,
        ...[expression.base, ...expression.steps.filter((step) => typeof step === "object")].flatMap(partsOf),
      ];
    case "membership":
      return [expression, ...partsOf(expression.subject)];
    case "column":
    case "literal":
    case "scalar-query":
      return [expression];
    default:
      return expression satisfies never;
  }
}

/** The columns of the input that an expression reads. */
export function columnsRead(expression: Expression, into: Set<string> = new Set()): Set<string> {
  switch (expression.kind) {
    case "column":
      into.add(expression.name);
      break;
    case "literal":
    case "scalar-query":
      break;
    case "call":
      for (const arg of expression.args) columnsRead(arg, into);
      break;
    case "path":
      columnsRead(expression.base, into);
      for (const step of expression.steps) if (typeof step === "object") columnsRead(step, into);
      break;
    case "membership":
      columnsRead(expression.subject, into);
      break;
    default:
      expression satisfies never;
  }
  return into;
}

/** The plans inside an expression. */
export function plansIn(expression: Expression): readonly Plan[] {
  switch (expression.kind) {
    case "column":
    case "literal":
      return [];
    case "call":
      return expression.args.flatMap(plansIn);
    case "path":
      return [expression.base, ...expression.steps.filter((step) => typeof step === "object")].flatMap(plansIn);
    case "scalar-query":
      return [expression.plan];
    case "membership":
      return [...plansIn(expression.subject), expression.plan];
    default:
      return expression satisfies never;
  }
}

/** The expression with every part replaced by what `change` makes of it, inner parts first. */
export function mapExpression(
  expression: Expression,
  change: (part: Expression) => Expression,
  plans: (plan: Plan) => Plan = (plan) => plan,
): Expression {
  const inner = (part: Expression) => mapExpression(part, change, plans);
  switch (expression.kind) {
    case "column":
    case "literal":
      return change(expression);
    case "call":
      return change({ ...expression, args: expression.args.map(inner) });
    case "path":
      return change({
        ...expression,
        base: inner(expression.base),
        steps: expression.steps.map((step) => (typeof step === "object" ? inner(step) : step)),
      });
    case "scalar-query":
      return change({ ...expression, plan: plans(expression.plan) });
    case "membership":
      return change({ ...expression, subject: inner(expression.subject), plan: plans(expression.plan) });
    default:
      return expression satisfies never;
  }
}

/** The parts of a condition that all have to be true. */
export function conjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === "call" && condition.name === "and") return condition.args.flatMap(conjuncts);
  return [condition];
}

/** The expression with what columns are made of in their place. */
export function substituted(expression: Expression, made: ReadonlyMap<string, Expression>): Expression {
  return mapExpression(expression, (part) => (part.kind === "column" ? (made.get(part.name) ?? part) : part));
}
