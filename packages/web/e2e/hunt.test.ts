import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { ask, queryText, writeQuery } from "./testing/editor.ts";
import { type RunningService, startService } from "./testing/service.ts";

/** Texts with which whoever writes a log attacks whoever reads it. */
const hostile = [
  `<script>window.attacked = true</script>`,
  `<img src=x onerror="window.attacked = true">`,
  `[a link](javascript:window.attacked=true) https://evil.contoso.example/`,
  `\u001b]8;;https://evil.contoso.example\u0007here\u001b]8;;\u0007`,
  `=HYPERLINK("https://evil.contoso.example","open")`,
  `invoice\u202Efdp.exe`,
];

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  const rows = hostile.map((name, index) => ({
    TimeGenerated: `2026-10-14T03:00:0${index}.1234567Z`,
    UserPrincipalName: `user${index}@contoso.example`,
    UserDisplayName: name,
    IPAddress: `203.0.113.${index}`,
    DeviceDetail: { browser: name, n: 1 },
    ResultType: "0",
  }));
  service = await startService(rows);
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

const cells = (page: Page) => page.locator(".grid-row:not([hidden]) [role=gridcell]").allTextContents();

const grid = (page: Page) => page.getByRole("grid");

describe("hunting", () => {
  test("a query that is typed and run shows its rows and its cost, and the address brings both back", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, "SigninLogs | summarize Count = count() by ResultType");
    expect(await cells(page)).toEqual(["0", "6"]);
    expect(await page.getByText(/1 rows · /).textContent()).toMatch(/ s · read \d+ rows, /);
    const address = page.url();
    expect(address).toMatch(/#q=[\w-]+$/);
    await page.goto("about:blank");
    await page.goto(address);
    await expect.poll(() => queryText(page)).toContain("summarize Count");
    expect(complaints).toEqual([]);
  });

  test("a wrong query says where and why, and its plan and SQL are shown when it is right", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await writeQuery(page, "SigninLogs\n| wher x");
    await page.getByRole("button", { name: "line 2, column 3" }).click();
    await page.keyboard.press("Shift+Enter");
    await page.getByText("did you mean `where`?").waitFor();
    await page.getByText(/^failed after/).waitFor();
    await writeQuery(page, "SigninLogs | where IPAddress == '203.0.113.1'");
    await page.getByRole("tab", { name: "SQL" }).click();
    await page.getByText(/SELECT/).waitFor();
    await page.getByRole("tab", { name: "Plan" }).click();
    await page.getByRole("region", { name: "Plan" }).getByText("203.0.113.1").waitFor();
    expect(page.url()).toContain("tab=plan");
    expect(complaints).toEqual([]);
  });

  test("what logs hold stays text: in cells, in details, on the clipboard and in files", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, "SigninLogs | project UserDisplayName, DeviceDetail | order by UserDisplayName asc");
    const shown = (await cells(page)).join("\n");
    expect(shown).toContain(hostile[0]);
    expect(shown).toContain("invoice⟨U+202E⟩fdp.exe");
    expect(shown).toContain("⟨U+001B⟩]8;;https://evil.contoso.example⟨U+0007⟩here");
    expect(shown).not.toMatch(/[\u001b\u202e]/);
    for (let row = 0; row < hostile.length; row++) {
      await page.locator(`#grid-${row}-0`).dblclick();
      await page.getByRole("complementary").getByText("browser:").waitFor();
    }
    await picture(page, "hostile");
    expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
    expect(await page.locator("#tab-panel").locator("script, img, a, iframe").count()).toBe(0);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "CSV" }).click();
    const stream = await (await download).createReadStream();
    let csv = "";
    for await (const chunk of stream) csv += String(chunk);
    expect(csv).toContain(`"'=HYPERLINK(""https://evil.contoso.example"",""open"")"`);
    expect(complaints).toEqual([]);
  });

  test("the whole answer is a Parquet file, whatever the grid shows of it, and what goes wrong is told", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    const saved = async () => {
      const download = page.waitForEvent("download");
      await page.getByRole("button", { name: /^Parquet/ }).click();
      const file = await download;
      expect(file.suggestedFilename()).toBe("result.parquet");
      const pieces: Buffer[] = [];
      for await (const piece of await file.createReadStream()) pieces.push(piece);
      return Buffer.concat(pieces);
    };
    await ask(page, "range n from 1 to 30 step 1 | extend s = strcat('row ', n), at = now()");
    const whole = await saved();
    expect([whole.subarray(0, 4), whole.subarray(-4)].map(String)).toEqual(["PAR1", "PAR1"]);
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("row 7");
    await page.getByText("1 of 30 rows").waitFor();
    expect(await page.getByRole("button", { name: "Parquet of the whole answer" }).isVisible()).toBe(true);
    // The same bytes: the moment of `now()` is that of the run.
    expect((await saved()).equals(whole)).toBe(true);
    await ask(page, "print t = datetime(9999-12-31)");
    await page.getByRole("button", { name: "Parquet" }).click();
    await page.getByText(/Parquet has no datetimes before .* give it as text/).waitFor();
    await picture(page, "parquet-refused");
    expect(complaints.filter((text) => !text.includes("status of 422"))).toEqual([]);
  });

  test("the address holds how the rows are looked at, until there is another query", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, "range n from 1 to 30 step 1 | extend s = strcat('row ', n), ['a, b'] = n % 3");
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("row 1");
    for (const _way of ["ascending", "descending"]) await page.getByRole("columnheader", { name: "s" }).click();
    await page.getByText("Columns", { exact: true }).click();
    await page.getByRole("checkbox", { name: "n long" }).uncheck();
    await page.getByText("11 of 30 rows").waitFor();
    const seen = await cells(page);
    expect(seen.slice(0, 4)).toEqual(["row 19", "1", "row 18", "0"]);
    const address = page.url();
    await page.goto("about:blank");
    await page.goto(address);
    await expect.poll(() => queryText(page)).toContain("range n");
    await page.keyboard.press("Shift+Enter");
    await page.getByText("11 of 30 rows").waitFor();
    expect(await cells(page)).toEqual(seen);
    await ask(page, "range n from 1 to 3 step 1");
    await expect.poll(() => cells(page)).toEqual(["1", "2", "3"]);
    expect(new URL(page.url()).search).toBe("");
    await page.goto(`${service.origin}/tables?find=signinlogs&table=SigninLogs`);
    await page.getByRole("heading", { name: "SigninLogs" }).waitFor();
    expect(await page.getByRole("region", { name: "Tables" }).getByRole("listitem").allTextContents()).toContain(
      "SigninLogshas logs",
    );
    expect(await page.getByRole("listitem").count()).toBeLessThan(10);
    expect(complaints).toEqual([]);
  });

  test("a table's first rows are one step away", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/tables" });
    await page.getByLabel("Find a table").fill("signinlogs");
    await page.getByRole("button", { name: "SigninLogs", exact: true }).click();
    await page.getByRole("button", { name: "Show 100 rows" }).click();
    await page.getByText(/6 rows · /).waitFor();
    expect(complaints).toEqual([]);
  });

  test("everything is done with keys alone", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/tables" });
    await page.keyboard.press("Control+k");
    await page.keyboard.type("go hunt");
    await page.keyboard.press("Enter");
    await page.getByLabel("Query", { exact: true }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("editor");
    await page.keyboard.press("Enter");
    await page.keyboard.type("range n from 1 to 3000 step 1 | extend d = dynamic({'a': [1, 9007199254740993]})");
    await page.keyboard.press("Shift+Enter");
    await page.getByText(/3,000 rows · /).waitFor();
    await page.keyboard.press("F6");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("Home");
    await page.keyboard.press("Control+c");
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe("3000");
    await page.keyboard.press("Enter");
    await page.getByRole("complementary").getByRole("heading", { name: "Row 3,000" }).waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Control+Home");
    await page.keyboard.press("ArrowUp");
    for (const _way of ["ascending", "descending"]) await page.keyboard.press("Enter");
    await expect.poll(() => page.locator("#grid-0-0").textContent()).toBe("3000");
    expect(complaints).toEqual([]);
  });
});

describe("the files", () => {
  const get = (path: string, headers: Readonly<Record<string, string>> = {}) =>
    fetch(`${service.origin}${path}`, { headers });

  test("every path of a page gives the application, and nothing else does", async () => {
    const page = await get("/hunt?range=24h", { accept: "text/html" });
    expect(page.headers.get("cache-control")).toBe("no-cache");
    expect(page.headers.get("content-security-policy")).toContain("script-src 'self';");
    const script = /src="(\/assets\/[^"]+\.js)"/.exec(await page.text())?.[1] ?? "";
    const asset = await get(script, { "accept-encoding": "br" });
    expect(asset.headers.get("content-encoding")).toBe("br");
    expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
    expect((await asset.text()).length).toBeGreaterThan(10_000);
    for (const path of [
      ...["/api/v1/nothing", "/api", "/assets/nothing.js", "/nothing.json"],
      ...["/..%2f..%2fpackage.json", "/%2e%2e/%2e%2e/package.json", "/assets/..%5c..%5c..%5cpackage.json", "/.%00./x"],
    ]) {
      const answer = await get(path, { accept: "text/html" });
      expect([path, answer.status >= 400, (await answer.text()).includes("<html")]).toEqual([path, true, false]);
    }
  });
});

describe("a million rows", () => {
  test("are all reached, sorted and filtered, and no more are drawn than are seen", async () => {
    const { page, complaints } = await openPage(browser, service.origin);
    await ask(page, "range n from 1 to 1000000 step 1 | extend s = strcat('row ', n)");
    await grid(page).focus();
    await page.keyboard.press("Control+End");
    expect(await page.locator(".grid-row:not([hidden]) [role=gridcell]").last().textContent()).toBe("row 1000000");
    await grid(page).evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
    await expect.poll(async () => Number((await cells(page))[0])).toBeGreaterThan(400_000);
    expect(await page.locator(".grid-row").count()).toBeLessThan(60);
    await page.getByRole("columnheader", { name: "s" }).click();
    await page.getByText("1,000,000 of 1,000,000 rows").waitFor();
    await grid(page).focus();
    await page.keyboard.press("Control+Home");
    await expect
      .poll(async () => (await cells(page)).slice(0, 6))
      .toEqual(["1", "row 1", "10", "row 10", "100", "row 100"]);
    await page.getByRole("searchbox", { name: "Filter rows" }).fill("row 99999");
    await page.getByText("11 of 1,000,000 rows").waitFor();
    await page.getByRole("columnheader", { name: "n", exact: true }).click();
    await expect
      .poll(async () => (await cells(page)).slice(0, 4))
      .toEqual(["99999", "row 99999", "999990", "row 999990"]);
    expect(complaints).toEqual([]);
  });
});

describe("every page", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`can be used by everybody: ${colorScheme}`, async () => {
      const { page, complaints } = await openPage(browser, service.origin, { colorScheme });
      await picture(page, `hunt-empty-${colorScheme}`);
      expect(await barriers(page)).toEqual([]);
      await ask(page, "SigninLogs");
      await page.locator("#grid-2-1").dblclick();
      await page.getByRole("complementary").waitFor();
      await picture(page, `hunt-${colorScheme}`);
      expect(await barriers(page)).toEqual([]);
      for (const kind of ["timechart", "areachart", "columnchart", "barchart", "piechart", "scatterchart"]) {
        const x =
          kind === "scatterchart"
            ? "n"
            : /time|area/.test(kind)
              ? "At = datetime(2026-10-14) + n * 1h"
              : "Day = tostring(n)";
        await ask(
          page,
          `range n from 1 to 9 step 1 | extend A = n % 4 + 1, B = n % 3 + 2 | project ${x}, A, B | render ${kind}`,
        );
        await page.getByRole("img").waitFor();
        await picture(page, `${kind}-${colorScheme}`);
        expect(await barriers(page)).toEqual([]);
      }
      await writeQuery(page, "SigninLogs\n| wher x");
      await page.keyboard.press("Shift+Enter");
      await page.getByText("did you mean `where`?").waitFor();
      await picture(page, `hunt-wrong-${colorScheme}`);
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press("Control+k");
      await picture(page, `palette-${colorScheme}`);
      expect(await barriers(page)).toEqual([]);
      await page.keyboard.press("Escape");
      for (const path of ["/hunt?tab=sql", "/hunt?tab=history", "/tables?table=SigninLogs", "/keys", "/nowhere"]) {
        await page.goto(`${service.origin}${path}`);
        await page.locator("main h1").waitFor({ state: "attached" });
        await expect.poll(() => page.title()).toContain("contoso");
        await picture(page, `${path.replace(/\W+/g, "-").slice(1)}-${colorScheme}`);
        expect(await barriers(page)).toEqual([]);
      }
      expect(complaints).toEqual([]);
    });
  }
});
