import { Worker } from "node:worker_threads";
import { type CompileRequest, compile, type Diagnostic, type WorkspaceSchema } from "@calypso/kql";
import type { CompiledApart } from "../search/run-query.js";
import { Failure } from "../store/failures.js";
import type { CompilationData, Order, Report, Wanted } from "./messages.js";
import { snapshotOf, surroundingsOf } from "./schema-snapshot.js";

/** A query that waits for its compilation. */
interface Job {
  readonly request: CompileRequest;
  readonly wanted: Wanted;
  readonly done: (data: CompilationData) => void;
  readonly failed: (why: unknown) => void;
}

/** A thread, what it works on, and the schema that it knows. */
interface Thread {
  readonly worker: Worker;
  job?: Job | undefined;
  schema?: WorkspaceSchema;
  isReady: boolean;
  /** Why it ends, where that is known. */
  why?: unknown;
  timer?: NodeJS.Timeout;
}

/** The built thread, from the sources as from what is built of them. */
const builtThread = new URL("../../dist/compiler/compiler-thread.js", import.meta.url);

/** How long a thread may take to begin, in seconds: a machine may be busy. */
const slowestStart = 120;

/** What a query may cost before it runs. */
export interface CompilerLimits {
  readonly mostThreads: number;
  /** The longest that compiling a query may take. */
  readonly mostSeconds: number;
  /** The most that it may hold in memory, in MB. */
  readonly mostMegabytes: number;
  /** More queries than these do not wait. */
  readonly mostWaiting: number;
}

const usualLimits: CompilerLimits = { mostThreads: 2, mostSeconds: 10, mostMegabytes: 1024, mostWaiting: 200 };

/**
 * Compiles queries that people type on threads of their own: whatever they write, the service goes on meanwhile. One that takes too long,
 * or too much memory, fails, and ends nothing but its thread.
 */
export class Compiler {
  readonly #limits: CompilerLimits;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #isClosed = false;

  constructor(limits: Partial<CompilerLimits> = {}) {
    this.#limits = { ...usualLimits, ...limits };
  }

  /** As `compile`; the parts that are not `wanted` are worked out here where they are asked for. */
  async compile(request: CompileRequest, wanted: Wanted = {}, signal?: AbortSignal): Promise<CompiledApart> {
    const data = await this.#dataOf(request, wanted, signal);
    const { dissection, pipeline } = data;
    return {
      ...data,
      diagnostics: data.diagnostics.map((one) => placedIn(one, request.schema)),
      dissection: () => dissection ?? compile(request).dissection(),
      pipeline: () => pipeline ?? compile(request).pipeline(),
    };
  }

  /** What has not been compiled by now never is. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const threads = [...this.#threads];
    this.#threads.clear();
    const ended = new Failure("query-cancelled", "the service ends");
    for (const { failed } of [...threads.flatMap(({ job }) => job ?? []), ...this.#waiting.splice(0)]) failed(ended);
    for (const { timer } of threads) clearTimeout(timer);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #dataOf(request: CompileRequest, wanted: Wanted, signal: AbortSignal | undefined): Promise<CompilationData> {
    return new Promise((done, failed) => {
      const stopped = () => failed(new Failure("query-cancelled", "the query was stopped"));
      if (this.#isClosed || signal?.aborted === true) return stopped();
      if (this.#waiting.length >= this.#limits.mostWaiting) {
        failed(
          new Failure("work-in-progress", "too many queries wait to be compiled", { hint: "try again in a moment" }),
        );
        return;
      }
      const job = { request, wanted, done, failed };
      this.#waiting.push(job);
      signal?.addEventListener("abort", () => {
        const at = this.#waiting.indexOf(job);
        if (at >= 0) this.#waiting.splice(at, 1);
        stopped();
      });
      this.#handOut();
    });
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#threads].find(({ job }) => job === undefined);
      const thread = free ?? (this.#threads.size < this.#limits.mostThreads ? this.#begin() : undefined);
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || job === undefined) return;
      thread.job = job;
      if (thread.isReady) this.#give(thread, job);
    }
  }

  #begin(): Thread {
    const worker = new Worker(builtThread, { resourceLimits: { maxOldGenerationSizeMb: this.#limits.mostMegabytes } });
    const thread: Thread = { worker, isReady: false };
    worker.unref();
    this.#threads.add(thread);
    this.#watch(thread, slowestStart, new Error("the compiler's thread does not begin"));
    worker.on("message", (report: Report) => this.#heard(thread, report));
    worker.on("error", (error) => {
      thread.why ??= "code" in error && error.code === "ERR_WORKER_OUT_OF_MEMORY" ? tooLarge() : error;
    });
    worker.on("exit", (status) => {
      clearTimeout(thread.timer);
      // Those that `close` ends are none of these any more.
      if (!this.#threads.delete(thread)) return;
      thread.job?.failed(thread.why ?? new Error(`the compiler's thread ended with ${status}`));
      this.#handOut();
    });
    return thread;
  }

  #heard(thread: Thread, report: Report): void {
    clearTimeout(thread.timer);
    const { job } = thread;
    if (report.kind === "ready") {
      thread.isReady = true;
      if (job !== undefined) this.#give(thread, job);
      return;
    }
    thread.job = undefined;
    if (report.kind === "compiled") job?.done(report.compilation);
    else job?.failed(report.error);
    this.#handOut();
  }

  #give(thread: Thread, { request: { schema, ...request }, wanted }: Job): void {
    const { mostSeconds } = this.#limits;
    this.#watch(thread, mostSeconds, tooLong(mostSeconds));
    const order = (what: Order) => thread.worker.postMessage(what);
    if (thread.schema !== schema) order({ kind: "schema", snapshot: snapshotOf(schema) });
    thread.schema = schema;
    order({ kind: "compile", request, around: surroundingsOf(schema), wanted });
  }

  #watch(thread: Thread, seconds: number, why: Error): void {
    clearTimeout(thread.timer);
    thread.timer = setTimeout(() => {
      thread.why = why;
      void thread.worker.terminate();
    }, seconds * 1000);
    thread.timer.unref();
  }
}

const hint =
  "write a shorter query: fewer functions that call functions, fewer columns at a time, a watchlist for long lists";

function tooLong(seconds: number): Failure {
  return new Failure("compile-timeout", `the query takes longer than ${seconds} s to be understood`, { hint });
}

function tooLarge(): Failure {
  return new Failure("compile-memory", "the query needs too much memory to be understood", { hint });
}

/** A diagnostic in the body of a saved function, with the place of the body in its file, which no thread knows. */
function placedIn(diagnostic: Diagnostic, schema: WorkspaceSchema): Diagnostic {
  const { source } = diagnostic;
  const called = source.call === undefined ? undefined : schema.function?.(source.call.name);
  if (called?.placeInFile === undefined || called.body !== source.text) return diagnostic;
  return { ...diagnostic, source: { ...source, placeInFile: called.placeInFile } };
}
