import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { startDemo } from "./testing/demo.ts";
import { journeyOf } from "./testing/journey.ts";
import type { RunningService } from "./testing/service.ts";

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  service = await startDemo();
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** What happens is heard of within seconds, on a machine that is busy too. */
const soon = { timeout: 20_000 };

const rows = (page: Page) => page.locator("table.data tbody tr");
const open = (path: string, more: Parameters<typeof openPage>[2] = {}) =>
  openPage(browser, service.origin, { path, ...more });

async function call(path: string, body?: object, method = body === undefined ? "GET" : "PATCH") {
  const answer = await fetch(`${service.origin}/api/v1${path}`, {
    method,
    ...(body === undefined ? {} : { headers: { "content-type": "application/json" }, body: JSON.stringify(body) }),
  });
  return answer.json();
}

/** The number of the newest incident that a search finds. */
async function numberOf(text: string): Promise<number> {
  const { incidents } = await call(`/incidents?text=${encodeURIComponent(text)}`);
  return incidents[0].number;
}

describe("the queue", () => {
  test("leads to an incident that is understood and closed", async () => {
    // What `npm start` opens.
    const { page, complaints } = await open("/");
    const { click, step, end } = journeyOf(page, "Understand and close an incident");
    await page.getByText("49 of 49 incidents").waitFor();
    await expect.poll(() => new URL(page.url()).search).toBe("?status=New&status=Active");
    await step("queue");
    await click(page.getByRole("link", { name: /took control of all Azure subscriptions/ }));
    // In one glance: which rule, about whom, when, and what kind of attack.
    const glance = page.locator(".glance");
    await glance.getByText("Administrator took control of all Azure subscriptions").waitFor();
    await glance.getByRole("link", { name: "maeve.reid@halcyonmarine.example" }).waitFor();
    expect(await glance.getByRole("link", { name: "Privilege Escalation" }).getAttribute("href")).toBe(
      "https://attack.mitre.org/tactics/TA0004/",
    );
    await click(page.getByRole("link", { name: /Alerts and rows/ }));
    await page.getByRole("gridcell", { name: "maeve.reid@halcyonmarine.example" }).first().waitFor();
    await page.getByText(/stages with \d+ conditions, and what the rows hold there/).waitFor();
    await step("rows");
    await click(page.getByRole("button", { name: "Take" }));
    await page.getByText("owner local user").waitFor();
    await click(page.getByRole("button", { name: "Close…" }));
    await page.getByRole("radio", { name: "True positive: suspicious activity" }).waitFor();
    await step("close");
    await click(page.getByRole("dialog").getByRole("button", { name: "Close" }));
    await page.getByRole("button", { name: "Open again" }).waitFor();
    end();
    const number = Number(/incidents\/(\d+)/.exec(page.url())?.[1]);
    expect(await call(`/incidents/${number}`)).toMatchObject({
      ...{ status: "Closed", classification: "TruePositive", classificationReason: "SuspiciousActivity" },
      owner: "local user",
    });
    expect(complaints).toEqual([]);
  });

  test("is narrowed by facets and text, saved as a view, and its address brings it back", async () => {
    const { page, complaints } = await open("/incidents");
    await page.getByRole("checkbox", { name: /^Medium/ }).check();
    await page.getByLabel("Find in titles, rules and names").fill("daan.moe");
    await page.getByText("3 of 3 incidents").waitFor();
    await page.getByRole("columnheader", { name: "Created" }).getByRole("button").click();
    await page.getByText("Views", { exact: false }).first().click();
    await page.getByRole("button", { name: "Save this view…" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Daan, medium");
    await page.getByRole("dialog").getByRole("button", { name: "Save" }).click();
    await page.getByRole("link", { name: "Daan, medium" }).waitFor();
    await page.goto(`${service.origin}/incidents?status=Closed`);
    await page.getByText("Views", { exact: false }).first().click();
    await page.getByRole("link", { name: "Daan, medium" }).click();
    await page.getByText("3 of 3 incidents").waitFor();
    expect(page.url()).toContain("text=daan.moe");
    await page.reload();
    await page.getByText("3 of 3 incidents").waitFor();
    expect(complaints).toEqual([]);
  });

  test("many are closed at once, and what others changed meanwhile is not overwritten", async () => {
    const { page, complaints } = await open("/incidents?status=New&text=katrin");
    await expect.poll(() => rows(page).count(), soon).toBeGreaterThan(2);
    const count = await rows(page).count();
    const [{ id }] = (await call("/incidents?status=New&text=katrin")).incidents;
    await page.getByRole("checkbox", { name: "Choose all rows of this page" }).check();
    await page.getByRole("button", { name: "Close…" }).click();
    // The page is told, but who has the dialog open has seen what was before: the change names it.
    await page.route("**/api/v1/incidents?*", (route) => route.abort());
    await call(`/incidents/${id}`, { severity: "Low" });
    await page.getByRole("radio", { name: "Benign positive: suspicious but expected" }).check();
    await page.getByLabel("Note").fill("A test of ours");
    await page.unroute("**/api/v1/incidents?*");
    await page.getByRole("dialog").getByRole("button", { name: "Close" }).click();
    await page.getByText("Not changed, look at them again:").waitFor();
    await page.getByText(/local user changed severity at .* after you looked/).waitFor();
    const closed = await call("/incidents?status=Closed&text=katrin");
    expect(closed.incidents).toHaveLength(count - 1);
    expect(complaints.filter((text) => !text.includes("ERR_FAILED") && !text.includes("incidents?"))).toEqual([]);
  });

  test("everything is done with keys alone", async () => {
    const { page, complaints } = await open("/incidents");
    await page.getByText(/of \d+ incidents/).waitFor();
    await page.keyboard.press("F6");
    await page.keyboard.press("j");
    await page.keyboard.press("x");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("x");
    await page.getByText("2 chosen").waitFor();
    await page.keyboard.press("a");
    await page.getByLabel("Name; nobody where empty").waitFor();
    await page.keyboard.type("Grace");
    await page.keyboard.press("Enter");
    await expect.poll(async () => (await call("/incidents?owner=Grace")).incidents.length, soon).toBe(2);
    await expect.poll(() => page.locator("dialog[open]").count(), soon).toBe(0);
    await page.keyboard.press("F6");
    await page.keyboard.press("Enter");
    await page.getByRole("link", { name: "Timeline" }).waitFor();
    await page.keyboard.press("Control+k");
    await page.keyboard.type("close this");
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByRole("radio").first().waitFor();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.getByRole("button", { name: "Open again" }).waitFor();
    expect(complaints).toEqual([]);
  });
});

describe("an incident", () => {
  test("what others do appears in the queue, and new incidents wait until they are asked for", async () => {
    const { page, complaints } = await open("/incidents?label=watched");
    await page.getByText("No incident is so.", { exact: false }).waitFor();
    const [first, second] = (await call("/incidents?sort=created")).incidents;
    await page.waitForTimeout(500);
    await call(`/incidents/${first.id}`, { labels: ["watched"] });
    await expect.poll(() => rows(page).count(), soon).toBe(1);
    await rows(page).first().focus();
    await call(`/incidents/${second.id}`, { labels: ["watched"] });
    await page.getByRole("button", { name: "1 new incident: show" }).waitFor();
    await call(`/incidents/${first.id}`, { owner: "Grace" });
    await rows(page).first().getByText("Grace").waitFor();
    expect(await rows(page).count()).toBe(1);
    // The row is the same one still.
    expect(
      await rows(page)
        .first()
        .evaluate((row) => row === document.activeElement),
    ).toBe(true);
    await page.getByRole("button", { name: "1 new incident: show" }).click();
    await expect.poll(() => rows(page).count(), soon).toBe(2);
    expect(complaints).toEqual([]);
  });

  test("a comment and a task in one browser appear in another, as text", async () => {
    const number = await numberOf("Guessing of names");
    const one = await open(`/incidents/${number}`);
    const other = await open(`/incidents/${number}`);
    for (const { page } of [one, other]) await page.getByRole("heading", { name: "Comments" }).waitFor();
    await one.page.waitForTimeout(500);
    const said = `<img src=x onerror="window.attacked=1"> \u202ehello`;
    await one.page.getByLabel("Comment", { exact: true }).fill(said);
    await one.page.keyboard.press("Control+Enter");
    await other.page.locator(".comments").getByText("⟨U+202E⟩hello").waitFor();
    await one.page.getByLabel("Add a task").fill("Ask the user");
    await one.page.keyboard.press("Enter");
    await other.page.getByRole("checkbox", { name: "Ask the user" }).waitFor();
    for (const { page } of [one, other]) {
      expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBeUndefined();
      expect(await page.locator("main img").count()).toBe(0);
    }
    expect([...one.complaints, ...other.complaints]).toEqual([]);
  });

  test("a change of what somebody else has changed is refused and told", async () => {
    const { page } = await open(`/incidents/${await numberOf("Hundreds of files deleted")}`);
    await page.getByRole("button", { name: "Close…" }).waitFor();
    await page.route("**/api/v1/incidents/*", (route) =>
      route.request().method() === "GET" ? route.abort() : route.continue(),
    );
    const number = Number(/incidents\/(\d+)/.exec(page.url())?.[1]);
    await call(`/incidents/${number}`, { owner: "Grace" });
    await page.getByLabel("Severity", { exact: true }).selectOption("Low");
    await page.getByText(/local user changed owner at/).waitFor();
    await page.unroute("**/api/v1/incidents/*");
    await page.getByRole("button", { name: "Show it as it is now" }).click();
    await page.getByText("owner Grace").first().waitFor();
  });
});

describe("an entity", () => {
  test("shows what is new, what was usual, and leads to the rows", async () => {
    const { page, complaints } = await open(`/incidents/${await numberOf("Contents of a Key Vault")}`);
    await page.getByRole("complementary").getByRole("link", { name: "203.0.113.158" }).click();
    await page.getByRole("heading", { name: "Address 203.0.113.158" }).waitFor();
    await page.getByRole("link", { name: "AzureDiagnostics" }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("tells whether a sign-in is usual for a user, down to the rows", async () => {
    const { page, complaints } = await open(`/incidents/${await numberOf("took control of all Azure subscriptions")}`);
    const { click, step, end } = journeyOf(page, "Tell whether a sign-in is usual");
    await click(page.locator(".glance").getByRole("link", { name: "maeve.reid@halcyonmarine.example" }));
    const place = page.getByRole("row", { name: /Slough, GB new/ });
    await place.waitFor();
    await page.getByRole("row", { name: /Bristol, GB/ }).waitFor();
    await page.getByRole("link", { name: /9\s*Changes in Azure/ }).waitFor();
    await step("user");
    const count = place.getByRole("link").last();
    const events = await count.textContent();
    await click(count);
    await page.getByText(`${events} rows · `).waitFor();
    await step("rows");
    end();
    expect(complaints).toEqual([]);
  });
});

describe("every page", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`can be used by everybody: ${colorScheme}`, async () => {
      const { page, complaints } = await open("/incidents?sort=-severity", { colorScheme });
      await page.getByText(/of \d+ incidents/).waitFor();
      const number = await numberOf("Host logon");
      const paths = [
        ["/incidents?sort=-severity", "queue"],
        ["/incidents/99999", "incident-none"],
        ["/incidents?status=Wrong", "queue-wrong"],
      ] as const;
      for (const [path, name] of paths) {
        await page.goto(`${service.origin}${path}`);
        await page.locator("main h1").waitFor({ state: "attached" });
        await expect
          .poll(() => page.locator('[aria-busy="true"], .nothing[aria-busy]').count(), { timeout: 60_000 })
          .toBe(0);
        await page.waitForTimeout(300);
        await picture(page, `${name}-${colorScheme}`);
        expect([name, await barriers(page)]).toEqual([name, []]);
      }
      await page.goto(`${service.origin}/incidents/${number}`);
      await page
        .getByRole("button", { name: /Close…|Open again/ })
        .first()
        .waitFor();
      await page.keyboard.press("Control+k");
      await page.keyboard.type("close this");
      await page.keyboard.press("Enter");
      await picture(page, `close-${colorScheme}`);
      expect(await barriers(page)).toEqual([]);
      expect(complaints.filter((text) => !/404|400/.test(text))).toEqual([]);
    });
  }
});
