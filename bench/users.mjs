// Fifty users at once on the live demo: how long the pages' calls take. Which calls a page makes is seen in Chromium first.
//   npm run bench:users -- [users] [seconds] [rest between pages, in seconds]   (after npm run build)
import { chromium } from "playwright-core";
import { demoService } from "./demo-service.mjs";
import { pageAddresses } from "./pages.mjs";
import { quantile, report } from "./report.mjs";

/** What the application asks for when it is opened, and not again while it stays open. */
const onceForTab = new Set(["/api/v1/session", "/api/v1/schema"]);

const [users, seconds, rest] = [2, 3, 4].map((index, at) => Number(process.argv[index] ?? [50, 60, 5][at]));
const service = await demoService();
const times = new Map();
const errors = [];
let opened = 0;
try {
  const pages = await callsOfPages();
  const end = Date.now() + seconds * 1000;
  await Promise.all(Array.from({ length: users }, (_, index) => user(pages, index, end)));
} finally {
  await service.stop();
}

/** The calls of the API that each page makes when it is opened, as Chromium made them. */
async function callsOfPages() {
  const browser = await chromium.launch({
    executablePath: process.env.CALYPSO_TEST_CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
  const pages = [];
  for (const address of await pageAddresses(service.origin)) {
    const page = await browser.newPage();
    const calls = [];
    page.on("request", (request) => {
      const { pathname, search } = new URL(request.url());
      if (pathname.startsWith("/api/v1/"))
        calls.push({ path: pathname + search, method: request.method(), body: request.postData() });
    });
    await page.goto(`${service.origin}${address}`);
    await page.waitForTimeout(4000);
    await page.close();
    pages.push({ address, calls: calls.filter(({ path }) => path !== "/api/v1/events") });
  }
  await browser.close();
  return pages;
}

/** One user: opens a page, reads it, opens another, and listens for events all the while. */
async function user(pages, index, end) {
  const leaving = new AbortController();
  const known = new Set();
  void listen(leaving.signal);
  // They do not all begin at the same moment.
  await pause((index / users) * rest * 1000);
  for (let turn = index; Date.now() < end; turn += 7) {
    const { calls: all } = pages[turn % pages.length];
    // A browser asks once who its user is and what tables there are; then the application shows its pages by itself.
    const calls = all.filter(({ path }) => !known.has(path));
    for (const { path } of calls) if (onceForTab.has(path)) known.add(path);
    opened += 1;
    await Promise.all(calls.map(timed));
    await pause(rest * 1000 * (0.5 + ((turn * 37) % 100) / 100));
  }
  leaving.abort();
}

async function listen(signal) {
  const answer = await fetch(`${service.origin}/api/v1/events`, { signal }).catch(() => undefined);
  await answer?.text().catch(() => {});
}

async function timed({ path, method, body }) {
  const began = performance.now();
  try {
    const headers = body == null ? {} : { "content-type": "application/json" };
    const answer = await fetch(`${service.origin}${path}`, { method, headers, ...(body == null ? {} : { body }) });
    const text = await answer.text();
    if (!answer.ok || text.includes('"kind":"failed"'))
      errors.push(`${method} ${path}: ${answer.status} ${text.slice(0, 200)}`);
  } catch (error) {
    errors.push(`${method} ${path}: ${error}`);
  }
  const route = `${method} ${path.replace(/\?.*/, "").replace("/api/v1", "")}`;
  times.set(route, [...(times.get(route) ?? []), performance.now() - began]);
}

function pause(milliseconds) {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

const all = [...times.values()].flat();
const row = (name, of) =>
  `| ${name} | ${of.length} | ${[0.5, 0.95, 0.99].map((share) => Math.round(quantile(of, share))).join(" | ")} |`;
report(`users: ${users} at once on the live demo, ${seconds} s, ${rest} s between a user's pages`, [
  "| call | count | median ms | 95 % ms | 99 % ms |",
  "| --- | ---: | ---: | ---: | ---: |",
  ...[...times].sort(([one], [other]) => one.localeCompare(other)).map(([route, of]) => row(`\`${route}\``, of)),
  row("all", all),
  "",
  `${opened} pages opened; 95 % of all calls within ${Math.round(quantile(all, 0.95))} ms (limit 500); ${errors.length} errors.`,
  ...errors.slice(0, 10).map((error) => `- ${error}`),
]);
