import type { Compilation, CompileRequest } from "./compilation.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import { emit } from "./emit/emit.js";
import type { Gathered } from "./operators/context.js";
import { lowerQuery } from "./operators/query.js";
import { passes } from "./passes/passes.js";
import { columnsOf } from "./plan/plan.js";
import { printPlan } from "./plan/print.js";
import type { Source } from "./source/source.js";
import { type BoundQuery, bind } from "./syntax/bind.js";

/** Turns a KQL query into ClickHouse SQL, or into diagnostics that say why not. */
export function compile(request: CompileRequest): Compilation {
  const source: Source = { name: request.sourceName ?? "query", text: request.text };
  const first = lowered(source, bind(source, request.schema), request);
  const missing = missingLegs(first.gathered);
  const hopeless = first.gathered.diagnostics.some(
    ({ code, severity }) => code === "unknown-table" && severity === "error",
  );
  if (missing.length === 0 || hopeless) return finished(first, request);
  // The binder gives the columns of legs that do not exist an unknown type. Without those legs it binds what is left.
  const second = lowered(source, bind(source, request.schema, blank(source.text, missing)), request);
  const kept = first.gathered.diagnostics.filter(
    ({ code, severity }) => code === "unknown-table" && severity === "warning",
  );
  second.gathered.diagnostics.unshift(...kept);
  return finished(second, request);
}

interface Lowered {
  readonly gathered: Gathered;
  readonly plan: ReturnType<typeof lowerQuery>;
}

function lowered(source: Source, bound: BoundQuery, request: CompileRequest): Lowered {
  const gathered: Gathered = {
    request,
    diagnostics: [],
    externals: [],
    tables: new Set(),
    fuzzyLegs: new Map(),
    named: new Map(),
    counter: 0,
    calls: [],
  };
  return { gathered, plan: lowerQuery(source, bound, gathered) };
}

function finished({ gathered, plan }: Lowered, request: CompileRequest): Compilation {
  const { diagnostics, externals, tables, visual } = gathered;
  const columns = plan === undefined ? [] : columnsOf(plan).filter(({ name }) => !name.startsWith("#"));
  const outcome = {
    columns,
    externals,
    steps: [],
    tables: [...tables],
    ...(visual === undefined ? {} : { visual }),
  };
  if (plan === undefined || diagnostics.some(isError)) return { ...outcome, diagnostics };
  const optimized = passes.reduce((current, pass) => pass(current), plan);
  const emitted = emit(optimized, columns, request.schema, request.scratch ?? "_calypso_step_");
  const all = [...diagnostics, ...emitted.diagnostics];
  const translated = emitted.diagnostics.some(isError) ? {} : { sql: emitted.sql, rowsSql: emitted.rowsSql };
  return {
    ...outcome,
    steps: emitted.steps,
    diagnostics: all,
    ...translated,
    // Printed only for those who look: the plan of a union over all tables is hundreds of megabytes of text.
    get plan() {
      return printPlan(optimized);
    },
  };
}

function isError(diagnostic: Diagnostic): boolean {
  return diagnostic.severity === "error";
}

/** Legs of `union isfuzzy=true` that no call could resolve. */
function missingLegs({ fuzzyLegs }: Gathered): readonly { readonly start: number; readonly end: number }[] {
  return [...fuzzyLegs.values()].filter(({ met, failed }) => failed > 0 && met === failed).map(({ span }) => span);
}

/** The text with some spans as blanks, and the comma that parted each from its neighbour; places stay the same. */
function blank(text: string, spans: readonly { readonly start: number; readonly end: number }[]): string {
  let result = text;
  for (const { start, end } of spans) {
    const after = /^(?:\s|\/\/[^\n]*)*,/.exec(result.slice(end));
    const before = /,(?:\s|\/\/[^\n]*\n)*$/.exec(result.slice(0, start));
    const from = after === null && before !== null ? before.index : start;
    const to = after === null ? end : end + after[0].length;
    result = result.slice(0, from) + result.slice(from, to).replace(/[^\n\r]/g, " ") + result.slice(to);
  }
  return result;
}
