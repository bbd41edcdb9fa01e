import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import { stepNames } from "../../plan/walk.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report, withoutRows } from "../context.js";
import { suggestion } from "../nearest.js";
import type { OperatorEntry } from "../operators.js";
import { lowerTable, visibleColumns } from "../table.js";
import { columnOf, distinct, type Graph, kept, keysOf, naturalJoin, renamed } from "./graph.js";
import { noRows } from "./lower-graph.js";
import { partitioned } from "./partitioned.js";

export const makeGraphOperator: OperatorEntry = {
  name: "make-graph",
  about: "Makes a graph of rows, each an edge between the nodes that two columns name.",
  limit:
    "Of a node that two tables of nodes have, the row of the first counts; the reference leaves the choice open. Ids of type real or dynamic, and undirected edges (`--`), are refused.",
  lower: (node, input, cx) =>
    node.child("PartitionedByClause") === undefined ? noRows(node, cx) : partitioned(node, input, cx),
};

/** A table of nodes, as `with Table on Column` gives it. */
interface NodeTable {
  readonly plan: Plan;
  readonly key: Column;
  readonly location: SyntaxNode;
}

/** The graph that `make-graph` builds over edges; undefined, with a diagnostic, where it makes no sense. */
export function makeGraph(node: SyntaxNode, input: Plan, cx: Context): Graph | undefined {
  if (node.token("DirectionToken")?.trim() !== "-->") {
    report(cx, node.location, "unsupported-option", "`make-graph` with undirected edges cannot be translated", {
      construct: "make-graph --",
      hint: "make the edges directed, and match them in both directions with `(a)--(b)`",
    });
    return undefined;
  }
  const columns = visibleColumns(input);
  const from = columnNamed(node.child("SourceColumn"), columns, cx);
  const to = columnNamed(node.child("TargetColumn"), columns, cx);
  const tables = nodeTables(node, cx);
  if (from === undefined || to === undefined || tables === undefined) return undefined;
  const entity = node.child("PartitionedByClause")?.child("Entity");
  const part = entity === undefined ? undefined : partOf(entity, columns, tables, cx);
  if (entity !== undefined && part === undefined) return undefined;
  if (!idsAgree(node, from, to, tables, cx)) return undefined;
  const key: Column = { name: stepNames.key, type: from.type };
  const parts: readonly Named[] = part === undefined ? [] : [renamed(stepNames.part, part)];
  const keyed = { key, ...(part === undefined ? {} : { part: { name: stepNames.part, type: part.type } }) };
  const edges = once(
    "edges",
    {
      kind: "project",
      input: { kind: "numbered", input, name: stepNames.edge },
      columns: [
        renamed(stepNames.edge, { name: stepNames.edge, type: "long" }),
        renamed(stepNames.from, from),
        renamed(stepNames.to, to),
        ...parts,
        ...kept(columns),
      ],
    },
    cx,
  );
  const idName = node.child("WithClause")?.child("Name")?.name;
  const id: readonly Column[] = idName === undefined ? [] : [{ name: idName, type: key.type }];
  const properties = [...id, ...propertiesOf(tables)];
  const own = tables.map((table) => nodeRows(table, properties, part, keyed, cx));
  const nodes = once("nodes", allNodes(edges, own, properties, idName, tables, keyed), cx);
  return { nodes, edges, tables: own, ...keyed, properties, columns };
}

/** A plan that is computed once, however often the graph's operators read it. */
function once(name: string, input: Plan, cx: Context): Plan {
  return { kind: "shared", id: ++cx.gathered.counter, name, input, once: true };
}

function columnNamed(node: SyntaxNode | undefined, columns: readonly Column[], cx: Context): Column | undefined {
  if (node === undefined) return undefined;
  const found = columns.find(({ name }) => name === node.name);
  if (found !== undefined) return found;
  const hint = suggestion(
    node.name,
    columns.map(({ name }) => name),
  );
  report(cx, node.location, "unknown-column", `there is no column \`${node.name}\` here`, {
    name: node.name,
    ...(hint === undefined ? {} : { hint }),
  });
  return undefined;
}

function nodeTables(node: SyntaxNode, cx: Context): readonly NodeTable[] | undefined {
  const written = node.child("WithClause")?.list("TablesAndKeys") ?? [];
  const tables = written.flatMap((item): NodeTable[] => {
    const table = item.child("Table");
    const column = item.child("Column");
    if (table === undefined || column === undefined) return [];
    const plan = lowerTable(table, withoutRows(cx));
    const key = columnNamed(column, visibleColumns(plan), cx);
    return key === undefined ? [] : [{ plan, key, location: column }];
  });
  return tables.length === written.length ? tables : undefined;
}

/** The column that keeps the graphs apart; edges and nodes have it. */
function partOf(
  entity: SyntaxNode,
  columns: readonly Column[],
  tables: readonly NodeTable[],
  cx: Context,
): Column | undefined {
  const part = columnNamed(entity, columns, cx);
  if (part === undefined) return undefined;
  const everywhere = tables.every(({ plan }) =>
    visibleColumns(plan).some(({ name, type }) => name === part.name && type === part.type),
  );
  if (tables.length > 0 && everywhere && part.type !== "dynamic" && part.type !== "real") return part;
  report(
    cx,
    entity.location,
    "unsupported-option",
    `\`partitioned-by\` needs \`${part.name}\` as a column of the edges and of every table of nodes, of one type`,
    { construct: "partitioned-by", hint: "give the nodes with `with Nodes on Id`" },
  );
  return undefined;
}

function idsAgree(node: SyntaxNode, from: Column, to: Column, tables: readonly NodeTable[], cx: Context): boolean {
  if (from.type === "dynamic" || from.type === "real") {
    report(
      cx,
      node.child("SourceColumn")?.location ?? node.location,
      "type-mismatch",
      `a ${from.type} cannot be the id of a node`,
      {
        hint: "convert it with `tostring(…)` or `tolong(…)` before `make-graph`",
      },
    );
    return false;
  }
  const others = [
    { column: to, at: node.child("TargetColumn") ?? node },
    ...tables.map(({ key, location }) => ({ column: key, at: location })),
  ];
  const differing = others.filter(({ column }) => column.type !== from.type);
  for (const { column, at } of differing) {
    report(
      cx,
      at.location,
      "type-mismatch",
      `ids of nodes have one type: \`${from.name}\` is a ${from.type}, \`${column.name}\` a ${column.type}`,
    );
  }
  return differing.length === 0;
}

/** The properties that tables of nodes give: a name that two tables have with different types is none. */
function propertiesOf(tables: readonly NodeTable[]): readonly Column[] {
  const all = tables.flatMap(({ plan }) => visibleColumns(plan));
  const first = new Map<string, Column>();
  for (const column of all) if (!first.has(column.name)) first.set(column.name, column);
  return [...first.values()].filter((column) =>
    all.every(({ name, type }) => name !== column.name || type === column.type),
  );
}

/** The rows of one table of nodes, the first for each key. */
function nodeRows(
  { plan, key }: NodeTable,
  properties: readonly Column[],
  part: Column | undefined,
  keyed: Pick<Graph, "key" | "part">,
  cx: Context,
): Plan {
  const own = new Map(columnsOf(plan).map((column) => [column.name, column]));
  const rows: Plan = {
    kind: "project",
    input: plan,
    columns: [
      renamed(stepNames.key, key),
      ...(part === undefined ? [] : [renamed(stepNames.part, part)]),
      ...properties.map(({ name, type }): Named => {
        const column = own.get(name);
        return { name, expression: column === undefined ? absentProperty(type) : columnOf(column) };
      }),
    ],
  };
  const count = { kind: "literal", type: "long", value: 1n } as const;
  return once("own", { kind: "limit", input: rows, count, by: keysOf(keyed).map(({ name }) => name) }, cx);
}

/** What a node has for a property that its table does not give. */
function absentProperty(type: Column["type"]): Named["expression"] {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}

/** Nodes of the tables, each key from the first table that has it, and those that only edges name. */
function allNodes(
  edges: Plan,
  own: readonly Plan[],
  properties: readonly Column[],
  idName: string | undefined,
  tables: readonly NodeTable[],
  keyed: Pick<Graph, "key" | "part">,
): Plan {
  const { key, part } = keyed;
  const keys = keysOf(keyed);
  const parts = kept(part === undefined ? [] : [part]);
  const ends = (["from", "to"] as const).map(
    (end): Plan => ({
      kind: "project",
      input: edges,
      columns: [renamed(key.name, { name: stepNames[end], type: key.type }), ...parts],
    }),
  );
  const named = distinct({ kind: "union", inputs: ends, columns: keys }, kept(keys));
  const keysOnly = (input: Plan): Plan => ({ kind: "project", input, columns: kept(keys) });
  const unknown = own.reduce((rest: Plan, rows) => naturalJoin(rest, keysOnly(rows), "leftanti"), named);
  const ids = new Set([...tables.map((table) => table.key.name), ...(idName === undefined ? [] : [idName])]);
  const bare: Plan = {
    kind: "project",
    input: unknown,
    columns: [
      ...kept(keys),
      ...properties.map(
        ({ name, type }): Named => (ids.has(name) ? renamed(name, key) : { name, expression: absentProperty(type) }),
      ),
    ],
  };
  if (own.length === 0) return bare;
  const fresh = own.map((rows, index) =>
    own.slice(0, index).reduce((rest: Plan, before) => naturalJoin(rest, keysOnly(before), "leftanti"), rows),
  );
  return { kind: "union", inputs: [...fresh, bare], columns: [...keys, ...properties] };
}
