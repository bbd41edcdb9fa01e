import { anyOf } from "../../detections/combine.js";
import type { Condition } from "../../detections/condition.js";
import type { Evaluation } from "./python-evaluation.js";
import type { PythonValue } from "./python-value.js";

/** A variable that goes through the items of a list. */
export interface Loop {
  readonly variable: string;
  readonly items: PythonValue;
}

export const mostItems = 1000;

/**
 * One of the items meets a condition: of a list that is written out, or of a field that is a list. Of a field, only what
 * asks an element one thing can be told: the name of a field does not say which of its elements is meant.
 */
export function anyOfItems(
  cx: Evaluation,
  { variable, items }: Loop,
  test: (cx: Evaluation) => Condition,
): Condition | undefined {
  const withValue = (value: PythonValue) => test({ ...cx, scope: new Map([...cx.scope, [variable, value] as const]) });
  if (items.kind === "list" && items.items.length <= mostItems) return anyOf(items.items.map(withValue));
  if (items.kind !== "field" || items.through.length > 0) return undefined;
  const condition = withValue({ kind: "field", path: items.path, through: [] });
  return asksOneThing(condition) ? condition : undefined;
}

function asksOneThing(condition: Condition): boolean {
  return condition.kind === "any" ? condition.parts.every(asksOneThing) : condition.kind === "test";
}
