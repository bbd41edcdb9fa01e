import type { Expression, Location } from "../../plan/expression.js";
import { internalName } from "../../plan/internal.js";
import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import { stepNames } from "../../plan/walk.js";
import type { Column } from "../../schema/types.js";
import { call } from "../scalar.js";

/**
 * A graph: its nodes as rows of `#key` and their properties, one for each key, and its edges as rows of `#edge`, which
 * numbers them, `#from`, `#to` and their columns. Where the graph is many, one for each value of a column, both have `#part`.
 */
export interface Graph {
  readonly nodes: Plan;
  readonly edges: Plan;
  /** The rows of each table of nodes that the graph was built with, by their keys. */
  readonly tables: readonly Plan[];
  readonly key: Column;
  readonly part?: Column;
  /** The properties of nodes, in order. */
  readonly properties: readonly Column[];
  /** The columns of the edges, in order. */
  readonly columns: readonly Column[];
}

/** The columns that say which node it is. */
export function keysOf({ key, part }: Pick<Graph, "key" | "part">): readonly Column[] {
  return part === undefined ? [key] : [key, part];
}

/** A reference to a column. */
export function columnOf({ name, type }: Column): Expression {
  return { kind: "column", name, type };
}

/** The columns under their own names. */
export function kept(columns: readonly Column[]): readonly Named[] {
  return columns.map((column) => ({ name: column.name, expression: columnOf(column) }));
}

/** A column under another name. */
export function renamed(name: string, column: Column): Named {
  return { name, expression: columnOf(column) };
}

/** Rows of both sides that agree in every column which both have; a null agrees with a null. */
export function naturalJoin(left: Plan, right: Plan, join: "inner" | "leftanti" | "leftouter" = "inner"): Plan {
  const [own, others] = [columnsOf(left), columnsOf(right)];
  const names = new Set(own.map(({ name }) => name));
  const common = others.filter(({ name }) => names.has(name));
  const added = join === "leftanti" ? [] : others.filter(({ name }) => !names.has(name));
  return {
    kind: "join",
    join,
    left,
    right,
    on: common.map((column) => ({ left: columnOf(column), right: columnOf(column) })),
    columns: [
      ...own.map(({ name, type }) => ({ name, type, side: "left" as const, source: name })),
      ...added.map(({ name, type }) => ({ name, type, side: "right" as const, source: name })),
    ],
  };
}

/** Each combination of the columns once. */
export function distinct(input: Plan, columns: readonly Named[]): Plan {
  return { kind: "aggregate", input, keys: columns, aggregates: [] };
}

/** The nodes with the number of edges that come and go, as `#in` and `#out`. */
export function withDegrees(graph: Graph, location: Location): Plan {
  const counted = (end: "from" | "to", name: string): Plan => ({
    kind: "aggregate",
    input: graph.edges,
    keys: [
      renamed(graph.key.name, { name: stepNames[end], type: graph.key.type }),
      ...kept(graph.part === undefined ? [] : [graph.part]),
    ],
    aggregates: [{ name, function: "count", args: [], column: 0, type: "long", location }],
  });
  const joined = naturalJoin(
    naturalJoin(graph.nodes, counted("to", degreeNames.in), "leftouter"),
    counted("from", degreeNames.out),
    "leftouter",
  );
  const none: Expression = { kind: "literal", type: "long", value: 0n };
  const degree = (name: string): Named => ({
    name,
    expression: call("coalesce", [columnOf({ name, type: "long" }), none], "long", location),
  });
  return {
    kind: "project",
    input: joined,
    columns: [...kept(columnsOf(graph.nodes)), degree(degreeNames.in), degree(degreeNames.out)],
  };
}

/** The columns that hold a node's degrees. */
export const degreeNames = { in: internalName("in"), out: internalName("out") } as const;
