import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { barriers, openPage, picture, startBrowser } from "./testing/browser.ts";
import { journeyOf } from "./testing/journey.ts";
import { type RunningService, startService } from "./testing/service.ts";

const attack = `</script><script>window.attacked = true</script><img src=x onerror="window.attacked = true">`;

/** A rule whose author attacks whoever reads it. */
const hostile = `id: 33333333-0000-4000-8000-000000000001
name: 'Hostile ${attack}'
description: 'invoice\u202Efdp.exe ${attack}'
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [Execution]
relevantTechniques: [T1059]
query: |
  SigninLogs
  | where UserAgent == "${attack.replaceAll('"', '\\"')}"
`;

const sentinel = `id: 33333333-0000-4000-8000-000000000002
name: Sign-ins over old protocols
description: Signs in with a protocol that knows no second factor.
severity: Medium
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [InitialAccess]
relevantTechniques: [T1078.004]
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
query: |
  let old = dynamic(["IMAP4", "POP3"]);
  SigninLogs
  | where ClientAppUsed in ("IMAP4", "POP3") and ResultType == "0"
  | where UserPrincipalName !startswith "service-"
  | extend Suffix = tostring(split(UserPrincipalName, "@")[1])
  | summarize Count = count(), Addresses = make_set(IPAddress) by UserPrincipalName, Suffix
  | where Count >= 1
`;

/** A rule of Sigma that asks for the same, in any case of letters. */
const sigma = `title: Old mail protocols
id: 44444444-0000-4000-8000-000000000001
status: test
description: Somebody reads mail with IMAP.
author: Ada
references:
  - https://contoso.example/old-protocols
  - javascript:alert(1)
logsource:
  product: azure
  service: signinlogs
detection:
  selection:
    ClientAppUsed:
      - IMAP4
      - POP3
  filter:
    ResultType: 50126
  condition: selection and not filter
falsepositives:
  - Old printers
level: high
tags:
  - attack.initial-access
  - attack.t1078.004
`;

let service: RunningService;
let browser: Browser;

beforeAll(async () => {
  const rows = [1, 2, 3].map((hours) => ({
    TimeGenerated: new Date(Date.now() - hours * 3_600_000).toISOString(),
    UserPrincipalName: "ada@contoso.example",
    ClientAppUsed: "IMAP4",
    ResultType: "0",
    IPAddress: `203.0.113.${hours}`,
  }));
  const used = sentinel.replace("000000000002", "000000000009").replace("Sign-ins over old", "Our rule about old");
  service = await startService(
    rows,
    { "ours.yaml": used },
    { Sentinel: { "old.yaml": sentinel, "hostile.yaml": hostile }, SigmaHQ: { "old.yml": sigma } },
  );
  browser = await startBrowser();
});
afterAll(async () => {
  await browser?.close();
  await service?.stop();
});

/** Waits until the shipped rules are in the catalogue. */
async function shippedRulesCame(): Promise<void> {
  const state = async () => {
    const answer = await fetch(`${service.origin}/api/v1/catalogue/imports`);
    return ((await answer.json()) as { readonly shipped: { readonly state: string } }).shipped.state;
  };
  await expect.poll(state, { timeout: 90_000, interval: 1000 }).toBe("done");
}

describe("the catalogue", () => {
  test("from a technique to its rules, a rule, its verdict here, and a sibling beside it", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/catalogue" });
    await page.getByRole("searchbox", { name: "Find rules" }).fill("old protocols");
    await page.getByRole("checkbox", { name: /T1078\.004 Cloud Accounts/ }).check();
    await page.getByRole("checkbox", { name: /^Medium/ }).check();
    await expect.poll(() => page.url()).toContain("technique=T1078.004");
    await page.getByRole("link", { name: "Sign-ins over old protocols" }).click();
    await page.getByRole("heading", { name: "Sign-ins over old protocols", level: 1 }).waitFor();
    await page.getByText("Nobody has tried it on this workspace yet.").waitFor();
    await page.getByRole("button", { name: "Would it fire here?" }).click();
    await page.getByText(/It would have raised \d+ alerts?/).waitFor();
    // The stages with their conditions, and what they do to the columns here.
    const stage = page.locator("#stage-2");
    expect(await stage.getByRole("list", { name: "Conditions" }).textContent()).toContain("ClientAppUsed");
    await page
      .locator("#stage-5")
      .getByText(/→ 4 columns, \+ Count, Addresses/)
      .waitFor();
    await picture(page, "catalogue-rule");
    // What others ask for too, and who.
    const others = page.getByRole("region", { name: /^Indicators/ }).getByRole("link", { name: "Sigma 1" });
    expect(await others.first().getAttribute("href")).toContain("field=ClientAppUsed");
    await page
      .getByRole("region", { name: "Rules detecting the same action" })
      .getByRole("link", { name: "compare" })
      .first()
      .click();
    await page.getByText("The right one is looser: every event that meets this rule meets it.").waitFor();
    expect(await page.getByRole("heading", { name: /^Only this asks/ }).count()).toBe(2);
    await picture(page, "catalogue-compare");
    await page.getByRole("link", { name: "Old mail protocols" }).click();
    await page.getByRole("heading", { name: "Old mail protocols", level: 1 }).waitFor();
    const references = page.locator(".references");
    expect(await references.getByRole("link").count()).toBe(1);
    expect(await references.textContent()).toContain("javascript:alert(1)");
    expect(complaints).toEqual([]);
  });

  test("a rule of Sigma is adopted from its page and runs", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/catalogue" });
    const { click, write, step, end } = journeyOf(page, "Adopt a Sigma rule");
    await click(page.getByRole("checkbox", { name: /^Sigma(?!HQ)/ }));
    await click(page.getByRole("searchbox", { name: "Find rules" }));
    await write("mail protocol");
    await click(page.getByRole("link", { name: "Old mail protocols" }));
    await page.getByText("As it runs here, in KQL:").waitFor();
    await step("rule");
    await click(page.getByRole("button", { name: "Adopt", exact: true }));
    await click(page.getByRole("dialog").getByRole("button", { name: "Adopt" }));
    await page.getByText("in use here").waitFor();
    await page.getByText(/^Adopted: .*old-mail-protocols\.yaml/).waitFor();
    const text = await readFile(join(service.folder, "rules", "old-mail-protocols.yaml"), "utf8");
    expect(text).toContain("by: local user");
    await click(page.getByRole("link", { name: "Show it among the rules" }));
    await page.getByRole("heading", { name: /Old mail protocols/ }).waitFor();
    await step("adopted");
    end();
    expect(complaints).toEqual([]);
  });

  test("text of rules is text", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/catalogue?text=hostile" });
    await page.getByRole("link", { name: /^Hostile/ }).click();
    await page.getByRole("heading", { name: /^Hostile/, level: 1 }).waitFor();
    await page.getByText("As its author says").click();
    await page.getByText("invoice⟨U+202E⟩fdp.exe").waitFor();
    await page
      .getByText(/columns/)
      .first()
      .waitFor();
    expect(await page.locator("main").locator("script, img, iframe").count()).toBe(0);
    await page.getByRole("link", { name: "UserAgent" }).first().click();
    await page
      .getByRole("link", { name: /^Hostile/ })
      .first()
      .waitFor();
    expect(await page.evaluate(() => Reflect.get(window, "attacked"))).toBe(undefined);
    expect(complaints).toEqual([]);
  });
});

describe("coverage", () => {
  test("from the matrix to the rules behind a cell and a step, with keys", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/coverage" });
    const valid = page.getByRole("link", { name: /^T1078 Valid Accounts ?, (has data here|has fired)/ }).first();
    await valid.waitFor();
    await page
      .getByRole("link", { name: /^T1\d{3} / })
      .first()
      .focus();
    const seen = new Set<string>();
    for (const key of ["ArrowDown", "ArrowRight", "End", "ArrowLeft", "Home"]) {
      await page.keyboard.press(key);
      seen.add(await page.evaluate(() => document.activeElement?.textContent ?? ""));
    }
    expect(seen.size).toBe(5);
    await valid.focus();
    await page.keyboard.press("Enter");
    const panel = page.getByRole("complementary", { name: "Technique T1078" });
    await panel.getByRole("link", { name: "Our rule about old protocols" }).waitFor();
    expect(await panel.textContent()).toContain("rows within a day in SigninLogs");
    await panel.getByRole("button", { name: /^tested/ }).click();
    await panel.getByText(/None of the \d+ rules in use/).waitFor();
    expect(page.url()).toContain("technique=T1078&of=tested");
    await panel.getByRole("link", { name: "T1078 Valid Accounts" }).click();
    await page.getByRole("heading", { name: "T1078 Valid Accounts", level: 1 }).waitFor();
    expect(complaints).toEqual([]);
  });

  test("a profile is added, and its gaps are named", async () => {
    const { page, complaints } = await openPage(browser, service.origin, { path: "/coverage?tab=gaps" });
    await page.getByRole("button", { name: "Add a profile" }).click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Name", { exact: true }).fill("Winter");
    const text = "name: Winter\ntechniques:\n  - technique: T1110\n    weight: 3\n  - technique: T1078.004\n";
    const profile = { name: "winter.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) };
    await dialog.getByLabel("File").setInputFiles(profile);
    await dialog.getByRole("button", { name: "Keep it" }).click();
    const gap = page.getByRole("row", { name: /T1110 Brute Force 3/ });
    await gap.waitFor();
    expect(await page.getByRole("row", { name: /T1078\.004/ }).count()).toBe(0);
    const download = page.waitForEvent("download");
    await page.getByRole("button", { name: "Navigator layer" }).click();
    expect((await download).suggestedFilename()).toBe("navigator-layer.json");
    expect(complaints).toEqual([]);
  });

  test("a gap of a profile is closed by a rule of the catalogue", async () => {
    await shippedRulesCame();
    const { page, complaints } = await openPage(browser, service.origin, { path: "/coverage" });
    const { click, step, end } = journeyOf(page, "Close a gap in coverage");
    await click(page.getByRole("link", { name: /^Gaps/ }));
    await page.getByRole("combobox", { name: /^Threat profile/ }).selectOption({ label: "Winter" });
    const gap = page.getByRole("row", { name: /T1110 Brute Force 3/ });
    await gap.getByText("nothing").first().waitFor();
    await step("gap");
    await click(gap.getByRole("listitem").getByRole("link").first());
    await page.getByRole("button", { name: "Adopt", exact: true }).waitFor();
    await click(page.getByRole("button", { name: "Adopt", exact: true }));
    await click(page.getByRole("dialog").getByRole("button", { name: "Adopt" }));
    await page.getByText("in use here").waitFor();
    await page.goBack();
    await page
      .getByText(/All that the profile names|T1078/)
      .first()
      .waitFor();
    expect(await gap.count()).toBe(0);
    await step("closed");
    end();
    expect(complaints).toEqual([]);
  });
});

describe("every page", () => {
  for (const colorScheme of ["light", "dark"] as const) {
    test(`can be used by everybody: ${colorScheme}`, async () => {
      await shippedRulesCame();
      const { page, complaints } = await openPage(browser, service.origin, { colorScheme, path: "/catalogue/sources" });
      await page.getByRole("cell", { name: "Apache-2.0" }).waitFor();
      for (const [name, path, heading] of [
        ["rule", "/catalogue/rules/Legacy%20mail%20protocol%20used%20from%20a%20new%20network", "Legacy mail"],
        ["coverage-cell", "/coverage?technique=T1078&subs=1", "Coverage"],
        ["coverage-gaps", "/coverage?tab=gaps", "Coverage"],
      ] as const) {
        // What a page still waits for would be told as failed when it is left.
        await page.waitForLoadState("networkidle");
        await page.goto(`${service.origin}${path}`);
        await page.getByRole("heading", { name: heading, level: 1 }).waitFor();
        await expect.poll(() => page.locator('[aria-busy="true"]').count()).toBe(0);
        await picture(page, `${name}-${colorScheme}`);
        expect([path, await barriers(page)]).toEqual([path, []]);
      }
      expect(complaints).toEqual([]);
    });
  }
});
