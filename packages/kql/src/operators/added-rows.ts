import type { Expression } from "../plan/expression.js";
import { columnsOf, type Named, type Plan, type Scan } from "../plan/plan.js";
import type { TableSchema, WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import type { Source } from "../source/source.js";
import { bind } from "../syntax/bind.js";
import type { SyntaxNode } from "../syntax/node.js";
import { absent, type Context, type Gathered, nothing } from "./context.js";
import { lowerTable } from "./table.js";
import { insideEvents } from "./time-scopes.js";

/**
 * The stored rows of a table with those that its `addedRows` make of what is stored, all inside the window of events, not of
 * arrivals: what is added never arrived. Undefined for a table without such rows, and where they are being made.
 */
export function withAddedRows(stored: Scan, table: TableSchema, node: SyntaxNode, cx: Context): Plan | undefined {
  if (table.addedRows === undefined || cx.adding?.includes(table.name)) return undefined;
  const added = addedRows(table, table.addedRows, stored.columns, node, cx);
  return {
    kind: "union",
    ofOneTable: true,
    inputs: [stored, added].map((rows) => insideEvents(rows, table, node.location, cx)),
    columns: stored.columns,
  };
}

function addedRows(
  { name, stored }: TableSchema,
  text: string,
  columns: readonly Column[],
  node: SyntaxNode,
  cx: Context,
): Plan {
  const { request } = cx.gathered;
  const schema = request.schema.own ?? request.schema;
  const source: Source = {
    name: `the rows added to ${name}`,
    text: `let at = now();\n${text}`,
    call: { name, ...node.location },
  };
  const query = bind(source, schema)
    .statements.find(({ kind }) => kind === "ExpressionStatement")
    ?.child("Expression");
  if (query === undefined) return nothing();
  const at: Expression = { kind: "literal", type: "datetime", value: endOf(request) };
  const made = lowerTable(query, {
    scope: { names: new Map([["at", { kind: "scalar", expression: () => at }]]) },
    gathered: withSchema(cx.gathered, schema),
    unscoped: true,
    adding: [...(cx.adding ?? []), name],
  });
  const known = new Set(columnsOf(made).map((column) => column.name));
  const asked = columns.map((column): Named => {
    const own = stored?.get(column.name) ?? column.name;
    const expression: Expression = known.has(own)
      ? { kind: "column", name: own, type: column.type }
      : absent(column.type);
    return { name: column.name, expression };
  });
  return { kind: "project", input: made, columns: asked };
}

/** The same compilation over another schema. */
function withSchema(gathered: Gathered, schema: WorkspaceSchema): Gathered {
  return {
    ...gathered,
    request: { ...gathered.request, schema },
    get counter() {
      return gathered.counter;
    },
    set counter(count) {
      gathered.counter = count;
    },
  };
}

/** The instant that a query looks back from: its own present, or the end of its window where that is earlier. */
function endOf({ now, timeScope }: Context["gathered"]["request"]): bigint {
  return timeScope !== undefined && timeScope.to < now ? timeScope.to : now;
}
