import type { Expression } from "../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import { kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import { suggestion } from "./nearest.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, everyColumn } from "./rows.js";
import { call, convert } from "./scalar.js";
import { predicate, searchedTables, withOthers } from "./search.js";
import { visibleColumns } from "./table.js";
import { type Leg, unite } from "./union.js";

export const findOperator: OperatorEntry = {
  name: "find",
  about:
    "Gives the rows of several tables for which a condition holds, with the columns that they share or that are named.",
  limit:
    "The bag of `pack(*)`, and of the columns that the tables do not share, has those that are no column of the result, also where they are null.",
  lower: (node, input, cx) => {
    const condition = node.child("Condition");
    if (condition === undefined) {
      report(cx, node.location, "bad-argument", "`find` takes a condition");
      return nothing();
    }
    const all = searchedTables(node, input, cx);
    const known = new Map(all.flatMap(({ plan }) => columnsOf(plan)).map((column) => [column.name, column]));
    const asked = [...new Set(condition.descendants("NameReference").map(({ name }) => name))].filter((name) =>
      known.has(name),
    );
    const legs = concerned(all, asked);
    const found = legs.map(({ plan, name }): Leg => {
      const rows = withOthers(plan, known, cx);
      const holds = predicate(condition, { cx: rows, plan, exact: false });
      return { name, plan: { kind: "filter", input: plan, condition: holds } };
    });
    const items = node.child("Project")?.list("Columns") ?? [];
    const source = parametersOf(node).get("withsource") ?? "source_";
    const bound = boundColumns(node).filter(({ name }) => name !== source);
    const chosen = items.length === 0 ? smart(found, asked, node) : listed(items, found, node, cx);
    return packLast(unite(chosen, bound, { inner: false, source }));
  },
};

/** The tables that have a column of the condition; all of them where it names none. */
function concerned(legs: readonly Leg[], asked: readonly string[]): readonly Leg[] {
  if (asked.length === 0) return legs;
  return legs.filter(({ plan }) => visibleColumns(plan).some(({ name }) => asked.includes(name)));
}

/** The bag of what is no column of the result. */
const bag = "pack_";

/** The columns that the condition names, those that all tables have, and a bag of the rest where there is one. */
function smart(legs: readonly Leg[], asked: readonly string[], node: SyntaxNode): readonly Leg[] {
  const names = legs.map(({ plan }) => new Set(visibleColumns(plan).map(({ name }) => name)));
  const kept = (name: string) => asked.includes(name) || names.every((own) => own.has(name));
  const packs = names.some((own) => [...own].some((name) => !kept(name)));
  return legs.map(({ plan, name }): Leg => {
    const columns = everyColumn(plan).filter((column) => !column.name.startsWith("#"));
    const rest = columns.filter((column) => !kept(column.name));
    const given = columns.filter((column) => kept(column.name));
    return { name, plan: { kind: "project", input: plan, columns: packs ? [...given, packed(rest, node)] : given } };
  });
}

/** The columns that `project` lists, and the bag that `pack(*)` asks for. */
function listed(items: readonly SyntaxNode[], legs: readonly Leg[], node: SyntaxNode, cx: Context): readonly Leg[] {
  const packs = items.some(({ kind }) => kind === "PackExpression");
  const plain = items.filter(({ kind }) => kind !== "PackExpression");
  for (const item of plain) {
    if (item.kind === "NameReference" || item.kind === "TypedColumnReference") continue;
    report(cx, item.location, "bad-argument", "`project` of `find` takes names of columns, and `pack(*)`");
  }
  const plans = legs.map(({ plan }) => plan);
  const columns = plain.flatMap((item) => wantedColumn(item, plans, cx) ?? []);
  const names = new Set(columns.map(({ name }) => name));
  return legs.map(({ plan, name }): Leg => {
    const rest = everyColumn(plan).filter((column) => !column.name.startsWith("#") && !names.has(column.name));
    const cells = columns.map((column) => cell(column, plan, node));
    return { name, plan: { kind: "project", input: plan, columns: packs ? [...cells, packed(rest, node)] : cells } };
  });
}

function packed(columns: readonly Named[], node: SyntaxNode): Named {
  const parts = columns.flatMap(({ name, expression }): Expression[] => [
    { kind: "literal", type: "string", value: name },
    expression,
  ]);
  if (parts.length === 0) return { name: bag, expression: { kind: "literal", type: "dynamic", value: "{}" } };
  return { name: bag, expression: call("bag_pack", parts, "dynamic", node.location) };
}

function packLast(plan: Plan): Plan {
  const columns = everyColumn(plan);
  if (!columns.some(({ name }) => name === bag) || columns.at(-1)?.name === bag) return plan;
  const last = columns.filter(({ name }) => name === bag);
  return { kind: "project", input: plan, columns: [...columns.filter(({ name }) => name !== bag), ...last] };
}

/** A column of the result; undefined, with a diagnostic, where the tables give it several types. */
function wantedColumn(item: SyntaxNode, plans: readonly Plan[], cx: Context): Column | undefined {
  const own = item.kind === "TypedColumnReference" ? (item.child("Column")?.name ?? "") : item.name;
  const written = kqlTypeNamed(item.child("Type")?.text ?? "");
  if (written !== undefined) return { name: own, type: written };
  const columns = plans.flatMap(visibleColumns);
  const types = new Set(columns.filter((column) => column.name === own).map(({ type }) => type));
  const [type] = types;
  if (types.size === 1 && type !== undefined) return { name: own, type };
  if (types.size > 1) {
    report(
      cx,
      item.location,
      "unsupported-option",
      `\`${own}\` has several types among the tables; say which, as in \`project ${own}: string\``,
      { construct: "find" },
    );
    return undefined;
  }
  const hint = suggestion(
    own,
    columns.map((column) => column.name),
  );
  report(cx, item.location, "unknown-column", `no table of this \`find\` has a column \`${own}\`; it reads as null`, {
    severity: cx.gathered.request.strict ? "error" : "warning",
    construct: "find",
    name: own,
    ...(hint === undefined ? {} : { hint }),
  });
  return { name: own, type: "string" };
}

function cell({ name, type }: Column, plan: Plan, node: SyntaxNode): Named {
  const own = columnsOf(plan).find((column) => column.name === name);
  if (own !== undefined) return { name, expression: convert({ kind: "column", ...own }, type, node.location) };
  return { name, expression: { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null } };
}
