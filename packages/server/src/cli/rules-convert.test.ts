import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-rules-convert-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const rule = (id: string, field: string) => `title: Sign-in with the old protocol
id: ${id}
level: high
tags: [attack.initial-access, attack.t1078.004]
logsource: { product: azure, service: signinlogs }
detection:
  s:
    ${field}: BAV2ROPC
    Status: Success
  condition: s
`;

test("Sigma rules are printed as KQL, and run as any rule; what cannot run is told with its line", async () => {
  const [rules, logs] = [join(folder, "rules"), join(folder, "logs")];
  mkdirSync(rules);
  mkdirSync(logs);
  writeFileSync(join(rules, "a.yml"), rule("00000000-0000-4000-8000-000000000001", "userAgent"));
  writeFileSync(join(rules, "b.yml"), rule("00000000-0000-4000-8000-000000000002", "shoeSize"));
  const event = {
    TimeGenerated: "2026-03-01T00:00:00Z",
    UserPrincipalName: "ann@contoso.example",
    IPAddress: "192.0.2.1",
  };
  writeFileSync(
    join(logs, "SigninLogs.ndjson"),
    ["0", "50126"].map((ResultType) => JSON.stringify({ ...event, ResultType, UserAgent: "bav2ropc" })).join("\n"),
  );

  const converted = await calypso("rules", "convert", rules);
  expect(converted).toMatchObject({
    status: 1,
    out: 'SigninLogs\n| where UserAgent =~ "BAV2ROPC"\n| where ResultType == "0"\n',
  });
  expect(converted.err).toContain(
    "b.yml › detection › shoeSize, line 8, column 5: no column of SigninLogs is known to hold",
  );

  const { out } = await calypso("detect", "--rules", join(rules, "a.yml"), "--data", logs, "--format", "ndjson");
  const alerts = out.split("\n").filter((line) => line.startsWith("{"));
  expect(alerts.map((line) => JSON.parse(line))).toMatchObject([
    {
      severity: "High",
      entities: [
        { type: "Account", fullName: "ann@contoso.example" },
        { type: "IP", address: "192.0.2.1" },
      ],
    },
  ]);
});
