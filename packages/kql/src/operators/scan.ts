import type { Expression, Literal } from "../plan/expression.js";
import { columnsOf, type MatchState, type MatchStep, type Named, type Plan } from "../plan/plan.js";
import { type KqlType, kqlTypeNamed } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, freshName, nothing, report } from "./context.js";
import { declaredDefault } from "./literals.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { everyColumn, marked, over, partColumns } from "./rows.js";
import { convert, lowerCondition, lowerScalar, missingColumn } from "./scalar.js";

export const scanOperator: OperatorEntry = {
  name: "scan",
  about:
    "Goes over the rows in their order, holds each against steps that remember the rows before, and gives those that match.",
  limit:
    "Rows that `output=last` gives come at the place of their own row. The rows of one part are held in memory: some millions.",
  grouped: true,
  lower: (node, input, cx) => {
    const steps = node.list("Steps");
    const refused = steps.map((step) => unsupported(step, cx)).concat(clauses(node, cx));
    if (steps.length === 0 || refused.includes(true)) return nothing();
    const declared = declaredColumns(node, cx);
    const source =
      cx.group === undefined
        ? input
        : marked(input, { kind: "literal", type: "bool", value: true }, cx.group, node.location);
    const taken = new Set(columnsOf(source).map(({ name }) => name));
    const clash = declared.find(({ name }) => taken.has(name));
    if (clash !== undefined) return refuse(node, `that declares \`${clash.name}\`, a name of the input,`, cx);
    // A declared name has its default in every row: only a step's state remembers.
    const started: Plan = { kind: "project", input: source, columns: [...everyColumn(source), ...declared] };
    const stepNames = new Set(steps.map((step) => step.child("Name")?.name));
    const ambiguous = node
      .descendants("PathExpression")
      .map((path) => path.child("Expression"))
      .find((base) => base?.symbol?.kind === "column" && stepNames.has(base.name));
    if (ambiguous !== undefined) return refuse(ambiguous, "with a step that has the name of a column", cx);
    const walk = new Walk(steps, declared, started, cx);
    const lowered = steps.map((step, at) => walk.step(step, at));
    const matchId = parametersOf(node).get("with_match_id");
    return {
      kind: "match",
      input: started,
      by: partColumns(source, cx),
      steps: lowered,
      states: [...walk.states.values()],
      ...(matchId === undefined ? {} : { matchId }),
      ...(cx.group === undefined ? {} : { met: cx.group.alive }),
    };
  },
};

/** Lowers the steps, and collects what they read of one another's rows. */
class Walk {
  readonly states = new Map<string, MatchState>();
  private readonly steps: readonly SyntaxNode[];
  private readonly defaults: ReadonlyMap<string, Literal>;
  private readonly started: Plan;
  private readonly cx: Context;

  constructor(steps: readonly SyntaxNode[], declared: readonly Declared[], started: Plan, cx: Context) {
    this.steps = steps;
    this.defaults = new Map(declared.map(({ name, expression }) => [name, expression]));
    this.started = started;
    this.cx = cx;
  }

  step(node: SyntaxNode, at: number): MatchStep {
    const rows: Context = { ...over(this.started, this.cx), state: (step, column) => this.state(step, column, at) };
    const { windows: _, ...inner } = rows;
    const condition = node.child("Condition");
    const assigned = (node.child("ComputationClause")?.list("Assignments") ?? []).flatMap((assignment): Named[] => {
      const value = assignment.child("Expression");
      const name = assignment.child("Name")?.name ?? "";
      const type = this.defaults.get(name)?.type;
      if (value === undefined) return [];
      if (type === undefined) {
        refuse(assignment, `that assigns \`${name}\`, which \`declare\` does not name,`, this.cx);
        return [];
      }
      return [{ name, expression: convert(lowerScalar(value, inner), type, assignment.location) }];
    });
    const output = node.child("ScanStepOutput")?.token("OutputKind")?.trim();
    return {
      condition:
        condition === undefined ? { kind: "literal", type: "bool", value: true } : lowerCondition(condition, inner),
      assigned,
      output: output === "last" || output === "none" ? output : "all",
    };
  }

  /** A column of a step's row, as the step at a place sees it. */
  private state(name: SyntaxNode, column: SyntaxNode, at: number): Expression | undefined {
    const step = this.steps.findIndex((other) => other.child("Name")?.name === name.name);
    if (step < 0) return undefined;
    if (step > at) {
      refuse(name, `that reads \`${name.name}\`, a step after its own,`, this.cx);
      return undefined;
    }
    const known = this.states.get(`${step}.${column.name}`);
    const type = columnsOf(this.started).find((other) => other.name === column.name)?.type;
    if (type === undefined) {
      missingColumn(over(this.started, this.cx), column.location, column.name);
      return emptyOf("dynamic");
    }
    const state: MatchState = known ?? {
      name: freshName(this.cx, "state"),
      step,
      column: column.name,
      initial: this.defaults.get(column.name) ?? emptyOf(type),
    };
    this.states.set(`${step}.${column.name}`, state);
    return { kind: "column", name: state.name, type };
  }
}

function unsupported(step: SyntaxNode, cx: Context): boolean {
  if (step.token("OptionalKeyword") === undefined) return false;
  refuse(step, "with an `optional` step", cx);
  return true;
}

function clauses(node: SyntaxNode, cx: Context): boolean {
  if (node.child("PartitionByClause") === undefined && node.child("OrderByClause") === undefined) return false;
  report(
    cx,
    node.location,
    "unsupported-option",
    "`scan` with a `partition by` or `order by` of its own cannot be translated",
    {
      construct: "scan",
      hint: "write `| partition hint.strategy=native by Name (sort by Time asc | scan …)`",
    },
  );
  return true;
}

function refuse(node: SyntaxNode, what: string, cx: Context): Plan {
  report(cx, node.location, "unsupported-option", `\`scan\` ${what} cannot be translated to ClickHouse yet`, {
    construct: "scan",
  });
  return nothing();
}

interface Declared extends Named {
  readonly expression: Literal;
}

/** The columns that `declare` adds, with their defaults. */
function declaredColumns(node: SyntaxNode, cx: Context): readonly Declared[] {
  return (node.child("DeclareClause")?.list("Declarations") ?? []).map((declaration) => {
    const named = declaration.child("NameAndType");
    const type = kqlTypeNamed(named?.child("Type")?.text ?? "") ?? "string";
    const value = declaration.child("DefaultValue")?.child("Value");
    const expression = value === undefined ? emptyOf(type) : declaredDefault(value, type);
    if (expression === undefined) {
      report(cx, declaration.location, "not-constant", `the default of a declared column has to be a ${type} literal`);
    }
    return { name: named?.child("Name")?.name ?? "", expression: expression ?? emptyOf(type) };
  });
}

function emptyOf(type: KqlType): Literal {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}
