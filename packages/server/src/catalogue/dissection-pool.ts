import { Worker } from "node:worker_threads";
import type { Detection } from "@calypso/catalog";
import { isWhole, notTakenApart } from "./taken-apart.js";

/** A rule that waits for its dissection. */
interface Job {
  readonly detection: Detection;
  readonly done: (whole: Detection) => void;
}

/** A thread, and the rules that it has been given, the one that it works on first. */
interface Thread {
  readonly worker: Worker;
  readonly jobs: Job[];
  /** Whether it has loaded what it needs. */
  isReady: boolean;
}

/** So many rules are sooner taken apart here than a thread has begun. */
const fewRules = 16;
/** One that a thread works on, and one that it goes on with at once. */
const jobsOfThread = 2;

/** The built thread, from the sources as from what is built of them. */
const builtWorker = new URL("../../dist/catalogue/dissection-worker.js", import.meta.url);

/**
 * Takes rules apart on several threads, which is most of the work of an import. The first few are taken apart here, so that no thread
 * begins for them. A rule at which a thread ends is told as one that could not be taken apart, and the others go on.
 */
export class DissectionPool {
  readonly #here: (detection: Detection) => Detection;
  readonly #workerFile: URL;
  #mostThreads: number;
  readonly #threads = new Set<Thread>();
  readonly #waiting: Job[] = [];
  #seen = 0;

  constructor(here: (detection: Detection) => Detection, mostThreads: number, workerFile = builtWorker) {
    this.#here = here;
    this.#workerFile = workerFile;
    this.#mostThreads = mostThreads;
  }

  /** Never rejects. */
  async takeApart(detection: Detection): Promise<Detection> {
    if (!isWhole(detection)) return detection;
    this.#seen += 1;
    if (this.#mostThreads < 2 || this.#seen <= fewRules) return this.#here(detection);
    return new Promise((done) => {
      this.#waiting.push({ detection, done });
      this.#handOut();
    });
  }

  /** What has not been taken apart by now never is. */
  async close(): Promise<void> {
    const ended = [...this.#threads].map(({ worker }) => worker.terminate());
    this.#threads.clear();
    await Promise.all(ended);
  }

  #handOut(): void {
    while (this.#waiting.length > 0) {
      const free = [...this.#threads].find(({ jobs }) => jobs.length < jobsOfThread);
      const thread = free ?? (this.#threads.size < this.#mostThreads ? this.#begin() : undefined);
      const job = thread === undefined ? undefined : this.#waiting.shift();
      if (thread === undefined || job === undefined) return;
      thread.jobs.push(job);
      thread.worker.postMessage(job.detection);
    }
  }

  #begin(): Thread {
    const thread: Thread = { worker: new Worker(this.#workerFile), jobs: [], isReady: false };
    this.#threads.add(thread);
    thread.worker.on("message", (dissection: Detection["dissection"] | null) => {
      thread.isReady = true;
      if (dissection === null) return;
      const job = thread.jobs.shift();
      job?.done({ ...job.detection, dissection });
      this.#handOut();
    });
    thread.worker.on("error", (error) => this.#ended(thread, error));
    return thread;
  }

  #ended(thread: Thread, error: Error): void {
    this.#threads.delete(thread);
    if (!thread.isReady) {
      this.#withoutThreads(thread.jobs);
      return;
    }
    const [guilty, ...others] = thread.jobs.splice(0);
    guilty?.done(notTakenApart(guilty.detection, error));
    this.#waiting.unshift(...others);
    this.#handOut();
  }

  /** Where threads cannot begin, as where there is no memory for one, all is done here. */
  #withoutThreads(jobs: readonly Job[]): void {
    this.#mostThreads = 0;
    for (const { detection, done } of [...jobs, ...this.#waiting.splice(0)]) done(this.#here(detection));
  }
}
