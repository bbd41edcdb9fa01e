import type { Plan } from "../../plan/plan.js";
import { columnsOf } from "../../plan/plan.js";
import type { Column } from "../../schema/types.js";
import type { Context } from "../context.js";
import { filtered, freshColumn, long, paired, partsAt, ref } from "./parts.js";
import type { Timeline } from "./timeline.js";

/** Each row in its own window and in those after it whose look-back of `count` windows it is in. */
export function spread(rows: Plan, at: Column, count: bigint, timeline: Timeline, cx: Context): Plan {
  const { plus, compare } = partsAt(timeline.location);
  const later = freshColumn(cx, "later");
  const distances: Plan = {
    kind: "range",
    column: later,
    from: long(0n),
    to: long(count - 1n),
    step: long(1n),
  };
  const columns = columnsOf(rows).map((column) =>
    column.name === at.name
      ? { name: at.name, expression: plus(ref(at), ref(later)) }
      : { name: column.name, expression: ref(column) },
  );
  const moved: Plan = { kind: "project", input: paired(rows, distances, []), columns };
  return filtered(moved, compare("<=", ref(at), timeline.last));
}
