import { childPlans } from "../plan/children.js";
import { columnsRead, type Expression } from "../plan/expression.js";
import type { Aggregate, Plan } from "../plan/plan.js";
import { conditionOf, ownLocation } from "./conditions.js";
import type { Origin, QueryFacts, Threshold } from "./query-facts.js";

/** The comparison of a number that an aggregation computes with a constant; undefined for any other condition. */
export function thresholdOf(plan: Aggregate, condition: Expression): Threshold | undefined {
  const location = ownLocation(condition);
  const { operator, column, through, values } = conditionOf(condition);
  const computed = plan.aggregates.find(({ name }) => name === column);
  const [value] = values;
  const isNumber = typeof value === "bigint" || typeof value === "number";
  if (computed === undefined || location === undefined || through !== undefined || !isNumber) return undefined;
  const { function: name, args, when } = computed;
  const [first] = args;
  return {
    function: name,
    of: first === undefined ? [] : originsOfExpression(plan.input, first),
    ...(when === undefined ? {} : { when: conditionOf(when) }),
    by: plan.keys.map((key) => key.name),
    operator,
    value: Number(value),
    location,
  };
}

/** The columns that the joins of a plan compare. */
export function joinsIn(plan: Plan): QueryFacts["joins"] {
  const own =
    plan.kind === "join"
      ? plan.on.map(({ left, right }) => ({
          left: originsOfExpression(plan.left, left),
          right: originsOfExpression(plan.right, right),
        }))
      : [];
  return [...own, ...childPlans(plan).flatMap(joinsIn)];
}

/** Where the values of an expression over a plan come from; nothing where they are computed of more than one column. */
function originsOfExpression(plan: Plan, expression: Expression): readonly Origin[] {
  const [column, ...others] = columnsRead(expression);
  return column === undefined || others.length > 0 ? [] : originsOf(plan, column);
}

function originsOf(plan: Plan, name: string): readonly Origin[] {
  switch (plan.kind) {
    case "scan":
      return plan.columns.some((column) => column.name === name) ? [{ table: plan.table, column: name }] : [];
    case "project": {
      const own = plan.columns.find((column) => column.name === name);
      return own === undefined ? [] : originsOfExpression(plan.input, own.expression);
    }
    case "aggregate": {
      const key = plan.keys.find((column) => column.name === name);
      return key === undefined ? [] : originsOfExpression(plan.input, key.expression);
    }
    case "join": {
      const own = plan.columns.find((column) => column.name === name);
      return own === undefined ? [] : originsOf(own.side === "left" ? plan.left : plan.right, own.source);
    }
    case "union":
      return plan.inputs.flatMap((input) => originsOf(input, name));
    case "filter":
    case "sort":
    case "limit":
    case "shared":
    case "window":
    case "numbered":
    case "expand":
      return originsOf(plan.input, name);
    default:
      return [];
  }
}
