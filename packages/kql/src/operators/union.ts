import type { Expression } from "../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { Column } from "../schema/types.js";
import type { SyntaxNode } from "../syntax/node.js";
import { type Context, nothing, report } from "./context.js";
import type { OperatorEntry } from "./operators.js";
import { parametersOf } from "./parameters.js";
import { boundColumns } from "./rows.js";
import { ingestionTime } from "./special-forms.js";
import { lowerTable, scan, visibleColumns } from "./table.js";

export const unionOperator: OperatorEntry = {
  name: "union",
  about: "Gives the rows of several tables; columns of one name and different types become several columns.",
  lower: (node, input, cx) => {
    const parameters = parametersOf(node);
    const fuzzy = /^(true|1)$/i.test(parameters.get("isfuzzy") ?? "");
    const inner = (parameters.get("kind") ?? "outer").toLowerCase() === "inner";
    const source = parameters.get("withsource") ?? parameters.get("with_source");
    const piped: readonly Leg[] =
      input.kind === "rows" && input.columns.length === 0 ? [] : [{ plan: input, name: "union_arg0" }];
    const legs = [
      ...piped,
      ...node.list("Expressions").flatMap((leg, index) => lowerLegs(leg, index + piped.length, fuzzy, cx)),
    ];
    if (legs.length === 0) {
      report(cx, node.location, "unknown-table", "none of the tables of this `union` exists");
      return nothing();
    }
    const bound = boundColumns(node).filter(({ name }) => name !== source);
    const columns = resultColumns(bound, legs, inner);
    const plans = legs.map((leg) => conform(leg, columns, source));
    const all = source === undefined ? columns : [{ name: source, type: "string" as const }, ...columns];
    return plans.length === 1 && plans[0] !== undefined
      ? plans[0]
      : { kind: "union", inputs: plans, columns: withArrival(all, legs) };
  },
};

interface Leg {
  readonly plan: Plan;
  /** What `withsource` says for its rows. */
  readonly name: string;
}

/** The tables of one leg: one, several for a pattern, none where `isfuzzy` forgives that it does not exist. */
function lowerLegs(leg: SyntaxNode, index: number, fuzzy: boolean, cx: Context): readonly Leg[] {
  const inner: Context = { scope: cx.scope, gathered: cx.gathered };
  const pattern =
    leg.kind === "NameReference" && leg.name.includes("*") ? leg.name : leg.kind === "StarExpression" ? "*" : undefined;
  if (pattern !== undefined) {
    const test = new RegExp(`^${pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replace(/\*/g, ".*")}$`);
    return cx.gathered.request.schema.tableNames
      .filter((name) => test.test(name))
      .map((name) => ({ plan: scan(name, leg, inner), name }));
  }
  const name = leg.kind === "NameReference" && leg.symbol?.kind === "table" ? leg.name : `union_arg${index}`;
  const before = cx.gathered.diagnostics.length;
  const plan = lowerTable(leg, inner);
  if (!fuzzy) return [{ plan, name }];
  return forgive(leg, before, cx) ? [] : [{ plan, name }];
}

/** Whether a leg reads a table that does not exist: then it is left out, and a warning says so. */
function forgive(leg: SyntaxNode, before: number, cx: Context): boolean {
  const { diagnostics, fuzzyLegs } = cx.gathered;
  const { span } = leg.location;
  const key = `${span.start}-${span.end}`;
  const seen = fuzzyLegs.get(key) ?? { span, met: 0, failed: 0 };
  seen.met++;
  fuzzyLegs.set(key, seen);
  const missing = diagnostics.slice(before).filter(({ code }) => code === "unknown-table");
  if (missing.length === 0) return false;
  seen.failed++;
  diagnostics.length = before;
  for (const { source, span: place, message, hint } of missing) {
    report(cx, { source, span: place }, "unknown-table", `${message}; this leg of the \`union\` is left out`, {
      severity: "warning",
      ...(hint === undefined ? {} : { hint }),
    });
  }
  return true;
}

/** The binder's columns, with the types that the legs really have. */
function resultColumns(
  bound: readonly { name: string; type: string }[],
  legs: readonly Leg[],
  inner: boolean,
): readonly Column[] {
  const present = legs.map(({ plan }) => visibleColumns(plan));
  const types = new Map<string, Set<string>>();
  const order: string[] = [];
  for (const { name, type } of present.flat()) {
    if (!types.has(name)) order.push(name);
    types.set(name, (types.get(name) ?? new Set()).add(type));
  }
  const derived = order.flatMap((name): Column[] => {
    const everywhere = present.every((columns) => columns.some((column) => column.name === name));
    if (inner && !everywhere) return [];
    const found = [...(types.get(name) ?? [])] as Column["type"][]; // the sets hold types of columns only
    return found.length === 1 && found[0]
      ? [{ name, type: found[0] }]
      : found.map((type) => ({ name: `${name}_${type}`, type }));
  });
  // The binder's order counts where it knows the same columns.
  const byName = new Map(derived.map((column) => [column.name, column]));
  const agreed = bound.flatMap(({ name }) => byName.get(name) ?? []);
  return agreed.length === derived.length ? agreed : derived;
}

/** A leg with exactly the columns of the result; what it lacks is null. */
function conform(leg: Leg, columns: readonly Column[], source: string | undefined): Plan {
  const own = new Map(columnsOf(leg.plan).map((column) => [column.name, column]));
  const named = columns.map(({ name, type }): Named => {
    const plain = own.get(name);
    if (plain !== undefined && plain.type === type) return { name, expression: { kind: "column", name, type } };
    const suffix = `_${type}`;
    const base = name.endsWith(suffix) ? own.get(name.slice(0, -suffix.length)) : undefined;
    if (base !== undefined && base.type === type)
      return { name, expression: { kind: "column", name: base.name, type } };
    const empty: Expression = { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
    return { name, expression: empty };
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

/** `ingestion_time()` survives a union where every leg has it. */
function withArrival(columns: readonly Column[], legs: readonly Leg[]): readonly Column[] {
  const everywhere = legs.every(({ plan }) => columnsOf(plan).some(({ name }) => name === ingestionTime));
  return everywhere ? [...columns, { name: ingestionTime, type: "datetime" }] : columns;
}
