import { childPlans } from "../plan/children.js";
import { columnsRead, type Expression, type Location, mapExpression } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { columnsOf, type Plan, type Project } from "../plan/plan.js";
import type { Condition, LateCondition, TableRead } from "./query-facts.js";

/** The reads of a plan with the conditions on each, and the conditions that come late. */
export function readsIn(plan: Plan): { readonly reads: readonly TableRead[]; readonly late: readonly LateCondition[] } {
  const found = { reads: new Map<string, TableRead>(), late: new Map<string, LateCondition>() };
  visit(plan, [], found);
  return { reads: [...found.reads.values()], late: [...found.late.values()] };
}

/** True where the plan gives one row for any data. */
export function isAlwaysOneRow(plan: Plan): boolean {
  switch (plan.kind) {
    case "project":
    case "sort":
    case "shared":
    case "numbered":
      return isAlwaysOneRow(plan.input);
    case "aggregate":
      return plan.keys.length === 0 && plan.emptyWithoutRows !== true;
    default:
      return false;
  }
}

/** True where the rows come in an order that was asked for. */
export function isSorted(plan: Plan): boolean {
  switch (plan.kind) {
    case "project":
    case "filter":
    case "limit":
    case "shared":
      return isSorted(plan.input);
    default:
      return plan.kind === "sort" || plan.kind === "window";
  }
}

interface Found {
  readonly reads: Map<string, TableRead>;
  readonly late: Map<string, LateCondition>;
}

/** Walks down with the conditions that the rows of `plan` have to meet, in terms of its columns. */
function visit(plan: Plan, conditions: readonly Expression[], found: Found): void {
  switch (plan.kind) {
    case "scan":
      addRead(plan.table, conditions.map(conditionOf), found);
      return;
    case "filter":
      visit(plan.input, [...conjuncts(plan.condition), ...conditions], found);
      for (const inner of plansOfExpression(plan)) visit(inner, [], found);
      return;
    case "project":
      visit(plan.input, throughProject(plan, conditions), found);
      for (const inner of plansOfExpression(plan)) visit(inner, [], found);
      return;
    case "sort":
    case "shared":
      visit(plan.input, conditions, found);
      return;
    case "union":
      for (const input of plan.inputs) visit(input, conditions, found);
      return;
    case "expand":
      for (const condition of conditions) addLate(plan, "mv-expand", condition, found);
      break;
    case "aggregate":
      for (const condition of conditions) addLate(plan, "summarize", condition, found);
      break;
    default:
  }
  for (const child of childPlans(plan)) visit(child, [], found);
}

function plansOfExpression(plan: Extract<Plan, { input: Plan }>): readonly Plan[] {
  return childPlans(plan).filter((child) => child !== plan.input);
}

/** The parts of a condition that all have to be true. */
function conjuncts(condition: Expression): readonly Expression[] {
  if (condition.kind === "call" && condition.name === "and") return condition.args.flatMap(conjuncts);
  return [condition];
}

/** Conditions on a projection's columns as conditions on its input's. */
function throughProject(plan: Project, conditions: readonly Expression[]): readonly Expression[] {
  const columns = new Map(plan.columns.map(({ name, expression }) => [name, expression]));
  return conditions.map((condition) =>
    mapExpression(condition, (part) => (part.kind === "column" ? (columns.get(part.name) ?? part) : part)),
  );
}

function conditionOf(condition: Expression): Condition {
  const location = ownLocation(condition);
  const placed = location === undefined ? {} : { location };
  switch (condition.kind) {
    case "call":
      return { operator: operatorOf(condition), ...comparisonOf(condition.args), ...placed };
    case "membership": {
      const subject = columnOf(condition.subject);
      return { operator: condition.operator, values: [], ...subject, ...placed };
    }
    default:
      return { operator: condition.kind, values: [], ...placed };
  }
}

/** The operator as it reads with its constant on the right. */
function operatorOf({ name, args: [first] }: Extract<Expression, { kind: "call" }>): string {
  const turned = mirrored[name];
  return turned !== undefined && first !== undefined && constantOf(first) !== undefined ? turned : name;
}

const mirrored: Readonly<Record<string, string>> = { "<": ">", "<=": ">=", ">": "<", ">=": "<=" };

/** A column and constants, however they stand; the constants alone where more than a column is compared. */
function comparisonOf(args: readonly Expression[]): Pick<Condition, "column" | "through" | "values"> {
  const values = args.flatMap((arg) => constantOf(arg) ?? []);
  const others = args.filter((arg) => constantOf(arg) === undefined);
  const [only] = others;
  return { values, ...(others.length === 1 && only !== undefined ? columnOf(only) : {}) };
}

function columnOf(expression: Expression): Pick<Condition, "column" | "through"> {
  if (expression.kind === "column") return { column: expression.name };
  if (expression.kind !== "call" || expression.args.length !== 1) return {};
  const [inner] = expression.args;
  return inner?.kind === "column" ? { column: inner.name, through: expression.name } : {};
}

const ticksOfDay = 864_000_000_000n;

/** The value of an expression that is known before the query runs: literals, and what is done to instants. */
function constantOf(expression: Expression): Condition["values"] | undefined {
  if (expression.kind === "literal") return [expression.value];
  if (expression.kind !== "call") return undefined;
  const [first, second] = expression.args.map((arg) => constantOf(arg)?.[0]);
  if (typeof first !== "bigint") return undefined;
  switch (expression.name) {
    case "-":
      return typeof second === "bigint" ? [first - second] : undefined;
    case "+":
      return typeof second === "bigint" ? [first + second] : undefined;
    case "startofday":
      return expression.args.length === 1 ? [first - (first % ticksOfDay)] : undefined;
    case "bin":
      return typeof second === "bigint" && second > 0n ? [first - (first % second)] : undefined;
    default:
      return undefined;
  }
}

/** The place of the outermost call, where it is in the query's own text. */
function ownLocation(expression: Expression): Location | undefined {
  const location = "location" in expression ? expression.location : undefined;
  return location?.source.call === undefined ? location : undefined;
}

function addRead(table: string, conditions: readonly Condition[], found: Found): void {
  const key = [table, ...conditions.map(({ operator, location }) => `${operator} ${location?.span.start}`)].join("\n");
  found.reads.set(key, { table, conditions });
}

/** Keeps a condition that reads nothing of what `plan` adds to the rows below it. */
function addLate(
  plan: Extract<Plan, { kind: "expand" | "aggregate" }>,
  after: LateCondition["after"],
  condition: Expression,
  found: Found,
): void {
  const location = ownLocation(condition);
  const columns = [...columnsRead(condition)];
  const free =
    plan.kind === "expand"
      ? new Set(columnsOf(plan.input).map(({ name }) => name))
      : new Set(plan.keys.filter(({ expression }) => expression.kind === "column").map(({ name }) => name));
  const added = plan.kind === "expand" ? columnsAdded(plan) : new Set<string>();
  const isLate = columns.length > 0 && columns.every((name) => free.has(name) && !added.has(name) && !isInternal(name));
  if (isLate && location !== undefined) found.late.set(String(location.span.start), { after, location });
}

function columnsAdded(plan: Extract<Plan, { kind: "expand" }>): Set<string> {
  const properties = plan.items.flatMap(({ properties: own = [] }) => own.map(({ name }) => name));
  return new Set([
    ...plan.items.map(({ name }) => name),
    ...properties,
    ...(plan.index === undefined ? [] : [plan.index]),
  ]);
}
