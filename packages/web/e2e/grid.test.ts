import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { ask, queryText } from "./testing/editor.ts";
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

const attack = `<img src=x onerror="window.attacked = true">`;

/** Forty sign-ins of four users, one of whom attacks whoever reads the name. */
const signIns = `range n from 1 to 40 step 1
| extend User = case(n % 8 == 0, 'bob\\u202E', n % 5 == 0, '${attack}', n % 2 == 0, 'ada', 'eve'), Code = n % 3 * 50000, At = datetime(2026-10-14) + n * 1h`;

const cells = (page: Page) => page.locator(".grid-row:not([hidden]) [role=gridcell]:visible").allTextContents();
const column = async (page: Page, at: number) =>
  page.locator(`.grid-row:not([hidden]) [role=gridcell][aria-colindex="${at}"]:visible`).allTextContents();

/** Opens the menu of a column with the mouse. */
async function openMenu(page: Page, name: string) {
  await page.getByRole("columnheader", { name, exact: true }).locator(".grid-menu").click();
  return page.getByRole("dialog", { name: new RegExp(`^${name} `) });
}

describe("filters of columns", () => {
  test("hold together with each other and the one for all columns, stand in the address, and are taken away one by one", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, signIns);
    const code = await openMenu(page, "Code");
    await code.getByRole("textbox", { name: "From" }).fill("1");
    await code.getByRole("textbox", { name: "To" }).fill("fifty");
    await code.getByRole("textbox", { name: "To" }).blur();
    await code.getByText("not like 12.5").waitFor();
    await code.getByRole("textbox", { name: "To" }).fill("50000");
    await code.getByRole("textbox", { name: "To" }).blur();
    await page.getByText("14 of 40 rows").waitFor();
    await page.keyboard.press("Escape");
    const user = await openMenu(page, "User");
    await user.getByRole("checkbox", { name: "ada" }).check();
    await user.getByRole("checkbox", { name: /bob/ }).check();
    await picture(page, "column-menu-light");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.press("Escape");
    const at = await openMenu(page, "At");
    await at.getByRole("textbox", { name: "From" }).fill("2026-10-14 12:00");
    await at.getByRole("textbox", { name: "From" }).blur();
    await page.keyboard.press("Escape");
    await page.getByText("5 of 40 rows").waitFor();
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("ada");
    await page.getByText("3 of 40 rows").waitFor();
    expect(await column(page, 1)).toEqual(["22", "28", "34"]);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await expect.poll(() => queryText(page)).toContain("range n");
    await page.keyboard.press("Shift+Enter");
    await page.getByText("3 of 40 rows").waitFor();
    const chips = page.getByRole("list", { name: "How the rows are looked at" });
    expect(await chips.locator(".chip span").allTextContents()).toEqual([
      ...["Code ≥ 1", "Code ≤ 50000", "User is ada, bob⟨U+202E⟩", "At ≥ 2026-10-14 12:00:00"],
    ]);
    await picture(page, "filtered");
    expect(await barriers(page)).toEqual([]);
    await chips.getByRole("button", { name: "Remove: At ≥ 2026-10-14 12:00:00" }).click();
    await chips.getByRole("button", { name: "Clear all filters" }).click();
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("");
    await expect.poll(() => new URL(page.url()).search).toBe("");
    await expect.poll(async () => (await cells(page)).length).toBeGreaterThan(40);
    expect(complaints).toEqual([]);
  });

  test("are made with keys alone, and the value of a cell is kept or left out", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme: "dark" });
    await ask(page, signIns);
    await page.keyboard.press("F6");
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Alt+ArrowDown");
    const user = page.getByRole("dialog", { name: /^User / });
    await user.waitFor();
    await picture(page, "column-menu-dark");
    expect(await barriers(page)).toEqual([]);
    await page.keyboard.type("DA");
    await page.getByText("12 of 40 rows").waitFor();
    await page.keyboard.press("Escape");
    expect(await page.evaluate(() => document.activeElement?.getAttribute("role"))).toBe("grid");
    await page.getByRole("button", { name: "Remove: User has “DA”" }).click();
    await page.locator("#grid-0-1").click();
    await page.keyboard.press("Alt+ArrowDown");
    await user.getByRole("button", { name: "Without it" }).click();
    await expect.poll(async () => (await column(page, 2)).includes("eve")).toBe(false);
    await page.locator("#grid-0-1").click();
    await page.keyboard.press("Alt+ArrowDown");
    await user.getByRole("button", { name: "Only this" }).click();
    await expect.poll(async () => new Set(await column(page, 2)).size).toBe(1);
    expect(complaints).toEqual([]);
  });
});

describe("groups", () => {
  test("are counted, opened and closed with the mouse and with keys, and stand in the address", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, signIns);
    await (await openMenu(page, "User")).getByRole("button", { name: "Group by it" }).click();
    const tree = page.getByRole("treegrid", { name: "Results" });
    await tree.waitFor();
    const lines = () => tree.locator(".grid-row:not([hidden])[aria-level='1']").allTextContents();
    await expect
      .poll(lines)
      .toEqual([
        ...["User: eve · 16 rows", "User: ada · 12 rows", `User: ${attack} · 7 rows`, "User: bob⟨U+202E⟩ · 5 rows"],
      ]);
    await page.getByText("4 groups · 40 of 40 rows").waitFor();
    await tree.getByText("User: bob⟨U+202E⟩ · 5 rows").click();
    await expect.poll(() => column(page, 2)).toEqual(Array.from({ length: 5 }, () => "bob⟨U+202E⟩"));
    await (await openMenu(page, "Code")).getByRole("button", { name: "Group by it" }).click();
    await page.getByRole("button", { name: "Open all groups" }).click();
    await expect.poll(() => tree.locator("[aria-level='3']:not([hidden])").count()).toBeGreaterThan(5);
    await picture(page, "groups-light");
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Close all groups" }).click();
    await tree.focus();
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => tree.locator("[aria-expanded='true']:not([hidden])").count()).toBe(1);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect.poll(() => tree.locator("[aria-expanded='true']:not([hidden])").count()).toBe(2);
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await page.keyboard.press("ArrowLeft");
    await expect.poll(() => tree.locator("[aria-expanded='true']:not([hidden])").count()).toBe(0);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await expect.poll(() => queryText(page)).toContain("range n");
    await page.keyboard.press("Shift+Enter");
    await expect.poll(async () => (await lines()).length).toBe(4);
    expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    let csv = "";
    for await (const chunk of await (await download).createReadStream()) csv += String(chunk);
    expect(csv.split("\r\n").slice(0, 2)).toEqual(["n,User,Code,At", "1,eve,50000,2026-10-14T01:00:00.0000000Z"]);
    expect(csv.split("\r\n")).toHaveLength(42);
    expect(complaints).toEqual([]);
  });

  test("of a million rows, also where each row has a value of its own", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme: "dark" });
    await ask(page, "range n from 1 to 1000000 step 1 | extend s = strcat('row ', n), k = n % 7");
    await (await openMenu(page, "k")).getByRole("button", { name: "Group by it" }).click();
    await page.getByText("7 groups · 1,000,000 of 1,000,000 rows").waitFor();
    await page.getByRole("button", { name: "Open all groups" }).click();
    const tree = page.getByRole("treegrid", { name: "Results" });
    await expect.poll(() => tree.getAttribute("aria-rowcount")).toBe("1000008");
    await tree.focus();
    await page.keyboard.press("Control+End");
    await expect.poll(async () => (await cells(page)).at(-1)).toBe("0");
    await picture(page, "groups-dark");
    expect(await barriers(page)).toEqual([]);
    await page.getByRole("button", { name: "Remove: Groups by k" }).click();
    await (await openMenu(page, "s")).getByRole("button", { name: "Group by it" }).click();
    await page.getByText("1,000,000 groups · 1,000,000 of 1,000,000 rows").waitFor();
    const s = await openMenu(page, "s");
    await s.getByText("More than 500 different ones").waitFor();
    await s.getByRole("textbox", { name: "Has the text" }).fill("row 99999");
    await page.getByText("11 groups · 11 of 1,000,000 rows").waitFor();
    expect(complaints).toEqual([]);
  });
});
