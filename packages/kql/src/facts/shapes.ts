import type { SyntaxNode } from "../syntax/node.js";
import type { QueryFacts } from "./query-facts.js";

type Shapes = Pick<QueryFacts, "wholeSides" | "everything" | "anyRows" | "oldFunctions" | "places" | "columns">;

/** What the bound text shows and the plan does not. */
export function shapesOf(statements: readonly SyntaxNode[]): Shapes {
  const all = (kind: string) => statements.flatMap((statement) => statement.descendants(kind));
  const lets = new Map(
    all("LetStatement").flatMap((statement) => {
      const value = statement.child("Expression");
      return value === undefined ? [] : [[statement.name, value] as const];
    }),
  );
  return {
    wholeSides: all("PipeExpression").flatMap((pipe) => wholeSides(pipe, lets)),
    everything: readsOfEverything(all),
    anyRows: all("TakeOperator").map(({ location }) => location),
    oldFunctions: all("FunctionCallExpression").flatMap((call) => {
      const instead = call.replacedBy;
      return instead === undefined ? [] : [{ name: call.name, instead, location: call.location }];
    }),
    places: firstOf(all("NameReference").filter(({ symbol }) => symbol?.kind === "table")),
    columns: columnsNamed(all),
  };
}

function wholeSides(pipe: SyntaxNode, lets: ReadonlyMap<string, SyntaxNode>): Shapes["wholeSides"] {
  const operator = pipe.child("Operator");
  if (operator?.kind !== "JoinOperator" && operator?.kind !== "LookupOperator") return [];
  return [pipe.child("Expression"), operator.child("Expression")].flatMap((side) => {
    const table = side === undefined ? undefined : wholeTable(side, lets, new Set());
    return side === undefined || table === undefined ? [] : [{ table, location: inside(side).location }];
  });
}

function inside(node: SyntaxNode): SyntaxNode {
  const inner = node.kind === "ParenthesizedExpression" ? node.child("Expression") : undefined;
  return inner === undefined ? node : inside(inner);
}

/** Operators that leave every row as one row. */
const rowByRow = /^(?:Extend|Project\w*|Sort|Serialize|As)Operator$/;

/** The table whose rows an expression gives, all of them; undefined for anything else. */
function wholeTable(
  node: SyntaxNode,
  lets: ReadonlyMap<string, SyntaxNode>,
  seen: ReadonlySet<string>,
): string | undefined {
  switch (node.kind) {
    case "PipeExpression": {
      const input = node.child("Expression");
      if (input === undefined || !rowByRow.test(node.child("Operator")?.kind ?? "")) return undefined;
      return wholeTable(input, lets, seen);
    }
    case "ParenthesizedExpression":
    case "MaterializeExpression": {
      const inner = node.child("Expression");
      return inner === undefined ? undefined : wholeTable(inner, lets, seen);
    }
    case "NameReference": {
      const value = lets.get(node.name);
      if (value === undefined) return node.symbol?.kind === "table" ? node.name : undefined;
      return seen.has(node.name) ? undefined : wholeTable(value, lets, new Set([...seen, node.name]));
    }
    default:
      return undefined;
  }
}

function readsOfEverything(all: (kind: string) => readonly SyntaxNode[]): Shapes["everything"] {
  const piped = new Set(all("PipeExpression").flatMap((pipe) => pipe.child("Operator")?.location.span.start ?? []));
  const alone = (kind: string) => all(kind).filter((node) => !piped.has(node.location.span.start));
  const overAll = (kind: string) => alone(kind).filter((node) => node.child("InClause") === undefined);
  const unions = all("UnionOperator").flatMap((union) => union.list("Expressions").filter(({ text }) => text === "*"));
  return [
    ...overAll("SearchOperator").map(({ location }) => ({ operator: "search", location })),
    ...overAll("FindOperator").map(({ location }) => ({ operator: "find", location })),
    ...unions.map(({ location }) => ({ operator: "union *", location })),
  ];
}

function columnsNamed(all: (kind: string) => readonly SyntaxNode[]): Shapes["columns"] {
  const own = new Set(all("NameDeclaration").map(({ name }) => name));
  return firstOf(all("NameReference").filter(({ symbol, name }) => symbol?.kind === "column" && !own.has(name)));
}

function firstOf(references: readonly SyntaxNode[]): Shapes["columns"] {
  return new Map([...references].reverse().map(({ name, location }) => [name, location]));
}
