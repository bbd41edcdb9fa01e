import type { Expression } from "../plan/expression.js";
import type { Named, Plan } from "../plan/plan.js";
import type { SyntaxNode } from "../syntax/node.js";
import type { Context } from "./context.js";
import { report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { boundColumns, carried, everyColumn, isInternal, over, project } from "./rows.js";
import { convert, lowerScalar } from "./scalar.js";

export const projectOperator: OperatorEntry = {
  name: "project",
  about: "Gives exactly the listed columns, each a column of the input or computed.",
  grouped: true,
  lower: (node, input, cx) => {
    const rows = over(input, cx);
    const columns = lowerItems(node.list("Expressions"), boundColumns(node), rows);
    return project(input, [...unique(columns), ...carried(input, cx)], rows);
  },
};

export const extendOperator: OperatorEntry = {
  name: "extend",
  about: "Adds computed columns; a name that exists is computed anew in its place.",
  grouped: true,
  lower: (node, input, cx) => extend(node, input, cx),
};

export const serializeOperator: OperatorEntry = {
  name: "serialize",
  about: "Marks the rows as ordered, and adds columns as `extend` does.",
  grouped: true,
  lower: (node, input, cx) => (node.list("Expressions").length === 0 ? input : extend(node, input, cx)),
};

export const projectAwayOperator: OperatorEntry = {
  name: "project-away",
  about: "Leaves out the listed columns; `*` stands for any characters.",
  grouped: true,
  lower: (node, input) => keepBound(node, input),
};

export const projectKeepOperator: OperatorEntry = {
  name: "project-keep",
  about: "Keeps the listed columns, in the input's order; `*` stands for any characters.",
  grouped: true,
  lower: (node, input) => keepBound(node, input),
};

export const projectReorderOperator: OperatorEntry = {
  name: "project-reorder",
  about: "Moves the listed columns to the front.",
  grouped: true,
  lower: (node, input) => keepBound(node, input),
};

export const projectRenameOperator: OperatorEntry = {
  name: "project-rename",
  about: "Renames columns in place.",
  grouped: true,
  lower: (node, input, cx) => {
    const renamed = new Map<string, string>();
    for (const item of node.list("Expressions")) {
      const to = item.child("Name")?.name;
      const from = item.child("Expression")?.name;
      if (to === undefined || from === undefined) continue;
      if (!everyColumn(input).some(({ name }) => name === from)) {
        report(cx, item.location, "unknown-column", `there is no column \`${from}\` to rename`, { name: from });
      }
      renamed.set(from, to);
    }
    const columns = everyColumn(input).map(({ name, expression }) => ({ name: renamed.get(name) ?? name, expression }));
    return { kind: "project", input, columns };
  },
};

/** The columns that the binder keeps, in its order, and those that travel along unseen. */
function keepBound(node: SyntaxNode, input: Plan): Plan {
  const columns = new Map(everyColumn(input).map((column) => [column.name, column]));
  const kept = boundColumns(node).flatMap(({ name }) => columns.get(name) ?? []);
  const unseen = [...columns.values()].filter(({ name }) => isInternal(name));
  return { kind: "project", input, columns: [...kept, ...unseen] };
}

function extend(node: SyntaxNode, input: Plan, cx: Context): Plan {
  const rows = over(input, cx);
  const existing = everyColumn(input);
  const taken = new Set(existing.map(({ name }) => name));
  const items = node.list("Expressions");
  for (const item of items) for (const name of namesOf(item)) taken.add(name);
  const fresh = boundColumns(node).filter(({ name }) => !taken.has(name));
  const added = unique(
    items.flatMap((item) => {
      const own = namesOf(item);
      const names = own.length > 0 ? own : fresh.splice(0, widthOf(item)).map(({ name }) => name);
      return lowerItem(item, names.length > 0 ? names : [derivedName(item)], rows);
    }),
  );
  const replaced = new Map(added.map((column) => [column.name, column]));
  const columns = existing.map((column) => replaced.get(column.name) ?? column);
  const names = new Set(existing.map(({ name }) => name));
  return project(input, [...columns, ...added.filter(({ name }) => !names.has(name))], rows);
}

/** The names that an item gives itself. */
export function namesOf(item: SyntaxNode): readonly string[] {
  switch (item.kind) {
    case "SimpleNamedExpression": {
      const name = item.child("Name")?.name;
      return name === undefined ? [] : [name];
    }
    case "CompoundNamedExpression":
      return (item.child("Names")?.list("Names") ?? []).map(({ name }) => name);
    case "NameReference":
      return [item.name];
    default:
      return [];
  }
}

/** The name of an item without one that reads an existing column: `D.a` is `D_a`. */
function derivedName(item: SyntaxNode): string {
  return item.text.replace(/[^\p{L}\p{N}_]+/gu, "_").replace(/^_+|_+$/g, "");
}

/** Items of `project`, `print` or the keys of `summarize`, with the binder's names in the same order. */
export function lowerItems(
  items: readonly SyntaxNode[],
  wanted: readonly { readonly name: string }[],
  cx: Context,
): readonly Named[] {
  // A name of its own makes one column of a call with several values in some operators, and names the first in others.
  const every = items.reduce((sum, item) => sum + widthOf(item), 0);
  const single = every !== wanted.length;
  let at = 0;
  return items.flatMap((item) => {
    const width = single && item.kind === "SimpleNamedExpression" ? 1 : widthOf(item);
    const names = wanted.slice(at, at + width).map(({ name }) => name);
    at += width;
    return lowerItem(item, names.length > 0 ? names : ownNames(item), cx);
  });
}

/** The names of an item of which the binder makes no column, because it minds a constant that the engine reads as null. */
function ownNames(item: SyntaxNode): readonly string[] {
  const own = namesOf(item);
  return own.length > 0 ? own : [derivedName(item)];
}

/** How many columns an item gives. */
export function widthOf(item: SyntaxNode): number {
  if (item.kind === "CompoundNamedExpression") return namesOf(item).length;
  return item.kind === "SimpleNamedExpression" ? (item.child("Expression")?.width ?? 1) : item.width;
}

/** An item under its name, or under several where it gives several values. */
export function lowerItem(item: SyntaxNode, names: readonly string[], cx: Context): readonly Named[] {
  const inner = /^(Simple|Compound)NamedExpression$/.test(item.kind) ? item.child("Expression") : item;
  const [name] = names;
  if (inner === undefined || name === undefined) return [];
  const lowered = lowerScalar(inner, cx);
  if (item.kind === "CompoundNamedExpression" || inner.width > 1) {
    const types = inner.widthTypes;
    return names.map((part, index) => {
      const type = types[index] ?? "dynamic";
      return {
        name: part,
        expression: convert(element(lowered, index), type === "unknown" ? "dynamic" : type, inner.location),
      };
    });
  }
  // A column made of a missing name is text, which every later use can read.
  const open = lowered.kind === "literal" && lowered.missing === true ? "string" : lowered.type;
  return [{ name, expression: convert(lowered, open, inner.location) }];
}

function element(whole: Expression, index: number): Expression {
  if (whole.kind === "path") return { ...whole, steps: [...whole.steps, index] };
  return { kind: "path", base: whole, steps: [index], type: "dynamic" };
}

/** The last of several columns of one name wins, at the place of the first. */
function unique(columns: readonly Named[]): readonly Named[] {
  return [...new Map(columns.map((column) => [column.name, column])).values()];
}
