import type { Expression } from "../plan/expression.js";
import type { AggregateColumn, JoinColumn, Named, Plan, SortKey } from "../plan/plan.js";
import { columnsOf } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem } from "./project.js";
import { boundColumns, everyColumn, over } from "./rows.js";
import { convert, lowerScalar } from "./scalar.js";
import { share } from "./table.js";
import { withWindows } from "./window-functions.js";

export const topNestedOperator: OperatorEntry = {
  name: "top-nested",
  about: "Gives the first values of a column by an aggregate, within each of them those of another column, and so on.",
  limit: "`with others` is for the last level alone; it gives no row where all values are among the first.",
  lower: (node, input, cx) => {
    const clauses = node.list("Clauses");
    const bound = boundColumns(node);
    const rows = over(input, cx);
    for (const clause of clauses.slice(0, -1)) refuseOthers(clause, cx);
    const keys = clauses.map((clause) => keyOf(clause, freshName(cx, "k"), rows));
    const keyed: Plan = {
      kind: "project",
      input: withWindows(input, rows.windows),
      columns: [...everyColumn(input), ...keys],
    };
    const source = share("nested", keyed, cx);
    let result: Plan | undefined;
    clauses.forEach((clause, level) => {
      const aggregate = bound[2 * level + 1]?.name ?? `aggregated_${level}`;
      const ranked = rankedLevel(clause, source, keys.slice(0, level + 1), aggregate, cx);
      result = result === undefined ? ranked : nested(result, ranked, keys.slice(0, level));
    });
    if (result === undefined) return nothing();
    const names = keys.flatMap(({ name }, level) => [name, bound[2 * level + 1]?.name ?? `aggregated_${level}`]);
    const types = new Map(columnsOf(result).map((column) => [column.name, column.type]));
    const columns = names.map((name, index): Named => {
      const type = types.get(name) ?? "dynamic";
      return { name: bound[index]?.name ?? name, expression: { kind: "column", name, type } };
    });
    return { kind: "project", input: result, columns };
  },
};

function refuseOthers(clause: SyntaxNode, cx: Context): void {
  const others = clause.child("WithOthersClause");
  if (others === undefined) return;
  report(
    cx,
    others.location,
    "unsupported-option",
    "`with others` at a level that another one follows cannot be translated",
    {
      construct: "top-nested with others",
    },
  );
}

function keyOf(clause: SyntaxNode, name: string, cx: Context): Named {
  const of = clause.child("OfExpression");
  const missing: Expression = { kind: "literal", type: "string", value: "" };
  return (of === undefined ? undefined : lowerItem(of, [name], cx)[0]) ?? { name, expression: missing };
}

/** The first values of a level's key within each combination of the keys before it. */
function rankedLevel(clause: SyntaxNode, source: Plan, keys: readonly Named[], name: string, cx: Context): Plan {
  const ordered = clause.child("ByExpression");
  const by = ordered?.kind === "OrderedExpression" ? ordered.child("Expression") : ordered;
  const keyColumns = keys.map(({ name: key, expression }) => column(key, expression.type));
  const valued = by === undefined ? undefined : valuesOf(by, source, keyColumns, name, cx);
  if (by === undefined || valued === undefined) return nothing();
  const value = column(name, columnsOf(valued).at(-1)?.type ?? "dynamic");
  const count = clause.child("Expression");
  if (count === undefined) return valued;
  const ascending = /^(asc|granny-asc)$/i.test(ordered?.child("Ordering")?.token("AscOrDescKeyword") ?? "desc");
  const own = keyColumns.at(-1);
  const order: readonly SortKey[] = [
    { expression: value.expression, descending: !ascending, nullsFirst: ascending },
    // Which of equals comes first is open; the key's order makes it the same each time.
    ...(own === undefined ? [] : [{ expression: own.expression, descending: false, nullsFirst: true }]),
  ];
  const prefix = keyColumns.slice(0, -1).map(({ name: key }) => key);
  const first: Plan = {
    kind: "limit",
    input: { kind: "sort", input: valued, keys: order },
    count: convert(lowerScalar(count, cx), "long", count.location),
    ...(prefix.length === 0 ? {} : { by: prefix }),
  };
  const others = clause.child("WithOthersClause")?.child("Expression");
  if (others === undefined || own === undefined) return first;
  const ranked = share("ranked", first, cx);
  const named = convert(lowerScalar(others, cx), own.expression.type, others.location);
  const rest = restOf(source, ranked, keyColumns);
  const together = valuesOf(by, rest, keyColumns.slice(0, -1), name, cx);
  const added: Plan = {
    kind: "project",
    input: together,
    columns: [...keyColumns.slice(0, -1), { name: own.name, expression: named }, value],
  };
  return { kind: "union", inputs: [ranked, added], columns: columnsOf(ranked) };
}

/** The aggregate of each combination of the keys. */
function valuesOf(by: SyntaxNode, source: Plan, keys: readonly Named[], name: string, cx: Context): Plan {
  const collected: AggregateColumn[] = [];
  const [value] = lowerItem(by, [name], { ...over(source, cx), aggregates: collected });
  const grouped: Plan = {
    kind: "aggregate",
    input: source,
    keys,
    aggregates: collected,
    ...(keys.length === 0 ? { emptyWithoutRows: true } : {}),
  };
  return { kind: "project", input: grouped, columns: value === undefined ? keys : [...keys, value] };
}

/** The rows whose values are not among the first. */
function restOf(source: Plan, first: Plan, keys: readonly Named[]): Plan {
  const columns = columnsOf(source).map(({ name, type }): JoinColumn => ({ name, side: "left", source: name, type }));
  const on = keys.map(({ expression }) => ({ left: expression, right: expression }));
  return { kind: "join", join: "leftanti", left: source, right: first, on, columns };
}

function column(name: string, type: Expression["type"]): Named {
  return { name, expression: { kind: "column", name, type } };
}

/** The values of a level whose outer values have all been chosen. */
function nested(outer: Plan, inner: Plan, shared: readonly Named[]): Plan {
  const names = new Set(shared.map(({ name }) => name));
  const columns: readonly JoinColumn[] = [
    ...columnsOf(outer).map(({ name, type }): JoinColumn => ({ name, side: "left", source: name, type })),
    ...columnsOf(inner)
      .filter(({ name }) => !names.has(name))
      .map(({ name, type }): JoinColumn => ({ name, side: "right", source: name, type })),
  ];
  const on = shared.map(({ name, expression: { type } }) => {
    const key: Expression = { kind: "column", name, type };
    return { left: key, right: key };
  });
  return { kind: "join", join: "inner", left: outer, right: inner, on, columns };
}
