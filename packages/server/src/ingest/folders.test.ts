import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";
import { zipOf } from "./testing/zip-of.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => ({ store, folder, close } = await temporaryStore()));
afterAll(() => close());

const row = (user: string) => `{"TimeGenerated":"2026-10-14T03:00:00Z","UserPrincipalName":"${user}"}\n`;

async function told(path: string): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const result of ingestPaths(store, [path], { now: () => new Date("2026-10-15T00:00:00Z") })) {
    const name = result.source.replace(folder, "");
    const what = result.skipped ? "skipped" : result.table === "" ? "failed" : `${result.table} ${result.stored}`;
    lines.push([`${name}: ${what}`, ...result.messages.map(({ message }) => message.replace(folder, ""))].join("; "));
  }
  return lines;
}

test("documents beside the logs of a folder or archive are named and not read; what may be a log is", async () => {
  const case1 = join(folder, "case-1");
  mkdirSync(join(case1, "sub"), { recursive: true });
  writeFileSync(join(case1, "README.md"), "# Notes, with a comma\nsecond, line\n");
  writeFileSync(join(case1, "hunt.kql"), "SigninLogs\n| project a, b\n");
  writeFileSync(join(case1, "unclear.txt"), "hello\n");
  writeFileSync(join(case1, "sub", "SigninLogs.json"), row("a@example.com"));
  writeFileSync(
    join(case1, "sub", "export.zip"),
    zipOf({ "SigninLogs.json": row("b@example.com"), "report.PDF": "%PDF-1.7" }),
  );
  expect(await told(case1)).toEqual([
    "/case-1/README.md: skipped; /case-1/README.md: not read, as a file of this kind holds no logs",
    "/case-1/hunt.kql: skipped; /case-1/hunt.kql: not read, as a file of this kind holds no logs",
    "/case-1/sub/SigninLogs.json: SigninLogs 1",
    "/case-1/sub/export.zip/SigninLogs.json: SigninLogs 1",
    "/case-1/sub/export.zip/report.PDF: skipped; /case-1/sub/export.zip/report.PDF: not read, as a file of this kind holds no logs",
    '/case-1/unclear.txt: failed; /case-1/unclear.txt: expected JSON lines, JSON or CSV, found text that begins "hello\\n"',
  ]);
});

test("a file that the user names is read, whatever its name", async () => {
  const path = join(folder, "SigninLogs.md");
  writeFileSync(path, row("c@example.com"));
  expect(await told(path)).toEqual(["/SigninLogs.md: SigninLogs 1"]);
});

test("a link to a file is that file; other links are named", async () => {
  const links = join(folder, "links");
  mkdirSync(links);
  writeFileSync(join(folder, "target.json"), row("d@example.com"));
  symlinkSync("../target.json", join(links, "SigninLogs.json"));
  symlinkSync("nowhere.json", join(links, "broken.json"));
  symlinkSync(".", join(links, "circle"));
  expect(await told(links)).toEqual([
    "/links/SigninLogs.json: SigninLogs 1",
    "/links/broken.json: failed; /links/broken.json: no such file or folder",
    "/links/circle: failed; /links/circle: a link to a folder is not followed; name the folder itself",
  ]);
});
