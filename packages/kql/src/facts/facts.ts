import { mapPlans } from "../plan/map.js";
import type { Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { joinsIn } from "./groups.js";
import type { QueryFacts } from "./query-facts.js";
import { isAlwaysOneRow, isSorted, readsIn } from "./reads.js";
import { shapesOf } from "./shapes.js";
import { tableConditionsIn } from "./table-conditions.js";

/** The facts of a query, from its plan before it is improved and from its bound text. */
export function factsOf(whole: Plan, statements: readonly SyntaxNode[]): QueryFacts {
  // What tables have beside their stored rows was not written by who wrote the query.
  const plan = mapPlans(whole, (node) => (node.kind === "union" && node.ofOneTable ? (node.inputs[0] ?? node) : node));
  return {
    ...readsIn(plan),
    tableConditions: tableConditionsIn(plan),
    joins: joinsIn(plan),
    ...shapesOf(statements),
    alwaysOneRow: isAlwaysOneRow(plan),
    sorted: isSorted(plan),
  };
}
