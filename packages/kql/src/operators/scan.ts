import type { Expression } from "../plan/expression.js";
import type { Named, Plan } from "../plan/plan.js";
import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { everyColumn, over, project } from "./rows.js";
import { convert, lowerCondition, lowerScalar, outside } from "./scalar.js";

export const scanOperator: OperatorEntry = {
  name: "scan",
  about: "Goes over the rows in their order, and gives those that a step matches, with the step's columns.",
  limit: "One step that reads no state of rows before; other forms are refused.",
  lower: (node, input, cx) => {
    const [step, ...others] = node.list("Steps");
    const condition = step?.child("Condition");
    if (step === undefined || condition === undefined) return nothing();
    const name = step.child("Name")?.name ?? "";
    if (others.length > 0) return refused(node, "with several steps", cx);
    if (parametersOf(node).size > 0) return refused(node, "with a match's number", cx);
    if (step.child("ScanStepOutput") !== undefined) return refused(step, "with `output`", cx);
    const state = step.descendants("PathExpression").find((path) => path.child("Expression")?.name === name);
    if (state !== undefined) return refused(state, "that reads a step's state", cx);
    const declared = declaredColumns(node, cx);
    const taken = new Set(everyColumn(input).map((column) => column.name));
    if (declared.some((column) => taken.has(column.name))) {
      return refused(node, "that declares a name of the input", cx);
    }
    // A declared name has its default in every row: only a step's state remembers.
    const started: Plan = { kind: "project", input, columns: [...everyColumn(input), ...declared] };
    const rows = over(started, cx);
    const assigned = new Map(
      (step.child("ComputationClause")?.list("Assignments") ?? []).flatMap((assignment) => {
        const value = assignment.child("Expression");
        const target = assignment.child("Name")?.name ?? "";
        const type = declared.find((column) => column.name === target)?.expression.type;
        if (value === undefined || type === undefined) return [];
        return [[target, convert(lowerScalar(value, rows), type, assignment.location)] as const];
      }),
    );
    const matching: Plan = { kind: "filter", input: started, condition: lowerCondition(condition, rows) };
    const columns = everyColumn(started).map((column) => ({
      name: column.name,
      expression: assigned.get(column.name) ?? column.expression,
    }));
    return rows.windows.length > 0 ? refused(node, "with window functions", cx) : project(matching, columns, rows);
  },
};

function refused(node: SyntaxNode, what: string, cx: Context): Plan {
  report(cx, node.location, "unsupported-option", `\`scan\` ${what} cannot be translated to ClickHouse yet`, {
    construct: "scan",
  });
  return nothing();
}

/** The columns that `declare` adds, with their defaults. */
function declaredColumns(node: SyntaxNode, cx: Context): readonly Named[] {
  return (node.child("DeclareClause")?.list("Declarations") ?? []).map((declaration) => {
    const named = declaration.child("NameAndType");
    const type = kqlTypeNamed(named?.child("Type")?.text ?? "") ?? "string";
    const value = declaration.child("DefaultValue")?.child("Value");
    const expression =
      value === undefined ? emptyOf(type) : convert(lowerScalar(value, outside(cx)), type, node.location);
    return { name: named?.child("Name")?.name ?? "", expression };
  });
}

function emptyOf(type: KqlType): Expression {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}
