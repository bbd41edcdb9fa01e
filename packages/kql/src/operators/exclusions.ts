import { type Exclusion, type ExclusionOutcome, mostToldValues } from "../compilation.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import { columnsRead, type Expression, type Location } from "../plan/expression.js";
import { columnsOf, type Named, type Plan } from "../plan/plan.js";
import type { WorkspaceSchema } from "../schema/schema.js";
import type { Column } from "../schema/types.js";
import type { Source, Span } from "../source/source.js";
import { bindCondition } from "../syntax/bind.js";
import { blockingAmong } from "./blocking.js";
import { type Context, freshName, type Gathered, report } from "./context.js";
import { partsAt, ref, same } from "./plugins/parts.js";
import { over } from "./rows.js";
import { lowerScalar } from "./scalar.js";

/** An exclusion over the rows of a plan. */
export interface LoweredExclusion extends ExclusionOutcome {
  readonly source: Source;
  /** True for rows to leave out, false and never null for all others; absent where the exclusion has no effect. */
  readonly condition?: Expression;
}

/** Binds an exclusion to the columns that a plan gives. What is wrong with it is its own, and nothing of the query's. */
export function lowerExclusion(asked: Exclusion, rows: Plan, gathered: Gathered): LoweredExclusion {
  const { text, sourceName: name } = asked;
  const columns = columnsOf(rows);
  const schema = withWatchlistsOnly(gathered.request.schema);
  const bound = bindCondition({ name, text }, columns, schema);
  const { source } = bound;
  const own: Gathered = {
    ...gathered,
    request: { ...gathered.request, schema, strict: true },
    words: bound.words,
    diagnostics: [],
    externals: [],
    tables: new Set(),
    fuzzyLegs: new Map(),
    named: new Map(),
    namedParts: new Set(),
    aliases: new Set(),
    questions: [],
    turns: new Map(),
  };
  const { windows: _other, ...cx } = over(rows, { scope: { names: new Map() }, gathered: own }); // Other rows are of no concern.
  const whole: Location = { source, span: { start: 0, end: Math.max(1, text.length) } };
  for (const { code, message, span } of blockingAmong(bound.diagnostics, bound.text)) {
    report(cx, { source, span: within(span, bound.shift, text) }, code, message);
  }
  const { condition: node } = bound;
  if (node === undefined && own.diagnostics.length === 0) {
    report(cx, whole, "syntax-error", "a condition is one expression over the columns of the result", {
      hint: "it has no `|` and no `;`, and closes only the brackets that it opens",
    });
  }
  const condition = node === undefined || own.diagnostics.length > 0 ? undefined : lowerScalar(node, cx);
  if (condition !== undefined && condition.type !== "bool" && own.diagnostics.length === 0) {
    report(cx, whole, "type-mismatch", `a condition is true or false, and this is a ${condition.type}`);
  }
  if (own.externals.length > 0) report(cx, whole, "unsupported-option", "a condition reads no files");
  if (own.questions.length > 0) {
    report(cx, whole, "unsupported-option", "a condition asks for no columns that follow from data", {
      hint: "say which columns the plugin gives",
    });
  }
  gathered.counter = own.counter;
  // The columns of a table that cannot be read are not missing.
  const isAside = own.diagnostics.some(({ code }) => code === "unknown-table");
  const diagnostics = own.diagnostics.filter(({ code }) => !(isAside && code === "unknown-column"));
  if (condition === undefined || diagnostics.some(isError)) {
    return { source, diagnostics, inForce: false, subjects: [] };
  }
  for (const table of own.tables) gathered.tables.add(table);
  return {
    source,
    diagnostics,
    inForce: true,
    condition: orFalse(condition, whole),
    subjects: subjectsOf(asked, columns, condition),
  };
}

/** Rows of a result, and told of after them what exclusions have kept out: `told` is a last column, see `Compilation`. */
export interface Excluding {
  readonly plan: Plan;
  readonly told: Column;
}

/**
 * The rows that meet none of the exclusions, in their order, and one row more that tells of the others. Both come from rows
 * that are computed once, so that what is told is exactly what is missing.
 */
export function excluding(rows: Plan, exclusions: readonly LoweredExclusion[], gathered: Gathered): Excluding {
  const cx: Context = { scope: { names: new Map() }, gathered };
  const columns = columnsOf(rows);
  const number: Column = { name: freshName(cx, "number"), type: "long" };
  const told: Column = { name: freshName(cx, "told"), type: "dynamic" };
  const marks = exclusions.flatMap(({ condition, source, subjects }) =>
    condition === undefined ? [] : [{ column: mark(cx), condition, source, subjects }],
  );
  const marked: Plan = {
    kind: "project",
    input: { kind: "numbered", input: rows, name: number.name },
    columns: [
      ...same([...columns, number]),
      ...marks.map(({ column, condition }): Named => ({ name: column.name, expression: condition })),
    ],
  };
  const once: Plan = { kind: "shared", id: ++gathered.counter, name: "result", input: marked, once: true };
  const { of } = partsAt(nowhere);
  const met = marks.map(({ column }) => ref(column)).reduce((a, b) => of("or", [a, b], "bool"));
  const none: Expression = { kind: "literal", type: "dynamic", value: "" };
  const kept: Plan = {
    kind: "project",
    input: { kind: "filter", input: once, condition: of("not", [met], "bool") },
    columns: [...same([...columns, number]), { name: told.name, expression: none }],
  };
  const left: Plan = { kind: "filter", input: once, condition: met };
  const all: readonly Column[] = [...columns, number, told];
  const union: Plan = { kind: "union", inputs: [kept, telling(left, marks, all, cx)], columns: all };
  const byNumber = { expression: ref(number), descending: false, nullsFirst: false };
  const sorted: Plan = { kind: "sort", input: union, keys: [byNumber] };
  return { plan: { kind: "project", input: sorted, columns: same([...columns, told]) }, told };
}

/** The rows that meet none of the exclusions. */
export function remaining(rows: Plan, exclusions: readonly LoweredExclusion[]): Plan {
  const { of } = partsAt(nowhere);
  return exclusions.reduce<Plan>(
    (input, { condition }) =>
      condition === undefined ? input : { kind: "filter", input, condition: of("not", [condition], "bool") },
    rows,
  );
}

interface Mark extends Pick<LoweredExclusion, "source" | "subjects"> {
  /** True in rows that meet the exclusion. */
  readonly column: Column;
}

/** One row that tells of rows, where there are any: in the last of its columns, the others are empty. */
function telling(rows: Plan, marks: readonly Mark[], columns: readonly Column[], cx: Context): Plan {
  const { of, aggregate, countWhen } = partsAt(nowhere);
  const name = () => freshName(cx, "count");
  const total = aggregate(name(), "count");
  const parts = marks.map(({ column, subjects }) => {
    const when = ref(column);
    const types = new Map(columnsOf(rows).map((one) => [one.name, one]));
    const values = subjects.map((subject) => {
      const cells = subject.flatMap((one) => types.get(one) ?? []).map((one) => of("tostring", [ref(one)], "string"));
      const text = of("tostring", [of("pack_array", cells, "dynamic")], "string");
      const most: Expression = { kind: "literal", type: "long", value: BigInt(mostToldValues) };
      return { ...aggregate(name(), "make_set", [text, most], "dynamic"), when };
    });
    return { count: countWhen(name(), when), values };
  });
  const counted: Plan = {
    kind: "aggregate",
    input: rows,
    keys: [],
    aggregates: [total, ...parts.flatMap(({ count, values }) => [count, ...values])],
    emptyWithoutRows: true,
  };
  const list = (items: readonly Expression[]) => of("pack_array", items, "dynamic");
  const all = list([
    ref(total),
    ...parts.map(({ count, values }) => list([ref(count), ...values.map((one) => ref(one))])),
  ]);
  return {
    kind: "project",
    input: counted,
    columns: columns.map(({ name: title, type }, index) => ({
      name: title,
      expression: index === columns.length - 1 ? all : empty(type),
    })),
  };
}

function mark(cx: Context): Column {
  return { name: freshName(cx, "met"), type: "bool" };
}

function empty(type: Column["type"]): Expression {
  return { kind: "literal", type, value: type === "string" || type === "dynamic" ? "" : null };
}

/** Parts that stand for nothing in anyone's text. */
const nowhere: Location = { source: { name: "", text: "" }, span: { start: 0, end: 1 } };

/** A row for which a condition says nothing does not meet it. */
function orFalse(condition: Expression, location: Location): Expression {
  return partsAt(location).of("coalesce", [condition, { kind: "literal", type: "bool", value: false }], "bool");
}

function subjectsOf(
  { subjects }: Exclusion,
  columns: readonly Column[],
  condition: Expression,
): readonly (readonly string[])[] {
  const names = new Set(columns.map(({ name }) => name));
  const known = subjects.map((subject) => subject.filter((name) => names.has(name))).filter(({ length }) => length > 0);
  const read = [...columnsRead(condition)].filter((name) => names.has(name));
  return known.length > 0 ? known : read.length > 0 ? [read] : [];
}

/** The names that a condition may know: functions and watchlists, but no table. */
function withWatchlistsOnly(schema: WorkspaceSchema): WorkspaceSchema {
  const known = restricted.get(schema) ?? restrictedAnew(schema);
  restricted.set(schema, known);
  return known;
}

/** By the schema that they restrict, so that what is bound to one is bound once. */
const restricted = new WeakMap<WorkspaceSchema, WorkspaceSchema>();

function restrictedAnew(schema: WorkspaceSchema): WorkspaceSchema {
  const isOpen = (name: string) => name === "Watchlist";
  return Object.create(schema, {
    table: { value: (name: string) => (isOpen(name) ? schema.table(name) : undefined) },
    tableNames: { value: schema.tableNames.filter(isOpen) },
    filledTables: { value: [] },
  });
}

/** A span of the bound text as one of the condition, at its nearest character. */
function within({ start, end }: Span, shift: number, text: string): Span {
  const from = Math.min(Math.max(0, start - shift), Math.max(0, text.length - 1));
  return { start: from, end: Math.max(from + 1, Math.min(end - shift, text.length)) };
}

function isError({ severity }: Diagnostic): boolean {
  return severity === "error";
}
