import { readFileSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page, type Request } from "playwright-core";

/** Debian's Chromium, or that which is named. */
const program = process.env["CALYPSO_TEST_CHROMIUM"] ?? "/usr/bin/chromium";

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: program, args: ["--no-sandbox"] });
}

/** A page, and what it complained of: errors, and what its policy forbade. */
export interface WatchedPage {
  readonly page: Page;
  readonly complaints: readonly string[];
}

/**
 * Chromium says that every answer with `no-store` failed that is read as a stream, even to its end, by whatever server. That it was read
 * to its end the page checks itself: without the last line it shows a problem.
 */
function isUnstored(request: Request): boolean {
  return request.existingResponse()?.headers()["cache-control"] === "no-store";
}

/** Whether a request that Chromium tells of as failed is none of the page's faults. */
function isExpected(request: Request, why: string): boolean {
  if (why !== "net::ERR_ABORTED") return false;
  const { pathname } = new URL(request.url());
  // A page that is left no longer waits for its scripts and signs; one that stays complains of a missing one in another way.
  if (pathname.startsWith("/assets/")) return true;
  // The page ends the check of a rule's text that was changed meanwhile.
  if (/^\/api\/v1\/(?:rules\/[^/]+|new-rule)\/check$/.test(pathname)) return true;
  if (/^\/api\/v1\/(?:rules\/[^/]+\/preview|new-rule\/preview|data\/feeds\/look)$/.test(pathname))
    return isUnstored(request);
  switch (pathname) {
    case "/api/v1/query":
    case "/api/v1/query/parquet":
    case "/api/v1/query/stages":
    case "/api/v1/query/stages/event":
      return isUnstored(request);
    case "/api/v1/events":
      // A page that is left no longer listens.
      return true;
    case "/api/v1/query/check":
      // The page ends the check of a text that was changed meanwhile.
      return true;
    default:
      return false;
  }
}

/** Opens a page of the service in a browser that knows nothing yet. */
export async function openPage(
  browser: Browser,
  origin: string,
  { path = "/hunt", ...options }: { readonly path?: string; readonly colorScheme?: "light" | "dark" } = {},
): Promise<WatchedPage> {
  const context: BrowserContext = await browser.newContext({ viewport: { width: 1280, height: 800 }, ...options });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("requestfailed", (request) => {
    const why = request.failure()?.errorText ?? "";
    if (!isExpected(request, why)) complaints.push(`${request.url()}: ${why}`);
  });
  await page.goto(`${origin}${path}`);
  await page.locator("main").waitFor();
  return { page, complaints };
}

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** What axe finds wrong with a page: its rule and the elements. */
export async function barriers(page: Page): Promise<readonly string[]> {
  // Evaluated from outside: the page's own policy stays as it is.
  await page.evaluate(axe);
  return page.evaluate(async () => {
    const run: unknown = Reflect.get(window, "axe").run;
    if (typeof run !== "function") return ["axe was not loaded"];
    const { violations } = await run(document, { resultTypes: ["violations"] });
    return violations.flatMap(({ id, nodes }: { id: string; nodes: { html: string; failureSummary: string }[] }) =>
      nodes.map(({ html, failureSummary }) => `${id}: ${html.slice(0, 160)} ${failureSummary}`),
    );
  });
}

/** Keeps a picture of the page for people, where a folder for them is named. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env["CALYPSO_TEST_PICTURES"];
  if (folder === undefined) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`) });
}
