import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-feeds-"));
const [logs, rules] = [join(folder, "SigninLogs.ndjson"), join(folder, "rules.yaml")];
beforeAll(() => {
  const rows: string[] = [];
  for (let hour = 0; hour < 240; hour += 1) {
    const time = new Date(Date.UTC(2026, 3, 1, hour, 30)).toISOString();
    rows.push(JSON.stringify({ TimeGenerated: time, _TimeReceived: time, ResultType: "0" }));
  }
  writeFileSync(logs, `${rows.join("\n")}\n`);
  const query = "SigninLogs | where ResultType == '50126' | join kind=inner AuditLogs on CorrelationId";
  const keys = "kind: Scheduled\nseverity: Low\nqueryFrequency: 1h\nqueryPeriod: 1h\n";
  writeFileSync(rules, `id: r-1\nname: Failed\n${keys}query: ${query}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const feeds = (...more: readonly string[]) => calypso("feeds", "--data", logs, "--rules", rules, ...more);

test("feeds that flow are listed, and the exit status is 0", async () => {
  const { out, err, status } = await feeds("--at", "2026-04-10T23:45:00Z");
  expect({ err, status }).toEqual({ err: "", status: 0 });
  expect(JSON.parse(out)).toMatchObject([
    { table: "AuditLogs", status: "no data" },
    { table: "SigninLogs", status: "flowing", last: "2026-04-10T23:30:00.000Z", lag: 0, rules: [{ id: "r-1" }] },
  ]);
});

test("a feed that has stopped is named, as a table and a line, and the exit status is 1", async () => {
  const lines = await feeds("--at", "2026-04-11T12:00Z", "--format", "ndjson");
  expect(lines.status).toBe(1);
  const [, second] = lines.out.trimEnd().split("\n");
  expect(JSON.parse(second ?? "")).toMatchObject({
    status: "drifting",
    drifts: [{ kind: "stopped", table: "SigninLogs", rules: [{ id: "r-1", name: "Failed" }] }],
  });
  const table = await feeds("--at", "2026-04-11T12:00Z", "--format", "table");
  expect(table.out).toMatch(
    /SigninLogs +SigninLogs has stopped: its last event is of 2026-04-10T23:30Z +2026-04-10T23/,
  );
  expect(table.out).toMatch(/SigninLogs +ResultType +100 % +100 % +1 +1/);
  expect(table.status).toBe(1);
});

test("rules are needed, and a time that is one", async () => {
  expect(await calypso("feeds", "--data", logs)).toMatchObject({ status: 2, err: expect.stringMatching(/--rules/) });
  expect(await feeds("--at", "noon")).toMatchObject({ status: 2, err: expect.stringMatching(/noon is not a time/) });
});
