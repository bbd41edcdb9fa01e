import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { journeyOf } from "./testing/journey.ts";
import { type RunningService, startService } from "./testing/service.ts";

const id = "0a1b2c3d-0000-4000-8000-000000000001";
const name = `Failed sign-ins <img src=x onerror="window.attacked=true"> \u202etxt`;

const ruleText = `id: ${id}
name: ${JSON.stringify(name).replace("\u202e", "\\u202e")}
description: Somebody fails to sign in.
kind: Scheduled
severity: Medium
version: 1.0.0
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110]
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
eventGroupingSettings:
  aggregationKind: AlertPerResult
query: |
  SigninLogs
  | where ResultType != "0"
  | summarize Failures = count() by UserPrincipalName, IPAddress
`;

const tests = `scenarios:
  - name: a failure alerts
    now: 2026-05-01T10:05:00Z
    events:
      SigninLogs:
        - { TimeGenerated: 2026-05-01T10:01:00Z, ResultType: "50126", UserPrincipalName: ann@contoso.example }
    expect:
      - severity: Medium
  - name: a success alerts too
    now: 2026-05-01T10:05:00Z
    events:
      SigninLogs:
        - { TimeGenerated: 2026-05-01T10:01:00Z, ResultType: "0", UserPrincipalName: ann@contoso.example }
    expect:
      - severity: Medium
`;

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  const row = (minutes: number, user: string, address: string) => ({
    TimeGenerated: new Date(Date.now() - minutes * 60_000).toISOString(),
    UserPrincipalName: user,
    IPAddress: address,
    ResultType: "50126",
  });
  const scanner = Array.from({ length: 280 }, (_, index) =>
    row(15 + index * 10, "scanner@contoso.example", "192.0.2.7"),
  );
  service = await startService([...scanner, row(400, "ann@contoso.example", "203.0.113.9")], {
    "noisy.yaml": ruleText,
    "noisy.tests.yaml": tests,
    "broken.yaml":
      "id: b0000000-0000-4000-8000-000000000002\nname: Broken\nkind: Scheduled\nquery: 'NoSuchTable | where'\nseverity: High\n",
  });
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const pathOf = (tab = "") => `/rules/${id}${tab === "" ? "" : `?tab=${tab}`}`;
const open = (path: string, options: { readonly colorScheme?: "light" | "dark" } = {}) =>
  openPage(browser, service.origin, { path, ...options });
const rule = (page: Page) => page.getByRole("row", { name: /Failed sign-ins/ });

test("the list tells how each rule fares; what a rule is called is text", async () => {
  const { page, complaints } = await open("/rules");
  await rule(page).waitFor();
  await expect.poll(async () => rule(page).textContent(), { timeout: 30_000 }).toContain("runs");
  expect(await rule(page).textContent()).toContain("⟨U+202E⟩");
  await page.getByRole("searchbox", { name: "Find a rule" }).fill("t1110");
  await page.getByText("1 of 2 rules").waitFor();
  expect(page.url()).toContain("find=t1110");
  await page.getByRole("searchbox", { name: "Find a rule" }).fill("");
  await picture(page, "rules-light");
  await page.getByRole("button", { name: "Alerts, 30 d" }).click();
  expect(page.url()).toContain("sort=-alerts");
  await rule(page).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: /Failed sign-ins/ }).waitFor();
  await page.getByText("What it is").first().waitFor();
  await picture(page, "rule-light");
  expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
  expect(complaints).toEqual([]);
});

test("a noisy rule is tuned by an exception that is measured first", { timeout: 240_000 }, async () => {
  const { page, complaints } = await open("/rules");
  const { click, write, step, end } = journeyOf(page, "Tune a noisy rule");
  await click(rule(page).getByRole("link", { name: /Failed sign-ins/ }));
  await click(page.getByRole("link", { name: /^Exceptions/ }));
  await click(page.getByRole("button", { name: "Propose exceptions" }));
  const proposal = page.getByRole("button", { name: "Measure and save…" }).first();
  await proposal.waitFor({ timeout: 100_000 });
  await click(proposal);
  expect(await page.getByLabel("Value 1").inputValue()).toBe("scanner@contoso.example");
  expect(await page.getByRole("button", { name: "Save the exception" }).isDisabled()).toBe(true);
  await click(page.getByRole("button", { name: "Measure its effect" }));
  await page.getByText(/\d+ alerts before, 1 after/).waitFor();
  await click(page.getByLabel("Reason"));
  await write("our own scanner");
  await step("measured");
  expect(await barriers(page)).toEqual([]);
  await click(page.getByRole("button", { name: "Save the exception" }));
  await page.getByRole("row", { name: /our own scanner/ }).waitFor();
  await page.getByRole("row", { name: /active/ }).waitFor();
  end();
  const written = await readFile(join(service.folder, "rules", "exceptions.yaml"), "utf8");
  expect(written).toContain("reason: our own scanner");
  expect(written).toContain(`- ${id}`);
  await picture(page, "exceptions-light");
  await page.getByRole("button", { name: /^Remove the exception/ }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("The rule has no exceptions").waitFor();
  expect(complaints).toEqual([]);
});

describe("a rule's text", () => {
  test("is checked as it is written, compared with what runs, saved, and taken up", async () => {
    const { page, complaints } = await open(pathOf("text"));
    await page.evaluate(() => localStorage.setItem("calypso.editor", "plain"));
    // What is still being loaded would be told of as failed.
    await page.waitForLoadState("networkidle");
    await page.reload();
    const editor = page.getByLabel("Text of the rule");
    await expect.poll(() => editor.inputValue()).toContain("Somebody fails");
    const text = await editor.inputValue();
    await editor.fill(text.replace("SigninLogs", "SigninLog"));
    await page
      .getByText(/error: .*SigninLog/)
      .first()
      .waitFor();
    await page
      .getByRole("button", { name: /^line 2\d, column/ })
      .first()
      .click();
    expect(await editor.evaluate((area) => document.activeElement === area)).toBe(true);
    await editor.fill(text.replace(`!= "0"`, `!= "0" and IPAddress != "192.0.2.7"`));
    await page
      .getByText("changed, not saved · nothing found")
      .or(page.getByText(/changed, not saved · \d+ to look at/))
      .waitFor();
    await page.getByRole("link", { name: "Preview", exact: true }).last().click();
    await page.getByRole("button", { name: "Preview and compare" }).click();
    await page.getByText("Alerts that go").waitFor();
    await page.getByText(/1 alert in \d+ windows/).waitFor();
    await picture(page, "preview-light");
    await page.getByRole("link", { name: "Text (changed)" }).click();
    await page.keyboard.press("Control+S");
    await page.getByText("saved, and this is what runs").waitFor();
    expect(await readFile(join(service.folder, "rules", "noisy.yaml"), "utf8")).toContain(`IPAddress != "192.0.2.7"`);
    await page.getByRole("link", { name: "Overview" }).click();
    await page
      .getByRole("row", { name: /saved version/ })
      .first()
      .waitFor();
    expect(complaints).toEqual([]);
  });

  test("that another has saved meanwhile is not written over, also after a look at the preview", async () => {
    const { page } = await open(pathOf("text"));
    await page.evaluate(() => localStorage.setItem("calypso.editor", "plain"));
    await page.waitForLoadState("networkidle");
    await page.reload();
    const editor = page.getByLabel("Text of the rule");
    await expect.poll(() => editor.inputValue()).toContain("Somebody fails");
    await editor.fill((await editor.inputValue()).replace("Somebody fails", "Mine fails"));
    await page.getByRole("link", { name: "Preview", exact: true }).last().click();
    const path = join(service.folder, "rules", "noisy.yaml");
    const before = await readFile(path, "utf8");
    const theirs = before.replace("Somebody fails", "Theirs fails");
    await writeFile(path, theirs);
    await page.waitForResponse((answer) => answer.url().endsWith(`/api/v1/rules/${id}`), { timeout: 60_000 });
    await page.getByRole("link", { name: "Text (changed)" }).click();
    await expect.poll(() => editor.inputValue()).toContain("Mine fails");
    await page.keyboard.press("Control+S");
    await page.getByText("was changed by somebody else").waitFor();
    expect(await readFile(path, "utf8")).toBe(theirs);
    await writeFile(path, before);
  });

  test("stands in the editor that has colours, with what is wrong underlined", async () => {
    const { page, complaints } = await open(pathOf("text"));
    await page.locator(".monaco-editor").waitFor();
    await picture(page, "rule-text-light");
    expect(complaints).toEqual([]);
  });
});

test("scenarios are run from the page, and one that fails says why", async () => {
  const { page, complaints } = await open(pathOf("tests"));
  await page.getByRole("button", { name: "Run the scenarios" }).click();
  await page.getByText("no alert was raised").waitFor({ timeout: 60_000 });
  expect(await page.getByText("passed", { exact: true }).count()).toBe(1);
  await picture(page, "rule-tests-light");
  expect(complaints).toEqual([]);
});

test("every window is a cell that keys reach, and a row", async () => {
  const { page, complaints } = await open(pathOf("windows"));
  const cells = page.locator(".cells button");
  await cells.first().waitFor();
  await cells.last().focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByRole("region", { name: "The chosen window" }).waitFor();
  expect(page.url()).toContain("window=");
  expect(
    await page
      .getByRole("table", { name: /Windows of the rule/ })
      .getByRole("row")
      .count(),
  ).toBe((await cells.count()) + 1);
  await picture(page, "windows-light");
  expect(complaints).toEqual([]);
});

test("a rule is turned off without a change of its file, and on again", async () => {
  const { page, complaints } = await open(pathOf());
  await page.getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn off" }).click();
  await page.getByRole("button", { name: "Turn on" }).waitFor();
  expect(await readFile(join(service.folder, "rules", "overrides.yaml"), "utf8")).toContain("enabled: false");
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Turn on" }).click();
  await page.getByRole("button", { name: "Turn off" }).waitFor();
  expect(complaints).toEqual([]);
});

test("a query becomes a rule that is tried over history, saved and run", async () => {
  const { page, complaints } = await open("/hunt", { colorScheme: "dark" });
  const { click, write, paste, press, step, end } = journeyOf(page, "Write a rule");
  await page.getByRole("button", { name: "Run", exact: true }).waitFor();
  await press("F6");
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await paste(
    `SigninLogs\n| where ResultType == "50126"\n| summarize Failures = count() by UserPrincipalName, IPAddress`,
  );
  await press("Shift+Enter");
  await page.getByText(/2 rows · /).waitFor();
  await click(page.getByRole("button", { name: "Make a rule" }));
  await page.getByText(/not saved · 1 to look at/).waitFor();
  await page.getByText("the rule names no tactic").waitFor();
  await click(page.getByText("A new rule", { exact: true }).last());
  await press("End");
  await write(` of ours\ntactics: [CredentialAccess]`);
  await page.getByText("not saved · nothing found").waitFor();
  await click(page.getByRole("button", { name: "Preview" }));
  await page.getByText(/\d+ alerts in 24 windows/).waitFor();
  await page
    .getByRole("row", { name: /A new rule of ours.*scanner@contoso\.example/ })
    .first()
    .waitFor();
  await step("preview");
  expect(await barriers(page)).toEqual([]);
  await press("Control+s");
  await page.getByRole("heading", { name: "A new rule of ours" }).waitFor();
  await page.getByText("runs", { exact: true }).waitFor({ timeout: 60_000 });
  await step("runs");
  end();
  const written = await readFile(join(service.folder, "rules", "a-new-rule-of-ours.yaml"), "utf8");
  expect(written).toContain("columnName: UserPrincipalName");
  expect(complaints).toEqual([]);
});

test("a rule from nothing says what is missing, and its text is kept in the address", async () => {
  const { page, complaints } = await open("/rules");
  await page.getByRole("link", { name: "New rule", exact: true }).click();
  await page.getByText("the query has no result").waitFor();
  await page.getByRole("button", { name: "Save the rule" }).click();
  await page.getByText(/line 15, column 3: the query has no result/).waitFor();
  await page.evaluate(() => localStorage.setItem("calypso.editor", "plain"));
  await page.waitForLoadState("networkidle");
  await page.reload();
  const editor = page.getByLabel("Text of the rule");
  await editor.fill(
    (await editor.inputValue()).replace("// What is to be found", "SigninLogs | where ResultType == 53003"),
  );
  await expect.poll(() => page.getByText("the query has no result").count()).toBe(0);
  await page.waitForLoadState("networkidle");
  await page.reload();
  expect(await editor.inputValue()).toContain("53003");
  // Chromium tells of the text that was refused.
  expect(complaints).toEqual([expect.stringContaining("422")]);
});
