import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openEmbeddedStore } from "../store/open.js";
import { linesOfSelect, temporaryFolder, testContext } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";

const built = new URL("../../dist/", import.meta.url);

/** Loads a file in a process of its own, which says when it has begun to write rows. */
const program = `
const [workspace, file] = process.argv.slice(1);
const { openEmbeddedStore } = await import("${new URL("store/open.js", built)}");
const { ingestPaths } = await import("${new URL("ingest/ingest.js", built)}");
const { contentFolder } = await import("${new URL("platform/content.js", built)}");
const store = await openEmbeddedStore({
  clock: () => new Date(),
  ids: () => String(Math.random()),
  content: contentFolder(),
  limits: { maxSeconds: 60, maxMemoryBytes: 4e9, maxResultRows: 1e6 },
  resolveUrl: async () => undefined,
}, workspace);
const insertFile = store.insertFile.bind(store);
store.insertFile = (insert) => {
  if (insert.into.includes("_calypso_load_")) console.log("writing");
  return insertFile(insert);
};
for await (const result of ingestPaths(store, [file], { now: () => new Date() })) console.log(JSON.stringify(result));
console.log("done");
await store.close();
`;

test("a process killed at any point of a load leaves a store that opens, and loading again gives exactly the file's rows", async () => {
  const folder = temporaryFolder();
  try {
    const rows = 60_000;
    const text = "x".repeat(300);
    const lines = Array.from({ length: rows }, (_, n) =>
      JSON.stringify({
        TimeGenerated: new Date(Date.UTC(2024, n % 12, 1) + n * 1000).toISOString(),
        n,
        text: `${text}${n}`,
      }),
    );
    const file = join(folder.path, "Kill_CL.ndjson");
    writeFileSync(file, lines.join("\n"));
    for (const [index, delay] of [0, 150, 400].entries()) {
      const workspace = join(folder.path, `workspace${index}`);
      const child = spawn(process.execPath, ["--input-type=module", "-e", program, workspace, file]);
      // A quick load may be over before it is killed.
      const closed = once(child, "close");
      await once(child.stdout, "data");
      await new Promise((resolve) => setTimeout(resolve, delay));
      child.kill("SIGKILL");
      await closed;
      const store = await openEmbeddedStore(testContext(folder.path), workspace);
      for await (const result of ingestPaths(store, [file], { now: () => new Date("2026-10-14T03:00:00Z") })) {
        expect(result.stored + result.duplicates).toBe(rows);
      }
      expect(await linesOfSelect(store, "SELECT toString((count(), uniqExact(n))) FROM Kill_CL")).toEqual([
        `(${rows},${rows})`,
      ]);
      await store.close();
    }
  } finally {
    folder.remove();
  }
});
