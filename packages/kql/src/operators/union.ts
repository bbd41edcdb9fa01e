import type { Expression } from "../plan/expression.js";
import { ingestionTime } from "../plan/internal.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { namedBefore } from "./annotations.js";
import { type Context, lookUp, nothing, report, type Scope, withoutRows } from "./context.js";
import { bindStatements } from "./let.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns } from "./rows.js";
import { lowerBody, lowerTable, scan, visibleColumns } from "./table.js";

export const unionOperator: OperatorEntry = {
  name: "union",
  about: "Gives the rows of several tables; columns of one name and different types become several columns.",
  lower: (node, input, cx) => {
    const parameters = parametersOf(node);
    const fuzzy = /^(true|1)$/i.test(parameters.get("isfuzzy") ?? "");
    const inner = (parameters.get("kind") ?? "outer").toLowerCase() === "inner";
    const source = parameters.get("withsource") ?? parameters.get("with_source");
    const piped: readonly Leg[] =
      input.kind === "rows" && input.columns.length === 0
        ? []
        : [{ plan: input, name: namedBefore(input, cx) ?? "union_arg0" }];
    const legs = [
      ...piped,
      ...node.list("Expressions").flatMap((leg, index) => lowerLegs(leg, index + piped.length, fuzzy, cx)),
    ];
    if (legs.length === 0) {
      report(cx, node.location, "unknown-table", "none of the tables of this `union` exists");
      return nothing();
    }
    const bound = boundColumns(node).filter(({ name }) => name !== source);
    return unite(legs, bound, { inner, ...(source === undefined ? {} : { source }) });
  },
};

/** The rows of all legs with the columns of one table; `source` is the column that says where each row comes from. */
export function unite(
  legs: readonly Leg[],
  bound: readonly { readonly name: string; readonly type: string }[],
  { inner, source }: { readonly inner: boolean; readonly source?: string },
): Plan {
  const columns = resultColumns(bound, legs, inner);
  const plans = legs.map((leg) => conform(leg, columns, source));
  const plain = columns.map(({ name, type }): Column => ({ name, type }));
  const all = source === undefined ? plain : [{ name: source, type: "string" as const }, ...plain];
  return plans.length === 1 && plans[0] !== undefined
    ? plans[0]
    : { kind: "union", inputs: plans, columns: withArrival(all, legs) };
}

/** A table of a union. */
export interface Leg {
  readonly plan: Plan;
  /** What `withsource` says for its rows. */
  readonly name: string;
}

/** The tables of one leg: one, several for a pattern, none where `isfuzzy` forgives that it does not exist. */
export function lowerLegs(leg: SyntaxNode, index: number, fuzzy: boolean, cx: Context): readonly Leg[] {
  const inner = withoutRows(cx);
  const pattern =
    leg.kind === "NameReference" && leg.name.includes("*") ? leg.name : leg.kind === "StarExpression" ? "*" : undefined;
  if (pattern !== undefined) {
    const test = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`);
    const { schema } = cx.gathered.request;
    const tables = (schema.filledTables ?? schema.tableNames)
      .filter((name) => test.test(name))
      .map((name) => ({ plan: scan(name, leg, inner), name }));
    const found = [...tables, ...views(inner, test)];
    if (found.length === 0 && !fuzzy && !schema.tableNames.some((name) => test.test(name))) {
      report(cx, leg.location, "unknown-table", `there is no table whose name fits \`${pattern}\``, {
        name: pattern,
      });
    }
    return found;
  }
  const name = nameOf(leg, inner) ?? `union_arg${index}`;
  const before = cx.gathered.diagnostics.length;
  const plan = lowerTable(leg, inner);
  if (!fuzzy) return [{ plan, name }];
  return forgive(leg, before, cx) ? [] : [{ plan, name }];
}

/** The tables that `let name = view () {…}` makes, where their names fit. */
export function views(cx: Context, named: RegExp = /^/): readonly Leg[] {
  const seen = new Map<string, Leg>();
  for (let scope: Scope | undefined = cx.scope; scope !== undefined; scope = scope.outer) {
    for (const [name, binding] of scope.names) {
      if (!named.test(name) || binding.kind !== "function" || binding.declaration.child("ViewKeyword") === undefined)
        continue;
      if ((binding.declaration.child("Parameters")?.list("Parameters") ?? []).length > 0) continue;
      const body = binding.declaration.child("Body");
      if (body?.child("Expression")?.columns === undefined || seen.has(name)) continue;
      const inside = bindStatements(body.list("Statements"), { ...cx, scope: binding.scope });
      seen.set(name, { name, plan: lowerBody(body, inside) });
    }
  }
  return [...seen.values()].reverse();
}

/** What `withsource` calls a leg: its table, its view, or the name that `as` gave it. */
function nameOf(leg: SyntaxNode, cx: Context): string | undefined {
  if (leg.kind === "ParenthesizedExpression") {
    const inner = leg.child("Expression");
    return inner === undefined ? undefined : nameOf(inner, cx);
  }
  if (leg.kind === "PipeExpression") {
    const operator = leg.child("Operator");
    return operator?.kind === "AsOperator" ? operator.child("Name")?.name : undefined;
  }
  const selector = leg.kind === "PathExpression" ? leg.child("Selector") : undefined;
  if (selector !== undefined) return selector.symbol?.kind === "table" ? selector.name : undefined;
  if (leg.kind !== "NameReference") return undefined;
  const binding = lookUp(cx.scope, leg.name);
  const isView = binding?.kind === "function" && binding.declaration.child("ViewKeyword") !== undefined;
  return leg.symbol?.kind === "table" || isView ? leg.name : undefined;
}

/** Whether a leg reads a table that does not exist: then it is left out, and a warning says so. */
function forgive(leg: SyntaxNode, before: number, cx: Context): boolean {
  const { diagnostics, fuzzyLegs } = cx.gathered;
  const { span, source: text } = leg.location;
  const key = `${text.call?.name ?? ""} ${span.start}-${span.end}`;
  const seen = fuzzyLegs.get(key) ?? { span, function: text.call?.name, met: 0, failed: 0 };
  seen.met++;
  fuzzyLegs.set(key, seen);
  const missing = diagnostics.slice(before).filter(({ code }) => code === "unknown-table");
  if (missing.length === 0) return false;
  seen.failed++;
  diagnostics.length = before;
  for (const { source, span: place, message, hint, name } of missing) {
    report(cx, { source, span: place }, "unknown-table", `${message}; this leg of the \`union\` is left out`, {
      severity: "warning",
      ...(name === undefined ? {} : { name }),
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return true;
}

/** A column of the result, and the name that the legs give it. */
interface UnionColumn extends Column {
  readonly source: string;
}

/** A name with the first number that no leg has. */
function free(name: string, taken: ReadonlyMap<string, unknown>): string {
  let candidate = name;
  for (let number = 1; taken.has(candidate); number++) candidate = `${name}${number}`;
  return candidate;
}

/** The binder's columns, with the types that the legs really have. */
function resultColumns(
  bound: readonly { readonly name: string; readonly type: string }[],
  legs: readonly Leg[],
  inner: boolean,
): readonly UnionColumn[] {
  const present = legs.map(({ plan }) => visibleColumns(plan));
  const types = new Map<string, Set<string>>();
  const order: string[] = [];
  for (const { name, type } of present.flat()) {
    if (!types.has(name)) order.push(name);
    types.set(name, (types.get(name) ?? new Set()).add(type));
  }
  const derived = order.flatMap((name): UnionColumn[] => {
    const everywhere = present.every((columns) => columns.some((column) => column.name === name));
    if (inner && !everywhere) return [];
    const found = [...(types.get(name) ?? [])] as Column["type"][]; // the sets hold types of columns only
    if (found.length === 1 && found[0]) return [{ name, type: found[0], source: name }];
    if (inner) return [];
    return found.map((type) => ({ name: free(`${name}_${type}`, types), type, source: name }));
  });
  // The binder's order counts where it knows the same columns.
  const byName = new Map(derived.map((column) => [column.name, column]));
  const agreed = bound.flatMap(({ name }) => byName.get(name) ?? []);
  return agreed.length === derived.length ? agreed : derived;
}

/** A leg with exactly the columns of the result; what it lacks is null. */
function conform(leg: Leg, columns: readonly UnionColumn[], source: string | undefined): Plan {
  const own = new Map(columnsOf(leg.plan).map((column) => [column.name, column]));
  const named = columns.map(({ name, type, source: base }): Named => {
    const column = own.get(base);
    if (column !== undefined && column.type === type) return { name, expression: { kind: "column", name: base, type } };
    return { name, expression: empty(type) };
  });
  const labelled: readonly Named[] =
    source === undefined
      ? named
      : [{ name: source, expression: { kind: "literal", type: "string", value: leg.name } }, ...named];
  const arrival = own.get(ingestionTime);
  const arrived: readonly Named[] =
    arrival === undefined
      ? []
      : [{ name: ingestionTime, expression: { kind: "column", name: ingestionTime, type: "datetime" } }];
  return { kind: "project", input: leg.plan, columns: [...labelled, ...arrived] };
}

/** The null of a type; one object for all legs, which may be hundreds with thousands of columns each. */
function empty(type: Column["type"]): Expression {
  const known = empties.get(type);
  if (known !== undefined) return known;
  const made: Expression = { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
  empties.set(type, made);
  return made;
}

const empties = new Map<Column["type"], Expression>();

/** `ingestion_time()` survives a union where every leg has it. */
function withArrival(columns: readonly Column[], legs: readonly Leg[]): readonly Column[] {
  const everywhere = legs.every(({ plan }) => columnsOf(plan).some(({ name }) => name === ingestionTime));
  return everywhere ? [...columns, { name: ingestionTime, type: "datetime" }] : columns;
}
