import { childPlans } from "../plan/children.js";
import { columnsRead, conjuncts, type Expression, substituted } from "../plan/expression.js";
import { type Aggregate, columnsOf, type Join, type Plan } from "../plan/plan.js";
import { elementOf, type Logic, logicOf } from "./logic.js";

/** One read of a table with all that its rows have to meet to count, also later: after arrays, groups and joins. */
export interface TableCondition {
  readonly table: string;
  readonly conditions: readonly Logic[];
  /** The query asks that there is none: the right side of `leftanti`, the left one of `rightanti`. */
  readonly absent: boolean;
}

/** The reads of a plan, each once. */
export function tableConditionsIn(plan: Plan): readonly TableCondition[] {
  const found = new Map<string, TableCondition>();
  visit(plan, [], false, (read) => found.set(keyOf(read), read));
  return [...found.values()];
}

function keyOf(read: TableCondition): string {
  return JSON.stringify(read, (key, value) =>
    key === "location" ? undefined : typeof value === "bigint" ? String(value) : value,
  );
}

type Tell = (read: TableCondition) => void;

/** Walks down with what the rows of `plan` have to meet. */
function visit(plan: Plan, wanted: readonly Expression[], absent: boolean, tell: Tell): void {
  switch (plan.kind) {
    case "scan":
      tell({ table: plan.table, conditions: wanted.map((one) => logicOf(one)), absent });
      return;
    case "union":
      for (const input of plan.inputs) visit(input, wanted, absent, tell);
      return;
    case "join":
      visitJoin(plan, wanted, absent, tell);
      return;
    default: {
      const inputs = "input" in plan ? [plan.input] : [];
      for (const input of inputs) visit(input, beneath(plan, wanted), absent, tell);
      for (const inner of childPlans(plan)) if (!inputs.includes(inner)) visit(inner, [], absent, tell);
    }
  }
}

/** What the rows of a node's input have to meet; what is asked of anything that the node adds is left out. */
function beneath(plan: Plan, wanted: readonly Expression[]): readonly Expression[] {
  switch (plan.kind) {
    case "filter":
      return [...conjuncts(plan.condition), ...wanted];
    case "project":
      return allSubstituted(wanted, new Map(plan.columns.map(({ name, expression }) => [name, expression])));
    case "sort":
    case "shared":
      return wanted;
    case "expand": {
      const elements = plan.items.flatMap(({ name, expression, properties = [] }) => {
        const element: Expression = {
          ...{ kind: "call", name: elementOf, args: [expression], type: "dynamic", location: nowhere },
        };
        const own = properties.map((property): [string, Expression] => [
          property.name,
          { kind: "path", base: element, steps: [property.key], type: "dynamic" },
        ]);
        return [[name, element] as [string, Expression], ...own];
      });
      return allSubstituted(kept(wanted, plan), new Map(elements));
    }
    case "aggregate":
      return allSubstituted(
        wanted.filter((one) => [...columnsRead(one)].every((name) => passed(plan).has(name))),
        passed(plan),
      );
    case "window":
    case "numbered":
    case "limit":
    case "match":
      return kept(wanted, plan);
    default:
      return [];
  }
}

/** An element's place is that of the condition on it. */
const nowhere = { source: { name: "", text: "" }, span: { start: 0, end: 0 } };

/** Conditions on what the node's input has, or on the elements that `mv-expand` makes of it. */
function kept(wanted: readonly Expression[], plan: Extract<Plan, { readonly input: Plan }>): readonly Expression[] {
  const known = new Set(columnsOf(plan.input).map(({ name }) => name));
  if (plan.kind === "expand") {
    for (const { name, properties = [] } of plan.items)
      for (const one of [name, ...properties.map((own) => own.name)]) known.add(one);
  }
  return wanted.filter((one) => [...columnsRead(one)].every((name) => known.has(name)));
}

/** Columns of groups that are values of their rows: keys, and one value of any, the first or the last row. */
function passed(plan: Aggregate): ReadonlyMap<string, Expression> {
  const own = plan.aggregates.flatMap(({ name, function: called, args, column }): [string, Expression][] => {
    const value = /^(?:take_any|any|arg_max|arg_min)$/.test(called) ? args[column] : undefined;
    return value === undefined ? [] : [[name, value]];
  });
  return new Map([...plan.keys.map(({ name, expression }): [string, Expression] => [name, expression]), ...own]);
}

function allSubstituted(wanted: readonly Expression[], made: ReadonlyMap<string, Expression>): readonly Expression[] {
  return wanted.map((condition) => substituted(condition, made));
}

function visitJoin(plan: Join, wanted: readonly Expression[], absent: boolean, tell: Tell): void {
  const sides = new Map(plan.columns.map(({ name, side }) => [name, side]));
  const ofSide = (side: "left" | "right") => {
    const own = wanted.filter((one) => [...columnsRead(one)].every((name) => sides.get(name) === side));
    const names = plan.columns.filter((column) => column.side === side);
    const made = names.map(({ name, source, type }): [string, Expression] => [
      name,
      { kind: "column", name: source, type },
    ]);
    return allSubstituted(own, new Map(made));
  };
  visit(plan.left, ofSide("left"), absent !== (plan.join === "rightanti"), tell);
  visit(plan.right, ofSide("right"), absent !== (plan.join === "leftanti"), tell);
  for (const inner of childPlans(plan)) if (inner !== plan.left && inner !== plan.right) visit(inner, [], absent, tell);
}
