import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, startBrowser } from "./testing/browser.ts";
import { queryText, writeQuery } from "./testing/editor.ts";
import { type Journey, journeyOf } from "./testing/journey.ts";
import { type RunningService, startService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  service = await startService(
    [0, 1, 2, 3].map((n) => ({
      TimeGenerated: `2026-10-14T0${n}:00:00Z`,
      UserPrincipalName: `user${n % 2}@contoso.example`,
      IPAddress: `203.0.113.${n}`,
    })),
  );
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Takes what the list of the editor has under this name, after typing its beginning. */
async function complete(
  page: Page,
  { write, press, step }: Journey,
  typed: string,
  name: string,
  picture?: string,
): Promise<void> {
  await write(typed);
  const option = page.locator(".suggest-widget.visible").getByRole("option", { name, exact: true });
  // What is typed while the tables are still on their way is completed when it is asked for.
  await option.waitFor({ timeout: 5000 }).catch(() => page.keyboard.press("Control+Space"));
  await option.waitFor();
  await expect.poll(() => option.first().getAttribute("class")).toContain("focused");
  if (picture !== undefined) await step(picture);
  await press("Enter");
}

for (const colorScheme of ["light", "dark"] as const) {
  test(`a query grows by completion from an empty editor to a chart: ${colorScheme}`, async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme });
    const journey = journeyOf(page, "Write a query with completion");
    const { write, press, step, end } = journey;
    await page.getByRole("button", { name: "Run", exact: true }).waitFor();
    await press("F6");
    await page.locator(".monaco-editor .view-line").first().waitFor();
    await complete(page, journey, "Signin", "SigninLogs");
    await complete(page, journey, "summ", "summarize");
    await complete(page, journey, "Count = coun", "count()");
    await write(" by ");
    await complete(page, journey, "UserPrinc", "UserPrincipalName", `completion-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
    await write("\n| ");
    await complete(page, journey, "rend", "render");
    await complete(page, journey, "column", "columnchart");
    await press("Shift+Enter");
    await page.getByText(/2 rows · /).waitFor();
    await page.getByRole("img", { name: /column chart/ }).waitFor();
    await step(`chart-${colorScheme}`);
    end();
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test("what is underlined is what the service says, and is put right with two keys", async () => {
  const { page, complaints } = await openPage(browser, service.origin);
  await writeQuery(page, "SigninLogs\n| where IPAdress == '203.0.113.1'");
  await page.getByRole("button", { name: "line 2, column 9" }).click();
  await page.locator(".squiggly-error, .squiggly-warning").first().waitFor();
  await page.keyboard.press("Control+.");
  await page.getByText("Write `IPAddress` instead").waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => queryText(page)).toBe("SigninLogs\n| where IPAddress == '203.0.113.1'");
  await expect.poll(() => page.locator(".squiggly-error, .squiggly-warning").count()).toBe(0);
  expect(complaints).toEqual([]);
});

test("the query at the cursor is checked and run, or what is selected", async () => {
  const { page, complaints } = await openPage(browser, service.origin);
  await writeQuery(page, "print a = 1\n\nprint b = 2\n| extend c = nope");
  await page.getByRole("button", { name: "line 4, column 14" }).waitFor();
  await page.keyboard.press("Control+Home");
  await page.keyboard.press("Shift+Enter");
  await page.getByText(/1 rows · /).waitFor();
  const headings = () => page.getByRole("columnheader").allTextContents();
  expect(await headings()).toEqual(["a"]);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Shift+End");
  await page.keyboard.press("Shift+Enter");
  await expect.poll(headings).toEqual(["b"]);
  expect(complaints).toEqual([]);
});

test("what was written before the editor came stays, and keys lead out of it", async () => {
  const { page, complaints } = await openPage(browser, service.origin);
  await page.getByRole("textbox", { name: "Query" }).focus();
  await page.keyboard.type("print one = 1");
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await page.keyboard.type("1");
  await expect.poll(() => queryText(page)).toBe("print one = 11");
  const isInEditor = () => page.evaluate(() => document.activeElement?.closest(".monaco-editor") !== null);
  await page.keyboard.press("Tab");
  expect(await isInEditor()).toBe(true);
  await page.keyboard.press("Control+m");
  await page.keyboard.press("Tab");
  expect(await isInEditor()).toBe(false);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("plain text");
  await page.keyboard.press("Enter");
  await expect.poll(() => page.locator("textarea.plain-editor").inputValue()).toMatch(/^print one = 11/);
  expect(complaints).toEqual([]);
});
