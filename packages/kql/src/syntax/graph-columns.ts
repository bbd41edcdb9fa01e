import { className, items } from "./kusto.js";
import { type SyntaxNode, syntaxNode } from "./node.js";

const corrected = new WeakSet<object>();

/**
 * Gives the binder what it lacks of graphs: the names that the engine gives to columns of `project`, the types of calls
 * over ways, which it takes for arrays all of them, and the names of inner nodes that have one property only.
 */
export function correctGraphs(kusto: any): void {
  if (corrected.has(kusto)) return;
  corrected.add(kusto);
  keepInnerNodes(kusto);
  const binder = kusto.Binding.Binder.NodeBinder.prototype;
  for (const visit of ["VisitGraphMatchOperator", "VisitGraphShortestPathsOperator"]) {
    const bind = binder[visit];
    binder[visit] = function (this: any, node: any) {
      const info = bind.call(this, node);
      const columns = columnsOf(node, info.ResultType, kusto);
      if (columns === undefined) return info;
      return new kusto.Binding.SemanticInfo.$ctor5(new kusto.Symbols.TableSymbol.$ctor3(columns), info.Diagnostics);
    };
  }
}

/**
 * A tuple of one column turns into that column wherever a call gives it. A second column, which no text can name, keeps the
 * tuple one.
 */
function keepInnerNodes(kusto: any): void {
  const [signature] = items(kusto.Functions.InnerNodes.Signatures);
  const typeOf = signature.CustomReturnType;
  signature.CustomReturnType = (context: any) => {
    const type = typeOf(context);
    const columns = className(type) === "TupleSymbol" ? items(type.Columns) : [];
    if (columns.length !== 1) return type;
    const unnamed = new kusto.Symbols.ColumnSymbol.ctor("#", kusto.Symbols.ScalarTypes.Long);
    return new kusto.Symbols.TupleSymbol.$ctor1([...columns, unnamed]);
  };
}

/** The columns of `project`: the binder leaves out those whose names it takes for one. */
function columnsOf(node: any, type: any, kusto: any): any[] | undefined {
  if (type === null || type === undefined || className(type) !== "TableSymbol") return undefined;
  const written = syntaxNode(node, nowhere).child("ProjectClause")?.list("Expressions") ?? [];
  const shape = kusto.Binding.Binder.GetGraphSymbol(node)?.NodeShape;
  const hasProperties = shape !== null && shape !== undefined && items(shape.Columns).length > 0;
  const names = columnNames(written, hasProperties ? new Set() : nodesOf(node));
  const ways = waysOf(node);
  return written.map((item, index) => {
    const inner = item.child("Expression");
    const expression = item.kind === "SimpleNamedExpression" && inner !== undefined ? inner : item;
    const raw = node.ProjectClause.Expressions.getItem(index).Element$1;
    const own = typeOf(raw, variableOf(expression), ways, kusto);
    return new kusto.Symbols.ColumnSymbol.ctor(names[index] ?? "", own);
  });
}

const nowhere = { name: "", text: "" };

/** A whole node or edge is a bag, a property of a way an array; all else has the type of the expression. */
function typeOf(item: any, variable: string | undefined, ways: ReadonlySet<string>, kusto: any): any {
  const { Dynamic, Unknown } = kusto.Symbols.ScalarTypes;
  const type = item.ResultType ?? Unknown;
  const ofWay = variable !== undefined && ways.has(variable);
  return ofWay || className(type) === "TupleSymbol" ? Dynamic : type;
}

/** The part of the pattern that an expression is, or is a property of. */
function variableOf(item: SyntaxNode): string | undefined {
  if (item.kind === "NameReference") return item.name;
  const base = /^(PathExpression|ElementExpression|ParenthesizedExpression)$/.test(item.kind)
    ? item.child("Expression")
    : undefined;
  return base === undefined ? undefined : variableOf(base);
}

/** The edges of variable length. */
function waysOf(node: any): ReadonlySet<string> {
  const edges = syntaxNode(node, nowhere).descendants("GraphMatchPatternEdge");
  return new Set(edges.flatMap((edge) => (edge.child("Range") === undefined ? [] : (edge.child("Name")?.name ?? []))));
}

function nodesOf(node: any): ReadonlySet<string> {
  const nodes = syntaxNode(node, nowhere).descendants("GraphMatchPatternNode");
  return new Set(nodes.flatMap((element) => element.child("Name")?.name ?? []));
}

/** Parts of the pattern and functions over them give their spelling as a name, all else is `Column1`, `Column2`, … */
function columnNames(written: readonly SyntaxNode[], bare: ReadonlySet<string>): readonly string[] {
  const taken = new Set(written.flatMap((item) => ownName(item) ?? []));
  let unnamed = 0;
  return written.map((item) => {
    const own = ownName(item);
    if (own !== undefined) return own;
    const spelled = item.kind === "NameReference" && bare.has(item.name) ? undefined : spelling(item);
    const name = free(spelled ?? `Column${++unnamed}`, taken);
    taken.add(name);
    return name;
  });
}

function ownName(item: SyntaxNode): string | undefined {
  return item.kind === "SimpleNamedExpression" ? item.child("Name")?.name : undefined;
}

/** The name with the first number that makes it new. */
function free(name: string, taken: ReadonlySet<string>): string {
  let candidate = name;
  for (let number = 1; taken.has(candidate); number++) candidate = `${name}${number}`;
  return candidate;
}

function spelling(item: SyntaxNode): string | undefined {
  switch (item.kind) {
    case "ParenthesizedExpression": {
      const inner = item.child("Expression");
      return inner === undefined ? undefined : spelling(inner);
    }
    case "NameReference":
    case "PathExpression":
    case "ElementExpression":
      return pathSpelling(item);
    case "FunctionCallExpression":
      return callSpelling(item);
    default:
      return undefined;
  }
}

/** `e.d.x` and `e.d["x"]` are both `e_d_x`. */
function pathSpelling(item: SyntaxNode): string | undefined {
  if (item.kind === "NameReference") return item.name;
  const base = item.child("Expression");
  const before = base === undefined ? undefined : pathSpelling(base);
  const selector = item.child("Selector");
  const key = selector?.child("Expression");
  const step = selector?.kind === "NameReference" ? selector.name : (key?.constantString ?? key?.literal);
  return before === undefined || step === undefined ? undefined : `${before}_${step}`;
}

function callSpelling(item: SyntaxNode): string | undefined {
  const name = item.child("Name")?.name ?? "";
  const [first, body] = item.child("ArgumentList")?.list("Expressions") ?? [];
  // `strlen` and its like put their name before the column's; of a part of the pattern only that is left.
  if (!graphFunctions.has(name)) return item.resultPrefix === undefined ? undefined : `${item.resultPrefix}_`;
  if (!/^(map|all|any)$/.test(name)) return first === undefined ? name : `${name}_${first.name}`;
  const [inner] = first?.child("ArgumentList")?.list("Expressions") ?? [];
  const way = inner === undefined ? first?.name : `inner_nodes_${inner.name}`;
  return `${way}_${body === undefined ? "Column" : bodySpelling(body)}`;
}

function bodySpelling(body: SyntaxNode): string {
  if (body.kind === "NameReference") return body.name;
  const called = body.kind === "FunctionCallExpression" ? (body.child("Name")?.name ?? "") : "";
  return graphFunctions.has(called) ? called : "Column";
}

const graphFunctions: ReadonlySet<string> = new Set([
  "all",
  "any",
  "labels",
  "map",
  "node_degree_in",
  "node_degree_out",
  "node_id",
]);

/** Whether the name that the engine gives to the column of an item is known. */
export function hasKnownName(item: SyntaxNode): boolean {
  if (item.kind !== "FunctionCallExpression" || !/^(map|all|any)$/.test(item.child("Name")?.name ?? "")) return true;
  const body = item.child("ArgumentList")?.list("Expressions")[1];
  const called = body?.kind === "FunctionCallExpression" ? (body.child("Name")?.name ?? "") : "";
  return (
    body === undefined ||
    body.kind === "NameReference" ||
    body.kind === "BinaryExpression" ||
    called === "strcat" ||
    graphFunctions.has(called)
  );
}
