import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { ask, writeQuery } from "./testing/editor.ts";
import { journeyOf } from "./testing/journey.ts";
import { type RunningService, startService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  const rows = ["ann", "ann", "ann", "bob", "<b onmouseover=alert(1)>eve"].map((name, n) => ({
    TimeGenerated: `2026-10-14T03:0${n}:00Z`,
    UserPrincipalName: `${name}@contoso.example`,
    IPAddress: `203.0.113.${n}`,
    ResultType: n === 0 ? "0" : "50126",
  }));
  service = await startService(rows);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const rule = `let failed = SigninLogs | where ResultType != "0" and (IPAddress startswith "203." or isempty(IPAddress));
failed
| summarize Count = count() by UserPrincipalName
| where Count >= 2`;

for (const colorScheme of ["light", "dark"] as const) {
  test(`an event that should have matched is understood in a few steps: ${colorScheme}`, async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme });
    await ask(page, "SigninLogs | where UserPrincipalName has 'eve'");
    const { click, clickTwice, step, end } = journeyOf(page, "Understand why an event did not match");
    await clickTwice(page.locator("#grid-0-0"));
    await click(page.getByRole("button", { name: "Follow in a query" }));
    await writeQuery(page, rule);
    await click(page.getByRole("button", { name: /^Count/ }));
    const list = page.getByRole("region", { name: "Stages" });
    await expect
      .poll(() => list.locator(".stage .number").allTextContents(), { timeout: 20_000 })
      .toEqual(["5 rows", "4 rows", "3 rows", "1 row"]);
    expect(await list.locator(".predicates > li").allTextContents()).toEqual([
      'ResultType != "0"4 meet it1 lost',
      "one of5 meet it",
      'IPAddress startswith "203."5 meet it',
      "isempty(IPAddress)0 meet it",
      "Count >= 21 meet it2 lost",
    ]);
    await click(page.getByRole("button", { name: "Follow it" }));
    await page.getByText("The event's group is lost at stage 4: Count >= 2 is false, as Count = 1.").waitFor();
    await step(`lost-${colorScheme}`);
    end();
    expect(await barriers(page)).toEqual([]);
    await list.getByRole("button", { name: "2 lost" }).click();
    await page.getByText("Lost at stage 4").waitFor();
    await page.getByRole("button", { name: "Row after" }).click();
    await page.getByRole("complementary").getByText("Count").waitFor();
    await picture(page, `stages-lost-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}

test("an event is followed from what is pasted, and what is wrong with it is said", async () => {
  const { page, complaints } = await openPage(browser, service.origin);
  await writeQuery(page, rule);
  await page.getByRole("tab", { name: "Stages" }).click();
  await page.getByText("1 row", { exact: true }).waitFor();
  expect(await page.getByLabel("Table", { exact: true }).inputValue()).toBe("SigninLogs");
  const follow = async (json: string, said: string) => {
    await page.getByLabel(/^The event as JSON/).fill(json);
    await page.getByRole("button", { name: "Follow it" }).click();
    await page.getByText(said).waitFor();
  };
  await follow("not json", "the event is a JSON object");
  await follow(`{"UserPrincipalName": "nobody"}`, "No row of the table has these values.");
  await follow(`{"ResultType": "50126"}`, "4 different rows have these values");
  await follow(
    `{"IPAddress": "203.0.113.0"}`,
    `The event is lost at stage 2: ResultType != "0" is false, as ResultType = "0".`,
  );
  await follow(`{"IPAddress": "203.0.113.1"}`, "The event's group is in the result.");
  await writeQuery(page, "SigninLogs | wher");
  await page.getByText("the query has changed since it was counted").waitFor();
  await page.getByRole("button", { name: "Count again" }).click();
  await page.getByRole("region", { name: "Stages" }).getByRole("alert").waitFor();
  expect(complaints).toEqual([]);
});
