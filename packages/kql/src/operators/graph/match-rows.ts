import { columnsRead, conjuncts, type Expression } from "../../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import { isVolatile } from "../../plan/volatile.js";
import { type Gathering, stepNames, type Walk } from "../../plan/walk.js";
import type { Column } from "../../schema/types.js";
import type { Context } from "../context.js";
import { call } from "../scalar.js";
import { share } from "../table.js";
import { columnOf, distinct, type Graph, kept, keysOf, naturalJoin, renamed, withDegrees } from "./graph.js";
import { edgeColumnName, edgeName, keyName, ownerOf, propertyName, wayName } from "./names.js";
import type { Pattern, PatternEdge } from "./pattern.js";
import type { Uses } from "./scope.js";

/** How a pattern is to be matched. */
export interface Match {
  readonly pattern: Pattern;
  readonly graph: Graph;
  readonly uses: Uses;
  readonly condition?: Expression;
  readonly once: Walk["once"];
  /** Of ways of one length between the same ends, one is enough. */
  readonly anyOfEach?: true;
}

/** A row for each way in which the pattern fits the graph and the condition holds, with the columns of `names.ts`. */
export function matchRows(match: Match, cx: Context): Plan {
  const builder = new Builder(match, cx);
  return builder.build();
}

class Builder {
  private readonly match: Match;
  private readonly cx: Context;
  private readonly nodes: Plan;
  private readonly conditions: readonly Expression[];
  private readonly required: ReadonlySet<string>;
  private readonly bound = new Set<number>();
  private readonly joined = new Set<number>();
  private rows: Plan | undefined;

  constructor(match: Match, cx: Context) {
    this.match = match;
    this.cx = cx;
    const { graph, uses } = match;
    this.nodes = uses.degrees === undefined ? graph.nodes : withDegrees(graph, uses.degrees);
    const all = match.condition === undefined ? [] : conjuncts(match.condition);
    const every = new Set(uses.gathered.filter(({ item }) => item.how === "all").map(({ item }) => item.name));
    const isRequired = (part: Expression) => part.kind === "column" && every.has(part.name);
    this.required = new Set(all.filter(isRequired).flatMap((part) => (part.kind === "column" ? [part.name] : [])));
    this.conditions = all.filter((part) => !isRequired(part));
  }

  build(): Plan {
    const remaining = [...this.match.pattern.edges];
    while (remaining.length > 0) {
      const next = this.next(remaining);
      remaining.splice(remaining.indexOf(next), 1);
      if (next.range === undefined) this.add(this.edgeRows(next));
      else this.addWay(next);
      this.bind(next.left);
      this.bind(next.right);
    }
    if (this.rows === undefined) this.bind(0, true);
    const rows = this.rows ?? this.match.graph.nodes;
    return this.filtered(
      rows,
      this.conditions.filter((part) => !this.isEarly(part)),
    );
  }

  /** The next edge to add: one that touches what is there, single edges before ways. */
  private next(remaining: readonly PatternEdge[]): PatternEdge {
    const touching = remaining.filter(
      ({ left, right }) => this.rows === undefined || this.bound.has(left) || this.bound.has(right),
    );
    const next = touching.find(({ range }) => range === undefined) ?? touching[0];
    if (next === undefined) throw new Error("a pattern hangs together");
    return next;
  }

  private add(rows: Plan): void {
    this.rows = this.rows === undefined ? rows : naturalJoin(this.rows, rows);
  }

  /** Adds a node's own columns where they are read, and the conditions on it. */
  private bind(node: number, always = false): void {
    this.bound.add(node);
    const owner = `n${node}`;
    const needed = always || this.match.uses.nodes.has(node) || this.conditions.some((part) => this.isOf(part, owner));
    if (!needed || this.joined.has(node)) return;
    this.joined.add(node);
    this.add(this.nodeRows(node));
  }

  private nodeRows(node: number): Plan {
    const { graph } = this.match;
    const own = columnsOf(this.nodes).filter(({ name }) => !keysOf(graph).some((key) => key.name === name));
    const rows: Plan = {
      kind: "project",
      input: this.nodes,
      columns: [
        renamed(keyName(node), graph.key),
        ...this.parts(),
        ...own.map((column) => renamed(propertyName(node, column.name), column)),
      ],
    };
    return this.filtered(rows, this.early(`n${node}`));
  }

  private edgeRows(edge: PatternEdge): Plan {
    const { graph } = this.match;
    const rows = this.oriented(edge.direction, (from, to) => [
      renamed(edgeName(edge.index), { name: stepNames.edge, type: "long" }),
      renamed(keyName(edge.left), from),
      renamed(edge.left === edge.right ? `${edgeName(edge.index)}.#to` : keyName(edge.right), to),
      ...this.parts(),
      ...graph.columns.map((column) => renamed(edgeColumnName(edge.index, column.name), column)),
    ]);
    const own = this.early(`e${edge.index}`);
    return this.filtered(
      rows,
      edge.left === edge.right ? [this.meets(edge, `${edgeName(edge.index)}.#to`), ...own] : own,
    );
  }

  /** The edges, seen from left to right; those of any direction both ways. */
  private oriented(direction: PatternEdge["direction"], columns: (from: Column, to: Column) => readonly Named[]): Plan {
    const { edges, key } = this.match.graph;
    const from = { name: stepNames.from, type: key.type };
    const to = { name: stepNames.to, type: key.type };
    const along: Plan = { kind: "project", input: edges, columns: columns(from, to) };
    const against: Plan = { kind: "project", input: edges, columns: columns(to, from) };
    if (direction !== "any") return direction === "out" ? along : against;
    return { kind: "union", inputs: [along, against], columns: columnsOf(along) };
  }

  private addWay(edge: PatternEdge): void {
    if (this.rows === undefined) {
      const hasOwn = (node: number) => this.early(`n${node}`).length > 0;
      this.bind(hasOwn(edge.left) || !hasOwn(edge.right) ? edge.left : edge.right, true);
    }
    if (this.rows === undefined) return;
    this.rows = share("matched", this.rows, this.cx);
    const backward = !this.bound.has(edge.left);
    const seed = backward ? edge.right : edge.left;
    const { graph } = this.match;
    const seeds = distinct(this.rows, [
      renamed(stepNames.key, { name: keyName(seed), type: graph.key.type }),
      ...this.parts(),
    ]);
    const way = this.way(edge, backward, seeds);
    const closed = edge.left === edge.right ? this.filtered(way, [this.meets(edge, way.names.end)]) : way;
    this.add(this.filtered(closed, this.early(`w${edge.index}`)));
  }

  private way(edge: PatternEdge, backward: boolean, seeds: Plan): Walk {
    const { graph, uses, once, anyOfEach } = this.match;
    const [near, far] = backward ? [edge.right, edge.left] : [edge.left, edge.right];
    const gathered = uses.gathered.filter((one) => one.edge === edge.index);
    return {
      kind: "walk",
      seeds,
      steps: this.steps(edge, backward, gathered),
      key: graph.key,
      ...(graph.part === undefined ? {} : { part: graph.part }),
      least: edge.range?.least ?? 1,
      most: edge.range?.most ?? 1,
      once,
      backward,
      ...(anyOfEach === undefined ? {} : { anyOfEach }),
      gatherings: gathered.map(
        ({ item }): Gathering => (this.required.has(item.name) ? { ...item, required: true } : item),
      ),
      names: {
        seed: keyName(near),
        end: near === far ? wayName(edge.index, "end") : keyName(far),
        edges: wayName(edge.index, "edges"),
        nodes: wayName(edge.index, "nodes"),
        length: wayName(edge.index, "length"),
      },
    };
  }

  /** The steps of a way, with what each edge, and the node that it leaves, adds to what the way gathers. */
  private steps(edge: PatternEdge, backward: boolean, gathered: Uses["gathered"]): Plan {
    const { graph } = this.match;
    const values = (inner: boolean): readonly Named[] =>
      gathered
        .filter(({ item }) => item.inner === inner)
        .map(({ item, value }) => ({ name: item.value, expression: value }));
    const flipped = { out: "in", in: "out", any: "any" } as const;
    const direction = backward ? flipped[edge.direction] : edge.direction;
    const rows = this.oriented(direction, (from, to) => [
      renamed(stepNames.from, from),
      renamed(stepNames.to, to),
      renamed(stepNames.edge, { name: stepNames.edge, type: "long" }),
      ...this.parts(),
      ...values(false),
    ]);
    const inner = values(true);
    if (inner.length === 0) return share("steps", rows, this.cx);
    const nodes: Plan = {
      kind: "project",
      input: this.nodes,
      columns: [renamed(stepNames.from, graph.key), ...this.parts(), ...inner],
    };
    return share("steps", naturalJoin(rows, nodes), this.cx);
  }

  private parts(): readonly Named[] {
    const { part } = this.match.graph;
    return kept(part === undefined ? [] : [part]);
  }

  /** That an edge from a node to itself is one. */
  private meets(edge: PatternEdge, end: string): Expression {
    const { type } = this.match.graph.key;
    const ends = [keyName(edge.left), end].map((name) => columnOf({ name, type }));
    return call("#same", ends, "bool", edge.location);
  }

  /** The conditions on one part of the pattern alone, which can be asked before it is joined. */
  private early(owner: string): readonly Expression[] {
    return this.conditions.filter((part) => this.isOf(part, owner));
  }

  private isOf(part: Expression, owner: string): boolean {
    const owners = new Set([...columnsRead(part)].map(ownerOf));
    return owners.size === 1 && owners.has(owner) && !isVolatile(part);
  }

  private isEarly(part: Expression): boolean {
    const [owner, ...others] = new Set([...columnsRead(part)].map(ownerOf));
    return owner !== undefined && others.length === 0 && !isVolatile(part);
  }

  private filtered(input: Plan, conditions: readonly Expression[]): Plan {
    return conditions.reduce((rows: Plan, condition) => ({ kind: "filter", input: rows, condition }), input);
  }
}
