import type { SyntaxNode } from "../../syntax/node.js";
import { type Context, report } from "../context.js";
import { lowerTable } from "../table.js";

/**
 * The statements that give the results: a `graph-to-table` that names its tables only does so where others follow.
 * Undefined, with a diagnostic, where that leaves several results.
 */
export function withoutNamings(statements: readonly SyntaxNode[], cx: Context): readonly SyntaxNode[] | undefined {
  const tables = (statement: SyntaxNode) =>
    statement.child("Expression")?.child("Operator")?.list("OutputClause") ?? [];
  const names = (statement: SyntaxNode) => tables(statement).some((table) => table.child("AsClause") !== undefined);
  const namings = statements.slice(0, -1).filter(names);
  const results = statements.filter((statement) => !namings.includes(statement));
  for (const naming of namings) {
    const expression = naming.child("Expression");
    if (expression !== undefined) lowerTable(expression, cx);
  }
  const several = [...namings, ...results].find((statement) =>
    namings.length > 0 && results.length > 1
      ? names(statement)
      : results.includes(statement) && tables(statement).length > 1,
  );
  if (several === undefined) return results;
  const operator = several.child("Expression")?.child("Operator") ?? several;
  report(cx, operator.location, "unsupported-option", "two tables of a graph are two results, and a query gives one", {
    construct: "graph-to-table nodes as …, edges as …",
    hint: "ask for one of them, or follow it by one query over both",
  });
  return undefined;
}
