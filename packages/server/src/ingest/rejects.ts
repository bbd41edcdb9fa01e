import { mkdir, open } from "node:fs/promises";
import { basename, join } from "node:path";
import type { IngestMessage } from "./result.js";
import type { BrokenRow } from "./split.js";
import type { PlainFile } from "./unpack.js";

/** Where the rows that could not be loaded are kept: in the workspace, or here where it has no folder that stays. */
export function rejectedFolder({ folder }: { readonly folder?: string }): string {
  return folder === undefined ? "calypso-rejected" : join(folder, "rejected");
}

/** The name of the file that keeps the rejected rows of a source; the id is that of its first load. */
export function rejectedName(source: string, id: string): string {
  return `${basename(source)}-${id}.ndjson`;
}

/** Rows that were not stored: counted, the first described, all kept in a file. */
export class Rejects {
  readonly path: string | undefined;
  total = 0;
  readonly #file: PlainFile;
  readonly #shown: IngestMessage[] = [];
  #out: Awaited<ReturnType<typeof open>> | undefined;

  constructor(file: PlainFile, folder: string | undefined, id: string) {
    this.#file = file;
    if (folder !== undefined) this.path = join(folder, rejectedName(file.source, id));
  }

  async add(row: BrokenRow): Promise<void> {
    this.total += 1;
    if (this.total <= shownRejects) {
      this.#shown.push({
        line: row.line,
        message: `${this.#file.source}:${row.line}: ${row.reason}: ${JSON.stringify(row.text.slice(0, 80))}`,
      });
    }
    await this.keep(row);
  }

  /** Keeps a row that is counted elsewhere. */
  async keep(row: BrokenRow): Promise<void> {
    if (this.path === undefined) return;
    if (this.#out === undefined) {
      await mkdir(join(this.path, ".."), { recursive: true });
      this.#out = await open(this.path, "w");
    }
    await this.#out.write(`${JSON.stringify({ line: row.line, reason: row.reason, text: row.text })}\n`);
  }

  counts(): { readonly read: number; readonly rejected: number; readonly rejectedFile?: string } {
    return { read: this.total, rejected: this.total, ...(this.#out === undefined ? {} : { rejectedFile: this.path! }) };
  }

  messages(): readonly IngestMessage[] {
    const more = this.total - this.#shown.length;
    return more > 0
      ? [...this.#shown, { message: `${this.#file.source}: ${more} more rows were rejected` }]
      : this.#shown;
  }

  async close(): Promise<void> {
    await this.#out?.close();
  }
}

/** How many rejected rows of a source are described one by one. */
export const shownRejects = 5;
