import type { PluginEntry } from "../evaluate.js";
import { partsAt } from "./parts.js";

export const identityPlugin: PluginEntry = {
  name: "identity",
  about: "Gives the rows as they are.",
  lower: (_call, _node, input) => input,
};

export const estimateRowsCountPlugin: PluginEntry = {
  name: "estimate_rows_count",
  about: "Counts the rows.",
  limit: "The count is exact, not an estimate.",
  lower: (_call, node, input) => ({
    kind: "aggregate",
    input,
    keys: [],
    aggregates: [partsAt(node.location).aggregate("EstimatedRowsCount", "count")],
  }),
};
