import type { Expression } from "../plan/expression.js";
import { columnsOf, type Expansion, type Named, type Plan } from "../plan/plan.js";
import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, everyColumn, marked, over } from "./rows.js";
import { call, lowerScalar } from "./scalar.js";
import { withWindows } from "./window-functions.js";

export const mvExpandOperator: OperatorEntry = {
  name: "mv-expand",
  about: "Gives a row for each element of an array or property of a bag.",
  grouped: true,
  lower: (node, input, cx) => {
    const items = expandedItems(node, input, cx);
    const parameters = parametersOf(node);
    const kind = (parameters.get("kind") ?? parameters.get("bagexpansion") ?? "bag").toLowerCase();
    const written = parameters.get("with_itemindex");
    const index = written ?? (cx.group === undefined ? undefined : freshName(cx, "i"));
    const expand: Plan = {
      kind: "expand",
      input: withWindows(input, items.windows),
      items: items.all.map((item) => ({ ...item.expansion, bagsAsArrays: kind === "array" })),
      ...(index === undefined ? {} : { index }),
      ...rowLimit(node.child("RowLimitClause"), cx),
      keepEmpty: cx.group !== undefined,
    };
    if (cx.group === undefined || index === undefined) {
      return { kind: "project", input: expand, columns: outputs(node, input, items.all, written) };
    }
    const place: Expression = { kind: "column", name: index, type: "long" };
    const present = call(">=", [place, { kind: "literal", type: "long", value: 0n }], "bool", node.location);
    const rows = marked(expand, present, cx.group, node.location);
    return { kind: "project", input: rows, columns: outputs(node, input, items.all, written, cx.group.alive) };
  },
};

/** An item of `mv-expand` or `mv-apply`: the column it makes, and how its elements arrive there. */
export interface ExpandedItem {
  readonly name: string;
  readonly expansion: Expansion;
  /** The element as the column holds it. */
  readonly element: Expression;
}

/** The items of an expanding operator, with the names that the binder gives to those that have none. */
export function expandedItems(
  node: SyntaxNode,
  input: Plan,
  cx: Context,
): { readonly all: readonly ExpandedItem[]; readonly windows: NonNullable<Context["windows"]> } {
  const rows = over(input, cx);
  const existing = new Set(columnsOf(input).map(({ name }) => name));
  const parts = node.list("Expressions");
  const explicit = parts.map((part) => explicitName(part.child("Expression")));
  const claimed = new Set([...existing, ...explicit, parametersOf(node).get("with_itemindex")]);
  const fresh = boundColumns(node).filter(({ name }) => !claimed.has(name));
  const all = parts.flatMap((part, at): ExpandedItem[] => {
    const written = part.child("Expression");
    const inner = written?.kind === "SimpleNamedExpression" ? written.child("Expression") : written;
    if (inner === undefined) return [];
    const name = explicit[at] ?? fresh.shift()?.name ?? inner.text.replace(/\W+/g, "_");
    const expression = lowerScalar(inner, rows);
    if (expression.type !== "dynamic") {
      report(
        cx,
        inner.location,
        "type-mismatch",
        `\`${inner.text}\` is a ${expression.type}; only a dynamic value can be expanded`,
        {
          hint: "convert it first, for instance with `todynamic(…)`",
        },
      );
    }
    const column = freshName(cx, "e");
    const raw: Expression = { kind: "column", name: column, type: "dynamic" };
    const type = elementType(part.child("ToTypeOf"));
    const element: Expression =
      type === undefined || type === "dynamic"
        ? raw
        : { kind: "call", name: `#element-${type}`, args: [raw], type, location: part.location };
    return [{ name, expansion: { name: column, expression, bagsAsArrays: false }, element }];
  });
  return { all, windows: rows.windows };
}

function explicitName(written: SyntaxNode | undefined): string | undefined {
  if (written?.kind === "SimpleNamedExpression") return written.child("Name")?.name;
  return written?.kind === "NameReference" ? written.name : undefined;
}

function elementType(clause: SyntaxNode | undefined): KqlType | undefined {
  const written = clause?.child("TypeOf")?.list("Types")[0]?.text;
  return written === undefined ? undefined : kqlTypeNamed(written);
}

/** The most rows that one input row may give. */
export function rowLimit(clause: SyntaxNode | undefined, cx: Context): { readonly limit?: number } {
  const written = clause?.child("RowLimit");
  if (written === undefined) return {};
  const lowered = lowerScalar(written, cx);
  if (lowered.kind === "literal" && typeof lowered.value === "bigint") return { limit: Number(lowered.value) };
  report(cx, written.location, "not-constant", "the number of rows has to be known before the query runs");
  return {};
}

/** The input's columns with the elements in place, then the new columns. */
function outputs(
  node: SyntaxNode,
  input: Plan,
  items: readonly ExpandedItem[],
  index: string | undefined,
  alive?: string,
): readonly Named[] {
  const byName = new Map(items.map((item) => [item.name, item.element]));
  const kept = everyColumn(input).map((column) => {
    const element = byName.get(column.name);
    return element === undefined ? column : { name: column.name, expression: element };
  });
  const names = new Set(kept.map(({ name }) => name));
  const added: Named[] = items
    .filter(({ name }) => !names.has(name))
    .map(({ name, element }) => ({ name, expression: element }));
  const indexed: Named[] =
    index === undefined ? [] : [{ name: index, expression: { kind: "column", name: index, type: "long" } }];
  const still: Named[] =
    alive === undefined ? [] : [{ name: alive, expression: { kind: "column", name: alive, type: "bool" } }];
  const all = new Map([...kept, ...added, ...indexed, ...still].map((column) => [column.name, column]));
  const ordered = boundColumns(node).flatMap(({ name }) => all.get(name) ?? []);
  const placed = new Set(ordered.map(({ name }) => name));
  return [...ordered, ...[...all.values()].filter(({ name }) => !placed.has(name))];
}
