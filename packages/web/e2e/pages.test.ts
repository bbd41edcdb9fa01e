import { readFileSync } from "node:fs";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { addressesOf } from "./testing/addresses.mjs";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { startDemo } from "./testing/demo.ts";
import type { RunningService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;
let addresses: Awaited<ReturnType<typeof addressesOf>>;

beforeAll(async () => {
  [service, browser] = await Promise.all([startDemo(), startBrowser()]);
  // The shipped rules come into the catalogue in the background.
  addresses = await vi.waitFor(() => addressesOf(service.origin), { timeout: 200_000, interval: 2000 });
}, 300_000);
afterAll(() => Promise.all([browser.close(), service.stop()]));

test("every page of the application is looked at", () => {
  const source = readFileSync(new URL("../src/shell/pages.ts", import.meta.url), "utf8");
  const paths = [...source.matchAll(/page\(\s*"(\/[^"]*)"/g)].map(([, path]) => path);
  expect(paths.length).toBeGreaterThan(5);
  expect(Object.keys(addresses).sort()).toEqual(paths.sort());
});

for (const colorScheme of ["light", "dark"] as const) {
  test(`every page can be used by everybody, and complains of nothing: ${colorScheme}`, async () => {
    const found: string[] = [];
    for (const address of Object.values(addresses).flat()) {
      const { page, complaints } = await openPage(browser, service.origin, { path: address, colorScheme });
      await page.locator("main h1").first().waitFor({ state: "attached" });
      const loading = page.locator("[aria-busy=true]").or(page.getByText(/^Loading .*…$/));
      await expect.poll(() => loading.count(), { message: address, timeout: 30_000 }).toBe(0);
      await picture(page, `page${address.replace(/\W+/g, "-")}-${colorScheme}`);
      found.push(...[...(await barriers(page)), ...complaints].map((what) => `${address}: ${what}`));
      await page.context().close();
    }
    expect(found).toEqual([]);
  });
}
