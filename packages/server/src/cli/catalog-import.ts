import { availableParallelism } from "node:os";
import { basename } from "node:path";
import { type Detection, type Platform, printProblem } from "@calypso/catalog";
import { differenceLines } from "../catalogue/difference-lines.js";
import type { ImportEvent } from "../catalogue/import-events.js";
import type { ImportRequest } from "../catalogue/import-source.js";
import { instantOf, secondsSince } from "../platform/clock.js";
import { type CatalogFlags, inCatalog } from "./catalog-state.js";
import { counted } from "./counted.js";
import { printable } from "./printable.js";
import { type Terminal, UsageError } from "./terminal.js";

/** The options of `calypso catalog import`. */
export interface ImportFlags extends CatalogFlags {
  readonly platform?: Platform;
  readonly source?: string;
  readonly licence?: string;
  readonly commit?: string;
  readonly retrievedAt?: string;
  readonly maxFiles: number;
  readonly maxFileSize: number;
  readonly maxSize: number;
  readonly format?: "text" | "ndjson";
}

/** Imports a source; the exit status is 1 where something of it could not be read. */
export async function importCommand(terminal: Terminal, path: string, flags: ImportFlags): Promise<void> {
  const [{ importSource }, { takenApart }, { DissectionPool }, { readingVersion }] = await Promise.all([
    import("../catalogue/import-source.js"),
    import("../catalogue/taken-apart.js"),
    import("../catalogue/dissection-pool.js"),
    import("../catalogue/reading-version.js"),
  ]);
  const [{ shippedVocabulary }, { shippedSchema }, { systemClock }] = await Promise.all([
    import("../platform/vocabulary.js"),
    import("../main.js"),
    import("../platform/clock.js"),
  ]);
  const request = requestOf(path, flags, terminal.signal, systemClock());
  const format = flags.format ?? (terminal.interactive ? "text" : "ndjson");
  await inCatalog(terminal, flags, { mayMake: true }, async (state) => {
    const vocabulary = shippedVocabulary();
    const pool = new DissectionPool(takenApart({ schema: shippedSchema(), vocabulary }), {
      mostThreads: availableParallelism(),
    });
    const takeApart = (detection: Detection) => pool.takeApart(detection);
    const ports = { state, clock: systemClock, vocabulary, takeApart, readingVersion: readingVersion() };
    const printer = new Printer(terminal, format);
    try {
      for await (const event of importSource(ports, request)) await printer.print(event);
    } finally {
      await pool.close();
    }
  });
}

function requestOf(path: string, flags: ImportFlags, signal: AbortSignal, now: Date): ImportRequest {
  const { platform, licence, commit, retrievedAt, maxFiles, maxFileSize, maxSize } = flags;
  const retrieved = retrievedAt === undefined ? now : instantOf(retrievedAt);
  if (retrieved === undefined) throw new UsageError(`${retrievedAt} is not a time such as 2026-10-14T03:00:00Z`);
  const name = basename(path.replace(/[\\/]+$/, "")).replace(/\.(?:zip|tar|tgz|tar\.gz|jsonl|ndjson)$/i, "");
  const megabyte = 1024 * 1024;
  return {
    ...{ path, source: flags.source ?? (name === "" || name === "." || name === ".." ? "local" : name), signal },
    ...(platform === undefined ? {} : { platform }),
    ...(licence === undefined ? {} : { licence }),
    ...{ commit: commit ?? "", retrievedAt: retrieved.toISOString() },
    limits: { maxFiles, maxFileBytes: maxFileSize * megabyte, maxBytes: maxSize * megabyte },
  };
}

/** How many files that were left out are named one by one. */
const mostNamed = 50;
/** Seconds between two lines of progress. */
const pause = 5;

class Printer {
  readonly #terminal: Terminal;
  readonly #format: "text" | "ndjson";
  readonly #seconds = secondsSince();
  #told = 0;
  #named = 0;
  #files = 0;

  constructor(terminal: Terminal, format: "text" | "ndjson") {
    this.#terminal = terminal;
    this.#format = format;
  }

  async print(event: ImportEvent): Promise<void> {
    const { out, err } = this.#terminal;
    switch (event.kind) {
      case "begun":
        this.#files = event.files;
        await err.write(`${event.platform}: ${counted(event.files, "file")}\n`);
        return;
      case "skipped":
        this.#terminal.setExitStatus(1);
        await this.#name(`left out: ${event.path}: ${event.reason}`);
        return;
      case "problem":
        if (event.problem.severity === "error") this.#terminal.setExitStatus(1);
        if (event.problem.severity === "error") await this.#name(printProblem(event.problem));
        return;
      case "file":
        if (!this.#terminal.interactive || this.#seconds() - this.#told < pause) return;
        this.#told = this.#seconds();
        await err.write(`${event.done} of ${counted(this.#files, "file")}, ${counted(event.rules, "rule")}\n`);
        return;
      case "finished":
        if (this.#named > mostNamed) await err.write(`and ${this.#named - mostNamed} more\n`);
        await out.write(this.#format === "ndjson" ? `${JSON.stringify(event)}\n` : `${summaryText(event)}\n`);
        return;
      default: {
        // The first import of a source would name thousands.
        if (this.#format === "text" && event.kind === "added") return;
        await out.write(this.#format === "ndjson" ? `${JSON.stringify(event)}\n` : changeText(event));
      }
    }
  }

  async #name(message: string): Promise<void> {
    this.#named += 1;
    if (this.#named <= mostNamed) await this.#terminal.err.write(`${printable(message)}\n`);
  }
}

function summaryText(event: Extract<ImportEvent, { kind: "finished" }>): string {
  const { added, changed, removed, unchanged, copies, skipped, whole } = event;
  const parts = [`${added} added`, `${changed} changed`, `${removed} removed`, `${unchanged} unchanged`];
  if (copies > 0) parts.push(`${copies} copies left out`);
  if (skipped > 0) parts.push(`${counted(skipped, "file")} left out`);
  const kept = whole ? "" : "\nNot all of the source was read: rules that were not seen are kept.";
  return `${parts.join(", ")}${kept}`;
}

function changeText(event: Extract<ImportEvent, { kind: "added" | "changed" | "returned" | "removed" }>): string {
  const lines = [`${event.kind} ${event.id} ${event.name}`];
  if (event.difference !== undefined) lines.push(...differenceLines(event.difference).map((line) => `  ${line}`));
  return `${lines.map(printable).join("\n")}\n`;
}
