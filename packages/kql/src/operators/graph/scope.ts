import type { Expression, Location } from "../../plan/expression.js";
import type { Gathering } from "../../plan/walk.js";
import type { Column } from "../../schema/types.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { args } from "../calls.js";
import { absent, type Context, type PatternScope, report, withoutRows } from "../context.js";
import { suggestion } from "../nearest.js";
import { call, convert, lowerScalar, refuse } from "../scalar.js";
import { isGraphFunction } from "./functions.js";
import { columnOf, degreeNames, type Graph } from "./graph.js";
import { edgeColumnName, keyName, propertyName, wayName } from "./names.js";
import type { Pattern, PatternEdge, PatternNode } from "./pattern.js";

/** What the expressions over a pattern read, beside the columns of its single edges. */
export interface Uses {
  /** Nodes of which more than the key is read. */
  readonly nodes: Set<number>;
  /** The first place that asks for degrees. */
  degrees?: Location;
  /** What ways gather, each with the value that every edge or inner node of the way gives. */
  readonly gathered: { readonly edge: number; readonly item: Gathering; readonly value: Expression }[];
}

export function noUses(): Uses {
  return { nodes: new Set(), gathered: [] };
}

/** The context in which a clause of the operator is lowered. */
export function overPattern(
  pattern: Pattern,
  graph: Graph,
  uses: Uses,
  clause: "where" | "project",
  cx: Context,
): Context {
  const outer = withoutRows(cx);
  return {
    ...outer,
    row: () => undefined,
    rowNames: namesOf(pattern),
    pattern: scope(pattern, graph, uses, clause, outer),
  };
}

function namesOf(pattern: Pattern): readonly string[] {
  return [...pattern.nodes, ...pattern.edges].flatMap(({ name }) => (name === undefined ? [] : [name]));
}

function scope(pattern: Pattern, graph: Graph, uses: Uses, clause: "where" | "project", cx: Context): PatternScope {
  const nodeNamed = (name: string) => pattern.nodes.find((node) => node.name === name);
  const edgeNamed = (name: string) => pattern.edges.find((edge) => edge.name === name);
  const part = { pattern, graph, uses, cx };
  return {
    whole: (node) => {
      const [vertex, edge] = [nodeNamed(node.name), edgeNamed(node.name)];
      if (vertex !== undefined) return bag(graph.properties, (column) => nodeProperty(vertex, column, uses), node);
      if (edge === undefined) return undefined;
      if (edge.range === undefined) return bag(graph.columns, (column) => edgeColumn(edge, column), node);
      return gather(part, edge, "list", false, bag(graph.columns, columnOf, node), node);
    },
    property: (variable, property) => {
      const [vertex, edge] = [nodeNamed(variable.name), edgeNamed(variable.name)];
      if (vertex === undefined && edge === undefined) return undefined;
      const columns = vertex === undefined ? graph.columns : graph.properties;
      const column = columns.find(({ name }) => name === property.name);
      if (column === undefined) return unknownProperty(variable, property, columns, cx);
      if (vertex !== undefined) return nodeProperty(vertex, column, uses);
      if (edge?.range === undefined) return edge === undefined ? undefined : edgeColumn(edge, column);
      if (clause === "project") return gather(part, edge, "list", false, columnOf(column), property);
      report(cx, property.location, "bad-argument", `\`${variable.name}\` is a way of several edges here`, {
        hint: `\`all(${variable.name}, …)\` and \`any(${variable.name}, …)\` ask its edges, \`map(${variable.name}, …)\` lists them`,
      });
      return absent();
    },
    call: (name, node) => (isGraphFunction(name) ? called(name, node, part) : undefined),
  };
}

interface Part {
  readonly pattern: Pattern;
  readonly graph: Graph;
  readonly uses: Uses;
  readonly cx: Context;
}

function nodeProperty({ index }: PatternNode, column: Column, uses: Uses): Expression {
  uses.nodes.add(index);
  return { kind: "column", name: propertyName(index, column.name), type: column.type };
}

function edgeColumn({ index }: PatternEdge, column: Column): Expression {
  return { kind: "column", name: edgeColumnName(index, column.name), type: column.type };
}

/** The properties that are neither null nor empty, as one bag. */
function bag(columns: readonly Column[], read: (column: Column) => Expression, node: SyntaxNode): Expression {
  const parts = columns.flatMap((column): Expression[] => [
    { kind: "literal", type: "string", value: column.name },
    read(column),
  ]);
  return call("#pack-present", parts, "dynamic", node.location);
}

function unknownProperty(
  variable: SyntaxNode,
  property: SyntaxNode,
  columns: readonly Column[],
  cx: Context,
): Expression {
  const hint = suggestion(
    property.name,
    columns.map(({ name }) => name),
  );
  report(cx, property.location, "unknown-column", `\`${variable.name}\` has no property \`${property.name}\``, {
    name: property.name,
    ...(hint === undefined ? {} : { hint }),
  });
  return absent();
}

/** What a way gathers of the values of its edges or inner nodes. */
function gather(
  { uses }: Pick<Part, "uses">,
  { index }: PatternEdge,
  how: Gathering["how"],
  inner: boolean,
  value: Expression,
  node: SyntaxNode,
): Expression {
  const number = uses.gathered.length;
  const name = wayName(index, `g${number}`);
  const held = how === "list" ? call("#json-item", [value], "string", node.location) : holds(value, node);
  uses.gathered.push({ edge: index, item: { name, value: `#g${number}`, how, inner }, value: held });
  if (how !== "list") return { kind: "column", name, type: "bool" };
  return call("#json-list", [{ kind: "column", name, type: "string" }], "dynamic", node.location);
}

/** A condition that a null does not meet. */
function holds(value: Expression, node: SyntaxNode): Expression {
  return call("#holds", [convert(value, "bool", node.location)], "bool", node.location);
}

function called(name: string, node: SyntaxNode, part: Part): Expression {
  const [first] = args(node);
  const { graph, uses, cx, pattern } = part;
  if (name === "inner_nodes") return refuse(cx, node.location, name, "stands only inside `all`, `any` and `map`");
  if (name === "map" || name === "all" || name === "any") return overWay(name, node, part);
  const named = (list: readonly { readonly name?: string; readonly index: number }[]) =>
    first?.kind === "NameReference" ? list.find((item) => item.name === first.name) : undefined;
  const vertex = named(pattern.nodes);
  if (name === "labels" && (vertex !== undefined || named(pattern.edges) !== undefined)) return noLabels;
  if (vertex === undefined) {
    report(cx, (first ?? node).location, "bad-argument", `\`${name}\` takes a node of the pattern`);
    return absent();
  }
  if (name === "node_id") {
    const key: Expression = { kind: "column", name: keyName(vertex.index), type: graph.key.type };
    return convert(key, "string", node.location);
  }
  uses.degrees ??= node.location;
  return nodeProperty(vertex, { name: degreeNames[name === "node_degree_in" ? "in" : "out"], type: "long" }, uses);
}

/** A graph made of rows has no labels. */
const noLabels: Expression = { kind: "literal", type: "dynamic", value: "[]" };

/** `map`, `all` and `any` over the edges, or the inner nodes, of a way. */
function overWay(how: "map" | "all" | "any", node: SyntaxNode, part: Part): Expression {
  const { pattern, graph, cx } = part;
  const [over, body] = args(node);
  const inner = over?.kind === "FunctionCallExpression" && over.child("Name")?.name === "inner_nodes";
  const named = inner ? args(over)[0] : over;
  const edge = named?.kind === "NameReference" ? pattern.edges.find(({ name }) => name === named.name) : undefined;
  if (edge?.range === undefined || body === undefined) {
    report(
      cx,
      (over ?? node).location,
      "bad-argument",
      `\`${how}\` takes an edge of variable length, and what to ask of it`,
    );
    return absent(how === "map" ? "dynamic" : "bool");
  }
  const columns = inner ? graph.properties : graph.columns;
  const value = lowerScalar(body, overElement(columns, inner, part));
  return gather(part, edge, how === "map" ? "list" : how, inner, value, body);
}

/** The context of a body: names are the element's own columns; other parts of the pattern are out of its sight. */
function overElement(columns: readonly Column[], inner: boolean, { pattern, graph, uses, cx }: Part): Context {
  const byName = new Map(columns.map((column) => [column.name, column]));
  const others = new Set(namesOf(pattern));
  const outOfSight = (node: SyntaxNode): Expression | undefined =>
    others.has(node.name)
      ? refuse(
          cx,
          node.location,
          node.name,
          "is another part of the pattern, which a condition on parts of a way cannot read",
        )
      : undefined;
  return {
    ...cx,
    row: (name) => {
      const column = byName.get(name);
      return column === undefined ? undefined : columnOf(column);
    },
    rowNames: [...byName.keys()],
    pattern: {
      whole: outOfSight,
      property: (variable) => (byName.has(variable.name) ? undefined : outOfSight(variable)),
      call: (name, node) => (isGraphFunction(name) ? ofElement(name, node, inner, graph, uses, cx) : undefined),
    },
  };
}

/** `node_id()`, `labels()` and the degrees of the inner node at hand. */
function ofElement(name: string, node: SyntaxNode, inner: boolean, graph: Graph, uses: Uses, cx: Context): Expression {
  if (args(node).length > 0 || !/^(labels|node_id|node_degree_in|node_degree_out)$/.test(name)) {
    return refuse(cx, node.location, name, "cannot stand inside another function over a way");
  }
  if (name === "labels") return noLabels;
  if (!inner) return refuse(cx, node.location, name, "asks a node: use `inner_nodes`");
  if (name === "node_id") return convert(columnOf(graph.key), "string", node.location);
  uses.degrees ??= node.location;
  return columnOf({ name: degreeNames[name === "node_degree_in" ? "in" : "out"], type: "long" });
}
