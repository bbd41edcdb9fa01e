import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "@calypso/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ingestPaths } from "../../ingest/ingest.js";
import { type TestServer, testServer } from "../testing/test-server.js";

const now = () => new Date("2026-05-01T12:10:00Z");
let base: string;
let rules: string;
let server: TestServer;

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), "calypso-new-rules-"));
  rules = join(base, "rules");
  await mkdir(rules);
  server = await testServer({ folder: join(base, "workspace"), rules: [rules], now });
  const logs = join(base, "SigninLogs.ndjson");
  const rows = [1, 2, 70].map((minute) => ({
    TimeGenerated: new Date(Date.parse("2026-05-01T10:00:00Z") + minute * 60_000).toISOString(),
    ...{ UserPrincipalName: "ann@contoso.example", IPAddress: "203.0.113.9", ResultType: "50126" },
  }));
  await writeFile(logs, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
  for await (const { messages } of ingestPaths(server.workspace.store, [logs], { table: "SigninLogs", now })) {
    expect(messages).toEqual([]);
  }
});
afterAll(async () => {
  await server?.close();
  await rm(base, { recursive: true, force: true });
});

const query = `SigninLogs
| where ResultType == "50126"
| project TimeGenerated, UserPrincipalName, IPAddress, AppId`;

const draft = async (body: { query?: string } = { query }) => (await server.client.call("draftRule", { body })).text;
const create = (text: string, evenIfWrong = false) => server.client.call("createRule", { body: { text, evenIfWrong } });
const refused = (work: Promise<unknown>) =>
  work.then(
    () => ["done", ""],
    (error: unknown) => (error instanceof ApiError ? [error.problem.code, error.problem.detail] : [String(error), ""]),
  );

test("a query becomes the text of a rule without a finding of what it already says", async () => {
  const { text, folder } = await server.client.call("draftRule", { body: { query } });
  expect(folder).toBe(rules);
  expect(text).toMatch(/^queryFrequency: 1h\nqueryPeriod: 1h$/m);
  expect(text).toContain("query: |\n  SigninLogs\n  | where");
  expect([...text.matchAll(/columnName: (\w+)/g)].map(([, name]) => name)).toEqual([
    ...["UserPrincipalName", "IPAddress", "AppId"],
  ]);
  const { findings, rules: found } = await server.client.call("checkNewRule", { body: { text } });
  expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
  expect(found).toMatchObject([{ name: "A new rule", kind: "Scheduled", query: `${query}\n` }]);
});

test("from nothing, what is missing is said at its place", async () => {
  const text = await draft({});
  const { findings } = await server.client.call("checkNewRule", { body: { text } });
  const wrong = findings.find(({ severity }) => severity === "error");
  expect(wrong?.message).toBe("the query has no result");
  expect((await refused(create(text)))[0]).toBe("rule-wrong");
  expect(await readdir(rules)).toEqual([]);
});

test("a query with what YAML reads as its own stays as it is", async () => {
  const hostile = `print a = "  : # ---", b = "\u202e'"\n\n  // - x: [`;
  const { rules: found } = await server.client.call("checkNewRule", {
    body: { text: await draft({ query: hostile }) },
  });
  expect(found[0]?.query).toBe(`${hostile}\n`);
});

test("is tried over history before it is there", async () => {
  const parts = [];
  const body = { from: "2026-05-01T10:00:00Z", to: "2026-05-01T12:00:00Z", text: await draft() };
  for await (const part of server.client.parts("previewNewRule", { body })) parts.push(part);
  expect(parts.at(-1)).toMatchObject({ kind: "done", cost: { windows: 2, rows: 3, alerts: 3 } });
  expect(await readdir(rules)).toEqual([]);
});

test("is saved under its name, never over another file, and taken up with who wrote it", async () => {
  const named = (await draft()).replace("A new rule", `"../../Wrong: <b>passwords</b>"`);
  const first = await create(named);
  expect(first.file).toBe(join(rules, "wrong-b-passwords-b.yaml"));
  expect(await readFile(first.file, "utf8")).toBe(named);
  const rule = await server.client.call("rule", { params: { key: first.key } });
  expect(rule).toMatchObject({ name: "../../Wrong: <b>passwords</b>", enabled: true, isTakenUp: true });
  expect(rule.changes).toMatchObject([{ kind: "created", by: "Ada", file: first.file }]);
  const again = await refused(create(named));
  expect(again).toEqual(["rule-wrong", expect.stringContaining("holds a rule with the id")]);
  const second = await create((await draft()).replace("A new rule", `"../../Wrong: <b>passwords</b>"`));
  expect(second.file).toBe(join(rules, "wrong-b-passwords-b-2.yaml"));
  const special = await create((await draft()).replace("A new rule", "Overrides"));
  expect(special.file).toBe(join(rules, "rule.yaml"));
});

test("what is wrong is refused unless that is wanted, and what is no rule always", async () => {
  const wrong = (await draft()).replace("SigninLogs", "NoSuchTable").replace("A new rule", "Broken");
  expect((await refused(create(wrong)))[1]).toContain("NoSuchTable");
  expect((await create(wrong, true)).file).toBe(join(rules, "broken.yaml"));
  for (const text of ["", "id: [", `${await draft()}---\n${await draft()}`, "- 1"]) {
    expect((await refused(create(text, true)))[0]).toBe("rule-wrong");
  }
  const nameless = (await draft()).replace(/^id: .*$/m, "");
  expect((await refused(create(nameless, true)))[1]).toContain("needs an `id`");
});

test("is not written through a link", async () => {
  await symlink(join(base, "outside.yaml"), join(rules, "linked.yaml"));
  expect((await refused(create((await draft()).replace("A new rule", "Linked"))))[0]).toBe("rule-read-only");
  expect(await readdir(base)).not.toContain("outside.yaml");
  await rm(join(rules, "linked.yaml"));
});

test("engineers write rules, others may try them", async () => {
  const text = await draft();
  server.signIn("responder");
  try {
    expect((await refused(create(text)))[0]).toBe("forbidden");
    expect((await server.client.call("checkNewRule", { body: { text } })).rules).toHaveLength(1);
  } finally {
    server.signIn("admin");
  }
  expect(server.faults).toEqual([]);
});
