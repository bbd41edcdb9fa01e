import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { ask } from "./testing/editor.ts";
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

const places = `datatable(Longitude: real, Latitude: real, User: string, Count: long) [
  13.4, 52.5, 'ada', 30, 13.4, 52.5, '${attack}', 10, -74.0, 40.7, 'bob\\u202E', 90, 139.7, 35.7, 'ada', 5,
  -58.4, -34.6, 'eve', 12, 500, 0, 'nowhere', 1]`;

/** The titles of what is drawn, as the mouse shows them. */
const titles = (page: Page) => page.locator(".chart .place > title").allTextContents();

for (const colorScheme of ["light", "dark"] as const) {
  test(`a map has its places, their names as text, and is reached by keys: ${colorScheme}`, async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme });
    const asked: string[] = [];
    page.on("request", (request) => asked.push(new URL(request.url()).origin));
    await ask(page, `${places} | render scatterchart with (kind=map, title='Sign-ins')`);
    await page.getByRole("img", { name: /^A map of 5 places/ }).waitFor();
    await expect.poll(() => page.locator(".chart .land").getAttribute("d")).toMatch(/^M.{5000}/);
    await page.getByText("1 of 6 rows have no place on the Earth").waitFor();
    expect(await titles(page)).toEqual([
      ...["bob⟨U+202E⟩, 40.7°N, 74°W: Count 90", "ada, 52.5°N, 13.4°E: Count 30", "eve, 34.6°S, 58.4°W: Count 12"],
      ...[`${attack}, 52.5°N, 13.4°E: Count 10`, "ada, 35.7°N, 139.7°E: Count 5"],
    ]);
    await page.getByRole("button", { name: /^eve/ }).focus();
    await picture(page, `map-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
    const map = page.getByRole("region", { name: /^Map:/ });
    await map.focus();
    const where = () => page.locator(".chart .place").first().getAttribute("transform");
    const before = await where();
    await page.keyboard.press("+");
    await expect.poll(where).not.toBe(before);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("0");
    await expect.poll(where).toBe(before);
    await ask(page, `${places} | render piechart with (kind=map)`);
    await page.getByRole("img", { name: /^A map of 4 places/ }).waitFor();
    expect(await titles(page)).toContain(`52.5°N, 13.4°E: Count 40 (ada 30; ${attack} 10)`);
    await page.getByRole("button", { name: /^52.5°N/ }).click();
    await picture(page, `map-pies-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
    expect(new Set(asked)).toEqual(new Set([service.origin]));
    expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
    expect(complaints).toEqual([]);
  });

  test(`anomalies are marked, and series are stacked as they are asked to be: ${colorScheme}`, async () => {
    const { page, complaints } = await openPage(browser, service.origin, { colorScheme });
    await ask(
      page,
      `range n from 0 to 99 step 1 | extend At = datetime(2026-10-14) + n * 1h, Count = iff(n == 60, 90, n * 37 % 11)
| summarize At = make_list(At), Count = make_list(Count)
| extend (Odd, Score, Baseline) = series_decompose_anomalies(Count, 1.5, 0)
| project At, Count, Odd | render anomalychart with (anomalycolumns=Odd, title='Sign-ins an hour')`,
    );
    await page.getByRole("img", { name: /1 value marked as anomalous/ }).waitFor();
    expect(await page.locator(".chart path.anomaly > title").allTextContents()).toEqual([
      "Count, 2026-10-16 12:00:00: 90, an anomaly",
    ]);
    await picture(page, `anomalychart-${colorScheme}`);
    expect(await barriers(page)).toEqual([]);
    for (const kind of ["areachart", "barchart", "columnchart"]) {
      for (const way of ["stacked100", "stacked", "unstacked"]) {
        const x = kind === "areachart" ? "At = datetime(2026-10-14) + n * 1h" : "Day = tostring(n)";
        const query = `range n from 1 to 9 step 1 | extend A = n % 4 + 1, B = n % 3 + 2 | project ${x}, A, B`;
        await ask(page, `${query} | render ${kind} with (kind=${way})`);
        await page.getByRole("img").waitFor();
        if (way === "stacked100") {
          expect(await page.locator(".chart svg > text").allTextContents()).toContain("100 %");
          const first = page.locator(".chart .series-0 title").first();
          expect(await first.textContent()).toMatch(/^A, .*: 2 \(40\.0 %\)$/);
        }
        await picture(page, `${kind}-${way}-${colorScheme}`);
      }
    }
    expect(await barriers(page)).toEqual([]);
    expect(complaints).toEqual([]);
  });
}
