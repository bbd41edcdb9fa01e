import type { Location } from "../../plan/expression.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report } from "../context.js";
import { lowerScalar } from "../scalar.js";

/** A node of a pattern: the same one at each place that has its name. */
export interface PatternNode {
  readonly index: number;
  readonly name?: string;
}

/** An edge of a pattern, or a way of several edges, between two nodes as they are written from left to right. */
export interface PatternEdge {
  readonly index: number;
  readonly name?: string;
  readonly direction: "out" | "in" | "any";
  readonly left: number;
  readonly right: number;
  /** For a variable-length edge: how many edges it may have. */
  readonly range?: { readonly least: number; readonly most: number };
  readonly location: Location;
}

export interface Pattern {
  readonly nodes: readonly PatternNode[];
  readonly edges: readonly PatternEdge[];
  /** How many sequences, parted by commas, it is written in. */
  readonly sequences: number;
}

/** The longest way that a variable-length edge may be. */
export const longestWay = 1000;

/** Reads the pattern of `graph-match` or `graph-shortest-paths`; undefined, with a diagnostic, where it makes no sense. */
export function readPattern(operator: SyntaxNode, cx: Context): Pattern | undefined {
  const nodes: PatternNode[] = [];
  const edges: PatternEdge[] = [];
  const sequences = operator.list("Patterns");
  let sound = true;
  let refused = false;
  const nodeAt = (element: SyntaxNode): number => {
    const name = element.child("Name")?.name;
    const known = name === undefined ? undefined : nodes.find((node) => node.name === name);
    if (known !== undefined) return known.index;
    nodes.push({ index: nodes.length, ...(name === undefined ? {} : { name }) });
    return nodes.length - 1;
  };
  for (const sequence of sequences) {
    const elements = sequence.list("PatternElements");
    let left: number | undefined;
    elements.forEach((element, place) => {
      if (element.kind === "GraphMatchPatternNode") {
        left = nodeAt(element);
        return;
      }
      const next = elements[place + 1];
      const edge =
        left === undefined || next?.kind !== "GraphMatchPatternNode"
          ? undefined
          : readEdge(element, edges.length, left, nodeAt(next), cx);
      if (edge === undefined) sound = false;
      else if (edge === "refused") refused = true;
      else edges.push(edge);
    });
    if (left === undefined) sound = false;
  }
  const pattern = { nodes, edges, sequences: sequences.length };
  if (refused) return undefined;
  if (!sound) {
    report(cx, operator.location, "bad-argument", "a pattern is nodes with edges between them: `(a)-[e]->(b)`");
    return undefined;
  }
  return namesAreClear(pattern, operator, cx) && isConnected(pattern, operator, cx) ? pattern : undefined;
}

function readEdge(
  element: SyntaxNode,
  index: number,
  left: number,
  right: number,
  cx: Context,
): PatternEdge | "refused" {
  const first = element.token("FirstToken")?.trim() ?? "";
  const last = element.token("LastToken")?.trim() ?? "";
  const [toLeft, toRight] = [first.startsWith("<"), first.endsWith(">") || last.endsWith(">")];
  if (toLeft && toRight) {
    report(cx, element.location, "bad-argument", "an edge points one way, or neither: `-[e]-` matches both");
    return "refused";
  }
  const written = element.child("Range");
  const range = written === undefined ? undefined : readRange(written, cx);
  if (written !== undefined && range === undefined) return "refused";
  const name = element.child("Name")?.name;
  return {
    index,
    ...(name === undefined ? {} : { name }),
    direction: toLeft ? "in" : toRight ? "out" : "any",
    left,
    right,
    ...(range === undefined ? {} : { range }),
    location: element.location,
  };
}

function readRange(range: SyntaxNode, cx: Context): PatternEdge["range"] {
  const bound = (part: SyntaxNode | undefined): number | undefined => {
    // The binder gives no type to a number here.
    if (part !== undefined && /^\d{1,9}$/.test(part.text)) return Number(part.text);
    const value = part === undefined ? undefined : lowerScalar(part, { scope: cx.scope, gathered: cx.gathered });
    return value?.kind === "literal" && typeof value.value === "bigint" ? Number(value.value) : undefined;
  };
  const [least, most] = [bound(range.child("RangeStart")), bound(range.child("RangeEnd"))];
  if (least === undefined || most === undefined) {
    report(
      cx,
      range.location,
      "not-constant",
      "the length of an edge is two numbers known before the query runs: `*1..3`",
    );
    return undefined;
  }
  if (least < 0 || most < least) {
    report(cx, range.location, "bad-argument", "the length of an edge goes from the smaller number to the larger");
    return undefined;
  }
  if (most > longestWay) {
    report(cx, range.location, "unsupported-option", `an edge of more than ${longestWay} steps cannot be translated`, {
      construct: "graph-match *min..max",
    });
    return undefined;
  }
  return { least, most };
}

/** An edge's name stands once, and is no node's. */
function namesAreClear(pattern: Pattern, operator: SyntaxNode, cx: Context): boolean {
  const taken = new Set(pattern.nodes.map(({ name }) => name));
  for (const { name, location } of pattern.edges) {
    if (name === undefined) continue;
    if (taken.has(name)) {
      report(cx, location, "unsupported-option", `\`${name}\` names two parts of the pattern`, {
        construct: operator.text.split(/\s/)[0] ?? "graph-match",
        hint: "give the edge a name of its own",
      });
      return false;
    }
    taken.add(name);
  }
  return true;
}

function isConnected(pattern: Pattern, operator: SyntaxNode, cx: Context): boolean {
  const reached = new Set([0]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    for (const { left, right } of pattern.edges) {
      if (reached.has(left)) reached.add(right);
      if (reached.has(right)) reached.add(left);
    }
  }
  if (reached.size === pattern.nodes.length) return true;
  report(
    cx,
    operator.location,
    "bad-argument",
    "the sequences of a pattern have to share nodes, so that all of it hangs together",
  );
  return false;
}
