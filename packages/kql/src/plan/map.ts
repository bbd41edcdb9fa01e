import { type Expression, mapExpression } from "./expression.js";
import type { Plan } from "./plan.js";

/** The plan with every node replaced by what `change` makes of it, inputs first, plans inside expressions too. */
export function mapPlans(plan: Plan, change: (node: Plan) => Plan): Plan {
  const done = new Map<Plan, Plan>();
  const visit = (node: Plan): Plan => {
    const known = done.get(node);
    if (known !== undefined) return known;
    const result = change(withParts(node, visit, (expression) => mapExpression(expression, (part) => part, visit)));
    done.set(node, result);
    return result;
  };
  return visit(plan);
}

function withParts(node: Plan, plan: (input: Plan) => Plan, expression: (part: Expression) => Expression): Plan {
  switch (node.kind) {
    case "scan":
    case "rows":
    case "external":
      return node;
    case "range":
      return { ...node, from: expression(node.from), to: expression(node.to), step: expression(node.step) };
    case "project":
      return {
        ...node,
        input: plan(node.input),
        columns: node.columns.map((column) => ({ ...column, expression: expression(column.expression) })),
      };
    case "filter":
      return { ...node, input: plan(node.input), condition: expression(node.condition) };
    case "aggregate":
      return {
        ...node,
        input: plan(node.input),
        keys: node.keys.map((key) => ({ ...key, expression: expression(key.expression) })),
        aggregates: node.aggregates.map((column) => ({
          ...column,
          args: column.args.map(expression),
          ...(column.when === undefined ? {} : { when: expression(column.when) }),
        })),
      };
    case "sort":
      return {
        ...node,
        input: plan(node.input),
        keys: node.keys.map((key) => ({ ...key, expression: expression(key.expression) })),
      };
    case "limit":
      return { ...node, input: plan(node.input), count: expression(node.count) };
    case "join":
      return {
        ...node,
        left: plan(node.left),
        right: plan(node.right),
        on: node.on.map(({ left, right }) => ({ left: expression(left), right: expression(right) })),
      };
    case "union":
      return { ...node, inputs: node.inputs.map(plan) };
    case "walk":
      return { ...node, seeds: plan(node.seeds), steps: plan(node.steps) };
    case "expand":
      return {
        ...node,
        input: plan(node.input),
        items: node.items.map((item) => ({ ...item, expression: expression(item.expression) })),
      };
    case "window":
      return {
        ...node,
        input: plan(node.input),
        columns: node.columns.map((column) => ({
          ...column,
          args: column.args.map(expression),
          ...(column.restart === undefined ? {} : { restart: expression(column.restart) }),
        })),
      };
    case "match":
      return {
        ...node,
        input: plan(node.input),
        steps: node.steps.map((step) => ({
          ...step,
          condition: expression(step.condition),
          assigned: step.assigned.map((column) => ({ ...column, expression: expression(column.expression) })),
        })),
      };
    case "shared":
    case "numbered":
    case "hybrid":
      return { ...node, input: plan(node.input) };
    default:
      return node satisfies never;
  }
}
