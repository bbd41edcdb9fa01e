import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { failureFrom } from "../store/failures.js";
import type { Store } from "../store/store.js";
import { filesUnder, isDocumentName, reasonOf } from "./files.js";
import { active, ensureLedger, finishInterruptedLoads } from "./ledger.js";
import { formatNames } from "./recognise.js";
import type { IngestResult } from "./result.js";
import { loadSource } from "./source.js";
import { plainFiles } from "./unpack.js";

/** What a load may be told. */
export interface IngestOptions {
  /** Loads all rows into this table, whatever the data says. */
  readonly table?: string;
  /** `ndjson`, `json`, `csv` or `tsv`, where the content should not be asked. */
  readonly format?: string;
  readonly now: () => Date;
  /** Where rejected rows are kept; without it they are counted and described only. */
  readonly rejectedFolder?: string;
  /** Where archives are unpacked. */
  readonly temporaryFolder?: string;
  readonly maxUnpackedBytes?: number;
  /** What threat indicators say that they come from; where absent, who made them. */
  readonly feed?: string;
}

/**
 * Loads log files and folders of them, and yields what became of each source and table as soon as it is done. A source
 * that cannot be read gives a result with its reason, and the others go on.
 */
export async function* ingestPaths(
  store: Store,
  paths: readonly string[],
  options: IngestOptions,
): AsyncGenerator<IngestResult> {
  const problem = problemOf(options);
  if (problem !== undefined) throw new RangeError(problem);
  await ensureLedger(store);
  await finishInterruptedLoads(store, options.now);
  const folder = await mkdtemp(join(options.temporaryFolder ?? tmpdir(), "calypso-ingest-"));
  const limits = { maxEntries: 10_000, maxBytes: options.maxUnpackedBytes ?? 200 * 2 ** 30 };
  let count = 0;
  try {
    for await (const { path, isNamed, problem } of filesUnder(paths)) {
      if (problem !== undefined) {
        yield failed(path, problem);
        continue;
      }
      try {
        for await (const file of plainFiles(path, folder, limits)) {
          if (isDocumentName(file.name) && !(isNamed && file.source === path)) {
            yield { ...failed(file.source, "not read, as a file of this kind holds no logs"), skipped: true };
            continue;
          }
          count += 1;
          const id = loadId(file.source, options.now(), count);
          active.add(id);
          try {
            yield* loadSource({ store, folder, options, id }, file);
          } catch (error) {
            yield failed(file.source, reasonOf(error), isFull(error));
          } finally {
            for (const running of active) if (running.startsWith(id)) active.delete(running);
          }
        }
      } catch (error) {
        yield failed(path, reasonOf(error), isFull(error));
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What is wrong with the options; undefined for those that can be used. */
export function problemOf(options: Pick<IngestOptions, "table" | "format">): string | undefined {
  if (options.table !== undefined && !/^[A-Za-z_][A-Za-z0-9_]{0,127}$/.test(options.table)) {
    return `"${options.table}" cannot be the name of a table: expected letters, digits and _`;
  }
  if (options.format !== undefined && !(formatNames as readonly string[]).includes(options.format)) {
    return `"${options.format}" is no format: expected ${formatNames.join(", ")}`;
  }
  return undefined;
}

function failed(source: string, message: string, full = false): IngestResult {
  return {
    source,
    sha256: "",
    table: "",
    read: 0,
    stored: 0,
    duplicates: 0,
    rejected: 0,
    from: null,
    to: null,
    messages: [{ message: `${source}: ${message}` }],
    ...(full ? { diskFull: true } : {}),
  };
}

function isFull(error: unknown): boolean {
  return failureFrom(error).code === "store-full";
}

/** The same for no two loads: a source is loaded once at a time. */
function loadId(source: string, at: Date, count: number): string {
  return createHash("sha256").update(`${source}\n${at.toISOString()}\n${count}`).digest("hex").slice(0, 16);
}
