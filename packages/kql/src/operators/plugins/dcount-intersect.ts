import type { Named } from "../../plan/plan.js";
import { nothing, report } from "../context.js";
import type { PluginEntry } from "../evaluate.js";
import { boundColumns, everyColumn, isInternal, over } from "../rows.js";
import { lowerScalar } from "../scalar.js";
import { withWindows } from "../window-functions.js";
import { pluginArguments } from "./arguments.js";
import { partsAt } from "./parts.js";

/** The most sketches that are compared. */
const most = 16;

export const dcountIntersectPlugin: PluginEntry = {
  name: "dcount_intersect",
  about: "Counts for sketches of `hll` the values of the first, those that the second has too, and so on.",
  limit: "Counts are exact, not estimates.",
  lower: (call, node, input, cx) => {
    const rows = over(input, cx);
    const sketches = pluginArguments(call).placed.map((argument) => lowerScalar(argument, rows));
    if (sketches.length < 2 || sketches.length > most || sketches.some(({ type }) => type !== "dynamic")) {
      report(
        cx,
        node.location,
        "bad-argument",
        `\`dcount_intersect\` takes from 2 to ${most} values that \`hll\` made`,
      );
      return nothing();
    }
    const kept = everyColumn(input).filter(({ name }) => !isInternal(name));
    const names = boundColumns(node).map(({ name }) => name);
    const { of } = partsAt(node.location);
    const counts = sketches.map(
      (_, at): Named => ({
        name: names[kept.length + at] ?? `s${at}`,
        expression: of("#common-hashes", sketches.slice(0, at + 1), "long"),
      }),
    );
    return { kind: "project", input: withWindows(input, rows.windows), columns: [...kept, ...counts] };
  },
};
