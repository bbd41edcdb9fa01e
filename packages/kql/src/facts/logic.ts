import type { Constant } from "../functions/value.js";
import type { Expression, Location } from "../plan/expression.js";
import type { KqlType } from "../schema/types.js";
import { ownLocation } from "./conditions.js";

/** A condition on the rows of a table, whole: with what is inside of `or` and `not`. */
export type Logic =
  | { readonly kind: "and" | "or"; readonly parts: readonly Logic[] }
  | { readonly kind: "not"; readonly part: Logic }
  | LogicCall;

/** A comparison or another function that is true or false; a bool column alone is `==` true. */
export interface LogicCall {
  readonly kind: "call";
  /** KQL's name: `==`, `!has`, `in~`, `isnotempty`, `ipv4_is_in_range`. */
  readonly operator: string;
  readonly operands: readonly LogicOperand[];
  /** Absent where it comes from a saved function. */
  readonly location?: Location;
}

export type LogicOperand =
  | LogicField
  | { readonly kind: "value"; readonly value: Constant; readonly type: KqlType }
  /** Anything else: a computed value, another query. */
  | { readonly kind: "other" };

/** A table's column, with the path into it; elements of arrays have no step of their own. */
export interface LogicField {
  readonly kind: "field";
  readonly column: string;
  readonly path: readonly string[];
  /** Functions that are applied first with their constants (`substring 0 3`, `strcat "a" _`), the innermost first; casts are left out. */
  readonly through: readonly string[];
}

/** The name of the call that stands for an element of an array that `mv-expand` makes rows of. */
export const elementOf = "[element]";

/** A condition as data; what has more than `mostParts` parts is `other` there. */
export function logicOf(condition: Expression, budget = { parts: mostParts }): Logic {
  budget.parts -= 1;
  if (condition.kind === "call") {
    const { name, args } = condition;
    const [first] = args;
    if (name === "and" || name === "or")
      return { kind: name, parts: partsOf(name, condition).map((part) => logicOf(part, budget)) };
    // Checks of the compiler's own.
    if (name.startsWith("#")) return { kind: "and", parts: [] };
    if (name === "not" && first !== undefined) return { kind: "not", part: logicOf(first, budget) };
    return {
      kind: "call",
      ...turned(
        name,
        args.map((arg) => operandOf(arg, budget)),
      ),
      ...placed(condition),
    };
  }
  if (condition.kind === "membership") {
    const operands = [operandOf(condition.subject, budget), { kind: "other" } as const];
    return { kind: "call", operator: condition.operator, operands, ...placed(condition) };
  }
  if (condition.kind === "literal" && condition.value === true) return { kind: "and", parts: [] };
  const operands = [operandOf(condition, budget), { kind: "value", value: true, type: "bool" } as const];
  return { kind: "call", operator: "==", operands, ...placed(condition) };
}

const mostParts = 20_000;

/** The comparison with its constant on the right. */
function turned(operator: string, operands: readonly LogicOperand[]): Pick<LogicCall, "operator" | "operands"> {
  const [left, right] = operands;
  if (operands.length !== 2 || left?.kind !== "value" || right?.kind !== "field") return { operator, operands };
  const other = mirrored[operator] ?? (/^[=!]/.test(operator) ? operator : undefined);
  return other === undefined ? { operator, operands } : { operator: other, operands: [right, left] };
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

function partsOf(name: string, condition: Expression): readonly Expression[] {
  return condition.kind === "call" && condition.name === name
    ? condition.args.flatMap((arg) => partsOf(name, arg))
    : [condition];
}

function placed(condition: Expression): Pick<LogicCall, "location"> {
  const location = ownLocation(condition);
  return location === undefined ? {} : { location };
}

function operandOf(expression: Expression, budget: { parts: number }): LogicOperand {
  budget.parts -= 1;
  if (expression.kind === "literal") return { kind: "value", value: expression.value, type: expression.type };
  return (budget.parts > 0 ? fieldOf(expression) : undefined) ?? { kind: "other" };
}

/** The one column that an expression reads, with what is done to it. */
function fieldOf(expression: Expression): LogicField | undefined {
  switch (expression.kind) {
    case "column":
      return { kind: "field", column: expression.name, path: [], through: [] };
    case "path": {
      const base = fieldOf(expression.base);
      if (base === undefined || base.through.length > 0 || !expression.steps.every((step) => typeof step !== "object"))
        return undefined;
      const steps = expression.steps.filter((step) => typeof step === "string");
      return { ...base, path: [...base.path, ...steps] };
    }
    case "call": {
      const reads = expression.args.flatMap((arg) => (arg.kind === "literal" ? [] : [fieldOf(arg)]));
      const [only] = reads;
      if (only === undefined || reads.length > 1) return undefined;
      if (unseen.has(expression.name) || expression.name.startsWith("#")) return only;
      const args = expression.args.map((arg) => (arg.kind === "literal" ? constantText(arg.value) : "_"));
      // Where the field is the first of the arguments, as nearly always, it needs no sign of its own.
      const called = [expression.name, ...(args[0] === "_" ? args.slice(1) : args)].join(" ");
      return { ...only, through: [...only.through, called] };
    }
    default:
      return undefined;
  }
}

function constantText(value: Constant): string {
  return typeof value === "string" ? JSON.stringify(value) : String(value);
}

/** Functions that give the same value in another type, or one of several. */
const unseen = new Set([
  elementOf,
  ...["tostring", "todynamic", "parse_json", "toobject", "parsejson", "toint", "tolong", "toreal", "todouble"],
  ...["tobool", "toboolean", "todatetime", "totimespan", "toguid", "trim_quotes"],
]);
