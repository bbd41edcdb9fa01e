import { ingestionTime, isInternal } from "../plan/internal.js";
import { columnsOf, type Plan } from "../plan/plan.js";
import type { TableSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import { watchlistAliasFunction, watchlistFunction } from "../schema/watchlist.js";
import type { SyntaxNode } from "../syntax/node.js";
import { withAddedRows } from "./added-rows.js";
import { args } from "./calls.js";
import { type Context, lookUp, nothing, report } from "./context.js";
import { lowerDatatable } from "./datatable.js";
import { lowerExternalData } from "./externaldata.js";
import { callFunction } from "./functions.js";
import { lowerOfGraph, noRows } from "./graph/lower-graph.js";
import { suggestion } from "./nearest.js";
import { operators } from "./operators.js";
import { lowerPattern } from "./patterns.js";
import { lowerScalar, refuse } from "./scalar.js";
import { scoped } from "./time-scopes.js";
import { lowerWatchlist } from "./watchlist.js";

/** Turns a bound tabular expression into a plan. */
export function lowerTable(node: SyntaxNode, cx: Context): Plan {
  switch (node.kind) {
    case "PipeExpression": {
      const input = node.child("Expression");
      const operator = node.child("Operator");
      if (input === undefined || operator === undefined) return nothing();
      if (input.isGraph) return lowerOfGraph(operator, input, cx);
      return lowerOperator(operator, lowerTable(input, cx), cx);
    }
    case "NameReference":
      return lowerTableName(node.name, node, cx);
    case "FunctionCallExpression":
      return lowerPattern(node, cx) ?? lowerTableFunction(node, cx);
    case "ParenthesizedExpression":
    case "DataScopeExpression":
    case "ToTableExpression":
    case "MvApplySubqueryExpression":
      return within(node, cx);
    case "MaterializeExpression": {
      const plan = within(node, cx);
      return { kind: "shared", id: ++cx.gathered.counter, name: "materialized", input: plan, once: true };
    }
    case "DataTableExpression":
      return lowerDatatable(node, cx);
    case "ExternalDataExpression":
      return lowerExternalData(node, cx);
    case "PathExpression":
      return lowerPattern(node, cx) ?? lowerQualifiedTable(node, cx);
    default:
      return lowerOperator(node, undefined, cx);
  }
}

/** Applies an operator to its input; operators that start a query (`print`, `union`) have none. */
export function lowerOperator(node: SyntaxNode, input: Plan | undefined, cx: Context): Plan {
  const entry = operators[node.kind];
  const name = node.text.split(/[\s(]/)[0] ?? node.kind;
  if (entry === undefined) {
    const hint = waysForward[node.kind];
    report(cx, node.location, "unsupported-operator", `\`${name}\` cannot be translated to ClickHouse yet`, {
      construct: name,
      ...(hint === undefined ? {} : { hint }),
    });
    return nothing();
  }
  if (cx.group !== undefined && input !== undefined && entry.grouped !== true) {
    report(
      cx,
      node.location,
      "unsupported-option",
      `\`${name}\` inside \`mv-apply\` or \`partition\` cannot be translated yet`,
      {
        construct: name,
      },
    );
    return nothing();
  }
  return entry.lower(node, input ?? unitRow, cx);
}

/** What to write in place of operators that are not translated. */
const waysForward: Readonly<Record<string, string>> = {
  AssertSchemaOperator: "look at the columns with `getschema`, or choose them with `project`",
  ExecuteAndCacheOperator: "leave it out, or write `materialize(…)` around what is read more than once",
  FacetOperator: "a query gives one table; write `summarize count() by Name` for each column as a query of its own",
  ForkOperator: "a query gives one table; write each branch as a query of its own, or `union` them",
  MacroExpandOperator: "a workspace has one database; write the subquery for its tables themselves",
  PartitionByOperator: "write `partition hint.strategy=native by Name (…)`",
};

/** One row without columns, for operators that take no input. */
const unitRow: Plan = { kind: "rows", columns: [], rows: [[]] };

/** A plan that may be read more than once; written out at each place where repeating it costs nothing. */
export function share(name: string, plan: Plan, cx: Context): Plan {
  if (plan.kind === "shared" || plan.kind === "rows" || plan.kind === "scan") return plan;
  return { kind: "shared", id: ++cx.gathered.counter, name, input: plan, once: isCostly(plan) };
}

function isCostly(plan: Plan): boolean {
  switch (plan.kind) {
    case "aggregate":
    case "join":
    case "expand":
    case "sort":
    case "window":
    case "match":
    case "numbered":
    case "walk":
      return true;
    case "project":
    case "filter":
    case "limit":
      return isCostly(plan.input);
    case "shared":
      return false;
    case "union":
      return plan.inputs.some(isCostly);
    case "scan":
    case "rows":
    case "range":
    case "external":
    case "hybrid":
      return false;
    default:
      return plan satisfies never;
  }
}

function within(node: SyntaxNode, cx: Context): Plan {
  const inner = node.child("Expression");
  return inner === undefined ? nothing() : lowerTable(inner, cx);
}

function lowerTableName(name: string, node: SyntaxNode, cx: Context): Plan {
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "table") return binding.plan();
  const named = cx.gathered.named.get(name);
  if (named !== undefined) return named;
  if (cx.gathered.namedParts.has(name)) {
    report(cx, node.location, "unsupported-option", `\`${name}\` is the name of one part, which cannot be read here`, {
      construct: "as inside partition",
      hint: "compute what is asked of each part with `summarize … by` first, and join it",
    });
    return nothing();
  }
  if (binding?.kind === "function") return lowerTableFunction(node, cx);
  if (binding?.kind === "graph") return noRows(node, cx);
  if (binding?.kind === "scalar") {
    report(cx, node.location, "type-mismatch", `\`${name}\` is a value, not a table`);
    return nothing();
  }
  return scan(name, node, cx);
}

/** All rows of a table of the workspace, inside the query's time window. */
export function scan(name: string, node: SyntaxNode, cx: Context): Plan {
  const { schema } = cx.gathered.request;
  const table = schema.table(name);
  if (table === undefined) {
    if (schema.function?.(name) !== undefined) return lowerSavedFunction(name, node, cx);
    const hint = suggestion(name, [...schema.tableNames, ...(schema.functionNames ?? [])]);
    report(cx, node.location, "unknown-table", `there is no table \`${name}\``, {
      name,
      ...(hint === undefined ? {} : { hint }),
    });
    return nothing();
  }
  cx.gathered.tables.add(name);
  const columns = scannedColumns(table, cx);
  const stored: Plan = { kind: "scan", table: name, columns };
  return withAddedRows(stored, table, node, cx) ?? scoped(stored, table, node.location, cx);
}

function scannedColumns(table: TableSchema, cx: Context): readonly Column[] {
  const { words } = cx.gathered;
  const listed = new Set(table.columns.map(({ name }) => name));
  const hidden = (table.hidden ?? []).filter(({ name }) => !listed.has(name) && words.has(name));
  const arrival: readonly Column[] =
    table.ingestionTime !== undefined && words.has("ingestion_time") ? [{ name: ingestionTime, type: "datetime" }] : [];
  return [...table.columns, ...hidden, ...arrival];
}

function lowerSavedFunction(name: string, node: SyntaxNode, cx: Context): Plan {
  if (node.kind === "NameReference" && node.name === name) return lowerTableFunction(node, cx);
  const construct = "table() of a function";
  const hint = `call it as \`${name}()\``;
  const message = `\`${name}\` is a function of the workspace, and \`table()\` takes tables`;
  report(cx, node.location, "unsupported-option", message, { construct, hint });
  return nothing();
}

function lowerTableFunction(node: SyntaxNode, cx: Context): Plan {
  const name = node.kind === "NameReference" ? node.name : (node.child("Name")?.name ?? "");
  if (name === "table" && lookUp(cx.scope, "table") === undefined) return lowerTableCall(node, cx);
  if (name === "materialize") {
    const [inner] = args(node);
    return inner === undefined ? nothing() : lowerTable(inner, cx);
  }
  const binding = lookUp(cx.scope, name);
  if (binding?.kind === "table" && args(node).length === 0) return binding.plan();
  const { schema } = cx.gathered.request;
  if (binding === undefined && name === watchlistFunction && schema.watchlist !== undefined) {
    return lowerWatchlist(node, cx);
  }
  if (binding === undefined && node.calledBody === undefined && schema.function?.(name) === undefined) {
    const hint = suggestion(name, [...schema.tableNames, ...(schema.functionNames ?? [])]);
    const found = { name, ...(hint === undefined ? {} : { hint }) };
    report(cx, node.location, "unknown-table", `there is no table or function \`${name}\``, found);
    return nothing();
  }
  const body = callFunction(name, node, cx);
  if (body === undefined) return nothing();
  return lowerBody(body.node, name === watchlistAliasFunction ? { ...body.cx, unscoped: true } : body.cx);
}

/** The table that a function's body gives. */
export function lowerBody(body: SyntaxNode, cx: Context): Plan {
  const result = body.child("Expression");
  return result === undefined ? nothing() : lowerTable(result, cx);
}

function lowerTableCall(node: SyntaxNode, cx: Context): Plan {
  const [argument] = args(node);
  const name = argument === undefined ? undefined : lowerScalar(argument, cx);
  if (name?.kind !== "literal" || typeof name.value !== "string" || name.missing) {
    report(cx, node.location, "not-constant", "the name given to `table()` has to be known before the query runs");
    return nothing();
  }
  const binding = lookUp(cx.scope, name.value);
  return binding?.kind === "table" ? binding.plan() : scan(name.value, node, cx);
}

/** `workspace("x").T` and `database("x").T`, where the name is this workspace's own. */
function lowerQualifiedTable(node: SyntaxNode, cx: Context): Plan {
  const base = node.child("Expression");
  const selector = node.child("Selector");
  const callee = base?.child("Name")?.name ?? "";
  const named = base === undefined ? undefined : args(base)[0]?.constantString;
  const { request, aliases } = cx.gathered;
  const own = named === undefined || named === "" || named === request.schema.name || aliases.has(named);
  if (selector !== undefined && /^(database|workspace)$/.test(callee) && own) {
    return selector.kind === "NameReference" ? scan(selector.name, selector, cx) : lowerTable(selector, cx);
  }
  refuse(
    cx,
    node.location,
    callee || node.text,
    `reads another ${callee || "source"}, which this workspace cannot reach`,
  );
  return nothing();
}

/** The names and types of a plan's columns that queries can see. */
export function visibleColumns(plan: Plan): readonly Column[] {
  return columnsOf(plan).filter(({ name }) => !isInternal(name));
}
