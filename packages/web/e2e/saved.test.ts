import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { ask, queryText, writeQuery } from "./testing/editor.ts";
import { type RunningService, startService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  service = await startService([{ TimeGenerated: "2026-10-14T03:00:00Z", IPAddress: "203.0.113.1" }]);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

test("a query and a function are kept, found again, changed and removed", async () => {
  const { page, complaints } = await openPage(browser, service.origin, { colorScheme: "dark" });
  await writeQuery(page, "range n from 1 to 5 step 1 | where n >= least");
  await page.getByRole("button", { name: "Save…" }).click();
  const dialog = page.getByRole("dialog", { name: "Save" });
  await dialog.getByRole("combobox").selectOption("function");
  await dialog.getByRole("textbox", { name: "Name" }).fill("AtLeast");
  await dialog.getByLabel("Parameters").fill("least: long");
  await picture(page, "save");
  expect(await barriers(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.getByText("parameters stand in brackets").waitFor();
  await dialog.getByLabel("Parameters").fill("(least: long = 2)");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });

  await ask(page, "AtLeast(4)");
  expect(await page.locator(".grid-row:not([hidden]) [role=gridcell]").allTextContents()).toEqual(["4", "5"]);
  await page.getByRole("button", { name: "Save…" }).click();
  await dialog.getByRole("textbox", { name: "Name" }).fill("<b>Four</b>");
  await dialog.getByLabel("Folder").fill("numbers");
  await dialog.getByRole("button", { name: "Save" }).click();
  await dialog.waitFor({ state: "hidden" });

  await page.getByRole("tab", { name: "Saved" }).click();
  const list = page.getByRole("region", { name: "Saved queries" });
  await list.getByRole("heading", { name: "numbers" }).waitFor();
  await list
    .getByText(/^Wrong passwords/)
    .first()
    .waitFor();
  await picture(page, "saved");
  expect(await barriers(page)).toEqual([]);
  await list.getByLabel("Find a query").fill("four numbers");
  await list.getByRole("heading", { name: "Of rules and hunts" }).waitFor({ state: "detached" });
  expect(page.url()).toContain("find=four+numbers");
  await list.getByRole("button", { name: "<b>Four</b>" }).click();
  await expect.poll(() => queryText(page)).toBe("AtLeast(4)");

  await writeQuery(page, "AtLeast(5)");
  await page.getByRole("button", { name: "Save…" }).click();
  await dialog.getByRole("button", { name: "Save the changes" }).click();
  await dialog.waitFor({ state: "hidden" });
  await page.getByRole("tab", { name: "Saved" }).click();
  await list.getByRole("button", { name: "Run" }).first().click();
  await page.getByText(/1 rows · /).waitFor();
  await page.getByRole("tab", { name: "Saved" }).click();
  await list.getByRole("button", { name: "Remove" }).first().click();
  await list.getByRole("button", { name: "Remove it now" }).click();
  await list.getByRole("button", { name: "<b>Four</b>" }).waitFor({ state: "detached" });
  // Chromium tells of the one that was refused.
  expect(complaints).toEqual([expect.stringContaining("422")]);
});
