import { availableParallelism } from "node:os";
import { join } from "node:path";
import { shippedSchema } from "../main.js";
import type { Clock } from "../platform/clock.js";
import { contentFolder } from "../platform/content.js";
import { version } from "../platform/version.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import type { State } from "../state/open-state.js";
import { DissectionPool } from "./dissection-pool.js";
import { importSource } from "./import-source.js";
import { readingVersion } from "./reading-version.js";
import { takenApart } from "./taken-apart.js";

/** How far the import of the shipped rules is, in files. */
export interface ShippedImport {
  readonly state: "none" | "running" | "done" | "failed";
  readonly files: number;
  readonly done: number;
  /** Why it failed. */
  readonly message?: string;
}

/** An import that goes on beside other work. */
export interface RunningImport {
  progress(): ShippedImport;
  /** Fulfilled when it has ended, in whatever way: what failed is told in the progress. */
  readonly ended: Promise<void>;
}

/** What the shipped rules are called as a source. */
export const shippedSource = "Calypso";

const megabyte = 1024 * 1024;
const limits = { maxFiles: 10_000, maxFileBytes: megabyte, maxBytes: 100 * megabyte };

/**
 * Begins to take the shipped rules into the catalogue; those that are there as they are now are left alone. A failure is kept to be
 * shown, and nothing else waits for it.
 */
export function importShippedRules(state: State, clock: Clock, signal: AbortSignal): RunningImport {
  let now: ShippedImport = { state: "running", files: 0, done: 0 };
  const run = async () => {
    const vocabulary = shippedVocabulary();
    // This thread and a core are left to whoever asks meanwhile.
    const options = { mostThreads: Math.max(1, availableParallelism() - 1), neverHere: true } as const;
    const pool = new DissectionPool(takenApart({ schema: shippedSchema(), vocabulary }), options);
    const ports = {
      ...{ state, clock, vocabulary, readingVersion: readingVersion() },
      takeApart: (detection: Parameters<typeof pool.takeApart>[0]) => pool.takeApart(detection),
    };
    const request = {
      ...({ path: join(contentFolder(), "rules"), platform: "Sentinel", source: shippedSource } as const),
      ...{ licence: "Apache-2.0", commit: version(), retrievedAt: "", limits, signal },
    };
    try {
      for await (const event of importSource(ports, request)) {
        if (event.kind === "begun") now = { ...now, files: event.files };
        if (event.kind === "file") now = { ...now, done: event.done };
      }
    } finally {
      await pool.close();
    }
    now = { ...now, state: "done" };
  };
  const ended = run().catch((error: unknown) => {
    now = { ...now, state: "failed", message: error instanceof Error ? error.message : String(error) };
  });
  return { progress: () => now, ended };
}
