import { scalarFunctions } from "../../functions/scalar-functions.js";
import type { Expression } from "../../plan/expression.js";

/** Whether two evaluations of an expression may differ. */
export function isVolatile(expression: Expression): boolean {
  return partsOf(expression).some((part) => part.kind === "call" && scalarFunctions.get(part.name)?.volatile === true);
}

/** An expression and all expressions inside it. */
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
