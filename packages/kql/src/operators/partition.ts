import type { Expression } from "../plan/expression.js";
import { columnsOf, type JoinColumn, type Named, type Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, type Group, nothing, report } from "./context.js";
import { pipeline } from "./mv-apply.js";
import type { OperatorEntry } from "./operators.js";
import { boundColumns, everyColumn, isInternal, living, named, over } from "./rows.js";
import { lowerScalar, outside } from "./scalar.js";
import { lowerTable } from "./table.js";

export const partitionOperator: OperatorEntry = {
  name: "partition",
  about: "Runs a subquery over the rows of each value of a column, and gives the rows of all of them.",
  limit:
    "Of the operators that the subquery may have, those that read another table are refused, and so is a name that `as` gave to a part. There may be any number of parts.",
  lower: (node, input, cx) => {
    const by = node.child("ByExpression");
    const operand = node.child("Operand");
    const [subquery, query] = [operand?.child("Subquery"), operand?.child("Query")];
    if (by === undefined || (subquery === undefined && query === undefined)) {
      report(cx, node.location, "bad-argument", "`partition` takes a column after `by`, and a subquery");
      return nothing();
    }
    const key = lowerScalar(by, over(input, cx));
    const group: Group = { id: freshName(cx, "part"), carried: [], alive: freshName(cx, "alive") };
    const inner: Context = { ...cx, group, partition: { key: by.name, id: group.id, bare: query !== undefined } };
    const result =
      query === undefined
        ? pipeline(subquery ?? node, ownRows(input, key, group), inner)
        : overSource(query, keysOf(input, key, group), inner);
    return { kind: "project", input: living(result, inner), columns: outputs(node, result) };
  },
};

/** The input's rows, each with the part that it belongs to. */
function ownRows(input: Plan, key: Expression, group: Group): Plan {
  const alive: Expression = { kind: "literal", type: "bool", value: true };
  return { kind: "project", input, columns: [...everyColumn(input), named(group.id, key), named(group.alive, alive)] };
}

/** The values that part the input. */
function keysOf(input: Plan, key: Expression, group: Group): Plan {
  return { kind: "aggregate", input, keys: [named(group.id, key)], aggregates: [], emptyWithoutRows: true };
}

/** A query of its own for each part: the rows of its source beside each key, then its operators. */
function overSource(query: SyntaxNode, keys: Plan, cx: Context): Plan {
  const [source, operators] = taken(query);
  const rows = lowerTable(source, outside(cx));
  const alive = cx.group?.alive ?? "";
  const present = named(alive, { kind: "literal", type: "bool", value: true });
  const right: Plan = {
    kind: "project",
    input: rows,
    columns: [...everyColumn(rows).filter(({ name }) => !isInternal(name)), present],
  };
  const columns: readonly JoinColumn[] = [
    ...columnsOf(keys).map(({ name, type }): JoinColumn => ({ name, side: "left", source: name, type })),
    ...columnsOf(right).map(({ name, type }): JoinColumn => ({ name, side: "right", source: name, type })),
  ];
  // A part whose source is empty keeps one row, which is not alive.
  const joined: Plan = { kind: "join", join: "leftouter", left: keys, right, on: [], columns };
  const still: Expression = {
    kind: "call",
    name: "coalesce",
    args: [
      { kind: "column", name: alive, type: "bool" },
      { kind: "literal", type: "bool", value: false },
    ],
    type: "bool",
    location: query.location,
  };
  const judged: Plan = {
    kind: "project",
    input: joined,
    columns: everyColumn(joined).map((column) => (column.name === alive ? named(alive, still) : column)),
  };
  return operators.reduce<Plan>((plan, operator) => pipeline(operator, plan, cx), judged);
}

/** The source of a query and the operators after it. */
function taken(query: SyntaxNode): readonly [SyntaxNode, readonly SyntaxNode[]] {
  const [before, operator] = [query.child("Expression"), query.child("Operator")];
  if (query.kind !== "PipeExpression" || before === undefined || operator === undefined) return [query, []];
  const [source, operators] = taken(before);
  return [source, [...operators, operator]];
}

function outputs(node: SyntaxNode, result: Plan): readonly Named[] {
  const given = new Map(columnsOf(result).map((column) => [column.name, column]));
  return boundColumns(node).flatMap(({ name }): Named[] => {
    const column = given.get(name);
    return column === undefined ? [] : [{ name, expression: { kind: "column", ...column } }];
  });
}
