import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type AnswerOf, ApiError, type Routes } from "@calypso/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ingestPaths } from "../../ingest/ingest.js";
import { contentFolder } from "../../platform/content.js";
import { Service } from "../../service/service.js";
import { type TestServer, testServer } from "../testing/test-server.js";

const noisy = "0a1b2c3d-0000-4000-8000-000000000001";
const shipped = "impossible-travel.yaml";

const ruleText = `# ours
id: ${noisy}
name: "Failed sign-ins <script>alert(1)</script>"
description: Somebody fails to sign in.
kind: Scheduled
severity: Medium
version: 1.0.0
queryFrequency: 5m
queryPeriod: 5m
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110]
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
query: |
  SigninLogs
  | where ResultType != "0"
  | project TimeGenerated, UserPrincipalName, IPAddress
`;

const tests = `scenarios:
  - name: a failure alerts
    now: 2026-05-01T10:05:00Z
    events:
      SigninLogs:
        - { TimeGenerated: 2026-05-01T10:01:00Z, ResultType: "50126", UserPrincipalName: ann@contoso.example }
    expect:
      - entities: [{ type: Account, FullName: ann@contoso.example }]
  - name: a success alerts
    now: 2026-05-01T10:05:00Z
    events:
      SigninLogs:
        - { TimeGenerated: 2026-05-01T10:01:00Z, ResultType: "0", UserPrincipalName: ann@contoso.example }
    expect:
      - entities: [{ type: Account, FullName: ann@contoso.example }]
`;

let base: string;
let file: string;
let server: TestServer;
let now = new Date("2026-05-01T10:00:00Z");

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "calypso-rules-"));
  const rules = join(base, "rules");
  file = join(rules, "noisy.yaml");
  await mkdir(rules);
  await writeFile(file, ruleText);
  await writeFile(join(rules, "noisy.tests.yaml"), tests);
  server = await testServer({
    folder: join(base, "workspace"),
    rules: [rules, join(contentFolder(), "rules", shipped)],
    now: () => now,
  });
  const { state, workspace, served } = server;
  const service = new Service({
    ...{ state, store: workspace.store, clock: () => now, ids: workspace.ids, concurrency: 1 },
    ...{ folder: join(base, "outgoing"), tell: () => {} },
  });
  await service.takeUp(served.rules.loaded().rules);
  await service.tick();
  const logs = join(base, "SigninLogs.ndjson");
  // The scanner fails every ten minutes for two hours, and Ann once.
  const rows = Array.from({ length: 12 }, (_, index) => row(index * 10 + 3, "scanner@contoso.example", "192.0.2.7"));
  await writeFile(
    logs,
    [...rows, row(48, "ann@contoso.example", "203.0.113.9")].map((one) => `${JSON.stringify(one)}\n`).join(""),
  );
  for await (const { messages } of ingestPaths(workspace.store, [logs], { table: "SigninLogs", now: () => now })) {
    expect(messages).toEqual([]);
  }
  now = new Date("2026-05-01T12:10:00Z");
  while ((await service.tick()) > 0);
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

function row(minute: number, user: string, address: string) {
  const at = new Date(Date.parse("2026-05-01T10:00:00Z") + minute * 60_000).toISOString();
  return { TimeGenerated: at, UserPrincipalName: user, IPAddress: address, ResultType: "50126" };
}

const range = { from: "2026-05-01T10:00:00Z", to: "2026-05-01T12:00:00Z" };
const key = { key: noisy };
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "done",
    (error: unknown) => (error instanceof ApiError ? error.problem.code : String(error)),
  );

type Part = AnswerOf<Routes["previewRule"]>;
async function previewOf(
  body: Partial<Parameters<typeof server.client.parts<"previewRule">>[1]["body"]>,
): Promise<readonly Part[]> {
  const parts: Part[] = [];
  for await (const part of server.client.parts("previewRule", { params: key, body: { ...range, ...body } }))
    parts.push(part);
  return parts;
}
const kind = <Kind extends Part["kind"]>(parts: readonly Part[], wanted: Kind) =>
  parts.filter((part): part is Extract<Part, { kind: Kind }> => part.kind === wanted);

describe("the rules", () => {
  test("are listed with how they fare, and names that attack are text", async () => {
    const { rules, writable, problems } = await server.client.call("rules", {});
    const own = rules.find((rule) => rule.key === noisy);
    expect(own?.name).toBe("Failed sign-ins <script>alert(1)</script>");
    expect(own?.health).toMatchObject({ owed: 0, failed: 0, alerts: 13 });
    expect(own?.health?.hours).toHaveLength(24);
    expect(own?.health?.hours.slice(-3)).toEqual(["alerts", "alerts", expect.any(String)]);
    expect(own?.health?.lastGood?.to.slice(0, 13)).toBe("2026-05-01T12");
    expect(own?.health?.seconds).toBeGreaterThan(0);
    expect(writable).toBe(join(base, "rules"));
    expect(problems).toEqual([]);
    expect(rules.map((rule) => rule.file.split("/").at(-1)).sort()).toEqual([shipped, "noisy.yaml"]);
  });

  test("one has its text, its version, its entities, and whether it can be changed", async () => {
    const rule = await server.client.call("rule", { params: { key: noisy.toUpperCase() } });
    expect(rule).toMatchObject({ text: ruleText, isTakenUp: true, testsFile: join(base, "rules", "noisy.tests.yaml") });
    expect(rule.entities).toEqual([
      { type: "Account", columns: [{ identifier: "FullName", column: "UserPrincipalName" }] },
    ]);
    expect(rule.versions).toHaveLength(1);
    expect(rule.readOnly).toBe(undefined);
    const { rules } = await server.client.call("rules", {});
    const other = rules.find(({ file: path }) => path.endsWith(shipped));
    const foreign = await server.client.call("rule", { params: { key: other?.key ?? "" } });
    expect(foreign.readOnly).toContain("ships with Calypso");
    expect(await codeOf(server.client.call("rule", { params: { key: "../../etc/passwd" } }))).toBe("rule-unknown");
  });

  test("the ledger gives each window of a range, and windows that failed are owed again", async () => {
    const { windows, total } = await server.client.call("ruleWindows", { params: key, query: range });
    expect(total).toBe(24);
    expect(windows.filter(({ alerts }) => (alerts ?? 0) > 0)).toHaveLength(13);
    expect(new Set(windows.map(({ state }) => state))).toEqual(new Set(["done"]));
    await server.state.db
      .updateTable("windows")
      .set({ state: "failed", error_code: "query-memory", error_message: "too much" })
      .where("window_to", "=", new Date(windows[3]?.to ?? ""))
      .execute();
    const again = await server.client.call("retryWindows", { params: key, body: range });
    expect(again).toEqual({ owed: 1 });
    const { changes } = await server.client.call("rule", { params: key });
    expect(changes[0]).toMatchObject({ kind: "windows-owed", by: "Ada" });
    await server.state.db
      .updateTable("windows")
      .set({ state: "done", error_code: null, error_message: null })
      .where("state", "=", "owed")
      .execute();
  });

  test("scenarios are run, and a failed one says why", async () => {
    const { scenarios, problems } = await server.client.call("testRule", { params: key });
    expect(problems).toEqual([]);
    expect(scenarios.map(({ name, passed }) => [name, passed])).toEqual([
      ["a failure alerts", true],
      ["a success alerts", false],
    ]);
    expect(scenarios[1]?.why.join("\n")).toContain("no alert was raised");
  });
});

describe("a preview", () => {
  test("raises what the service raised, and tells how far it is", async () => {
    const parts = await previewOf({});
    expect(parts[0]).toEqual({
      kind: "begun",
      windows: 24,
      compared: false,
      query: expect.stringMatching(/^SigninLogs/),
    });
    expect(kind(parts, "progress").at(-1)).toEqual({ kind: "progress", done: 24 });
    expect(kind(parts, "alert")).toHaveLength(13);
    expect(kind(parts, "alert")[0]?.alert).toMatchObject({ entities: "scanner@contoso.example", rows: 1 });
    expect(parts.at(-1)).toMatchObject({ kind: "done", cost: { windows: 24, alerts: 13 }, more: 0 });
  });

  test("compares a text with what runs", async () => {
    const text = ruleText.replace(`ResultType != "0"`, `ResultType != "0" and IPAddress == "192.0.2.7"`);
    const parts = await previewOf({ text, compare: true });
    expect(kind(parts, "difference").map(({ difference, alert }) => [difference, alert.entities])).toEqual([
      ["lost", "ann@contoso.example"],
    ]);
    expect(parts.at(-1)).toMatchObject({ kind: "done", same: 12, cost: { alerts: 12 }, before: { alerts: 13 } });
    expect(await readFile(file, "utf8")).toBe(ruleText);
  });

  test("of a rule that is not there is refused as any other request", async () => {
    const parts = server.client.parts("previewRule", { params: { key: "none" }, body: range });
    expect(await codeOf(parts.next())).toBe("rule-unknown");
  });

  test("of a wrong text, or of too many windows, says so", async () => {
    expect((await previewOf({ text: "id: [" })).at(-1)).toMatchObject({ kind: "failed", code: "rule-wrong" });
    const long = await previewOf({ from: "2020-05-01T10:00:00Z" });
    expect(long).toEqual([expect.objectContaining({ kind: "failed", code: "preview-too-long" })]);
    const wrong = await previewOf({ text: ruleText.replace("SigninLogs", "NoSuchTable") });
    const told = kind(wrong, "told").find(({ severity }) => severity === "error");
    expect(told?.message).toContain("NoSuchTable");
  });
});

describe("a text", () => {
  test("is checked as it is typed, with places", async () => {
    const text = ruleText
      .replace("UserPrincipalName, IPAddress", "UserPrincipalNam, IPAddress")
      .replace("severity: Medium", "severity: Grave");
    const { findings } = await server.client.call("checkRule", { params: key, body: { text } });
    expect(findings.some(({ severity }) => severity === "error")).toBe(true);
    const lines = text.split("\n");
    expect(findings.map(({ place }) => lines[place.line - 1]?.slice(place.column - 1, place.endColumn - 1))).toContain(
      "UserPrincipalNam",
    );
    expect(findings.some(({ message }) => message.includes("Grave"))).toBe(true);
  });

  test("is saved only over what was read, and not with errors unless that is wanted", async () => {
    const { fileVersion } = await server.client.call("rule", { params: key });
    const better = ruleText.replace("severity: Medium", "severity: High");
    const save = (text: string, seen: string, evenIfWrong = false) =>
      server.client.call("saveRule", { params: key, body: { text, fileVersion: seen, evenIfWrong } });
    expect(await codeOf(save(better, "0"))).toBe("rule-changed");
    expect(await codeOf(save(ruleText.replace("SigninLogs", "NoSuchTable"), fileVersion))).toBe("rule-wrong");
    expect(await codeOf(save(ruleText.replace(noisy, "another-id"), fileVersion))).toBe("rule-wrong");
    const saved = await save(better, fileVersion);
    const rule = await server.client.call("rule", { params: key });
    expect(rule).toMatchObject({ severity: "High", fileVersion: saved.fileVersion, isTakenUp: true });
    expect(rule.versions).toHaveLength(2);
    expect(rule.changes[0]).toMatchObject({ kind: "saved", by: "Ada", file });
    await save(ruleText, saved.fileVersion);
  });

  test("of a rule that ships is not written, but copied under an id of its own, and the original is off", async () => {
    const { rules } = await server.client.call("rules", {});
    const params = { key: rules.find(({ file: path }) => path.endsWith(shipped))?.key ?? "" };
    const { text, fileVersion } = await server.client.call("rule", { params });
    expect(await codeOf(server.client.call("saveRule", { params, body: { text, fileVersion } }))).toBe(
      "rule-read-only",
    );
    const overrides = join(base, "rules", "overrides.yaml");
    await writeFile(overrides, "- no map\n");
    expect(await codeOf(server.client.call("copyRule", { params, body: { text } }))).toBe("rule-wrong");
    expect(await readdir(join(base, "rules"))).not.toContain(shipped);
    await rm(overrides);
    const copy = await server.client.call("copyRule", {
      params,
      body: { text: text.replace(/^severity: \w+/m, "severity: Low") },
    });
    expect(copy.file).toBe(join(base, "rules", shipped));
    expect(await server.client.call("rule", { params: { key: copy.key } })).toMatchObject({
      severity: "Low",
      enabled: true,
    });
    expect(await server.client.call("rule", { params })).toMatchObject({
      enabled: false,
      override: { file: join(base, "rules", "overrides.yaml"), values: { enabled: false } },
    });
  });
});

describe("overrides", () => {
  test("change how a rule runs, and are taken away again, without a change of its file", async () => {
    const change = (body: Record<string, string | number | boolean | null>) =>
      server.client.call("overrideRule", { params: key, body });
    await change({ severity: "Low", queryPeriod: "10m" });
    const rule = await server.client.call("rule", { params: key });
    expect(rule).toMatchObject({ severity: "Low", period: 600_000, text: ruleText });
    expect(rule.override?.values).toEqual({ severity: "Low", queryPeriod: "10m" });
    expect(await codeOf(change({ severity: "Grave" }))).toBe("rule-wrong");
    expect(await codeOf(change({ nonsense: 1 }))).toBe("bad-request");
    expect(await change({ enabled: false })).toEqual({ enabled: false });
    expect(await change({ enabled: null, severity: null, queryPeriod: null })).toEqual({ enabled: true });
    expect((await server.client.call("rule", { params: key })).override).toBe(undefined);
  });
});

describe("exceptions", () => {
  const proposal = { owner: "ann@contoso.example", reason: "our own scanner", expiry: "2026-07-30" };
  const fields = { UserPrincipalName: "scanner@contoso.example", IPAddress: "192.0.2.7" };

  test("are proposed from what the rule found", async () => {
    const { alerts, proposals } = await server.client.call("suggestExceptions", { params: key, body: range });
    expect(alerts).toBe(13);
    expect(proposals[0]).toMatchObject({
      fields: { UserPrincipalName: "scanner@contoso.example" },
      alerts: 12,
      users: 1,
    });
  });

  test("are measured before they are saved, saved with who and why, and taken away", async () => {
    const exception = { ...proposal, fields };
    const measured = await server.client.call("measureException", { params: key, body: { ...range, exception } });
    expect(measured).toMatchObject({
      windows: 24,
      rows: 13,
      hidden: 12,
      alertsBefore: 13,
      alertsAfter: 1,
      problems: [],
    });
    const long = { from: "1970-01-01T00:00:00Z", to: range.to };
    const never = server.client.call("measureException", { params: key, body: { ...long, exception } });
    expect(await codeOf(never)).toBe("preview-too-long");
    expect(measured.past).toMatchObject({ alerts: 13, truePositives: 0, unknown: 0 });
    expect(measured.past.gone).toHaveLength(12);
    const { id } = await server.client.call("saveException", { params: key, body: { exception } });
    const { exceptionList } = await server.client.call("rule", { params: key });
    expect(exceptionList).toEqual([
      expect.objectContaining({
        ...exceptionList[0],
        id,
        state: "active",
        ...{ owner: proposal.owner, reason: proposal.reason },
      }),
    ]);
    const parts = await previewOf({});
    expect(kind(parts, "alert").map(({ alert }) => alert.entities)).toEqual(["ann@contoso.example"]);
    await server.client.call("removeException", { params: { ...key, exception: id } });
    expect((await server.client.call("rule", { params: key })).exceptionList).toEqual([]);
  });

  test("of other rules, of several, and entries that cannot be read stay as they are", async () => {
    const path = join(base, "rules", "exceptions.yaml");
    const before = await readFile(path, "utf8").catch(() => "");
    const about = (rules: string) =>
      `{ rules: ${rules}, fields: { IPAddress: 192.0.2.1 }, owner: Ada, reason: known, expiry: 2027-01-01 }`;
    const text = `# kept\nTheirs: ${about("[another-rule]")}\nAll: ${about("all")}\nbroken: { rules: [${noisy}] }\n`;
    await writeFile(path, text);
    await server.served.rules.lookNow();
    const save = (id: string) =>
      codeOf(
        server.client.call("saveException", {
          params: key,
          body: { exception: { ...proposal, fields, id }, confirmTruePositives: true },
        }),
      );
    expect(await Promise.all(["Theirs", "theirs", "All", "broken"].map(save))).toEqual(
      Array.from({ length: 4 }, () => "rule-wrong"),
    );
    const removed = server.client.call("removeException", { params: { ...key, exception: "All" } });
    expect(await codeOf(removed)).toBe("rule-wrong");
    expect(await readFile(path, "utf8")).toBe(text);
    await writeFile(path, before);
    await server.served.rules.lookNow();
  });

  test("that make no sense, hide an attack or have no owner are refused", async () => {
    const save = (exception: object, confirmTruePositives = false) =>
      codeOf(
        server.client.call("saveException", {
          params: key,
          body: { exception: { ...proposal, ...exception }, confirmTruePositives },
        }),
      );
    expect(await save({ fields, owner: " " })).toBe("rule-wrong");
    expect(await save({})).toBe("rule-wrong");
    expect(await save({ fields: { NoSuchColumn: "x" } })).toBe("rule-wrong");
    expect(await save({ condition: "UserPrincipalName == 'a' | take 1" })).toBe("rule-wrong");
    expect(await save({ fields, expiry: "soon" })).toBe("bad-request");
    await server.state.db.updateTable("incidents").set({ classification: "TruePositive" }).execute();
    expect(await save({ fields })).toBe("exception-hides-attacks");
    expect(await save({ fields }, true)).toBe("done");
  });
});

test("readers look, and engineers change", async () => {
  server.signIn("responder");
  try {
    expect(await codeOf(server.client.call("rules", {}))).toBe("done");
    expect(await codeOf(server.client.call("overrideRule", { params: key, body: { enabled: false } }))).toBe(
      "forbidden",
    );
    expect(await codeOf(server.client.call("retryWindows", { params: key, body: range }))).toBe("forbidden");
  } finally {
    server.signIn("admin");
  }
  expect(server.faults).toEqual([]);
});
