import { scalarFunctions } from "../functions/scalar-functions.js";
import { type Expression, partsOf } from "./expression.js";

/** Whether two evaluations of an expression may differ; the plans inside it are not looked at. */
export function isVolatile(expression: Expression): boolean {
  return partsOf(expression).some((part) => part.kind === "call" && scalarFunctions.get(part.name)?.volatile === true);
}
