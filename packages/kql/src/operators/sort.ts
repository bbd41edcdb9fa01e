import type { Expression } from "../plan/expression.js";
import type { Plan, SortKey } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { everyColumn, marked, over, partColumns } from "./rows.js";
import { call, convert, lowerScalar } from "./scalar.js";
import { withWindows } from "./window-functions.js";

export const sortOperator: OperatorEntry = {
  name: "sort",
  about: "Orders the rows; descending, with nulls last, unless it says otherwise.",
  grouped: true,
  lower: (node, input, cx) => sorted(input, node.list("Expressions"), cx),
};

export const topOperator: OperatorEntry = {
  name: "top",
  about: "Gives the first rows in an order.",
  grouped: true,
  lower: (node, input, cx) => {
    const by = node.child("ByExpression");
    const count = node.child("Expression");
    if (by === undefined || count === undefined) return input;
    const ordered = sorted(input, [by], cx);
    return limited(ordered, lowerScalar(count, cx), node, cx);
  },
};

export const takeOperator: OperatorEntry = {
  name: "take",
  about: "Gives up to so many rows, whichever come first.",
  grouped: true,
  lower: (node, input, cx) => {
    const count = node.child("Expression");
    return count === undefined ? input : limited(input, lowerScalar(count, cx), node, cx);
  },
};

export const sampleOperator: OperatorEntry = {
  name: "sample",
  about: "Gives up to so many rows, at random.",
  grouped: true,
  lower: (node, input, cx) => {
    const count = node.child("Expression");
    if (count === undefined) return input;
    const random: Expression = { kind: "call", name: "rand", args: [], type: "real", location: node.location };
    const shuffled: Plan = { kind: "sort", input, keys: [{ expression: random, descending: false, nullsFirst: true }] };
    return limited(shuffled, lowerScalar(count, cx), node, cx);
  },
};

function limited(input: Plan, count: Expression, node: SyntaxNode, cx: Context): Plan {
  if (count.type === "dynamic" || count.kind === "column") {
    report(cx, node.location, "not-constant", "the number of rows has to be known before the query runs");
  }
  const rows = convert(count, "long", node.location);
  if (cx.group === undefined) return { kind: "limit", input, count: rows };
  // Rows that a `where` took away do not count: they have a limit of their own. A part keeps one row, which is not alive.
  if (rows.kind === "literal" && typeof rows.value === "bigint" && rows.value > 0n) {
    return { kind: "limit", input, count: rows, by: partColumns(input, cx) };
  }
  const none: Expression = { kind: "literal", type: "long", value: 0n };
  const some: Expression = { kind: "literal", type: "long", value: 1n };
  const taken = marked(input, call(">", [rows, none], "bool", node.location), cx.group, node.location);
  const atLeastOne = call("max_of", [rows, some], "long", node.location);
  return { kind: "limit", input: taken, count: atLeastOne, by: partColumns(taken, cx) };
}

/** The input ordered by the listed expressions. */
export function sorted(input: Plan, items: readonly SyntaxNode[], cx: Context): Plan {
  const rows = over(input, cx);
  const keys = items.map((item) => sortKey(item, rows));
  const present = new Set(everyColumn(input).map(({ name }) => name));
  const grouped: readonly SortKey[] = (cx.group === undefined ? [] : [cx.group.id, cx.group.alive])
    .filter((name) => present.has(name))
    .map((name) => ({
      expression: { kind: "column", name, type: name === cx.group?.alive ? "bool" : "long" },
      descending: name === cx.group?.alive,
      nullsFirst: true,
    }));
  const plan: Plan = { kind: "sort", input: withWindows(input, rows.windows), keys: [...grouped, ...keys] };
  return rows.windows.length === 0 ? plan : { kind: "project", input: plan, columns: everyColumn(input) };
}

function sortKey(item: SyntaxNode, cx: Context): SortKey {
  const ordered = item.kind === "OrderedExpression" ? item : undefined;
  const inner = ordered?.child("Expression") ?? item;
  const ordering = ordered?.child("Ordering");
  const direction = ordering?.token("AscOrDescKeyword")?.trim() ?? "desc";
  if (/^granny/i.test(direction)) {
    report(cx, item.location, "unsupported-option", `\`${direction}\` orders names of columns, not rows`, {
      construct: `sort by ${direction}`,
      hint: "write `asc` or `desc`",
    });
  }
  const descending = !/^asc$/i.test(direction);
  const nulls = ordering?.child("NullsClause")?.token("FirstOrLastKeyword");
  const expression = lowerScalar(inner, cx);
  if (expression.type === "dynamic" && !(expression.kind === "literal" && expression.missing)) {
    report(cx, inner.location, "type-mismatch", "rows cannot be ordered by a dynamic value", {
      hint: "convert it first, for instance with `tostring(…)`",
    });
  }
  return { expression, descending, nullsFirst: nulls === undefined ? !descending : nulls.toLowerCase() === "first" };
}
