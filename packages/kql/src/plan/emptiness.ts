import { columnsRead, conjuncts, type Expression, substituted } from "./expression.js";
import { columnsOf, type Join, type Plan, type Scan } from "./plan.js";

/** What has to be empty so that a plan has no row. */
export type Emptiness =
  /** It may have rows whatever the tables hold. */
  | { readonly kind: "never" }
  /** It has none whatever they hold. */
  | { readonly kind: "always" }
  | { readonly kind: "read"; readonly read: FilteredRead }
  | { readonly kind: "all" | "any"; readonly parts: readonly Emptiness[] };

/** The rows of a table that meet conditions. */
export interface FilteredRead {
  readonly scan: Scan;
  /** Each cheap to ask, and the same in every query that has it. */
  readonly conditions: readonly Expression[];
}

/** When a plan is known to have no row. Conditions that are dear to ask, or that only a whole query can answer, are left out. */
export function emptinessOf(plan: Plan, wanted: readonly Expression[] = []): Emptiness {
  switch (plan.kind) {
    case "scan":
      return { kind: "read", read: { scan: plan, conditions: unique(wanted.filter((one) => isOf(one, plan))) } };
    case "rows":
      return { kind: plan.rows.length === 0 ? "always" : "never" };
    case "filter":
      return emptinessOf(plan.input, [...conjuncts(plan.condition).filter(isCheap), ...wanted]);
    case "project":
      return emptinessOf(
        plan.input,
        cheapWith(wanted, new Map(plan.columns.map(({ name, expression }) => [name, expression]))),
      );
    case "sort":
    case "shared":
    case "limit":
      return emptinessOf(plan.input, wanted);
    case "expand":
      return emptinessOf(plan.input, without(wanted, addedBy(plan)));
    case "window":
      return emptinessOf(plan.input, without(wanted, new Set(plan.columns.map(({ name }) => name))));
    case "numbered":
      return emptinessOf(plan.input, without(wanted, new Set([plan.name])));
    case "match":
      // Steps may compute any column anew.
      return emptinessOf(plan.input);
    case "aggregate": {
      if (plan.keys.length === 0 && plan.emptyWithoutRows !== true) return { kind: "never" };
      const keys = new Map(plan.keys.map(({ name, expression }) => [name, expression]));
      const ofKeys = wanted.filter((one) => [...columnsRead(one)].every((name) => keys.has(name)));
      return emptinessOf(plan.input, cheapWith(ofKeys, keys));
    }
    case "join":
      return ofJoin(plan, wanted);
    case "union":
      return combined(
        "all",
        plan.inputs.map((input) => emptinessOf(input, wanted)),
      );
    default:
      return { kind: "never" };
  }
}

/** Sides that a row of the result cannot be without. */
function ofJoin(plan: Join, wanted: readonly Expression[]): Emptiness {
  const left = () => emptinessOf(plan.left, ofSide(plan, "left", wanted));
  const right = () => emptinessOf(plan.right, ofSide(plan, "right", wanted));
  switch (plan.join) {
    case "inner":
    case "innerunique":
    case "leftsemi":
    case "rightsemi":
      return combined("any", [left(), right()]);
    case "leftouter":
    case "leftanti":
      return left();
    case "rightouter":
    case "rightanti":
      return right();
    case "fullouter":
      return combined("all", [left(), right()]);
    default:
      return plan.join satisfies never;
  }
}

function ofSide(plan: Join, side: "left" | "right", wanted: readonly Expression[]): readonly Expression[] {
  const columns = new Map(
    plan.columns
      .filter((column) => column.side === side)
      .map(({ name, source, type }): [string, Expression] => [name, { kind: "column", name: source, type }]),
  );
  return cheapWith(
    wanted.filter((one) => [...columnsRead(one)].every((name) => columns.has(name))),
    columns,
  );
}

/** A choice or a conjunction without the parts that say nothing. */
function combined(kind: "all" | "any", parts: readonly Emptiness[]): Emptiness {
  const decisive = kind === "all" ? "never" : "always";
  if (parts.some((part) => part.kind === decisive)) return { kind: decisive };
  const rest = parts.filter((part) => part.kind !== "never" && part.kind !== "always");
  const [only, second] = rest;
  if (only === undefined) return { kind: kind === "all" ? "always" : "never" };
  return second === undefined ? only : { kind, parts: rest };
}

function addedBy(plan: Extract<Plan, { kind: "expand" }>): ReadonlySet<string> {
  const own = plan.items.flatMap(({ name, properties = [] }) => [name, ...properties.map((property) => property.name)]);
  return new Set(plan.index === undefined ? own : [...own, plan.index]);
}

function without(wanted: readonly Expression[], names: ReadonlySet<string>): readonly Expression[] {
  return wanted.filter((one) => ![...columnsRead(one)].some((name) => names.has(name)));
}

function cheapWith(wanted: readonly Expression[], made: ReadonlyMap<string, Expression>): readonly Expression[] {
  return wanted.map((condition) => substituted(condition, made)).filter(isCheap);
}

function isOf(condition: Expression, scan: Scan): boolean {
  const names = new Set(columnsOf(scan).map(({ name }) => name));
  return [...columnsRead(condition)].every((name) => names.has(name));
}

function unique(conditions: readonly Expression[]): readonly Expression[] {
  return [...new Map(conditions.map((one) => [conditionKey(one), one])).values()];
}

/** The same text for the same condition, wherever it stands. */
export function conditionKey(condition: Expression): string {
  return JSON.stringify(condition, (key, value) =>
    key === "location" ? undefined : typeof value === "bigint" ? `${value}n` : value,
  );
}

/** Comparisons of columns as they are stored with constants. */
function isCheap(condition: Expression): boolean {
  let parts = 0;
  const visit = (part: Expression): boolean => {
    parts += 1;
    if (parts > mostParts) return false;
    if (part.kind === "column" || part.kind === "literal") return true;
    return part.kind === "call" && cheap.test(part.name) && part.args.every(visit);
  };
  return visit(condition);
}

const mostParts = 400;
const cheap =
  /^(?:and|or|not|[=!]=|[=!]~|<=?|>=?|between|!?in~?|!?(?:has|contains|startswith|endswith|hasprefix|hassuffix)(?:_cs)?|has_any|is(?:not)?empty|is(?:not)?null|tolower|toupper|tostring)$/;
