import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { contentFolder } from "../../platform/content.js";
import { filesOfFolder } from "../external-files.js";
import { openEmbeddedStore, type StoreContext } from "../open.js";
import type { Store } from "../store.js";

/** A folder that is gone after the test. */
export function temporaryFolder(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "calypso-test-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** What a store needs from outside, with a clock that stands still. */
export function testContext(folder: string, changes: Partial<StoreContext> = {}): StoreContext {
  let count = 0;
  return {
    clock: () => new Date("2026-10-14T03:00:00Z"),
    ids: () => `test-${process.pid}-${count++}`,
    content: contentFolder(),
    limits: { maxSeconds: 60, maxMemoryBytes: 4e9, maxResultRows: 500_000, maxStepBytes: 1e8 },
    resolveUrl: filesOfFolder(folder),
    ...changes,
  };
}

/** An embedded store in a temporary folder; the files of `externaldata` come from that folder too. */
export async function temporaryStore(
  changes: Partial<StoreContext> = {},
): Promise<{ readonly store: Store; readonly folder: string; close(): Promise<void> }> {
  const folder = temporaryFolder();
  const store = await openEmbeddedStore(testContext(folder.path, changes), join(folder.path, "workspace"));
  const close = async () => {
    await store.close();
    folder.remove();
  };
  return { store, folder: folder.path, close };
}

/** All lines of a SELECT. */
export async function linesOfSelect(store: Store, sql: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of store.lines(sql)) lines.push(line);
  return lines;
}

/** The code and message of what a promise is rejected with. */
export async function failureOf(
  promise: Promise<unknown>,
): Promise<{ readonly code: unknown; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { code: "code" in error ? error.code : undefined, message: error.message };
  }
  throw new Error("it was expected to fail");
}
