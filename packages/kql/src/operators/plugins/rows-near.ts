import { freshName, nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { everyColumn, over } from "../rows.js";
import { lowerCondition, lowerScalar, outside } from "../scalar.js";
import { withWindows } from "../window-functions.js";
import { pluginArguments } from "./arguments.js";

/** Rows around those that meet a condition, in the order of the input. */
export const rowsNearPlugin: PluginEntry = {
  name: "rows_near",
  about: "Gives the rows that are within some rows before or after one that meets a condition.",
  lower: (call, node, input, cx) => {
    const [condition, ...distances] = pluginArguments(call).placed;
    const [before, after = before] = distances.map((distance) => lowerScalar(distance, outside(cx)));
    const isCount = (value: typeof before) =>
      value?.kind === "literal" && typeof value.value === "bigint" && value.value >= 0n;
    if (condition === undefined || before === undefined || after === undefined || !isCount(before) || !isCount(after)) {
      report(
        cx,
        node.location,
        "bad-argument",
        "`rows_near` takes a condition, and constant numbers of rows from 0 on",
      );
      return nothing();
    }
    const rows = over(input, cx);
    const met = lowerCondition(condition, rows);
    const near = freshName(cx, "near");
    // A row is kept if one that meets the condition is up to `after` rows before it, or up to `before` rows after it.
    const marked = withWindows(withWindows(input, rows.windows), [
      [{ name: near, function: "near", args: [met, after, before], type: "bool" }],
    ]);
    return {
      kind: "project",
      input: { kind: "filter", input: marked, condition: { kind: "column", name: near, type: "bool" } },
      columns: everyColumn(input),
    };
  },
};
