import { columnsRead, conjuncts, type Expression, mapExpression } from "../plan/expression.js";
import { mapPlans } from "../plan/map.js";
import type { Filter, Join, Plan } from "../plan/plan.js";

/**
 * Moves conditions on left columns below an innerunique join. That join keeps one left row for each key, and the engine
 * chooses it after such conditions, so that a row which fails them does not hide one that passes.
 */
export function filterBelowInnerunique(plan: Plan): Plan {
  return mapPlans(plan, (node) => {
    if (node.kind !== "filter" || node.input.kind !== "join" || node.input.join !== "innerunique") return node;
    return pushed(node, node.input);
  });
}

function pushed(filter: Filter, join: Join): Plan {
  const sources = new Map(
    join.columns.flatMap((column) => (column.side === "left" ? [[column.name, column] as const] : [])),
  );
  const parts = conjuncts(filter.condition);
  const isLeft = (part: Expression) => {
    // A condition that ends the query is about the rows that the join gives.
    if (part.kind === "call" && part.name === "#settled") return false;
    const read = [...columnsRead(part)];
    return read.length > 0 && read.every((name) => sources.has(name));
  };
  const below = parts.filter(isLeft).map((part) =>
    mapExpression(part, (inner) => {
      const source = inner.kind === "column" ? sources.get(inner.name) : undefined;
      return source === undefined ? inner : { kind: "column", name: source.source, type: source.type };
    }),
  );
  if (below.length === 0) return filter;
  const left: Plan = below.reduce<Plan>((input, condition) => ({ kind: "filter", input, condition }), join.left);
  const above = parts.filter((part) => !isLeft(part));
  return above.reduce<Plan>((input, condition) => ({ kind: "filter", input, condition }), { ...join, left });
}
