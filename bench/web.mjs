// Measures the pages in Chromium on a workspace of two rows: the first page, its scripts, the first rows, and a grid of a million rows.
//   npm run bench:web -- [rounds]   (after npm run build; CALYPSO_TEST_CHROMIUM names another browser)
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { median, report } from "./report.mjs";

const rounds = Number(process.argv[2] ?? 7);
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const calypso = path("../packages/server/bin/calypso.js");

const folder = mkdtempSync(join(tmpdir(), "calypso-bench-web-"));
const workspace = join(folder, "contoso");
mkdirSync(join(folder, "logs"));
const row = { TimeGenerated: "2026-10-14T03:00:00Z", IPAddress: "203.0.113.1", ResultType: "0" };
writeFileSync(join(folder, "logs", "SigninLogs.ndjson"), `${JSON.stringify(row)}\n${JSON.stringify(row)}\n`);
const loaded = spawnSync(process.execPath, [calypso, "ingest", "--workspace", workspace, join(folder, "logs")]);
if (loaded.status !== 0) throw new Error(String(loaded.stderr));
const serve = ["serve", "--workspace", workspace, "--rules", path("../examples/guessed-password.yaml"), "--port", "0"];
const service = spawn(process.execPath, [calypso, ...serve], { stdio: ["ignore", "ignore", "pipe"] });
const origin = await new Promise((resolve, reject) => {
  createInterface(service.stderr).on("line", (line) => line.startsWith("open ") && resolve(line.slice(5)));
  service.once("exit", () => reject(new Error("the service ended")));
});
const browser = await chromium.launch({
  executablePath: process.env.CALYPSO_TEST_CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

/** What shows that a page can be used: the queue has its rows or says that there are none, and the editor takes text. */
const signs = {
  "/": "main table.data tbody tr, main p.nothing:not([aria-busy])",
  "/hunt": "[aria-label=Query]",
};

/** A page that notes each task that holds it for 50 ms or more, and when it can be used. */
async function openPage(path) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin });
  const page = await context.newPage();
  await page.addInitScript((sign) => {
    globalThis.tasks = [];
    new PerformanceObserver((list) => globalThis.tasks.push(...list.getEntries())).observe({ type: "longtask" });
    const observer = new MutationObserver(() => {
      if (document.querySelector(sign) === null) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => (globalThis.usable = performance.now())));
    });
    observer.observe(document, { childList: true, subtree: true });
  }, signs[path]);
  await page.goto(`${origin}${path}`);
  await page.waitForFunction(() => globalThis.usable !== undefined);
  return page;
}

/** Runs a query; milliseconds from the first byte of its first rows to the frame that shows a row. */
async function ask(page, text) {
  await page.evaluate(() => {
    globalThis.seen = undefined;
    globalThis.block = undefined;
    globalThis.realFetch ??= fetch;
    globalThis.fetch = async (...call) => {
      const answer = await globalThis.realFetch(...call);
      if (!String(call[0]).endsWith("/query")) return answer;
      const [mine, theirs] = answer.body.tee();
      void (async () => {
        const decoder = new TextDecoder();
        for await (const bytes of mine) {
          if (!decoder.decode(bytes).includes('"kind":"rows"')) continue;
          globalThis.block ??= performance.now();
        }
      })();
      return new Response(theirs, answer);
    };
    const look = () => {
      const shown = document.querySelector(".grid-row:not([hidden]) [role=gridcell]") !== null;
      if (shown) setTimeout(() => (globalThis.seen = performance.now()));
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });
  await page.getByLabel("Query", { exact: true }).focus();
  await page.locator(".monaco-editor .view-line").first().waitFor();
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  for (const keys of ["Control+a", "Control+v"]) await page.keyboard.press(keys);
  await page.keyboard.press("Shift+Enter");
  await page.getByText(/\d rows · /).waitFor();
  await page.waitForFunction(() => globalThis.seen !== undefined);
  return page.evaluate(() => globalThis.seen - globalThis.block);
}

/** What `work` costs the page: all of its time, the longest task, and the longest time between two frames, in milliseconds. */
async function watched(page, work) {
  await page.evaluate(() => {
    globalThis.tasks.length = 0;
    globalThis.frames = [];
    const note = (at) => {
      globalThis.frames?.push(at);
      if (globalThis.frames) requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
  });
  const began = performance.now();
  await work();
  const took = performance.now() - began;
  const [task, frame] = await page.evaluate(async () => {
    await new Promise((resolve) => setTimeout(resolve, 100));
    const gaps = globalThis.frames.slice(1).map((at, index) => at - globalThis.frames[index]);
    globalThis.frames = undefined;
    return [Math.max(0, ...globalThis.tasks.map(({ duration }) => duration)), Math.max(0, ...gaps)];
  });
  return { took, task, frame };
}

/** What the scripts that a page has loaded weigh on the way, in kB. */
function weight(page) {
  return page.evaluate(() => {
    const scripts = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".js"));
    return scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0) / 1000;
  });
}

const usable = { "/": [], "/hunt": [] };
const first = [];
const scripts = { "/": [], "/hunt": [] };
const withEditor = [];
for (let round = 0; round < rounds; round++) {
  let page;
  for (const path of Object.keys(signs)) {
    await page?.context().close();
    page = await openPage(path);
    usable[path].push(await page.evaluate(() => globalThis.usable));
    scripts[path].push(await weight(page));
  }
  first.push(await ask(page, "SigninLogs"));
  withEditor.push(await weight(page));
  await page.context().close();
}

const page = await openPage("/hunt");
await ask(
  page,
  "range n from 1 to 1000000 step 1 | extend s = strcat('row ', hash(n, 1000003)), r = n * 0.5, k = n % 1000",
);
const grid = page.locator(".grid");
await grid.hover();
const rows = () => page.getByText("1,000,000 of 1,000,000 rows").waitFor();
const sortBy = (name) => page.getByRole("columnheader", { name }).click();
/** The menu of a column. */
const menu = async (name) => {
  await page.getByRole("columnheader", { name }).locator(".grid-menu").click();
  return page.locator(".column-menu");
};
const groupBy = async (name, groups) => {
  await (await menu(name)).getByRole("button", { name: "Group by it" }).click();
  await page.getByText(groups).waitFor();
};
const costs = {
  "scroll by wheel, 200 steps": await watched(page, async () => {
    for (let at = 0; at < 200; at++) await page.mouse.wheel(0, 400);
  }),
  "scroll by its bar, 200 places of a million rows": await watched(page, () =>
    grid.evaluate(async (element) => {
      for (let at = 0; at <= 200; at++) {
        element.scrollTop = (element.scrollHeight * at) / 200;
        await new Promise(requestAnimationFrame);
      }
    }),
  ),
  "sort by a text": await watched(page, async () => {
    await sortBy("s");
    await rows();
  }),
  "sort by a real": await watched(page, async () => {
    await sortBy("r");
    await page.getByRole("columnheader", { name: "r ↑" }).waitFor();
    await page.getByText("arranging").waitFor({ state: "detached" });
  }),
  filter: await watched(page, async () => {
    await page.getByLabel("Filter rows").fill("row 9999");
    await page.getByText(/^\d+ of 1,000,000 rows/).waitFor();
    await page.getByLabel("Filter rows").fill("");
    await rows();
  }),
  "filter a column by a range": await watched(page, async () => {
    const from = (await menu("r")).getByLabel("From");
    await from.fill("499990");
    await from.blur();
    await page.getByText("21 of 1,000,000 rows").waitFor();
    await page.getByRole("button", { name: /^Remove: r ≥/ }).click();
    await rows();
  }),
  "group by a column of a thousand values": await watched(page, () => groupBy("k", /^1,000 groups · 1,000,000 of/)),
  "open a thousand groups": await watched(page, async () => {
    await page.getByRole("button", { name: "Open all groups" }).click();
    await page.locator("[aria-rowcount='1001001']").waitFor();
  }),
  "scroll in groups, 200 places": await watched(page, () =>
    grid.evaluate(async (element) => {
      for (let at = 0; at <= 200; at++) {
        element.scrollTop = (element.scrollHeight * at) / 200;
        await new Promise(requestAnimationFrame);
      }
    }),
  ),
  "group by a column with hundreds of thousands of values": await watched(page, async () => {
    await page.getByRole("button", { name: "Remove: Groups by k" }).click();
    await groupBy("s", /^\d{3},\d{3} groups · 1,000,000 of/);
  }),
};
await browser.close();
service.removeAllListeners("exit");
service.kill("SIGTERM");
await new Promise((resolve) => service.once("exit", resolve));
rmSync(folder, { recursive: true });

report("The pages in Chromium", [
  `Medians of ${rounds} browsers that know nothing yet; a task shorter than 50 ms is not told of by the browser, and counts as none.`,
  "",
  "| | | |",
  "|---|---|---|",
  `| first page, the queue of incidents, usable | ${median(usable["/"]).toFixed(0)} ms | at most 1000 |`,
  `| Hunt as the first page, usable | ${median(usable["/hunt"]).toFixed(0)} ms | at most 1000 |`,
  `| scripts of the first page, compressed | ${median(scripts["/"]).toFixed(1)} kB | at most 250 |`,
  `| scripts of Hunt before the editor is opened, compressed | ${median(scripts["/hunt"]).toFixed(1)} kB | at most 250 |`,
  `| scripts with the editor, without its threads | ${median(withEditor).toFixed(0)} kB | |`,
  `| from the first block of rows to the first row seen | ${median(first).toFixed(0)} ms | at most 300 |`,
  "",
  "A grid of a million rows:",
  "",
  "| | all, ms | longest task, ms | longest time between frames, ms |",
  "|---|---|---|---|",
  ...Object.entries(costs).map(
    ([name, { took, task, frame }]) => `| ${name} | ${took.toFixed(0)} | ${task.toFixed(0)} | ${frame.toFixed(0)} |`,
  ),
]);
