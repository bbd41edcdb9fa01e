import type { Plan } from "../plan/plan.js";
import type { OperatorEntry } from "./operators.js";
import { everyColumn, marked, over } from "./rows.js";
import { lowerCondition } from "./scalar.js";
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
    if (cx.group !== undefined) {
      return marked(withWindows(input, rows.windows), lowered, cx.group, node.location);
    }
    const filtered: Plan = { kind: "filter", input: withWindows(input, rows.windows), condition: lowered };
    return rows.windows.length === 0 ? filtered : { kind: "project", input: filtered, columns: everyColumn(input) };
  },
};
