import type { Compilation, CompileRequest, ExclusionOutcome, Stage } from "./compilation.js";
import { type Diagnostic, partOfQuery } from "./diagnostics/diagnostic.js";
import { dissect } from "./dissect/dissect.js";
import { type Emitted, emit } from "./emit/emit.js";
import { rowAsJson, rowWithDynamicTexts } from "./emit/rows.js";
import { factsOf } from "./facts/facts.js";
import { fieldsIn } from "./facts/fields.js";
import type { FuzzyLeg, Gathered } from "./operators/context.js";
import { discoveredBy } from "./operators/discovery.js";
import { excluding, type LoweredExclusion, lowerExclusion, remaining } from "./operators/exclusions.js";
import { lowerQuery } from "./operators/query.js";
import { lowerStage } from "./operators/stage.js";
import { passes } from "./passes/passes.js";
import { emptinessOf } from "./plan/emptiness.js";
import { isInternal } from "./plan/internal.js";
import { columnsOf, type Plan } from "./plan/plan.js";
import { printPlan } from "./plan/print.js";
import { otherNamesAmong, withOtherNames } from "./schema/other-names.js";
import type { FunctionSchema, TableSchema, WorkspaceSchema } from "./schema/schema.js";
import type { Column } from "./schema/types.js";
import type { Source } from "./source/source.js";
import { type BoundQuery, bind } from "./syntax/bind.js";
import { type LookPlan, lowerLook } from "./trace/look.js";
import { pipelineOf } from "./trace/pipeline.js";

/** Turns a KQL query into ClickHouse SQL, or into diagnostics that say why not. */
export function compile(request: CompileRequest): Compilation {
  return (asAnotherProduct(request) ?? bestReading(request)).compilation();
}

/** The query read with other names of columns, where the binder misses some of these and all then makes sense. */
function asAnotherProduct(request: CompileRequest): ReadQuery | undefined {
  const { diagnostics, tables } = boundAs(request, request.schema);
  const names = otherNamesAmong(unboundIn(diagnostics, request), tables);
  if (names.size === 0) return undefined;
  const reading = readAs(request, withOtherNames(request.schema, names, "instead"));
  return reading.makesSense && reading.unknown.length === 0 ? reading : undefined;
}

function bestReading(request: CompileRequest): ReadQuery {
  const own = readAs(request, request.schema);
  const names = otherNamesAmong(own.unknown, own.tables);
  const others = own.unknown.filter((name) => !names.has(name)).length;
  let best = own;
  // A query that knows columns by the names of another product is read as that product would: there they have no others.
  for (const reading of names.size === 0 ? [] : (["instead", "beside"] as const)) {
    const other = readAs(request, withOtherNames(request.schema, names, reading));
    const makesSense = other.makesSense || !own.makesSense;
    if (makesSense && other.unknown.length < best.unknown.length) best = other;
    if (best.unknown.length <= others) break;
  }
  return best;
}

/** A query as it is with the names of a schema. */
interface ReadQuery {
  readonly compilation: () => Compilation;
  /** Whether there is a plan, so that all unknown names are among those below. */
  readonly makesSense: boolean;
  /** Names of columns that mean nothing, as often as they are met. */
  readonly unknown: readonly string[];
  readonly tables: readonly TableSchema[];
}

function readAs(whole: CompileRequest, schema: WorkspaceSchema): ReadQuery {
  const request = { ...whole, schema };
  const source = sourceOf(request);
  const discovered = discoveredBy(request.answers);
  const bound = boundAs(request, schema);
  const first = lowered(source, bound, request);
  const missing = missingLegs(first.gathered);
  const hopeless = first.gathered.diagnostics.some(
    ({ code, severity }) => code === "unknown-table" && severity === "error",
  );
  if (missing.length === 0 || hopeless) return readQuery(first, bound, request);
  const rest = withoutLegs(schema, missing);
  const ofQuery = missing.filter((leg) => leg.function === undefined);
  // The binder gives the columns of legs that do not exist an unknown type. Without those legs it binds what is left.
  const boundRest = bind(source, rest, { text: blank(source.text, ofQuery), discovered });
  const second = lowered(source, boundRest, { ...request, schema: rest });
  const kept = first.gathered.diagnostics.filter(
    ({ code, severity }) => code === "unknown-table" && severity === "warning",
  );
  const { diagnostics } = second.gathered;
  const told = new Set(diagnostics.map(({ message, span }) => `${span.start} ${message}`));
  diagnostics.unshift(...kept.filter(({ message, span }) => !told.has(`${span.start} ${message}`)));
  return readQuery(second, boundRest, request);
}

function boundAs(request: CompileRequest, schema: WorkspaceSchema): BoundQuery {
  return bind(sourceOf(request), schema, { discovered: discoveredBy(request.answers) });
}

function sourceOf({ sourceName, text }: CompileRequest): Source {
  return { name: sourceName ?? "query", text };
}

/** Names of columns that the binder does not know, as often as they are met. */
function unboundIn(diagnostics: BoundQuery["diagnostics"], { text }: CompileRequest): readonly string[] {
  return diagnostics.flatMap(({ code, span }) => (code === "KS142" ? [text.slice(span.start, span.end)] : []));
}

function readQuery(found: Lowered, { diagnostics, tables }: BoundQuery, request: CompileRequest): ReadQuery {
  const unread = found.gathered.diagnostics.flatMap(({ code, name }) =>
    code === "unknown-column" ? (name ?? []) : [],
  );
  return {
    compilation: () => finished(found, request),
    makesSense: found.plan !== undefined,
    unknown: [...unboundIn(diagnostics, request), ...unread],
    tables,
  };
}

interface Lowered {
  readonly bound: BoundQuery;
  readonly gathered: Gathered;
  readonly plan: ReturnType<typeof lowerQuery>;
  readonly looked?: LookPlan["looked"];
}

function lowered(source: Source, bound: BoundQuery, request: CompileRequest): Lowered {
  const gathered: Gathered = {
    request,
    words: bound.words,
    diagnostics: [],
    externals: [],
    tables: new Set(),
    fuzzyLegs: new Map(),
    named: new Map(),
    namedParts: new Set(),
    aliases: new Set(),
    counter: 0,
    questions: [],
    turns: new Map(),
  };
  if (request.look === undefined) return { bound, gathered, plan: lowerQuery(source, bound, gathered) };
  return { bound, gathered, plan: undefined, ...lowerLook(request.look, source, bound, gathered) };
}

function finished({ bound, gathered, plan: whole, looked }: Lowered, request: CompileRequest): Compilation {
  const plan = whole === undefined || request.stage === undefined ? whole : staged(whole, request.stage, gathered);
  const { diagnostics, externals, tables, visual } = gathered;
  const columns = plan === undefined ? [] : columnsOf(plan).filter(({ name }) => !isInternal(name));
  const outcome = {
    columns,
    externals,
    steps: [],
    questions: [],
    asked: request.answers !== undefined,
    tables: [...tables],
    ...(visual === undefined ? {} : { visual }),
    dissection: () => dissect(bound.statements, columns),
    pipeline: () => pipelineOf(bound.statements).map(({ node: _node, pipe: _pipe, statement: _in, ...stage }) => stage),
    ...(looked === undefined ? {} : { looked }),
    ...(plan === undefined ? {} : factsAsked(plan, bound)),
  };
  // Errors that come after a question may come from not knowing its answer.
  if (gathered.questions.length > 0) return asking(gathered, outcome, request);
  if (plan === undefined || diagnostics.some(isError)) return { ...outcome, diagnostics };
  const { optimized, emitted, exclusions } = translated(plan, columns, gathered, request);
  const all = [...diagnostics, ...emitted.diagnostics];
  const statements = emitted.diagnostics.some(isError) ? {} : { sql: emitted.sql, rowsSql: emitted.rowsSql };
  return {
    ...outcome,
    // Exclusions may have added some.
    tables: [...tables],
    steps: emitted.steps,
    diagnostics: all,
    ...statements,
    ...(exclusions === undefined
      ? { emptiness: () => ({ when: emptinessOf(optimized), schema: request.schema }) }
      : { exclusions }),
    // Printed only for those who look: the plan of a union over all tables is hundreds of megabytes of text.
    get plan() {
      return printPlan(optimized);
    },
  };
}

/** What the query does, found out for those who ask. */
function factsAsked(plan: Plan, { statements }: BoundQuery): Pick<Compilation, "facts" | "fields"> {
  return { facts: () => factsOf(plan, statements), fields: (results) => fieldsIn(plan, results) };
}

/** What a stage makes of the rows that exclusions leave. */
function staged(plan: Plan, stage: Stage, gathered: Gathered): Plan | undefined {
  const exclusions = gathered.request.exclusions?.map((one) => lowerExclusion(one, plan, gathered)) ?? [];
  return lowerStage(stage, remaining(plan, exclusions), gathered);
}

interface Translated {
  readonly optimized: Plan;
  readonly emitted: Emitted;
  readonly exclusions?: readonly ExclusionOutcome[];
}

/** The SQL of a plan and of the request's exclusions; what the engine has no form for in an exclusion leaves that one out. */
function translated(plan: Plan, columns: readonly Column[], gathered: Gathered, request: CompileRequest): Translated {
  const asked = request.stage === undefined && request.look === undefined ? request.exclusions : undefined;
  let exclusions = asked?.map((one) => lowerExclusion(one, plan, gathered));
  for (;;) {
    const inForce = exclusions?.filter((one) => one.inForce) ?? [];
    const whole = inForce.length === 0 ? undefined : excluding(plan, inForce, gathered);
    const optimized = improved(whole?.plan ?? plan);
    const shown = whole === undefined ? columns : [...columns, whole.told];
    const emitted = emit(optimized, shown, request.schema, scratchOf(request), {
      spell: request.dynamicsAsText === true ? rowWithDynamicTexts : rowAsJson,
      portable: request.portable === true,
    });
    const isOf = ({ source }: LoweredExclusion, found: Diagnostic) => partOfQuery(found).source === source;
    const refused = inForce.filter((one) => emitted.diagnostics.some((found) => isError(found) && isOf(one, found)));
    if (refused.length === 0) return { optimized, emitted, ...(exclusions === undefined ? {} : { exclusions }) };
    exclusions = exclusions?.map((one) => {
      if (!refused.includes(one)) return one;
      const own = emitted.diagnostics.filter((found) => isOf(one, found));
      return { ...one, inForce: false, subjects: [], diagnostics: [...one.diagnostics, ...own] };
    });
  }
}

/** The questions of a query, in place of its SQL. What is said of columns is not known yet, so nothing is. */
function asking(gathered: Gathered, outcome: Omit<Compilation, "diagnostics">, request: CompileRequest): Compilation {
  const { externals, tables } = outcome;
  const asked = gathered.questions.map((question) => {
    const plan = improved(question.asked);
    return { ...emit(plan, columnsOf(plan), request.schema, scratchOf(request)), key: question.key };
  });
  const diagnostics = asked.flatMap((one) => one.diagnostics);
  if (diagnostics.some(isError)) return { ...outcome, diagnostics };
  const questions = asked.map(({ key, rowsSql, steps }) => ({ key, rowsSql, steps, externals, tables }));
  return { ...outcome, diagnostics: [], questions };
}

function improved(plan: Plan): Plan {
  return passes.reduce((current, pass) => pass(current), plan);
}

function scratchOf({ scratch }: CompileRequest): string {
  return scratch ?? "_calypso_step_";
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

/** Legs of `union isfuzzy=true` that no call could resolve. */
function missingLegs({ fuzzyLegs }: Gathered): readonly FuzzyLeg[] {
  return [...fuzzyLegs.values()].filter(({ met, failed }) => failed > 0 && met === failed);
}

/** The schema with saved functions that lack the legs that stand in their bodies. */
function withoutLegs(schema: WorkspaceSchema, legs: readonly FuzzyLeg[]): WorkspaceSchema {
  const names = new Set(legs.flatMap((leg) => leg.function ?? []));
  if (names.size === 0) return schema;
  const changed = new Map<string, FunctionSchema>();
  for (const name of names) {
    const saved = schema.function?.(name);
    const inside = legs.filter((leg) => leg.function === name);
    if (saved !== undefined) changed.set(name, { ...saved, body: blank(saved.body, inside) });
  }
  return Object.create(schema, { function: { value: (name: string) => changed.get(name) ?? schema.function?.(name) } });
}

/** The text with some spans as blanks, and the comma that parted each from its neighbour; places stay the same. */
function blank(text: string, legs: readonly FuzzyLeg[]): string {
  let result = text;
  for (const { span } of legs) {
    const { start, end } = span;
    const after = /^(?:\s|\/\/[^\n]*)*,/.exec(result.slice(end));
    const before = /,(?:\s|\/\/[^\n]*\n)*$/.exec(result.slice(0, start));
    // The only leg beside the rows that a union is piped stays, as nothing would be left to write.
    if (after === null && before === null) continue;
    const from = after === null && before !== null ? before.index : start;
    const to = after === null ? end : end + after[0].length;
    result = result.slice(0, from) + result.slice(from, to).replace(/[^\n\r]/g, " ") + result.slice(to);
  }
  return result;
}
