import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import { type Context, freshName, type Group, nothing, report } from "./context.js";
import { pipeline } from "./mv-apply.js";
import type { OperatorEntry } from "./operators.js";
import { boundColumns, everyColumn, living, over } from "./rows.js";
import { lowerScalar } from "./scalar.js";

export const partitionOperator: OperatorEntry = {
  name: "partition",
  about: "Runs a subquery over the rows of each value of a column, and gives the rows of all of them.",
  limit: "The subquery is one over the partition's own rows, of the operators that `mv-apply` takes too.",
  lower: (node, input, cx) => {
    const by = node.child("ByExpression");
    const operand = node.child("Operand");
    const subquery = operand?.child("Subquery");
    if (by === undefined || subquery === undefined) {
      report(
        cx,
        (operand ?? node).location,
        "unsupported-option",
        "`partition` over another source cannot be translated yet",
        {
          construct: "partition",
          hint: "begin the subquery with an operator: `partition by Name (top 3 by Time)`",
        },
      );
      return nothing();
    }
    const key = lowerScalar(by, over(input, cx));
    const group: Group = { id: freshName(cx, "part"), carried: [], alive: freshName(cx, "alive") };
    const inner: Context = { ...cx, group };
    const rows: Plan = {
      kind: "project",
      input,
      columns: [
        ...everyColumn(input),
        { name: group.id, expression: key },
        { name: group.alive, expression: { kind: "literal", type: "bool", value: true } },
      ],
    };
    const result = living(pipeline(subquery, rows, inner), inner);
    const given = new Map(columnsOf(result).map((column) => [column.name, column]));
    const columns = boundColumns(node).flatMap(({ name }): Named[] => {
      const column = given.get(name);
      return column === undefined ? [] : [{ name, expression: { kind: "column", ...column } }];
    });
    return { kind: "project", input: result, columns };
  },
};
