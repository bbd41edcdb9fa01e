import { inputsOf } from "./children.js";
import type { Expression } from "./expression.js";
import type { Plan } from "./plan.js";

/** A plan as text, one node a line, inputs indented below. */
export function printPlan(plan: Plan, depth = 0): string {
  const line = `${"  ".repeat(depth)}${printNode(plan)}`;
  return [line, ...inputsOf(plan).map((input) => printPlan(input, depth + 1))].join("\n");
}

function printNode(plan: Plan): string {
  switch (plan.kind) {
    case "scan":
      return `scan ${plan.table}`;
    case "rows":
      return `rows ${plan.rows.length} × ${plan.columns.length}`;
    case "range":
      return `range ${plan.column.name} from ${printExpression(plan.from)} to ${printExpression(plan.to)} step ${printExpression(plan.step)}`;
    case "external":
      return `external ${plan.table}`;
    case "project":
      return `project ${plan.columns.map(({ name, expression }) => assigned(name, expression)).join(", ")}`;
    case "filter":
      return `filter ${printExpression(plan.condition)}`;
    case "aggregate": {
      const keys = plan.keys.map(({ name, expression }) => assigned(name, expression)).join(", ");
      const columns = plan.aggregates.map(({ name, function: called, args, when }) => {
        const condition = when === undefined ? "" : ` if ${printExpression(when)}`;
        return `${name} = ${called}(${args.map(printExpression).join(", ")})${condition}`;
      });
      return `aggregate ${columns.join(", ")}${keys === "" ? "" : ` by ${keys}`}`;
    }
    case "sort":
      return `sort ${plan.keys.map(({ expression, descending, nullsFirst }) => `${printExpression(expression)} ${descending ? "desc" : "asc"} nulls ${nullsFirst ? "first" : "last"}`).join(", ")}`;
    case "limit":
      return `limit ${printExpression(plan.count)}${plan.by === undefined ? "" : ` by ${plan.by.join(", ")}`}`;
    case "join":
      return `join ${plan.join} on ${plan.on.map(({ left, right }) => `${printExpression(left)} = ${printExpression(right)}`).join(" and ")}`;
    case "union":
      return `union ${plan.inputs.length}`;
    case "expand":
      return `expand ${plan.items.map(({ name, expression }) => assigned(name, expression)).join(", ")}${plan.keepEmpty ? " keeping empty" : ""}`;
    case "window":
      return `window ${plan.columns.map(({ name, function: called, args }) => `${name} = ${called}(${args.map(printExpression).join(", ")})`).join(", ")}`;
    case "match":
      return `match ${plan.steps.map(({ condition, assigned: made }) => `${printExpression(condition)} => ${made.map(({ name, expression }) => assigned(name, expression)).join(", ")}`).join("; ")}`;
    case "shared":
      return `shared ${plan.name}${plan.once ? " once" : ""}`;
    case "walk":
      return `walk ${plan.least} to ${plan.most} steps, ${plan.once} once`;
    case "numbered":
      return `numbered ${plan.name}`;
    case "hybrid":
      return `hybrid ${plan.construct}: ${plan.columns.map(({ name }) => name).join(", ")} come back from outside the engine`;
    default:
      return plan satisfies never;
  }
}

function assigned(name: string, expression: Expression): string {
  const printed = printExpression(expression);
  return printed === name ? name : `${name} = ${printed}`;
}

function printExpression(expression: Expression): string {
  switch (expression.kind) {
    case "column":
      return expression.name;
    case "literal":
      return expression.value === null
        ? "null"
        : typeof expression.value === "string"
          ? JSON.stringify(expression.value)
          : String(expression.value);
    case "call":
      return `${expression.name}(${expression.args.map(printExpression).join(", ")})`;
    case "path":
      return `${printExpression(expression.base)}${expression.steps.map((step) => (typeof step === "object" ? `[${printExpression(step)}]` : typeof step === "number" ? `[${step}]` : `.${step}`)).join("")}`;
    case "scalar-query":
      return "toscalar(…)";
    case "membership":
      return `${printExpression(expression.subject)} ${expression.operator} (…)`;
    default:
      return expression satisfies never;
  }
}
