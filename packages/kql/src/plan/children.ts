import { type Expression, plansIn } from "./expression.js";
import type { Plan } from "./plan.js";

/** The plans that a node reads: its inputs, and those inside its expressions. */
export function childPlans(plan: Plan): readonly Plan[] {
  return [...inputsOf(plan), ...expressionsOf(plan).flatMap(plansIn)];
}

/** The inputs of a node. */
export function inputsOf(plan: Plan): readonly Plan[] {
  switch (plan.kind) {
    case "scan":
    case "rows":
    case "external":
    case "range":
      return [];
    case "join":
      return [plan.left, plan.right];
    case "union":
      return plan.inputs;
    case "walk":
      return [plan.seeds, plan.steps];
    case "project":
    case "filter":
    case "aggregate":
    case "sort":
    case "limit":
    case "expand":
    case "window":
    case "match":
    case "shared":
    case "numbered":
    case "hybrid":
      return [plan.input];
    default:
      return plan satisfies never;
  }
}

/** The expressions of a node itself. */
export function expressionsOf(plan: Plan): readonly Expression[] {
  switch (plan.kind) {
    case "scan":
    case "rows":
    case "external":
    case "union":
    case "shared":
    case "numbered":
    case "hybrid":
    case "walk":
      return [];
    case "range":
      return [plan.from, plan.to, plan.step];
    case "project":
      return plan.columns.map(({ expression }) => expression);
    case "filter":
      return [plan.condition];
    case "aggregate":
      return [
        ...plan.keys.map(({ expression }) => expression),
        ...plan.aggregates.flatMap(({ args, when }) => (when === undefined ? args : [...args, when])),
      ];
    case "sort":
      return plan.keys.map(({ expression }) => expression);
    case "limit":
      return [plan.count];
    case "join":
      return plan.on.flatMap(({ left, right }) => [left, right]);
    case "expand":
      return plan.items.map(({ expression }) => expression);
    case "match":
      return plan.steps.flatMap(({ condition, assigned }) => [
        condition,
        ...assigned.map(({ expression }) => expression),
      ]);
    case "window":
      return plan.columns.flatMap(({ args, restart }) => (restart === undefined ? args : [...args, restart]));
    default:
      return plan satisfies never;
  }
}
