import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-replay-cli-"));
const logs = join(folder, "logs");

const rule = (id: string, keys = "", where = "ResultType != 0") => `id: ${id}
name: Failed ${id}
kind: Scheduled
severity: Low
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
${keys}query: |
  SigninLogs
  | where ${where}
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
`;

beforeAll(() => {
  for (const path of [logs, join(folder, "now"), join(folder, "before")]) mkdirSync(path);
  const row = (hour: string, address: string, result: string) =>
    `${JSON.stringify({ TimeGenerated: `2026-03-01T${hour}:00Z`, IPAddress: address, ResultType: result })}\n`;
  const rows = [row("00:59", "192.0.2.1", "50126"), row("05:30", "192.0.2.2", "50126"), row("05:31", "192.0.2.3", "7")];
  writeFileSync(join(logs, "SigninLogs.ndjson"), rows.join(""));
  writeFileSync(join(folder, "now", "a.yaml"), rule("a-1", "", "ResultType == 50126"));
  writeFileSync(join(folder, "before", "a.yaml"), rule("A-1").replace("Failed A-1", "Failed a-1"));
  writeFileSync(join(folder, "now", "off.yaml"), rule("off-1", "enabled: false\n"));
  writeFileSync(join(folder, "now", "broken.yaml"), rule("b-1", "", "nothing ==="));
  writeFileSync(join(folder, "before", "broken.yaml"), rule("b-1"));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function replay(...options: string[]) {
  const range = ["--data", logs, "--from", "2026-03-01", "--to", "2026-03-01T12:00:00Z"];
  const result = await calypso("replay", ...options, ...range);
  const lines = result.out.split("\n").filter((line) => line.startsWith("{"));
  return { ...result, lines: lines.map((line) => JSON.parse(line)) };
}

test("alerts, incidents and costs are lines, and a rule that cannot run sets the exit status", async () => {
  const { lines, err, status } = await replay(join(folder, "now"));
  expect(status).toBe(1);
  const kinds = lines.map(({ kind, rule }) => `${kind} ${rule.id}`);
  expect(kinds).toEqual([
    "error b-1",
    "alert a-1",
    "alert a-1",
    "incident a-1",
    "incident a-1",
    "cost a-1",
    "cost b-1",
  ]);
  expect(lines[1]).toMatchObject({ incident: 1, title: "Failed a-1", rows: 1, entities: [{ address: "192.0.2.1" }] });
  expect(lines[3]).toMatchObject({ number: 1, severity: "Low", status: "New", alerts: 1 });
  expect(lines[5]).toMatchObject({ windows: 12, failed: 0, suppressed: 0, rows: 2, alerts: 2, heldBack: 0 });
  expect(lines[5].rowsRead).toBeGreaterThan(0);
  expect(lines[5].bytesRead).toBeGreaterThan(lines[5].rowsRead);
  expect(err).toContain("1 rule left out, as they are off; --include-disabled runs them");
  expect(err).toContain("2 rules, 12 windows, 2 alerts, 2 incidents, 1 could not run\n");
});

test("rules that are off can be run, and the table is for people", async () => {
  const options = ["--include-disabled", "--format", "table"];
  const { out, status } = await replay(join(folder, "now", "off.yaml"), ...options);
  expect(status).toBe(0);
  const rows = out.split("\n").map((line) => line.trim().split(/\s{2,}/));
  expect(rows).toContainEqual(["2026-03-01 05:30:00", "Low", "Failed off-1", "192.0.2.2, 192.0.2.3"]);
  expect(rows.find(([name, windows]) => name === "Failed off-1" && windows === "12")).toBeDefined();
});

test("two versions are compared alert by alert", async () => {
  const { lines, err, status } = await replay(join(folder, "now"), "--against", join(folder, "before"));
  expect(status).toBe(1);
  expect(lines.map(({ kind, version, because }) => [kind, version, because].filter(Boolean).join(" "))).toEqual([
    "error now",
    "changed",
    "cost",
    "lost failed",
    "lost failed",
    "cost",
    "summary",
  ]);
  expect(lines[1].changes.map(({ field }: { field: string }) => field)).toEqual(["end", "rows", "entities"]);
  expect(lines[1].changes[1]).toEqual({ field: "rows", before: 2, now: 1 });
  expect(lines[2]).toMatchObject({ rule: { id: "a-1" }, same: 1, now: { alerts: 2 }, before: { alerts: 2 } });
  expect(lines[6]).toEqual({
    ...{ kind: "summary", rules: 2, added: 0, lost: 2, changed: 1, same: 1, failed: 1 },
    incidents: { now: 2, before: 4 },
  });
  expect(err).toContain(
    "2 rules: 0 alerts added, 2 lost, 1 changed, 1 the same; 4 incidents before, 2 now, 1 could not run",
  );
});

test("differences set the exit status where they are asked to, and nothing does where there are none", async () => {
  const [now, before] = [join(folder, "now", "a.yaml"), join(folder, "before", "a.yaml")];
  expect((await replay(now, "--against", before)).status).toBe(0);
  expect((await replay(now, "--against", before, "--fail-on-change")).status).toBe(1);
  const same = await replay(now, "--against", now, "--fail-on-change");
  expect([same.status, same.lines.map(({ kind }) => kind)]).toEqual([0, ["cost", "summary"]]);
  const table = await replay(now, "--against", before, "--format", "table");
  expect(table.out).toMatch(/^changed +2026-03-01 0\d:\d\d:\d\d +Low +Failed a-1 +end, rows, entities$/m);
});

test.each([
  [["x"], "say which windows to run: --from and --to"],
  [["x", "--from", "2026-03-01"], "give --from and --to together"],
  [["x", "--from", "2026-03-01", "--to", "2026-03-01"], "is not before"],
  [["x", "--from", "2026-03-01", "--to", "2026-03-02", "--fail-on-change"], "--fail-on-change is of use only with"],
])("%j is a wrong use", async (options, message) => {
  const { err, status } = await calypso("replay", ...options);
  expect([status, err]).toEqual([2, expect.stringContaining(message)]);
});

test("a folder that is not there is told, and nothing runs", async () => {
  const { lines, status } = await replay(join(folder, "none"));
  expect([status, lines]).toEqual([
    1,
    [expect.objectContaining({ error: expect.objectContaining({ code: "unreadable-file" }) })],
  ]);
});
