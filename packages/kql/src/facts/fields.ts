import { childPlans, expressionsOf } from "../plan/children.js";
import { columnsRead, type Expression } from "../plan/expression.js";
import { isInternal } from "../plan/internal.js";
import { columnsOf, type Plan } from "../plan/plan.js";

/**
 * The columns of tables that a plan reads to give some columns of its result, and to decide which rows there are: by table. A
 * table of which no column is read is there too.
 */
export function fieldsIn(plan: Plan, results: readonly string[]): ReadonlyMap<string, ReadonlySet<string>> {
  const found: Found = { fields: new Map(), visited: new Map() };
  const given = new Set(columnsOf(plan).map(({ name }) => name));
  visit(
    plan,
    results.filter((name) => given.has(name)),
    found,
  );
  return found.fields;
}

interface Found {
  readonly fields: Map<string, Set<string>>;
  /** What was asked of each node: several may read one. */
  readonly visited: Map<Plan, Set<string>>;
}

function visit(plan: Plan, wanted: Iterable<string>, found: Found): void {
  const known = found.visited.get(plan);
  const before = known?.size;
  const needed = known ?? new Set<string>();
  for (const name of wanted) needed.add(name);
  if (needed.size === before) return;
  found.visited.set(plan, needed);
  for (const [inner, column] of expressionsOf(plan).flatMap(queriesIn)) visit(inner, [column], found);
  switch (plan.kind) {
    case "scan": {
      const own = found.fields.get(plan.table) ?? new Set();
      for (const name of needed) if (!isInternal(name)) own.add(name);
      found.fields.set(plan.table, own);
      return;
    }
    case "rows":
    case "range":
    case "external":
      return;
    case "project": {
      const kept = plan.columns.filter(({ name }) => needed.has(name));
      visit(plan.input, readBy(kept.map(({ expression }) => expression)), found);
      return;
    }
    case "aggregate": {
      const kept = plan.aggregates.filter(({ name }) => needed.has(name));
      const read = kept.flatMap(({ args, when }) => (when === undefined ? args : [...args, when]));
      visit(plan.input, readBy([...plan.keys.map(({ expression }) => expression), ...read]), found);
      return;
    }
    case "join":
      for (const side of ["left", "right"] as const) {
        const passed = plan.columns.filter((column) => column.side === side && needed.has(column.name));
        const keys = readBy(plan.on.map((pair) => pair[side]));
        visit(plan[side], [...passed.map(({ source }) => source), ...keys], found);
      }
      return;
    case "union":
      // Rows that a table has besides were not written by who wrote the query.
      for (const input of plan.ofOneTable ? plan.inputs.slice(0, 1) : plan.inputs) visit(input, needed, found);
      return;
    case "window": {
      const kept = plan.columns.filter(({ name }) => needed.has(name));
      const read = kept.flatMap(({ args, restart }) => (restart === undefined ? args : [...args, restart]));
      visitInput(plan.input, [...needed, ...readBy(read), ...kept.flatMap(({ by = [] }) => by)], found);
      return;
    }
    case "match":
      visitInput(plan.input, [...needed, ...readBy(expressionsOf(plan)), ...plan.by], found);
      return;
    case "limit":
      visitInput(plan.input, [...needed, ...readBy([plan.count]), ...(plan.by ?? [])], found);
      return;
    case "filter":
    case "sort":
    case "expand":
    case "shared":
    case "numbered":
      visitInput(plan.input, [...needed, ...readBy(expressionsOf(plan))], found);
      return;
    case "hybrid":
    case "walk":
      // What happens to the rows is no matter of columns: all of them are read.
      for (const input of childPlans(plan)) {
        visit(
          input,
          columnsOf(input).map(({ name }) => name),
          found,
        );
      }
      return;
    default:
      plan satisfies never;
  }
}

/** Visits an input that gives some of the wanted names: the others are made above it. */
function visitInput(input: Plan, wanted: readonly string[], found: Found): void {
  const given = new Set(columnsOf(input).map(({ name }) => name));
  visit(
    input,
    wanted.filter((name) => given.has(name)),
    found,
  );
}

function readBy(expressions: readonly Expression[]): ReadonlySet<string> {
  const all = new Set<string>();
  for (const expression of expressions) columnsRead(expression, all);
  return all;
}

/** The queries inside an expression, each with the column that it is read for. */
function queriesIn(expression: Expression): readonly (readonly [Plan, string])[] {
  switch (expression.kind) {
    case "column":
    case "literal":
      return [];
    case "call":
      return expression.args.flatMap(queriesIn);
    case "path":
      return [expression.base, ...expression.steps.filter((step) => typeof step === "object")].flatMap(queriesIn);
    case "scalar-query":
      return [[expression.plan, expression.column.name]];
    case "membership":
      return [...queriesIn(expression.subject), [expression.plan, expression.column.name]];
    default:
      return expression satisfies never;
  }
}
