import type { Plan } from "../plan/plan.js";
import type { OperatorEntry } from "./operators.js";
import { everyColumn, named, over, project } from "./rows.js";
import { call, lowerCondition } from "./scalar.js";
import { withWindows } from "./window-functions.js";

export const whereOperator: OperatorEntry = {
  name: "where",
  about: "Keeps the rows for which a condition is true.",
  grouped: true,
  lower: (node, input, cx) => {
    const condition = node.child("Condition");
    if (condition === undefined) return input;
    const rows = over(input, cx);
    const lowered = lowerCondition(condition, rows);
    const alive = cx.group?.alive;
    if (alive !== undefined && everyColumn(input).some(({ name }) => name === alive)) {
      const still = call("and", [{ kind: "column", name: alive, type: "bool" }, lowered], "bool", node.location);
      const columns = everyColumn(input).map((column) => (column.name === alive ? named(alive, still) : column));
      return project(input, columns, rows);
    }
    const filtered: Plan = { kind: "filter", input: withWindows(input, rows.windows), condition: lowered };
    return rows.windows.length === 0 ? filtered : { kind: "project", input: filtered, columns: everyColumn(input) };
  },
};
