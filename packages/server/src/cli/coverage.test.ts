import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-coverage-"));
const path = (name: string) => join(folder, name);
const rules = path("rules.d");
const at = "2026-04-10T12:00:00Z";

const rule = (id: string, name: string, technique: string, query: string, kind = "Scheduled") =>
  `id: ${id}\nname: ${name}\nkind: ${kind}\nseverity: Low\nqueryFrequency: 1d\nqueryPeriod: 1d\ntriggerOperator: gt\ntriggerThreshold: 0\n` +
  `tactics: [CredentialAccess]\nrelevantTechniques: [${technique}]\nquery: |\n  ${query}\n`;

beforeAll(async () => {
  const { mkdirSync } = await import("node:fs");
  mkdirSync(rules);
  const fired = rule(
    "11111111-0000-4000-8000-000000000001",
    "Spray",
    "T1110.003",
    'SigninLogs | where ResultType == "50126"',
  );
  writeFileSync(join(rules, "spray.yaml"), fired);
  writeFileSync(
    join(rules, "spray.tests.yaml"),
    'scenarios:\n  - name: Fires\n    events:\n      SigninLogs: [{ ResultType: "50126" }]\n    expect: [{ severity: Low }]\n' +
      '  - name: Success\n    events:\n      SigninLogs: [{ ResultType: "0" }]\n    expect: none\n',
  );
  writeFileSync(join(rules, "audit.yaml"), rule("r-2", "Consent", "T1528", "AuditLogs | where Result == 'x'"));
  writeFileSync(
    join(rules, "joined.yaml"),
    rule("r-3", "Joined", "T1528", "SigninLogs | join kind=inner AuditLogs on CorrelationId"),
  );
  writeFileSync(
    join(rules, "broken.yaml"),
    rule("r-4", "Broken", "T1086", "SigninLogs | where Nothing == 1 and gross(1)"),
  );
  writeFileSync(join(rules, "hunt.yaml"), rule("r-5", "Hunt", "T1606", "SigninLogs | take 1", "Hunting"));
  writeFileSync(
    path("SigninLogs.ndjson"),
    `${JSON.stringify({ TimeGenerated: "2026-04-10T11:00:00Z", ResultType: "0" })}\n`,
  );
  const properties = { "Analytic Rule Ids": '["11111111-0000-4000-8000-000000000001"]', "Analytic Rule Name": "Spray" };
  const alert = {
    TimeGenerated: "2026-04-09T11:00:00Z",
    SystemAlertId: "a-1",
    AlertName: "Spray",
    ProviderName: "ASI Scheduled Alerts",
  };
  writeFileSync(
    path("SecurityAlert.ndjson"),
    `${JSON.stringify({ ...alert, ExtendedProperties: JSON.stringify(properties) })}\n`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const coverage = (...more: readonly string[]) =>
  calypso(
    "coverage",
    rules,
    "--at",
    at,
    "--data",
    path("SigninLogs.ndjson"),
    "--data",
    path("SecurityAlert.ndjson"),
    ...more,
  );

test("each rule says how far it has come, and why no further; hunts are apart", async () => {
  const { out, status } = await coverage("--run-tests", "--format", "json");
  const report = JSON.parse(out);
  const steps = report.ruleSteps.map(({ name, reached, steps }: Steps) => [
    name,
    reached,
    Object.values(steps).map(({ why }) => why),
  ]);
  expect(steps).toEqual([
    [
      "Consent",
      "binds",
      ["its query binds", "no rows within a day in AuditLogs", "it has no scenarios", "no alert of it is known"],
    ],
    [
      "Broken",
      "claimed",
      [
        expect.stringMatching(/^\[unknown-function\] line 12, column \d+: /),
        "its query does not run",
        "it has no scenarios",
        "no alert of it is known",
      ],
    ],
    [
      "Hunt",
      "data",
      ["its query binds", "rows within 14 days in SigninLogs", "it has no scenarios", "no alert of it is known"],
    ],
    [
      "Joined",
      "binds",
      [
        "its query binds",
        "no rows within a day in AuditLogs, which it joins",
        "it has no scenarios",
        "no alert of it is known",
      ],
    ],
    [
      "Spray",
      "fired",
      [
        "its query binds",
        "rows within a day in SigninLogs",
        "2 scenarios pass, 1 of which expect an alert",
        "1 alert, the last on 2026-04-09",
      ],
    ],
  ]);
  expect(report).toMatchObject({
    rules: { total: 4, counts: { claimed: 4, binds: 3, data: 1, tested: 1, fired: 1 } },
    hunts: { total: 1, counts: { claimed: 1 } },
    mapped: [{ rule: "Broken", claimed: "T1086", id: "T1059.001" }],
  });
  expect(report.covered.find(({ id }: { id: string }) => id === "T1606")).toMatchObject({
    hunts: 1,
    rules: [],
    counts: { claimed: 0 },
  });
  expect(status).toBe(0);
});

interface Steps {
  readonly name: string;
  readonly reached: string;
  readonly steps: Readonly<Record<string, { readonly why: string }>>;
}

test("the gate names what has not come to its step, with a profile or without", async () => {
  const claims = await coverage("--fail-on-gap");
  expect(claims.status).toBe(1);
  expect(claims.err).toMatch(/gap: T1059 .* has not come to binds: Broken: \[unknown-function\]/);
  expect(claims.err).toMatch(/gap: T1059\.001 PowerShell/);
  expect(claims.err).not.toMatch(/T1528|T1110/);
  writeFileSync(path("profile.yaml"), "name: Ours\ntechniques: { T1110.003: 3, T1528: 1 }\n");
  const wanted = await coverage("--profile", path("profile.yaml"), "--fail-on-gap", "data", "--format", "markdown");
  expect(wanted.out).toMatch(
    /## Profile Ours, by weight: claimed 100 %, binds here 100 %, has data here 75 %, tested 75 %, has fired 75 %/,
  );
  expect(wanted.err).toMatch(/^gap: T1528 .*AuditLogs.*\n$/);
  expect(wanted.status).toBe(1);
});

test("wrong use is told with the way forward", async () => {
  expect(await coverage("--fail-on-gap", "tested")).toMatchObject({
    status: 2,
    err: expect.stringMatching(/--run-tests/),
  });
  expect(await coverage("--platform", "Amiga")).toMatchObject({
    status: 2,
    err: expect.stringMatching(/Identity Provider/),
  });
  expect(await coverage("--group", "G0016")).toMatchObject({ status: 2, err: expect.stringMatching(/--profile/) });
});

test("another version of ATT&CK is taken for a workspace, and used there", async () => {
  const reference = (id: string) => [{ source_name: "mitre-attack", external_id: id }];
  const objects = [
    { type: "x-mitre-collection", id: "c", x_mitre_version: "19.0" },
    {
      type: "x-mitre-tactic",
      id: "t",
      name: "Credential Access",
      x_mitre_shortname: "credential-access",
      external_references: reference("TA0006"),
    },
    {
      type: "attack-pattern",
      id: "p",
      name: "Spraying",
      external_references: reference("T1110.003"),
      kill_chain_phases: [{ phase_name: "credential-access" }],
    },
  ];
  const { mkdirSync } = await import("node:fs");
  mkdirSync(path("workspace"));
  writeFileSync(path("bundle.json"), JSON.stringify({ type: "bundle", objects }));
  const update = await calypso("attack", "update", path("bundle.json"), "--workspace", path("workspace"));
  expect(update).toMatchObject({ status: 0, err: expect.stringMatching(/^ATT&CK 19: 1 tactics, 1 techniques/) });
  const { out } = await coverage("--workspace", path("workspace"));
  expect(out).toMatch(/^Coverage of ATT&CK 19\n/);
  expect(out).toMatch(/Consent claims T1528, which ATT&CK 19 does not have/);
  const lint = await calypso("rules", "lint", "--workspace", path("workspace"), join(rules, "audit.yaml"));
  expect(lint.out).toMatch(/ATT&CK 19 has no technique T1528/);
  expect(await calypso("attack", "update", path("SigninLogs.ndjson"), "--out", path("x.json"))).toMatchObject({
    status: 1,
    err: expect.stringMatching(/STIX bundle/),
  });
  expect((await calypso("attack", "update", path("bundle.json"))).status).toBe(2);
});
