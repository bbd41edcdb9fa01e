import type { Expression } from "../plan/expression.js";
import { columnsRead } from "../plan/expression.js";
import type { Plan, WindowColumn } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { lowerArguments } from "./calls.js";
import { absent, type Context, freshName, report } from "./context.js";
import { convert, refuse, resultType } from "./scalar.js";
import { type Session, withSession } from "./sessions.js";

/** A function that looks at other rows, taken out of its expression. */
export type AskedWindow = WindowColumn | Session;

/** The functions that look at other rows than their own, each with a sentence for the manual. */
export const windowFunctions: Readonly<Record<string, { readonly about: string }>> = {
  row_number: { about: "The row's number in the order of the rows, from 1, or from where it restarts." },
  prev: { about: "The value that a row before has, by default the nearest." },
  next: { about: "The value that a row after has, by default the nearest." },
  row_cumsum: { about: "The sum of the values up to this row, or since it restarted." },
  row_rank_dense: { about: "The rank of the row's value; equal values share one, and none is passed over." },
  row_window_session: {
    about:
      "The time at which the row's session began: a new one begins too far from its first row, too far from the row before, or where it restarts.",
  },
  row_rank_min: { about: "The rank of the row's value; equal values share the least, and the next is passed over." },
};

/** Whether a function looks at other rows than its own. */
export function isWindowFunction(name: string): boolean {
  return Object.hasOwn(windowFunctions, name);
}

/** Takes a window function out of its expression: it becomes a column of a window node below the operator. */
export function lowerWindowFunction(name: string, node: SyntaxNode, cx: Context): Expression {
  if (cx.windows === undefined) {
    return refuse(cx, node.location, name, "has no meaning here: rows have no order at this place");
  }
  const lowered = lowerArguments(node, cx);
  const whole = windowColumn(name, lowered, node, cx);
  if (whole === undefined) return absent(resultType(node));
  const by = [cx.group?.id, cx.group?.alive].filter((part) => part !== undefined && cx.row?.(part) !== undefined);
  const column: AskedWindow = by.length === 0 ? whole : { ...whole, by: by as readonly string[] };
  const read = new Set<string>();
  for (const expression of [...column.args, ...(column.restart ? [column.restart] : [])]) columnsRead(expression, read);
  const level = cx.windows.findLastIndex((layer) => layer.some((other) => read.has(other.name))) + 1;
  while (cx.windows.length <= level) cx.windows.push([]);
  cx.windows[level]?.push(column);
  return { kind: "column", name: column.name, type: column.type };
}

function windowColumn(
  name: string,
  lowered: readonly Expression[],
  node: SyntaxNode,
  cx: Context,
): AskedWindow | undefined {
  const [first, second, third, fourth] = lowered;
  const fresh = freshName(cx, "w");
  switch (name) {
    case "row_number":
      return {
        name: fresh,
        function: "row_number",
        args: [first ?? { kind: "literal", type: "long", value: 1n }],
        ...(second === undefined ? {} : { restart: second }),
        type: "long",
      };
    case "prev":
    case "next": {
      if (first === undefined) return undefined;
      const offset = second ?? { kind: "literal", type: "long", value: 1n };
      if (offset.kind !== "literal" || typeof offset.value !== "bigint" || offset.value < 1n) {
        report(cx, node.location, "not-constant", `the distance of \`${name}\` has to be a constant above zero`);
        return undefined;
      }
      const fallback = third === undefined ? [] : [convert(third, first.type, node.location)];
      return { name: fresh, function: name, args: [first, offset, ...fallback], type: first.type };
    }
    case "row_window_session":
      if (first === undefined || second === undefined || third === undefined) return undefined;
      return {
        name: fresh,
        function: "row_window_session",
        args: [first, second, third],
        ...(fourth === undefined ? {} : { restart: fourth }),
        type: "datetime",
        location: node.location,
      };
    case "row_cumsum":
      if (first === undefined) return undefined;
      return {
        name: fresh,
        function: "row_cumsum",
        args: [first],
        ...(second === undefined ? {} : { restart: second }),
        type: resultType(node, first.type),
      };
    case "row_rank_dense":
    case "row_rank_min":
      if (first === undefined) return undefined;
      return {
        name: fresh,
        function: name,
        args: [first],
        ...(second === undefined ? {} : { restart: second }),
        type: "long",
      };
    default:
      return undefined;
  }
}

/** The input with the collected window functions as columns, one node for each level of nesting. */
export function withWindows(input: Plan, windows: readonly (readonly AskedWindow[])[]): Plan {
  return windows.reduce<Plan>((plan, asked) => {
    const columns = asked.filter((column) => column.function !== "row_window_session");
    const windowed: Plan = columns.length === 0 ? plan : { kind: "window", input: plan, columns };
    return asked.filter((column) => column.function === "row_window_session").reduce(withSession, windowed);
  }, input);
}
