import type { Expression } from "../plan/expression.js";
import type { AggregateColumn, JoinColumn, Named, Plan, SortKey } from "../plan/plan.js";
import { columnsOf } from "../plan/plan.js";
import type { Column, KqlType } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { lowerItem } from "./project.js";
import { boundColumns, everyColumn, groupColumns, over } from "./rows.js";
import { convert, lowerScalar } from "./scalar.js";
import { share } from "./table.js";
import { withWindows } from "./window-functions.js";

export const topNestedOperator: OperatorEntry = {
  name: "top-nested",
  about: "Gives the first values of a column by an aggregate, within each of them those of another column, and so on.",
  grouped: true,
  limit: "`with others` gives no row where all values are among the first.",
  lower: (node, input, cx) => {
    const bound = boundColumns(node);
    const rows = over(input, cx);
    const levels = node.list("Clauses").map((clause, at): Level => {
      const of = keyOf(clause, freshName(cx, "k"), rows);
      return { clause, key: of, aggregate: bound[2 * at + 1]?.name ?? `aggregated_${at}` };
    });
    const keyed: Plan = {
      kind: "project",
      input: withWindows(input, rows.windows),
      columns: [...everyColumn(input), ...levels.map(({ key }) => key)],
    };
    const source = share("nested", keyed, cx);
    const part = everyColumn(keyed).filter(({ name }) => groupColumns(cx).includes(name));
    const lastOthers = levels.findLastIndex(({ clause }) => othersOf(clause) !== undefined);
    const ranked = levels.map((_, at) => {
      const first = rankedLevel(levels, at, source, part, cx);
      return at <= lastOthers ? share("ranked", first, cx) : first;
    });
    const chains = ranked.map((_, at) => chain(ranked.slice(0, at + 1), levels, part));
    const all = chains.at(-1);
    if (all === undefined) return nothing();
    const others = levels
      .slice(0, lastOthers + 1)
      .map((_, at) => othersFrom({ levels, at, part }, source, ranked[at] ?? all, chains[at - 1], columnsOf(all), cx));
    const plain: Plan =
      others.length === 0 ? all : { kind: "union", inputs: [all, ...others], columns: columnsOf(all) };
    const types = new Map(columnsOf(all).map((column) => [column.name, column.type]));
    const names = levels.flatMap(({ key, aggregate }) => [key.name, aggregate]);
    const columns = names.map((name, index): Named => {
      const type = types.get(name) ?? "dynamic";
      return { name: bound[index]?.name ?? name, expression: { kind: "column", name, type } };
    });
    return { kind: "project", input: plain, columns: [...columns, ...part] };
  },
};

/** A level: what is written of it, its key under a name of its own, and the name of its aggregate. */
interface Level {
  readonly clause: SyntaxNode;
  readonly key: Named;
  readonly aggregate: string;
}

function othersOf(clause: SyntaxNode): SyntaxNode | undefined {
  return clause.child("WithOthersClause")?.child("Expression");
}

function keyOf(clause: SyntaxNode, name: string, cx: Context): Named {
  const of = clause.child("OfExpression");
  return (of === undefined ? undefined : lowerItem(of, [name], cx)[0]) ?? { name, expression: missing("string") };
}

/** The first values of a level's key within each combination of the keys before it. */
function rankedLevel(levels: readonly Level[], at: number, source: Plan, part: readonly Named[], cx: Context): Plan {
  const level = levels[at];
  if (level === undefined) return nothing();
  const { clause, aggregate } = level;
  const keys = [...part, ...keysOf(levels.slice(0, at + 1))];
  const ordered = clause.child("ByExpression");
  const valued = valuesOf([level], source, keys, cx);
  const value = column(aggregate, columnsOf(valued).at(-1)?.type ?? "dynamic");
  const count = clause.child("Expression");
  if (count === undefined) return valued;
  const ascending = /^(asc|granny-asc)$/i.test(ordered?.child("Ordering")?.token("AscOrDescKeyword") ?? "desc");
  const own = keys.at(-1);
  const order: readonly SortKey[] = [
    { expression: value.expression, descending: !ascending, nullsFirst: ascending },
    // Which of equals comes first is open; the key's order makes it the same each time.
    ...(own === undefined ? [] : [{ expression: own.expression, descending: false, nullsFirst: true }]),
  ];
  const prefix = keys.slice(0, -1).map(({ name: key }) => key);
  return {
    kind: "limit",
    input: { kind: "sort", input: valued, keys: order },
    count: convert(lowerScalar(count, cx), "long", count.location),
    ...(prefix.length === 0 ? {} : { by: prefix }),
  };
}

function keysOf(levels: readonly Level[]): readonly Named[] {
  return levels.map(({ key }) => column(key.name, key.expression.type));
}

/**
 * A row for the values that are not among the first of a level, within each first value of the levels before: those
 * levels that have a name for others give it with the aggregate over all of them, the others give nothing.
 */
function othersFrom(
  { levels, at, part }: { readonly levels: readonly Level[]; readonly at: number; readonly part: readonly Named[] },
  source: Plan,
  ranked: Plan,
  outer: Plan | undefined,
  columns: readonly Column[],
  cx: Context,
): Plan {
  const prefix = [...part, ...keysOf(levels.slice(0, at))];
  const named = levels.slice(at).filter(({ clause }) => othersOf(clause) !== undefined);
  const together = valuesOf(named, restOf(source, ranked, [...part, ...keysOf(levels.slice(0, at + 1))]), prefix, cx);
  const within = outer === undefined ? together : nested(outer, together, prefix);
  const given = new Set(columnsOf(within).map(({ name }) => name));
  const names = new Map(levels.slice(at).map(({ clause, key }) => [key.name, othersOf(clause)]));
  return {
    kind: "project",
    input: within,
    columns: columns.map(({ name, type }) => {
      const written = names.get(name);
      if (written !== undefined) return { name, expression: convert(lowerScalar(written, cx), type, written.location) };
      return given.has(name) ? column(name, type) : { name, expression: missing(type) };
    }),
  };
}

function missing(type: KqlType): Expression {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}

/** The aggregates of levels for each combination of the keys. */
function valuesOf(levels: readonly Level[], source: Plan, keys: readonly Named[], cx: Context): Plan {
  const collected: AggregateColumn[] = [];
  const rows = { ...over(source, cx), aggregates: collected };
  const values = levels.flatMap(({ clause, aggregate }) => {
    const ordered = clause.child("ByExpression");
    const by = ordered?.kind === "OrderedExpression" ? ordered.child("Expression") : ordered;
    return by === undefined ? [] : lowerItem(by, [aggregate], rows).slice(0, 1);
  });
  const grouped: Plan = {
    kind: "aggregate",
    input: source,
    keys,
    aggregates: collected,
    ...(keys.length === 0 ? { emptyWithoutRows: true } : {}),
  };
  return { kind: "project", input: grouped, columns: [...keys, ...values] };
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

/** The first values of each level within those of the levels before. */
function chain(ranked: readonly Plan[], levels: readonly Level[], part: readonly Named[]): Plan {
  return ranked.reduce((outer, inner, at) => nested(outer, inner, [...part, ...keysOf(levels.slice(0, at))]));
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
