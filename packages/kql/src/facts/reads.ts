import { childPlans } from "../plan/children.js";
import { columnsRead, conjuncts, type Expression, substituted } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { type Aggregate, columnsOf, type Expand, type Join, type Plan } from "../plan/plan.js";
import { conditionOf, ownLocation } from "./conditions.js";
import { thresholdOf } from "./groups.js";
import type { LateCondition, QueryFacts, TableRead } from "./query-facts.js";

/** The reads of a plan with the conditions on each, those on groups of rows, those that come late, and all others. */
export function readsIn(plan: Plan): Pick<QueryFacts, "reads" | "late" | "thresholds" | "otherConditions"> {
  const found: Found = { reads: new Map(), late: new Map(), thresholds: new Map(), others: new Map() };
  visit(plan, [], found);
  return {
    reads: [...found.reads.values()],
    late: [...found.late.values()],
    thresholds: [...found.thresholds.values()],
    otherConditions: [...found.others.values()],
  };
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
  readonly thresholds: Map<string, QueryFacts["thresholds"][number]>;
  readonly others: Map<string, QueryFacts["otherConditions"][number]>;
}

/** A condition in terms of a plan's columns, and whether something else becomes of the rows before it is asked. */
interface Wanted {
  readonly condition: Expression;
  readonly afterwards: boolean;
}

/** Walks down with what the rows of `plan` have to meet. */
function visit(plan: Plan, wanted: readonly Wanted[], found: Found): void {
  switch (plan.kind) {
    case "scan":
      addRead(plan.table, wanted, found);
      return;
    case "filter":
      visit(plan.input, [...conjuncts(plan.condition).map(asked), ...wanted], found);
      break;
    case "project":
      visit(plan.input, withColumns(wanted, plan.columns), found);
      break;
    case "sort":
    case "shared":
      visit(plan.input, wanted, found);
      break;
    case "union":
      for (const input of plan.inputs) visit(input, wanted, found);
      return;
    case "expand":
      for (const { condition } of wanted) addLate(plan, "mv-expand", condition, found);
      visit(
        plan.input,
        afterwards(wanted, (name) => isFree(plan, name), found),
        found,
      );
      break;
    case "aggregate":
      visitAggregate(plan, wanted, found);
      break;
    case "join":
      visitJoin(plan, wanted, found);
      return;
    case "window":
    case "numbered":
    case "limit": {
      const known = new Set(columnsOf(plan.input).map(({ name }) => name));
      visit(
        plan.input,
        afterwards(wanted, (name) => known.has(name), found),
        found,
      );
      break;
    }
    default:
      afterwards(wanted, () => false, found);
      for (const child of childPlans(plan)) visit(child, [], found);
      return;
  }
  for (const inner of childPlans(plan)) if (inner !== plan.input) visit(inner, [], found);
}

function visitAggregate(plan: Aggregate, wanted: readonly Wanted[], found: Found): void {
  const rest = wanted.filter(({ condition }) => {
    addLate(plan, "summarize", condition, found);
    const threshold = thresholdOf(plan, condition);
    if (threshold !== undefined) found.thresholds.set(String(threshold.location.span.start), threshold);
    return threshold === undefined;
  });
  const keys = new Set(plan.keys.map(({ name }) => name));
  const passed = afterwards(rest, (name) => keys.has(name), found);
  visit(plan.input, withColumns(passed, plan.keys), found);
}

/** Conditions on the columns of one side are asked of that side's rows too. */
function visitJoin(plan: Join, wanted: readonly Wanted[], found: Found): void {
  const sides = new Map(plan.columns.map(({ name, side }) => [name, side]));
  const ofSide = (side: Join["columns"][number]["side"]) => {
    const columns = plan.columns.filter((column) => column.side === side);
    const own = wanted.filter(({ condition }) => [...columnsRead(condition)].every((name) => sides.get(name) === side));
    const names = columns.map(({ name, source, type }) => ({
      name,
      expression: { kind: "column", name: source, type } as const,
    }));
    return { own, passed: withColumns(own, names).map(({ condition }) => ({ condition, afterwards: true })) };
  };
  const [left, right] = [ofSide("left"), ofSide("right")];
  afterwards(
    wanted.filter((one) => !left.own.includes(one) && !right.own.includes(one)),
    () => false,
    found,
  );
  visit(plan.left, left.passed, found);
  visit(plan.right, right.passed, found);
  for (const inner of childPlans(plan)) if (inner !== plan.left && inner !== plan.right) visit(inner, [], found);
}

function asked(condition: Expression): Wanted {
  return { condition, afterwards: false };
}

/** The conditions that read only columns which the rows have before; the others are kept as such. */
function afterwards(wanted: readonly Wanted[], isKnown: (column: string) => boolean, found: Found): readonly Wanted[] {
  return wanted.flatMap(({ condition }) => {
    if ([...columnsRead(condition)].every(isKnown)) return [{ condition, afterwards: true }];
    const location = ownLocation(condition);
    if (location !== undefined) found.others.set(String(location.span.start), location);
    return [];
  });
}

/** Conditions on columns that are made of others, as conditions on those. */
function withColumns(
  wanted: readonly Wanted[],
  columns: readonly { readonly name: string; readonly expression: Expression }[],
): readonly Wanted[] {
  const made = new Map(columns.map(({ name, expression }) => [name, expression]));
  return wanted.map(({ condition, ...rest }) => ({ condition: substituted(condition, made), ...rest }));
}

function addRead(table: string, wanted: readonly Wanted[], found: Found): void {
  const before = wanted.filter((one) => !one.afterwards).map(({ condition }) => conditionOf(condition));
  const after = wanted.filter((one) => one.afterwards).map(({ condition }) => conditionOf(condition));
  const places = [...before, ...after].map(({ operator, location }) => `${operator} ${location?.span.start}`);
  found.reads.set([table, ...places].join("\n"), { table, conditions: before, afterwards: after });
}

/** Keeps a condition that reads nothing of what `plan` adds to the rows below it. */
function addLate(plan: Expand | Aggregate, after: LateCondition["after"], condition: Expression, found: Found): void {
  const location = ownLocation(condition);
  const columns = [...columnsRead(condition)];
  const isLate = columns.length > 0 && columns.every((name) => isFree(plan, name) && !isInternal(name));
  if (isLate && location !== undefined) found.late.set(String(location.span.start), { after, location });
}

/** Whether a column is there before the plan's work, unchanged. */
function isFree(plan: Expand | Aggregate, name: string): boolean {
  if (plan.kind === "aggregate") {
    return plan.keys.some((key) => key.name === name && key.expression.kind === "column");
  }
  const properties = plan.items.flatMap(({ properties: own = [] }) => own.map((property) => property.name));
  const added = [...plan.items.map((item) => item.name), ...properties, plan.index];
  return !added.includes(name) && columnsOf(plan.input).some((column) => column.name === name);
}
