import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "@calypso/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { importSource } from "../catalogue/import-source.js";
import { takenApart } from "../catalogue/taken-apart.js";
import { ruleYaml } from "../catalogue/testing/rules.js";
import { fileOf, loadPath } from "../ingest/testing/loading.js";
import { shippedSchema } from "../main.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { type TestServer, testServer } from "./testing/test-server.js";

let folder: string;
let server: TestServer;
const id = (number: number) => `11111111-0000-4000-8000-00000000000${number}`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "calypso-coverage-http-"));
  for (const name of ["own", "known"]) await mkdir(join(folder, name));
  const write = (path: string, text: string) => writeFile(join(folder, path), text);
  await write("own/data.yaml", ruleYaml({ id: id(1), name: "Has data" }));
  const nothing = 'NoSuchTable_CL\n| where Name_s == "a"';
  await write("own/unbound.yaml", ruleYaml({ id: id(2), name: "Does not bind", query: nothing, technique: "T1110" }));
  const silent = 'AuditLogs\n| where OperationName == "Add user"';
  await write("known/other.yaml", ruleYaml({ id: id(3), name: "Would help", technique: "T1110" }));
  await write("known/silent.yaml", ruleYaml({ id: id(4), name: "Of another", query: silent, technique: "T1136" }));
  server = await testServer({ rules: [join(folder, "own")] });
  const rows = [{ TimeGenerated: "2026-10-14T02:00:00Z", ClientAppUsed: "IMAP4" }];
  await loadPath(server.workspace.store, folder, fileOf(folder, "SigninLogs.ndjson", rows));
  const vocabulary = shippedVocabulary();
  const ports = {
    ...{ state: server.state, clock: server.served.workspace.clock, vocabulary, readingVersion: "1" },
    takeApart: takenApart({ schema: shippedSchema(), vocabulary }),
  };
  const request = {
    ...{ path: join(folder, "known"), source: "known", commit: "", retrievedAt: "" },
    ...{ limits: { maxFiles: 100, maxFileBytes: 1e6, maxBytes: 1e7 }, signal: new AbortController().signal },
  };
  for await (const _event of importSource(ports, request)) void _event;
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

async function problemOf(call: Promise<unknown>) {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApiError)) throw new Error(`no problem, but ${String(thrown)}`);
  return thrown.problem;
}

test("the matrix says how far the rules in use have come, and which rules those are", async () => {
  const coverage = await server.client.call("coverage", { query: {} });
  expect(coverage.rules).toMatchObject({ total: 2, counts: { claimed: 2, binds: 1, data: 1 } });
  expect(coverage.notLookedAt).toEqual(["tested"]);
  const reached = (technique: string) => coverage.all.find((one) => one.id === technique)?.reached;
  expect([reached("T1078.004"), reached("T1078"), reached("T1110"), reached("T1136")]).toEqual([
    ...["data", "data", "claimed", undefined],
  ]);
  const { rules, candidates } = await server.client.call("coverageTechnique", { params: { id: "T1110" } });
  expect(rules).toMatchObject([
    { name: "Does not bind", own: true, reached: "claimed", steps: { binds: { reached: false } } },
  ]);
  expect(rules[0]?.steps.binds.why).toContain("NoSuchTable_CL");
  expect(candidates).toMatchObject({ total: 1, best: [{ name: "Would help" }] });
});

test("a profile is kept, weighs what is covered, and names the gaps with what would close them", async () => {
  const params = { name: "Our threats" };
  const text = "name: Winter\ntechniques:\n  - technique: T1110\n    weight: 3\n  - technique: T1078.004\n";
  const saved = await server.client.call("saveCoverageProfile", { params, body: { text } });
  expect(saved).toMatchObject({ profile: { name: "Our threats", title: "Winter", techniques: 2, savedBy: "Ada" } });
  const query = { profile: "Our threats" };
  const { profile } = await server.client.call("coverage", { query });
  expect(profile).toMatchObject({ name: "Winter", weight: 4, reached: { claimed: 4, binds: 1, data: 1 } });
  const { gaps } = await server.client.call("coverageGaps", { query });
  expect(gaps).toMatchObject([{ id: "T1110", weight: 3, reached: "claimed", candidates: { total: 1 } }]);
  const file = await server.client.call("coverageFile", { query: { ...query, format: "navigator" } });
  expect(JSON.parse(file.text)).toMatchObject({ versions: { layer: "4.5" } });
  expect((await server.client.call("dropCoverageProfile", { params })).profiles).toEqual([]);
  expect(await problemOf(server.client.call("coverage", { query }))).toMatchObject({
    status: 404,
    code: "profile-unknown",
  });
});

test("what makes no sense is refused with what is wrong", async () => {
  const body = { text: "techniques: [nothing]" };
  expect(await problemOf(server.client.call("saveCoverageProfile", { params: { name: "x" }, body }))).toMatchObject({
    status: 422,
    code: "profile-unusable",
    detail: expect.stringContaining("line 1"),
  });
  expect(await problemOf(server.client.call("coverage", { query: { platform: ["Toaster"] } }))).toMatchObject({
    status: 400,
    detail: expect.stringContaining("Identity Provider"),
  });
  server.signIn("responder");
  expect(
    await problemOf(server.client.call("saveCoverageProfile", { params: { name: "x" }, body })).finally(() =>
      server.signIn("admin"),
    ),
  ).toMatchObject({ status: 403 });
});

test("a rule whose scenarios pass is tested, until its text changes", async () => {
  const scenarios = `scenarios:
  - name: fires
    events:
      SigninLogs:
        - { TimeGenerated: -30m, ClientAppUsed: IMAP4, UserPrincipalName: ada@contoso.example }
    expect:
      - {}
`;
  await writeFile(join(folder, "own", "data.tests.yaml"), scenarios);
  expect(await server.client.call("runCoverageScenarios", {})).toMatchObject({ state: "running" });
  await expect
    .poll(async () => (await server.client.call("coverageScenarios", {})).state, { timeout: 60_000 })
    .not.toBe("running");
  expect(await server.client.call("coverageScenarios", {})).toMatchObject({ state: "done", scenarios: 1, failed: 0 });
  const tested = async () =>
    (await server.client.call("coverageTechnique", { params: { id: "T1078.004" } })).rules[0]?.steps.tested;
  expect(await tested()).toEqual({ reached: true, why: "1 scenarios pass, 1 of which expect an alert" });
  await writeFile(join(folder, "own", "data.yaml"), ruleYaml({ id: id(1), name: "Has data still" }));
  await server.served.rules.lookNow();
  expect(await tested()).toEqual({ why: "it has changed since its scenarios were run" });
}, 90_000);

test("rules that come are seen at once", async () => {
  await writeFile(join(folder, "own", "more.yaml"), ruleYaml({ id: id(5), name: "More", technique: "T1136" }));
  await server.served.rules.lookNow();
  const { all } = await server.client.call("coverage", { query: {} });
  expect(all.find((one) => one.id === "T1136")?.reached).toBe("data");
});
