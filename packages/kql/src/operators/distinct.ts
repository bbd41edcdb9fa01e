import type { Named, Plan } from "../plan/plan.js";
import { nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem, lowerItems } from "./project.js";
import { boundColumns, everyColumn, isInternal, living, over } from "./rows.js";
import { convert, lowerScalar } from "./scalar.js";
import { carriedAggregates, groupKeys } from "./summarize.js";
import { withWindows } from "./window-functions.js";

export const distinctOperator: OperatorEntry = {
  name: "distinct",
  about: "Gives each combination of the listed columns once.",
  grouped: true,
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const items = node.list("Expressions");
    const wanted = boundColumns(node);
    const star = items.some(({ kind }) => kind === "StarExpression");
    const keys: readonly Named[] = star
      ? everyColumn(input).filter(({ name }) => !isInternal(name))
      : lowerItems(items, wanted, rows);
    const distinct: Plan = {
      kind: "aggregate",
      input: withWindows(living(input, cx), rows.windows),
      keys: [...groupKeys(input, cx), ...keys],
      aggregates: carriedAggregates(input, cx, node.location),
      emptyWithoutRows: true,
    };
    return distinct;
  },
};

export const countOperator: OperatorEntry = {
  name: "count",
  about: "Gives the number of rows, as the one column `Count`.",
  lower: (node, input) => ({
    kind: "aggregate",
    input,
    keys: [],
    aggregates: [
      {
        name: boundColumns(node)[0]?.name ?? "Count",
        function: "count",
        args: [],
        column: 0,
        type: "long",
        location: node.location,
      },
    ],
  }),
};

export const sampleDistinctOperator: OperatorEntry = {
  name: "sample-distinct",
  about: "Gives up to so many distinct values of a column.",
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const count = node.child("Expression");
    const of = node.child("OfExpression");
    if (count === undefined || of === undefined) {
      report(cx, node.location, "bad-argument", "`sample-distinct` takes a number and a column");
      return nothing();
    }
    const name = boundColumns(node)[0]?.name ?? "Column1";
    return {
      kind: "limit",
      input: { kind: "aggregate", input, keys: lowerItem(of, [name], rows), aggregates: [], emptyWithoutRows: true },
      count: convert(lowerScalar(count, cx), "long", count.location),
    };
  },
};
