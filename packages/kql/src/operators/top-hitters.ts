import type { Expression, Location } from "../plan/expression.js";
import type { Plan, SortKey } from "../plan/plan.js";
import { nothing } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem } from "./project.js";
import { boundColumns, over, partColumns } from "./rows.js";
import { call, convert, lowerScalar } from "./scalar.js";
import { carriedAggregates, groupKeys } from "./summarize.js";
import { withWindows } from "./window-functions.js";

export const topHittersOperator: OperatorEntry = {
  name: "top-hitters",
  about: "Gives the values of a column with the most rows, or with the greatest sums.",
  grouped: true,
  limit: "Sums and counts are exact; which of equals come last is open.",
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const [count, of, by] = [
      node.child("Expression"),
      node.child("OfExpression"),
      node.child("ByClause")?.child("Expression"),
    ];
    const [keyColumn, sumColumn] = boundColumns(node);
    if (count === undefined || of === undefined || keyColumn === undefined || sumColumn === undefined) return nothing();
    const weight = by === undefined ? undefined : lowerScalar(by, rows);
    const keys = lowerItem(of, [keyColumn.name], rows);
    const [key] = keys;
    if (key === undefined) return nothing();
    const type = weight === undefined || sumColumn.type === "unknown" ? "long" : sumColumn.type;
    const parts = partColumns(input, cx);
    const grouped: Plan = {
      kind: "aggregate",
      input: withWindows(input, rows.windows),
      keys: [...groupKeys(input, cx), ...keys],
      aggregates: [
        ...carriedAggregates(input, cx, node.location),
        {
          name: sumColumn.name,
          function: weight === undefined ? "count" : "sum",
          args: weight === undefined ? [] : [weight],
          column: 0,
          type,
          location: node.location,
        },
      ],
    };
    const own: Expression = { kind: "column", name: key.name, type: key.expression.type };
    const descending = (expression: Expression): SortKey => ({ expression, descending: true, nullsFirst: false });
    return {
      kind: "limit",
      input: {
        kind: "sort",
        input: grouped,
        keys: [
          descending({ kind: "column", name: sumColumn.name, type }),
          // Equals come in an order that does not favour any, and that is the same each time.
          descending(call("hash", [hashable(own, node.location)], "long", node.location)),
        ],
      },
      count: convert(lowerScalar(count, cx), "long", count.location),
      ...(parts.length === 0 ? {} : { by: parts }),
    };
  },
};

/** The value, or its text where a hash is not known of the type. */
function hashable(value: Expression, location: Location): Expression {
  const known = /^(string|int|long|timespan|datetime)$/;
  return known.test(value.type) ? value : convert(value, "string", location);
}
