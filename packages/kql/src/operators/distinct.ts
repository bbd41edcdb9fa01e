import type { Named, Plan } from "../plan/plan.js";
import { nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem, lowerItems } from "./project.js";
import { boundColumns, everyColumn, isInternal, over, partColumns } from "./rows.js";
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
      input: withWindows(input, rows.windows),
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
  grouped: true,
  lower: (node, input, cx) => {
    const alive = everyColumn(input).find(({ name }) => name === cx.group?.alive);
    return {
      kind: "aggregate",
      input,
      keys: groupKeys(input, cx).filter(({ name }) => name !== alive?.name),
      aggregates: [
        {
          name: boundColumns(node)[0]?.name ?? "Count",
          function: "count",
          args: [],
          ...(alive === undefined ? {} : { when: alive.expression }),
          column: 0,
          type: "long",
          location: node.location,
        },
        ...carriedAggregates(input, cx, node.location),
      ],
    };
  },
};

export const sampleDistinctOperator: OperatorEntry = {
  name: "sample-distinct",
  about: "Gives up to so many distinct values of a column.",
  grouped: true,
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const count = node.child("Expression");
    const of = node.child("OfExpression");
    if (count === undefined || of === undefined) {
      report(cx, node.location, "bad-argument", "`sample-distinct` takes a number and a column");
      return nothing();
    }
    const name = boundColumns(node)[0]?.name ?? "Column1";
    const parts = partColumns(input, cx);
    return {
      kind: "limit",
      input: {
        kind: "aggregate",
        input: withWindows(input, rows.windows),
        keys: [...groupKeys(input, cx), ...lowerItem(of, [name], rows)],
        aggregates: carriedAggregates(input, cx, node.location),
        emptyWithoutRows: true,
      },
      count: convert(lowerScalar(count, cx), "long", count.location),
      ...(parts.length === 0 ? {} : { by: parts }),
    };
  },
};
