import { withSteps } from "../../../server/src/search/hybrid/run-steps.js";
import {
  dropScratchStatement,
  fillScratchStatement,
  makeScratchStatement,
} from "../../../server/src/store/scratch-tables.js";
import type { Compilation, CompileRequest } from "../compilation.js";
import { compile } from "../compile.js";
import { compileAnswered } from "../compile-answered.js";
import type { Engine } from "../functions/testing/evaluate.js";

/** A query, compiled with what the engine's tables hold. */
export function compiled(engine: Engine, request: CompileRequest): Promise<Compilation> {
  return compileAnswered(request, (question) => rowsOf(engine, question), compile);
}

/** The rows of a compiled query, after the steps that it takes outside the engine. */
export function rowsOf(
  engine: Engine,
  compilation: Pick<Compilation, "rowsSql" | "steps">,
): Promise<readonly string[]> {
  const store = {
    async *lines(sql: string) {
      yield* await engine.lines(sql);
    },
    makeScratch: (name: string, columns: Compilation["columns"]) => engine.run(makeScratchStatement(name, columns)),
    fillScratch: (name: string, lines: readonly string[], columns: Compilation["columns"]) =>
      engine.run(fillScratchStatement(name, lines, columns)),
    dropScratch: (name: string) => engine.run(dropScratchStatement(name)),
  };
  return withSteps(store, compilation.steps, limits, () => engine.lines(compilation.rowsSql ?? ""));
}

const limits = { maxSeconds: 60, maxMemoryBytes: 1e9, maxResultRows: 1e6, maxStepBytes: 1e8 };
