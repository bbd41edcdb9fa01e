import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-rules-list-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule = `id: r-1
name: One
kind: Scheduled
severity: Low
tactics: [CredentialAccess]
relevantTechniques: [T1110.003]
queryFrequency: 1h
queryPeriod: 1d
query: union (SigninLogs), (AuditLogs)
`;

test("each rule is listed with what it reads, and why it cannot run", async () => {
  writeFileSync(join(folder, "a.yaml"), rule);
  writeFileSync(join(folder, "b.kql"), "Nowhere | count\n");
  const { out, status } = await calypso("rules", "list", folder);
  expect(JSON.parse(out)).toEqual([
    {
      id: "r-1",
      name: "One",
      kind: "Scheduled",
      severity: "Low",
      tactics: ["CredentialAccess"],
      techniques: ["T1110", "T1110.003"],
      schedule: { frequencySeconds: 3600, periodSeconds: 86_400 },
      tables: ["AuditLogs", "SigninLogs"],
      enabled: true,
      status: "runs",
      file: join(folder, "a.yaml"),
    },
    expect.objectContaining({
      name: "b",
      kind: "Hunting",
      schedule: { frequencySeconds: null, periodSeconds: null },
      tables: [],
      status: "refused",
      error: expect.objectContaining({ code: "unknown-table", line: 1, column: 1 }),
    }),
  ]);
  expect(status).toBe(1);
});

test("the table is for people, and ndjson has a rule a line", async () => {
  writeFileSync(join(folder, "a.yaml"), rule);
  const table = await calypso("rules", "list", "--format", "table", join(folder, "a.yaml"));
  expect(table.out).toMatch(
    /One +Scheduled +Low +CredentialAccess +T1110, T1110.003 +every 1h over 1d +AuditLogs, SigninLogs/,
  );
  const lines = await calypso("rules", "list", "--format", "ndjson", join(folder, "a.yaml"), folder);
  expect(
    lines.out
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).name),
  ).toEqual(["One", "b"]);
  expect(table.status).toBe(0);
  const none = await calypso("rules", "list", join(folder, "missing.yaml"));
  expect([none.out, none.status]).toEqual(["[]\n", 1]);
});
