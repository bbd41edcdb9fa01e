import type { Expression } from "../../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../../plan/plan.js";
import type { Walk } from "../../plan/walk.js";
import { hasKnownName } from "../../syntax/graph-columns.js";
import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, nothing, report } from "../context.js";
import type { OperatorEntry } from "../operators.js";
import { parametersOf } from "../parameters.js";
import { boundColumns } from "../rows.js";
import { lowerCondition, lowerScalar } from "../scalar.js";
import { apart } from "./cycles.js";
import { columnOf, type Graph } from "./graph.js";
import { needsGraph } from "./lower-graph.js";
import { matchRows } from "./match-rows.js";
import { type Pattern, readPattern } from "./pattern.js";
import { noUses, overPattern, type Uses } from "./scope.js";

export const graphMatchOperator: OperatorEntry = {
  name: "graph-match",
  about: "Finds all places of a graph where a pattern of nodes and edges fits.",
  limit:
    "An edge of variable length has at most 1,000 steps. With `cycles=none` it has at least one. A column whose name would be the engine's choice has to be named where that choice is not known.",
  lower: needsGraph,
  ofGraph: (node, graph, cx) => {
    const cycles = parametersOf(node).get("cycles") ?? "unique_edges";
    const once = repeats[cycles];
    if (once === undefined) {
      report(
        cx,
        node.location,
        "bad-argument",
        `\`cycles\` is \`all\`, \`none\` or \`unique_edges\`, not \`${cycles}\``,
      );
      return nothing();
    }
    const pattern = readPattern(node, cx);
    if (pattern === undefined || !isTranslated(pattern, once, cx)) return nothing();
    const clauses = lowerClauses(node, pattern, graph, cx);
    if (clauses === undefined) return nothing();
    const rows = matchRows({ pattern, graph, once, ...clauses }, cx);
    return projected(apart(rows, pattern, graph, once), clauses.columns, graph, cx);
  },
};

const repeats: Readonly<Record<string, Walk["once"]>> = { all: "nothing", none: "nodes", unique_edges: "edges" };

/** Whether what the pattern means without cycles is known. */
function isTranslated(pattern: Pattern, once: Walk["once"], cx: Context): boolean {
  const empty = once === "nodes" ? pattern.edges.find(({ range }) => range?.least === 0) : undefined;
  if (empty === undefined) return true;
  report(
    cx,
    empty.location,
    "unsupported-option",
    "with `cycles=none` an edge of variable length that may be empty cannot be translated",
    { construct: "graph-match cycles=none *0..", hint: "begin its length at 1" },
  );
  return false;
}

/** The condition and the columns of an operator over a pattern. */
export interface Clauses {
  readonly condition?: Expression;
  readonly columns: readonly Named[];
  readonly uses: Uses;
}

/** Lowers `where` and `project` of an operator over a pattern; undefined, with a diagnostic, where `project` is missing. */
export function lowerClauses(node: SyntaxNode, pattern: Pattern, graph: Graph, cx: Context): Clauses | undefined {
  const uses = noUses();
  const where = node.child("WhereClause")?.child("Condition");
  const condition =
    where === undefined ? undefined : lowerCondition(where, overPattern(pattern, graph, uses, "where", cx));
  const items = node.child("ProjectClause")?.list("Expressions") ?? [];
  if (items.length === 0) {
    const name = node.text.split(/\s/)[0] ?? "graph-match";
    report(cx, node.location, "bad-argument", `\`${name}\` needs \`project\`, which says what each match gives`);
    return undefined;
  }
  const bound = boundColumns(node);
  const columns = items.map((item, index): Named => {
    if (!hasKnownName(item)) {
      report(cx, item.location, "unsupported-option", "the name that the engine gives this column is not known", {
        construct: "graph-match project",
        hint: "name the column: `project Name = …`",
      });
    }
    // Only a property by itself stands for the values of all edges of a way.
    const expression = (item.kind === "SimpleNamedExpression" ? item.child("Expression") : item) ?? item;
    const clause = expression.kind === "PathExpression" ? "project" : "where";
    return {
      name: bound[index]?.name ?? "",
      expression: lowerScalar(expression, overPattern(pattern, graph, uses, clause, cx)),
    };
  });
  return { ...(condition === undefined ? {} : { condition }), columns, uses };
}

/** The columns of `project`, and those that tell the rows of different graphs apart. */
export function projected(rows: Plan, columns: readonly Named[], graph: Graph, cx: Context): Plan {
  const group = cx.group;
  const part = columnsOf(rows).find(({ name }) => name === graph.part?.name);
  if (group === undefined || part === undefined) return { kind: "project", input: rows, columns };
  const alive: Named = { name: group.alive, expression: { kind: "literal", type: "bool", value: true } };
  return { kind: "project", input: rows, columns: [...columns, { name: group.id, expression: columnOf(part) }, alive] };
}
