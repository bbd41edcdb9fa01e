import { emit } from "./emit/emit.js";
import { passes } from "./passes/passes.js";
import { conditionKey, type Emptiness, type FilteredRead } from "./plan/emptiness.js";
import type { Expression, Location } from "./plan/expression.js";
import { type AggregateColumn, columnsOf, type Plan } from "./plan/plan.js";
import type { QueryEmptiness } from "./query-emptiness.js";
import type { WorkspaceSchema } from "./schema/schema.js";
import type { Column } from "./schema/types.js";

/** Reads of one table by any number of queries, asked in one SELECT whether there is a row of each. */
export interface Probe {
  readonly table: string;
  /** One row, a JSON array with a bool for each of `keys`. */
  readonly rowsSql: string;
  readonly keys: readonly string[];
}

/** A SELECT for each table: it goes over the rows once, however many queries ask. What cannot be asked so is left out. */
export function probesOf(wanted: readonly QueryEmptiness[], scratch: string): readonly Probe[] {
  const groups = new Map<string, { readonly schema: WorkspaceSchema; readonly reads: Map<string, FilteredRead> }>();
  for (const { when, schema } of wanted) {
    for (const read of readsOf(when)) {
      // Queries that call the columns of a table by other names are asked apart.
      const key = JSON.stringify([read.scan.table, schema.table(read.scan.table)?.columns.map(({ name }) => name)]);
      const group = groups.get(key) ?? { schema, reads: new Map<string, FilteredRead>() };
      group.reads.set(readKey(read), read);
      groups.set(key, group);
    }
  }
  return [...groups.values()].flatMap(({ schema, reads }) => probe(reads, schema, scratch) ?? []);
}

/** Whether a query has no row, where the reads that have none are known by their keys. */
export function isEmptyGiven({ when }: QueryEmptiness, without: ReadonlySet<string>): boolean {
  return isEmpty(when, without);
}

/** Whether a query has no row where nothing that it reads has one. */
export function isEmptyWithoutRows({ when }: QueryEmptiness): boolean {
  return isEmpty(when, { has: () => true });
}

function isEmpty(emptiness: Emptiness, without: Pick<ReadonlySet<string>, "has">): boolean {
  switch (emptiness.kind) {
    case "never":
      return false;
    case "always":
      return true;
    case "read":
      return without.has(readKey(emptiness.read));
    case "all":
      return emptiness.parts.every((part) => isEmpty(part, without));
    case "any":
      return emptiness.parts.some((part) => isEmpty(part, without));
    default:
      return emptiness satisfies never;
  }
}

function readsOf(emptiness: Emptiness): readonly FilteredRead[] {
  if (emptiness.kind === "read") return [emptiness.read];
  return emptiness.kind === "all" || emptiness.kind === "any" ? emptiness.parts.flatMap(readsOf) : [];
}

function readKey({ scan, conditions }: FilteredRead): string {
  return JSON.stringify([scan.table, ...conditions.map(conditionKey).sort()]);
}

const nowhere: Location = { source: { name: "", text: "" }, span: { start: 0, end: 0 } };

function probe(reads: ReadonlyMap<string, FilteredRead>, schema: WorkspaceSchema, scratch: string): Probe | undefined {
  const [first] = reads.values();
  if (first === undefined) return undefined;
  const { table } = first.scan;
  const columns = new Map<string, Column>();
  for (const { scan } of reads.values()) for (const column of columnsOf(scan)) columns.set(column.name, column);
  const named = [...reads].map(([key, read], index) => ({ key, read, name: `c${index}` }));
  const plan: Plan = {
    kind: "project",
    columns: named.map(({ name }) => ({
      name,
      expression: call(">", [
        { kind: "column", name, type: "long" },
        { kind: "literal", value: 0n, type: "long" },
      ]),
    })),
    input: {
      kind: "aggregate",
      keys: [],
      aggregates: named.map(({ name, read }) => count(name, read)),
      input: bounded({ kind: "scan", table, columns: [...columns.values()] }, [...reads.values()]),
    },
  };
  const improved = passes.reduce<Plan>((current, pass) => pass(current), plan);
  const { rowsSql, steps, diagnostics } = emit(improved, columnsOf(plan), schema, scratch);
  if (steps.length > 0 || diagnostics.length > 0) return undefined;
  return { table, rowsSql, keys: named.map(({ key }) => key) };
}

function count(name: string, { conditions }: FilteredRead): AggregateColumn {
  const when = conditions.reduce<Expression | undefined>(
    (all, one) => (all === undefined ? one : call("and", [all, one])),
    undefined,
  );
  const base = { name, function: "count", args: [], column: 0, type: "long" as const, location: nowhere };
  return when === undefined ? base : { ...base, when };
}

/** Only rows from the time on that any of the reads begins at, where all of them have one. */
function bounded(plan: Plan, reads: readonly FilteredRead[]): Plan {
  const starts = reads.map(({ conditions }) => conditions.flatMap((one) => startOf(one) ?? [])[0]);
  const [first] = starts;
  if (first === undefined || starts.some((start) => start === undefined || start.column.name !== first.column.name))
    return plan;
  const from = starts.reduce(
    (least, start) => (start !== undefined && start.from < least ? start.from : least),
    first.from,
  );
  const condition = call(">=", [first.column, { kind: "literal", type: "datetime", value: from }]);
  return { kind: "filter", input: plan, condition };
}

function startOf(condition: Expression) {
  if (condition.kind !== "call" || condition.name !== ">=") return undefined;
  const [column, bound] = condition.args;
  const isTime = column?.kind === "column" && column.type === "datetime";
  return isTime && bound?.kind === "literal" && typeof bound.value === "bigint"
    ? { column, from: bound.value }
    : undefined;
}

function call(name: string, args: readonly Expression[]): Expression {
  return { kind: "call", name, args, type: "bool", location: nowhere };
}
