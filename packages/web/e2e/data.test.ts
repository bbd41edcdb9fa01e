import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
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

test("a file that is dropped is loaded, says what became of it, and its rows are a click away", async () => {
  const { page, complaints } = await open("/data");
  await page.getByRole("row", { name: /SigninLogs/ }).waitFor();
  const now = new Date().toISOString();
  const good = Array.from({ length: 20 }, (_, index) =>
    JSON.stringify({ TimeGenerated: now, OperationName: `Add member ${index}`, Category: "RoleManagement" }),
  );
  const path = join(files, `AuditLogs.json`);
  await writeFile(path, `${good.join("\n")}\n{"TimeGenerated": "yester\n`);
  const odd = join(files, `<b>odd<b>.bin`);
  await writeFile(odd, "\u0000\u0001\u0002");
  await page.locator("input[type=file]").setInputFiles([path, odd]);
  const uploads = page.getByRole("list", { name: "Files that were handed in" });
  await uploads.getByText("20 rows stored").waitFor();
  await uploads.getByText("nothing was loaded").waitFor();
  expect(await uploads.textContent()).toContain("<b>odd<b>.bin");
  await page.getByRole("row", { name: /AuditLogs/ }).waitFor({ timeout: 30_000 });
  await picture(page, "data-uploaded-light");
  await uploads.getByRole("link", { name: "1 row could not be read" }).click();
  await page.getByRole("button", { name: "1", exact: true }).first().click();
  await page.getByRole("cell", { name: `{"TimeGenerated": "yester` }).waitFor();
  await picture(page, "data-rejected-light");
  await page.getByRole("link", { name: "AuditLogs" }).first().click();
  await page.getByText(/20 rows · /).waitFor();
  expect(page.url()).toContain("/hunt");
  expect(complaints).toEqual([]);
});

test("a feed that is silent is seen, with the rules that it blinds", async () => {
  const { page, complaints } = await open("/data?tab=feeds");
  await page.getByText("Nothing drifts, as far as was looked").waitFor();
  await page.getByRole("button", { name: "Look now" }).click();
  await page.getByText(/SigninLogs has stopped/).waitFor();
  await page.getByText("drifting").waitFor();
  await page.getByRole("link", { name: "Failed sign-ins" }).waitFor();
  await picture(page, "data-feeds-light");
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

test.each(["light", "dark"] as const)("axe finds no barrier in %s", async (colorScheme) => {
  for (const path of ["/data", "/data?tab=loads", "/data?tab=feeds", "/data/SigninLogs?column=ResultType"]) {
    const { page, complaints } = await open(path, { colorScheme });
    await page.getByRole("table").first().or(page.getByText("Nothing drifts")).waitFor();
    await page.waitForLoadState("networkidle");
    expect([path, await barriers(page)]).toEqual([path, []]);
    await picture(page, `data-${path.replace(/\W+/g, "-")}-${colorScheme}`);
    expect([path, complaints]).toEqual([path, []]);
    await page.context().close();
  }
});
