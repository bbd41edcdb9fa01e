import type { Expression } from "../plan/expression.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { namedBefore } from "./annotations.js";
import { args } from "./calls.js";
import { type Context, lookUp, nothing, report, withoutRows } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns, isInternal, over } from "./rows.js";
import { call, lowerCondition, lowerScalar } from "./scalar.js";
import { patternTest } from "./search-term.js";
import { scan } from "./table.js";
import { type Leg, lowerLegs, unite, views } from "./union.js";

export const searchOperator: OperatorEntry = {
  name: "search",
  about: "Gives the rows of one or more tables in which a term is found, in any column or in one.",
  lower: (node, input, cx) => {
    const written = node.child("Condition");
    if (written === undefined) {
      report(cx, node.location, "bad-argument", "`search` takes what to look for");
      return nothing();
    }
    const kind = (parametersOf(node).get("kind") ?? "default").toLowerCase();
    const legs = searchedTables(node, input, cx);
    const known = new Map(legs.flatMap(({ plan }) => columnsOf(plan)).map((column) => [column.name, column]));
    const found = legs.map((leg): Leg => {
      const rows = withOthers(leg.plan, known, cx);
      const condition = predicate(written, { cx: rows, plan: leg.plan, exact: kind === "case_sensitive" });
      return { name: leg.name, plan: { kind: "filter", input: leg.plan, condition } };
    });
    const source = "$table";
    return unite(
      found,
      boundColumns(node).filter(({ name }) => name !== source),
      { inner: false, source },
    );
  },
};

/** The tables to look through: the rows that are piped in, those of `in (…)`, or all there are. */
export function searchedTables(node: SyntaxNode, input: Plan, cx: Context): readonly Leg[] {
  const inner = withoutRows(cx);
  const listed = node.child("InClause")?.list("Expressions") ?? [];
  if (listed.length > 0) return listed.flatMap((leg, index) => lowerLegs(leg, index, false, inner));
  if (input.kind !== "rows" || input.columns.length > 0)
    return [{ plan: input, name: namedBefore(input, cx) ?? tableOf(input) ?? "search_arg0" }];
  const { schema } = cx.gathered.request;
  const tables = (schema.filledTables ?? schema.tableNames).map((name) => ({ plan: scan(name, node, inner), name }));
  const all = [...tables, ...views(inner)];
  if (all.length === 0) report(cx, node.location, "unknown-table", "there are no tables to search");
  return all;
}

/** The table that is piped in as it is, where there is one. */
function tableOf(input: Plan): string | undefined {
  if (input.kind === "scan") return input.table;
  if (input.kind !== "filter" || input.input.kind !== "scan" || input.condition.kind !== "call") return undefined;
  // The query's time window is the one filter whose place is the table's name itself.
  const { source, span } = input.condition.location;
  return source.text.slice(span.start, span.end) === input.input.table ? input.input.table : undefined;
}

/** The rows of a table, in which columns that only other tables have are null. */
export function withOthers(plan: Plan, known: ReadonlyMap<string, Column>, cx: Context): Context {
  const rows = over(plan, cx);
  return {
    ...rows,
    row: (name) => {
      const own = rows.row?.(name);
      const other = known.get(name);
      if (own !== undefined || other === undefined) return own;
      const empty = other.type === "string" || other.type === "dynamic" ? "" : null;
      return { kind: "literal", type: other.type, value: empty };
    },
  };
}

/** Where a condition is judged. */
export interface Searched {
  readonly cx: Context;
  readonly plan: Plan;
  /** Letters count as they are written. */
  readonly exact: boolean;
}

/** A condition in which a bare text stands for "some column has this term". */
export function predicate(node: SyntaxNode, searched: Searched): Expression {
  const { cx } = searched;
  const { location } = node;
  const own = term(node, cx);
  if (own !== undefined) {
    const columns = columnsOf(searched.plan).filter(({ name }) => !isInternal(name));
    return anyColumn(
      columns.map((column) => ({ kind: "column", ...column })),
      own,
      node,
      searched,
    );
  }
  const [left, right] = [node.child("Left"), node.child("Right")];
  const operator = node.kind === "BinaryExpression" ? node.token("Operator")?.trim().toLowerCase() : undefined;
  if (left !== undefined && right !== undefined && (operator === "and" || operator === "or")) {
    return call(operator, [predicate(left, searched), predicate(right, searched)], "bool", location);
  }
  if (left !== undefined && right !== undefined && operator === ":") {
    const wanted = term(right, cx);
    if (wanted !== undefined && left.kind === "StarExpression") return predicate(right, searched);
    if (wanted !== undefined) return anyColumn([lowerScalar(left, cx)], wanted, node, searched);
    return call("==", [lowerScalar(left, cx), lowerScalar(right, cx)], "bool", location);
  }
  if (node.kind === "ParenthesizedExpression") {
    const inner = node.child("Expression");
    return inner === undefined ? lowerCondition(node, cx) : predicate(inner, searched);
  }
  if (node.kind === "FunctionCallExpression" && node.child("Name")?.name === "not") {
    const [inner] = args(node);
    if (inner !== undefined) return call("not", [predicate(inner, searched)], "bool", location);
  }
  if (node.kind === "StarExpression") return { kind: "literal", type: "bool", value: true };
  if (searched.exact && /^!?(has|contains|startswith|endswith|in~|=~|hasprefix|hassuffix)/i.test(operator ?? "")) {
    refuseExact(node, operator ?? "", cx);
  }
  const value = lowerScalar(node, cx);
  if (value.type !== "bool" && !(value.kind === "literal" && value.missing)) {
    report(cx, location, "unsupported-option", `\`search\` for a ${value.type} cannot be translated yet`, {
      construct: "search",
      hint: "write the term as a text, or compare a column",
    });
  }
  return lowerCondition(node, cx);
}

function refuseExact(node: SyntaxNode, operator: string, cx: Context): void {
  report(
    cx,
    node.location,
    "unsupported-option",
    `\`${operator}\` inside \`search kind=case_sensitive\` cannot be translated yet`,
    { construct: "search kind=case_sensitive", hint: `write the case-sensitive operator itself` },
  );
}

/** The text that a part of the condition looks for; undefined where it is a condition of its own. */
function term(node: SyntaxNode, cx: Context): string | undefined {
  if (/^(Compound)?(String)?LiteralExpression$/.test(node.kind)) {
    return /^[hH]?@?["'`~]/.test(node.text) ? node.literal : undefined;
  }
  if (node.kind !== "NameReference" || node.symbol?.kind === "column") return undefined;
  const binding = lookUp(cx.scope, node.name);
  if (binding?.kind !== "scalar") return undefined;
  const value = binding.expression();
  return value.kind === "literal" && value.type === "string" && !value.missing ? String(value.value) : undefined;
}

function anyColumn(columns: readonly Expression[], wanted: string, node: SyntaxNode, searched: Searched): Expression {
  const tests = columns.flatMap((column) => patternTest(column, wanted, searched.exact, node.location) ?? []);
  const [first, ...rest] = tests;
  if (first === undefined) return { kind: "literal", type: "bool", value: false };
  return rest.reduce((a, b) => call("or", [a, b], "bool", node.location), first);
}
