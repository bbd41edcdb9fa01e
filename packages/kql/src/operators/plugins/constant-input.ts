import type { Plan } from "../../plan/plan.js";
import type { SyntaxNode } from "../../syntax/node.js";

/** The values of a dynamic or string column that are written in the query; undefined where they are not. */
export function constantValues(plan: Plan, name: string): readonly string[] | undefined {
  switch (plan.kind) {
    case "rows": {
      const at = plan.columns.findIndex((column) => column.name === name);
      return plan.rows.map((row) => String(row[at] ?? ""));
    }
    case "project": {
      const expression = plan.columns.find((column) => column.name === name)?.expression;
      if (expression?.kind === "column") return constantValues(plan.input, expression.name);
      const single = plan.input.kind === "rows" && plan.input.rows.length === 1;
      return single && expression?.kind === "literal" ? [String(expression.value ?? "")] : undefined;
    }
    case "sort":
    case "shared":
    case "numbered":
      return constantValues(plan.input, name);
    default:
      return undefined;
  }
}

/**
 * Whether nothing after an operator depends on columns that the binder does not know: it ends the query, or only
 * operators follow that take the columns as they come.
 */
export function endsQuery(node: SyntaxNode): boolean {
  const { source, span } = node.location;
  const rest = source.text.slice(span.end).replace(/\/\/[^\n]*/g, "");
  return /^\s*(\|\s*(take|limit)\s+\d+\s*|\|\s*(count|consume)\s*|\|\s*(sort|order)\s+by\s+[\w\s,]+)*;?\s*$/.test(rest);
}
