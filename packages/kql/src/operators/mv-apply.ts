import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, type Group, nothing, report } from "./context.js";
import { expandedItems, rowLimit } from "./mv-expand.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, everyColumn, groupColumns, isInternal, living, marked } from "./rows.js";
import { lowerOperator } from "./table.js";
import { withWindows } from "./window-functions.js";

export const mvApplyOperator: OperatorEntry = {
  name: "mv-apply",
  about: "Runs a subquery over the elements of each row's array, and joins what it gives to the row.",
  grouped: true,
  lower: (node, input, cx) => {
    const subquery = node.child("Subquery")?.child("Expression");
    if (subquery === undefined) {
      report(cx, node.location, "bad-argument", "`mv-apply` takes a subquery after `on`");
      return nothing();
    }
    const id = freshName(cx, "row");
    const ownId = node.child("ContextIdClause");
    if (ownId !== undefined) {
      report(cx, ownId.location, "unsupported-option", "`mv-apply` with an `id` of its own cannot be translated", {
        construct: "mv-apply id",
        hint: "leave it out: the rows are told apart without it",
      });
      return nothing();
    }
    const unseen = new Set(groupColumns(cx));
    const outer = everyColumn(input).filter(({ name }) => !isInternal(name) || unseen.has(name));
    const copies = new Map(outer.map(({ name }) => [name, freshName(cx, "o")]));
    const group: Group = { id, carried: [...copies.values()], alive: freshName(cx, "alive") };
    const elements = elementRows(node, input, id, copies, group.alive, cx);
    const result = pipeline(subquery, elements, { ...cx, group });
    if (cx.group === undefined) {
      return {
        kind: "project",
        input: living(result, { ...cx, group }),
        columns: outputs(node, outer, copies, result),
      };
    }
    // A part around this one keeps its rows until its own end.
    const around: Plan = {
      kind: "project",
      input: result,
      columns: [...everyColumn(result), ...copied(outer, copies, cx)],
    };
    const still = everyColumn(result).find(({ name }) => name === group.alive)?.expression;
    const judged = still === undefined ? around : marked(around, still, cx.group, node.location);
    const parts = everyColumn(judged).filter(({ name }) => unseen.has(name));
    return { kind: "project", input: judged, columns: [...outputs(node, outer, copies, result), ...parts] };
  },
};

/** A row for each element, with the outer row's columns beside it under names of their own. */
function elementRows(
  node: SyntaxNode,
  input: Plan,
  id: string,
  copies: ReadonlyMap<string, string>,
  alive: string,
  cx: Context,
): Plan {
  const items = expandedItems(node, input, cx);
  const index = parametersOf(node).get("with_itemindex") ?? freshName(cx, "i");
  const expand: Plan = {
    kind: "expand",
    input: { kind: "numbered", input: withWindows(input, items.windows), name: id },
    items: items.all.map(({ expansion }) => expansion),
    index,
    ...rowLimit(node.child("RowLimitClause"), cx),
    keepEmpty: true,
  };
  const byName = new Map(items.all.map((item) => [item.name, item.element]));
  const plain = everyColumn(input).map((column) => ({
    ...column,
    expression: byName.get(column.name) ?? column.expression,
  }));
  const names = new Set(plain.map(({ name }) => name));
  const added: Named[] = items.all
    .filter(({ name }) => !names.has(name))
    .map(({ name, element }) => ({ name, expression: element }));
  const carried: Named[] = everyColumn(input).flatMap(({ name, expression }) => {
    const copy = copies.get(name);
    return copy === undefined ? [] : [{ name: copy, expression }];
  });
  const place: Named = { name: index, expression: { kind: "column", name: index, type: "long" } };
  const present: Named = {
    name: alive,
    expression: {
      kind: "call",
      name: ">=",
      args: [place.expression, { kind: "literal", type: "long", value: 0n }],
      type: "bool",
      location: node.location,
    },
  };
  const number: Named = { name: id, expression: { kind: "column", name: id, type: "long" } };
  return { kind: "project", input: expand, columns: [...plain, ...added, ...carried, place, present, number] };
}

/** The columns of the part around, under their own names again. */
function copied(outer: readonly Named[], copies: ReadonlyMap<string, string>, cx: Context): readonly Named[] {
  const unseen = new Set(groupColumns(cx));
  return outer.flatMap(({ name, expression: { type } }): Named[] => {
    const copy = unseen.has(name) ? copies.get(name) : undefined;
    return copy === undefined ? [] : [{ name, expression: { kind: "column", name: copy, type } }];
  });
}

/** Applies the operators of a subquery that has no source of its own. */
export function pipeline(node: SyntaxNode, input: Plan, cx: Context): Plan {
  if (node.kind === "ParenthesizedExpression") {
    const inner = node.child("Expression");
    return inner === undefined ? input : pipeline(inner, input, cx);
  }
  if (node.kind !== "PipeExpression") return lowerOperator(node, input, cx);
  const [before, operator] = [node.child("Expression"), node.child("Operator")];
  if (before === undefined || operator === undefined) return input;
  return lowerOperator(operator, pipeline(before, input, cx), cx);
}

/** The binder's columns: those that the subquery gives, and the outer row's for the rest. */
function outputs(
  node: SyntaxNode,
  outer: readonly Named[],
  copies: ReadonlyMap<string, string>,
  result: Plan,
): readonly Named[] {
  const given = new Map(columnsOf(result).map((column) => [column.name, column]));
  const outerTypes = new Map(outer.map(({ name, expression }) => [name, expression.type]));
  return boundColumns(node).flatMap(({ name }): Named[] => {
    const inside = given.get(name);
    if (inside !== undefined) return [{ name, expression: { kind: "column", ...inside } }];
    const copy = copies.get(name);
    const type = outerTypes.get(name);
    return copy === undefined || type === undefined ? [] : [{ name, expression: { kind: "column", name: copy, type } }];
  });
}
