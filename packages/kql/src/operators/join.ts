import type { Expression } from "../plan/expression.js";
import { columnsOf, type Join, type JoinColumn, type JoinKind, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report, withoutRows } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, over } from "./rows.js";
import { convert, lowerScalar } from "./scalar.js";
import { lowerTable, visibleColumns } from "./table.js";

export const joinOperator: OperatorEntry = {
  name: "join",
  about: "Pairs rows of two tables whose keys are equal; the default kind keeps one left row for each key.",
  lower: (node, input, cx) => {
    const written = parametersOf(node).get("kind") ?? "innerunique";
    const kind = joinKinds[written.toLowerCase()];
    if (kind === undefined) {
      report(cx, node.location, "unsupported-option", `there is no join of kind \`${written}\``, {
        construct: `join kind=${written}`,
      });
      return nothing();
    }
    return joined(node, input, kind, node.child("ConditionClause"), cx);
  },
};

export const lookupOperator: OperatorEntry = {
  name: "lookup",
  about: "Adds the columns of a second table to the rows whose keys are equal.",
  lower: (node, input, cx) => {
    const written = parametersOf(node).get("kind") ?? "leftouter";
    const kind = joinKinds[written.toLowerCase()];
    if (kind !== "leftouter" && kind !== "inner") {
      report(cx, node.location, "unsupported-option", `\`lookup\` has no kind \`${written}\``, {
        construct: `lookup kind=${written}`,
      });
      return nothing();
    }
    return joined(node, input, kind, node.child("LookupClause"), cx, true);
  },
};

const joinKinds: Readonly<Record<string, JoinKind>> = {
  innerunique: "innerunique",
  inner: "inner",
  leftouter: "leftouter",
  rightouter: "rightouter",
  fullouter: "fullouter",
  leftsemi: "leftsemi",
  rightsemi: "rightsemi",
  leftanti: "leftanti",
  leftantisemi: "leftanti",
  anti: "leftanti",
  rightanti: "rightanti",
  rightantisemi: "rightanti",
};

type Condition = Join["on"][number];

function joined(
  node: SyntaxNode,
  left: Plan,
  kind: JoinKind,
  clause: SyntaxNode | undefined,
  cx: Context,
  isLookup = false,
): Plan {
  const other = node.child("Expression");
  if (other === undefined || clause === undefined) {
    report(cx, node.location, "bad-argument", "a join needs a second table and `on`");
    return nothing();
  }
  const right = lowerTable(other, withoutRows(cx));
  const on = clause.list("Expressions").flatMap((item) => conditions(item, left, right, cx));
  const rightKeys = new Set(on.flatMap(({ right: key }) => (key.kind === "column" ? [key.name] : [])));
  const rightColumns = visibleColumns(right).filter(({ name }) => !isLookup || !rightKeys.has(name));
  const columns = joinColumns(kind, visibleColumns(left), rightColumns, node);
  return { kind: "join", join: kind, left, right, on, columns };
}

/** The columns of the result with the binder's names: the left side's, then the right side's. */
function joinColumns(
  kind: JoinKind,
  left: readonly Column[],
  right: readonly Column[],
  node: SyntaxNode,
): readonly JoinColumn[] {
  const leftOnly = kind === "leftsemi" || kind === "leftanti";
  const rightOnly = kind === "rightsemi" || kind === "rightanti";
  const sources = [
    ...(rightOnly ? [] : left.map((column) => ({ side: "left" as const, column }))),
    ...(leftOnly ? [] : right.map((column) => ({ side: "right" as const, column }))),
  ];
  const bound = boundColumns(node);
  const taken = new Set<string>();
  return sources.map(({ side, column }, index) => {
    const name = bound.length === sources.length ? (bound[index]?.name ?? column.name) : free(column.name, taken);
    taken.add(name);
    return { name, side, source: column.name, type: column.type };
  });
}

/** A name with the first number that makes it new. */
function free(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let number = 1; taken.has(candidate); number++) candidate = `${name}${number}`;
  return candidate;
}

function conditions(item: SyntaxNode, left: Plan, right: Plan, cx: Context): readonly Condition[] {
  if (item.kind === "ParenthesizedExpression") {
    const inner = item.child("Expression");
    return inner === undefined ? [] : conditions(inner, left, right, cx);
  }
  if (item.kind === "NameReference") {
    return [agreed(side(left, item.name, item, cx), side(right, item.name, item, cx), item)];
  }
  if (item.kind === "BinaryExpression") {
    const [a, b] = [item.child("Left"), item.child("Right")];
    if (a !== undefined && b !== undefined && spelled(item) === "and") {
      return [...conditions(a, left, right, cx), ...conditions(b, left, right, cx)];
    }
    if (a !== undefined && b !== undefined && spelled(item) === "==") return [equality(a, b, left, right, cx, item)];
  }
  report(
    cx,
    item.location,
    "unsupported-option",
    "a join's condition has to be `==` between a left and a right column",
    {
      construct: "join condition",
    },
  );
  return [];
}

/** The operator as written; the binder leaves those of a join's condition unbound where several are joined by `and`. */
function spelled(item: SyntaxNode): string | undefined {
  return item.token("Operator")?.trim().toLowerCase();
}

function equality(a: SyntaxNode, b: SyntaxNode, left: Plan, right: Plan, cx: Context, item: SyntaxNode): Condition {
  const both = sides(left, right, cx);
  const swapped = /^\$right\b/.test(a.text) || /^\$left\b/.test(b.text);
  const first = lowerScalar(swapped ? b : a, both);
  const second = lowerScalar(swapped ? a : b, both);
  return agreed(first, second, item);
}

/** Names `$left.x` and `$right.x`. */
function sides(left: Plan, right: Plan, cx: Context): Context {
  const [leftRow, rightRow] = [over(left, cx).row, over(right, cx).row];
  return {
    ...cx,
    row: (name) =>
      name.startsWith("$left.")
        ? leftRow?.(name.slice(6))
        : name.startsWith("$right.")
          ? rightRow?.(name.slice(7))
          : undefined,
    rowNames: [...columnsOf(left), ...columnsOf(right)].map(({ name }) => name),
  };
}

function side(plan: Plan, name: string, item: SyntaxNode, cx: Context): Expression {
  return lowerScalar(item, { ...over(plan, cx), row: over(plan, cx).row ?? (() => undefined), rowNames: [name] });
}

/** Keys of one type on both sides; a dynamic key is compared by its text. */
function agreed(left: Expression, right: Expression, item: SyntaxNode): Condition {
  if (left.type === right.type) {
    return left.type === "dynamic"
      ? { left: convert(left, "string", item.location), right: convert(right, "string", item.location) }
      : { left, right };
  }
  if (left.type === "dynamic") return { left: convert(left, right.type, item.location), right };
  if (right.type === "dynamic") return { left, right: convert(right, left.type, item.location) };
  const whole = new Set(["int", "long"]);
  if (whole.has(left.type) && whole.has(right.type)) return { left, right };
  return { left, right: convert(right, left.type, item.location) };
}
