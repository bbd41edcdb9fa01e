import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { journeyOf } from "./testing/journey.ts";
import { type RunningService, startService } from "./testing/service.ts";

const hostile = `<img src=x onerror="window.attacked=true">\u202e`;
const rule = `id: 0a1b2c3d-0000-4000-8000-000000000002
name: Failed sign-ins
description: Somebody fails to sign in.
kind: Scheduled
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110]
query: SigninLogs | where ResultType != "0" | project UserPrincipalName
`;

let service: RunningService;
let browser: Browser;
let files: string;

beforeAll(async () => {
  files = await mkdtemp(join(tmpdir(), "calypso-files-"));
  // Every ten minutes for six weeks, and for the last two days nothing.
  const start = Date.now() - 44 * 86_400_000;
  const rows = Array.from({ length: 42 * 144 }, (_, index) => ({
    TimeGenerated: new Date(start + index * 600_000).toISOString(),
    UserPrincipalName: index % 7 === 0 ? hostile : `user${index % 5}@contoso.example`,
    ResultType: index % 50 === 0 ? "50126" : "0",
  }));
  service = await startService(rows, { "rule.yaml": rule });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
  await rm(files, { recursive: true, force: true });
});

const open = (path: string, options: { readonly colorScheme?: "light" | "dark" } = {}) =>
  openPage(browser, service.origin, { path, ...options });

test("a folder that is dropped is loaded, says what became of each file, and is hunted in", async () => {
  const { page, complaints } = await open("/data");
  const { click, drop, step, end } = journeyOf(page, "Hunt in a folder of exports");
  await page.getByRole("row", { name: /SigninLogs/ }).waitFor();
  const now = new Date().toISOString();
  const good = Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({ TimeGenerated: now, OperationName: `Add member ${index}`, Category: "RoleManagement" }),
  );
  const folder = join(files, "exports");
  await mkdir(join(folder, "directory"), { recursive: true });
  await writeFile(join(folder, "directory", `AuditLogs.json`), `${good.join("\n")}\n{"TimeGenerated": "yester\n`);
  await writeFile(join(folder, `<b>odd<b>.bin`), "\u0000\u0001\u0002");
  await writeFile(join(folder, ".hidden"), "never read");
  await drop(page.getByLabel("A folder of logs"), folder);
  const uploads = page.getByRole("list", { name: "Files that were handed in" });
  await uploads.getByText("20 rows stored").waitFor();
  await uploads.getByText("nothing was loaded").waitFor();
  expect(await uploads.textContent()).toContain("<b>odd<b>.bin");
  expect(await uploads.textContent()).not.toContain("hidden");
  await page.getByRole("row", { name: /AuditLogs/ }).waitFor({ timeout: 30_000 });
  await step("loaded");
  expect(await barriers(page)).toEqual([]);
  await click(uploads.getByRole("link", { name: "1 row could not be read" }));
  await click(page.getByRole("button", { name: "1", exact: true }).first());
  await page.getByRole("cell", { name: `{"TimeGenerated": "yester` }).waitFor();
  await step("not-read");
  await click(page.getByRole("link", { name: "AuditLogs" }).first());
  await page.getByText(/20 rows · /).waitFor();
  await step("rows");
  end();
  expect(complaints).toEqual([]);
});

test("a feed that is silent is seen, with the rules that it blinds", async () => {
  const { page, complaints } = await open("/data");
  const { click, step, end } = journeyOf(page, "See which rules a silent feed blinds");
  await click(page.getByRole("link", { name: "Feeds" }));
  await page.getByText("Nothing drifts, as far as was looked").waitFor();
  await click(page.getByRole("button", { name: "Look now" }));
  await page.getByText(/SigninLogs has stopped/).waitFor();
  await page.getByText("drifting").waitFor();
  await step("blind");
  expect(await barriers(page)).toEqual([]);
  await click(page.getByRole("link", { name: "Failed sign-ins" }));
  await page.getByRole("heading", { name: "Failed sign-ins" }).waitFor();
  end();
  expect(complaints).toEqual([]);
});

test("a table says how its columns are filled, and a column its values, which are text", async () => {
  const { page, complaints } = await open("/data/SigninLogs");
  await page.getByText(/Counted over all 7\d\d rows of its last seven days/).waitFor();
  await page.getByRole("searchbox", { name: "Find a column" }).fill("user");
  await page.getByRole("button", { name: "UserPrincipalName" }).click();
  await page.getByText("⟨U+202E⟩").waitFor();
  expect(page.url()).toContain("column=UserPrincipalName");
  expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
  await picture(page, "table-light");
  expect(complaints).toEqual([]);
});

test.each(["light", "dark"] as const)("axe finds no barrier in what a column holds, in %s", async (colorScheme) => {
  const { page, complaints } = await open("/data/SigninLogs?column=ResultType", { colorScheme });
  await page.getByRole("cell", { name: "50126" }).waitFor();
  expect(await barriers(page)).toEqual([]);
  expect(complaints).toEqual([]);
});
