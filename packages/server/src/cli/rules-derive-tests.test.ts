import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-derive-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function derive(query: string) {
  const path = join(folder, "rule.yaml");
  writeFileSync(
    path,
    `id: r-1\nname: R\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1d\nquery: |\n  ${query.replaceAll("\n", "\n  ")}\n` +
      "entityMappings:\n  - entityType: IP\n    fieldMappings: [{identifier: Address, columnName: IPAddress}]\n",
  );
  const { out, err, status } = await calypso("rules", "derive-tests", path);
  writeFileSync(join(folder, "rule.tests.yaml"), out === "" ? "scenarios: []\n" : out);
  const run = await calypso("rules", "test", path);
  const names = [...out.matchAll(/^ {2}- name: (.*)$/gm)].map(([, name]) => name);
  return { out, err, status, names, ran: run.err };
}

test("the smallest events that fire, and a near miss for each condition", async () => {
  const { out, err, names, ran, status } = await derive(`SigninLogs
| where ResultType in ("50126", "50053") and UserAgent has "curl" and UserAgent contains "lib"
| where tostring(DeviceDetail.browser) !startswith "Edge"
| summarize Failures = count() by IPAddress, AppDisplayName
| where Failures > 4 and AppDisplayName != "Teams"`);
  expect([...names].sort()).toEqual([
    '"Near miss: not AppDisplayName != \\"Teams\\""',
    '"Near miss: not Failures > 4"',
    '"Near miss: not ResultType in (\\"50126\\", \\"50053\\")"',
    '"Near miss: not UserAgent contains \\"lib\\""',
    '"Near miss: not UserAgent has \\"curl\\""',
    '"Near miss: not tostring(DeviceDetail.browser) !startswith \\"Edge\\""',
    "Fires",
  ]);
  expect(out).toContain("        - $count: 5\n");
  expect(out).toContain("DeviceDetail: { browser: other }");
  expect(err).toBe("7 scenarios, each of them run\n");
  expect(ran).toBe("1 rule, 7 scenarios: 7 passed, 0 failed\n");
  expect(status).toBe(0);
});

test("joined tables get the same values, and tables that the rule does not need no row", async () => {
  const { out, ran } =
    await derive(`let bad = AADUserRiskEvents | where RiskLevel =~ "high" | project UserId, IpAddress;
union isfuzzy=true SigninLogs, (AADNonInteractiveUserSignInLogs | where ResultType == "0")
| where ResultType == "0"
| join kind=inner bad on UserId, $left.IPAddress == $right.IpAddress`);
  const [fires = ""] = out.split("Near miss");
  expect([...fires.matchAll(/^ {6}(\w+):$/gm)].map(([, table]) => table)).toEqual([
    "AADNonInteractiveUserSignInLogs",
    "AADUserRiskEvents",
  ]);
  expect(ran).toMatch(/0 failed\n$/);
});

test("what could not be derived is named, and nothing is printed that does not fire", async () => {
  const { out, err, status } = await derive(`SigninLogs
| where ResultType == "0" and UserAgent matches regex "^x[0-9]{3}$"
| where IPAddress != AutonomousSystemNumber`);
  expect(out).toBe("");
  expect(err).toContain(
    'not derived: `UserAgent matches regex "^x[0-9]{3}$"` in line 8: its form does not tell which values meet it\n',
  );
  expect(err).toMatch(/no events were found that make the rule fire\n$/);
  expect(status).toBe(1);
});

test("a condition that the rule does not mind is named", async () => {
  const { out, err, ran } = await derive(`SigninLogs
| where ResultType == "0" or ResultType == "1"
| where isnotempty(IPAddress) or true`);
  expect(out.startsWith("# not derived: ")).toBe(true);
  expect(err).toContain("not derived: ");
  expect(ran).toMatch(/0 failed\n$/);
});

test("a rule that cannot run is told", async () => {
  expect(await derive("SigninLogs | where")).toMatchObject({ out: "", status: 1 });
  expect((await calypso("rules", "derive-tests", join(folder, "none.yaml"))).status).toBe(2);
});
