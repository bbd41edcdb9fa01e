import { Worker } from "node:worker_threads";
import type { Detection } from "@calypso/catalog";
import { isWhole } from "./taken-apart.js";

/** A rule that waits for its dissection. */
interface Job {
  readonly detection: Detection;
  readonly done: (whole: Detection) => void;
  readonly failed: (why: Error) => void;
  /** A thread has ended at it. */
  readonly isSuspect: boolean;
}

/** A thread, and the rules that it has been given, the one that it works on first. */
interface Thread {
  readonly worker: Worker;
  readonly jobs: Job[];
  /** Whether it has loaded what it needs. */
  isReady: boolean;
  /** Why it ends, where that is known. */
  why?: Error;
  /** Ends it where what it does takes too long. */
  timer?: NodeJS.Timeout;
}

/** So many rules are sooner taken apart here than a thread has begun. */
const fewRules = 16;
/** One that a thread works on, and one that it goes on with at once. */
const jobsOfThread = 2;

/** The built thread, from the sources as from what is built of them. */
const builtWorker = new URL("../../dist/catalogue/dissection-worker.js", import.meta.url);

/** How a pool works. */
export interface PoolOptions {
  readonly mostThreads: number;
  /** The longest that a thread may take for one rule, or to begin. */
  readonly mostSeconds?: number;
  readonly workerFile?: URL;
  /** No rule is taken apart here: others wait for this thread. */
  readonly neverHere?: true;
}

/**
 * Takes rules apart on several threads, which is most of the work of an import. The first few are taken apart here, so that no thread
 * begins for them. A rule at which a thread ends, or takes too long, is tried once more in a thread of its own; the others go on.
 */
export class DissectionPool {
  readonly #here: (detection: Detection) => Detection;
  readonly #workerFile: URL;
  readonly #mostSeconds: number;
  readonly #neverHere: boolean;
  #mostThreads: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #seen = 0;

  constructor(here: (detection: Detection) => Detection, options: PoolOptions) {
    this.#here = here;
    this.#workerFile = options.workerFile ?? builtWorker;
    this.#mostSeconds = options.mostSeconds ?? 60;
    this.#neverHere = options.neverHere === true;
    this.#mostThreads = options.mostThreads;
  }

  /** Rejects with the reason where no thread comes to the end of the rule. */
  async takeApart(detection: Detection): Promise<Detection> {
    if (!isWhole(detection)) return detection;
    this.#seen += 1;
    const isFew = !this.#neverHere && (this.#mostThreads < 2 || this.#seen <= fewRules);
    if (isFew || this.#mostThreads === 0) return this.#here(detection);
    return new Promise((done, failed) => {
      this.#waiting.push({ detection, done, failed, isSuspect: false });
      this.#handOut();
    });
  }

  /** What has not been taken apart by now never is. */
  async close(): Promise<void> {
    const threads = [...this.#threads];
    this.#threads.clear();
    for (const { timer } of threads) clearTimeout(timer);
    await Promise.all(threads.map(({ worker }) => worker.terminate()));
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#threads].find(({ jobs }) => jobs.length < jobsOfThread);
      const thread = free ?? (this.#threads.size < this.#mostThreads ? this.#begin() : undefined);
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || job === undefined) return;
      this.#give(thread, job);
    }
  }

  #give(thread: Thread, job: Job): void {
    thread.jobs.push(job);
    if (thread.isReady && thread.jobs.length === 1) this.#watch(thread);
    thread.worker.postMessage(job.detection);
  }

  #begin(): Thread {
    const thread: Thread = { worker: new Worker(this.#workerFile), jobs: [], isReady: false };
    this.#threads.add(thread);
    this.#watch(thread);
    thread.worker.on("message", (dissection: Detection["dissection"] | null) => {
      thread.isReady = true;
      const job = dissection === null ? undefined : thread.jobs.shift();
      if (dissection !== null) job?.done({ ...job.detection, dissection });
      if (this.#threads.has(thread)) this.#watch(thread);
      this.#handOut();
    });
    thread.worker.on("error", (error) => {
      thread.why ??= error;
    });
    thread.worker.on("exit", (status) => {
      clearTimeout(thread.timer);
      // Those that `close` ends are none of these any more.
      if (this.#threads.delete(thread)) this.#ended(thread, thread.why ?? new Error(`its thread ended with ${status}`));
    });
    return thread;
  }

  /** Gives a thread its time for what it does now, if it does anything. */
  #watch(thread: Thread): void {
    clearTimeout(thread.timer);
    if (thread.isReady && thread.jobs.length === 0) return;
    thread.timer = setTimeout(() => {
      thread.why = new Error(`it takes longer than ${this.#mostSeconds} s`);
      void thread.worker.terminate();
    }, this.#mostSeconds * 1000);
  }

  #ended({ isReady, jobs }: Thread, why: Error): void {
    const [first, ...others] = jobs.splice(0);
    this.#waiting.unshift(...others);
    if (first?.isSuspect === true) first.failed(why);
    else if (first !== undefined && isReady) this.#give(this.#begin(), { ...first, isSuspect: true });
    else if (first !== undefined) this.#waiting.unshift(first);
    if (!isReady && first?.isSuspect !== true) this.#mostThreads = 0;
    if (this.#mostThreads === 0) this.#finishHere();
    this.#handOut();
  }

  /** Where threads cannot begin, as where there is no memory for one, all is done here. */
  #finishHere(): void {
    for (const { detection, done } of this.#waiting.splice(0)) done(this.#here(detection));
  }
}
