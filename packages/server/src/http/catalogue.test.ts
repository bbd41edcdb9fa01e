import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiError } from "@calypso/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { importSource } from "../catalogue/import-source.js";
import { importShippedRules } from "../catalogue/shipped-rules.js";
import { takenApart } from "../catalogue/taken-apart.js";
import { ruleYaml } from "../catalogue/testing/rules.js";
import { fileOf, loadPath } from "../ingest/testing/loading.js";
import { shippedSchema } from "../main.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { type TestServer, testServer } from "./testing/test-server.js";

const legacy = "11111111-0000-4000-8000-000000000001";
const hostile = "Hostile <script>alert(1)</script>\u202e";

/** A rule of Sigma that asks the same as the first of Sentinel, in its own words. */
const sigma = `title: Old protocols are used
id: 22222222-0000-4000-8000-000000000001
status: test
description: Somebody signs in with IMAP.
author: Ada
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
level: high
tags:
  - attack.initial-access
  - attack.t1078.004
`;

let folder: string;
let server: TestServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "calypso-catalogue-http-"));
  for (const name of ["sentinel", "sigma", "own", "logs"]) await mkdir(join(folder, name));
  await writeFile(join(folder, "sentinel", "one.yaml"), ruleYaml());
  const query = `SigninLogs\n| where UserPrincipalName == "<img src=x onerror=alert(1)>"\n| project UserPrincipalName`;
  const id = "11111111-0000-4000-8000-000000000002";
  await writeFile(join(folder, "sentinel", "two.yaml"), ruleYaml({ id, name: hostile, query, technique: "T1110" }));
  await writeFile(join(folder, "sigma", "old.yml"), sigma);
  const rows = [0, 1, 2].map((hour) => ({
    TimeGenerated: `2026-10-13T0${hour}:00:00Z`,
    ClientAppUsed: "IMAP4",
    ResultType: "0",
    UserPrincipalName: `user${hour}@contoso.example`,
  }));
  server = await testServer({ rules: [join(folder, "own")] });
  const { store } = server.workspace;
  await loadPath(store, folder, fileOf(join(folder, "logs"), "SigninLogs.ndjson", rows));
  const ports = {
    ...{ state: server.state, clock: server.served.workspace.clock, vocabulary: shippedVocabulary() },
    takeApart: takenApart({ schema: shippedSchema(), vocabulary: shippedVocabulary() }),
    readingVersion: "1",
  };
  const limits = { maxFiles: 100, maxFileBytes: 1e6, maxBytes: 1e7 };
  for (const source of ["sentinel", "sigma"]) {
    const request = { path: join(folder, source), source, commit: "c1", retrievedAt: "", limits, licence: "MIT" };
    const signal = new AbortController().signal;
    for await (const _event of importSource(ports, { ...request, signal })) void _event;
  }
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

/** The problem that a call is answered with. */
async function problemOf(call: Promise<unknown>) {
  const thrown = await call.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(thrown instanceof ApiError)) throw new Error(`no problem, but ${String(thrown)}`);
  return thrown.problem;
}

describe("a search", () => {
  const names = async (query: Readonly<Record<string, unknown>>) =>
    (await server.client.call("searchCatalogue", { query })).rules.map(({ name }) => name);

  test("finds rules of all platforms by what they are and compare, and counts what could be chosen beside", async () => {
    const found = await server.client.call("searchCatalogue", { query: { field: "ClientAppUsed", value: "imap*" } });
    expect(found.rules.map(({ platform, techniques }) => [platform, techniques])).toEqual([
      ["Sigma", expect.arrayContaining(["T1078", "T1078.004"])],
      ["Sentinel", expect.arrayContaining(["T1078", "T1078.004"])],
    ]);
    expect(await names({ severity: ["High", "Low"] })).toEqual(["Old protocols are used"]);
    const narrowed = await server.client.call("searchCatalogue", {
      query: { platform: ["Sigma"], severity: ["High"] },
    });
    expect(narrowed.total).toBe(1);
    expect(narrowed.facets["severity"]).toEqual([{ value: "High", rules: 1 }]);
    const one = await server.client.call("searchCatalogue", { query: { platform: ["Sigma"] } });
    expect(one.facets["platform"]).toEqual([
      { value: "Sentinel", rules: 2 },
      { value: "Sigma", rules: 1 },
    ]);
    expect(await names({ platform: ["Sigma", "Sentinel"], limit: 1, offset: 2 })).toEqual([
      "Sign-ins over old protocols",
    ]);
  });

  test("counts the fields that rules compare, and what with", async () => {
    const { fields } = await server.client.call("catalogueComparisons", { query: {} });
    expect(fields[0]).toEqual({ value: "ClientAppUsed", rules: 2 });
    const query = { field: "clientappused" };
    const { operators, values } = await server.client.call("catalogueComparisons", { query });
    expect(operators).toEqual([{ value: "equals", rules: 2 }]);
    expect(values).toEqual([
      { value: "IMAP4", rules: 2 },
      { value: "POP3", rules: 2 },
    ]);
  });

  test("of another form is refused", async () => {
    for (const query of ["limit=0", "limit=x", "offset=-1", "nothing=1"]) {
      const answer = await fetch(`${server.origin}/api/v1/catalogue/rules?${query}`);
      expect([query, answer.status]).toEqual([query, 400]);
    }
  });
});

describe("a rule", () => {
  test("shows its stages with their conditions, what it looks for with counts, and its siblings", async () => {
    const rule = await server.client.call("catalogueRule", { params: { id: legacy } });
    expect(rule).toMatchObject({
      name: "Sign-ins over old protocols",
      techniques: expect.arrayContaining([{ id: "T1078.004", name: "Cloud Accounts" }]),
      stages: [
        { index: 1, operator: "source", predicates: [] },
        {
          index: 2,
          operator: "where",
          predicates: [{ field: "ClientAppUsed", operator: "in", values: ["IMAP4", "POP3"] }],
        },
      ],
      indicators: expect.arrayContaining([
        expect.objectContaining({ field: "ClientAppUsed", value: "IMAP4", others: { Sigma: 1 } }),
      ]),
      source: { name: "sentinel", licence: "MIT", commit: "c1" },
      inUse: [],
    });
    const { siblings } = await server.client.call("catalogueSiblings", { params: { id: legacy } });
    expect(siblings.map(({ name, kind }) => [name, kind])).toEqual([
      // Sigma asks in any case of letters.
      ["Old protocols are used", "overlapping"],
      [hostile, "same action"],
    ]);
    expect(siblings[0]?.adds).toContain("not ResultType equals 50126");
  });

  test("of another language has its conditions in the parts that hold them, and the KQL that it comes to", async () => {
    const rule = await server.client.call("catalogueRule", { params: { id: "Old protocols are used" } });
    expect(rule.stages.map(({ operator, predicates }) => [operator, predicates.map(({ field }) => field)])).toEqual(
      expect.arrayContaining([
        ["selection", ["ClientAppUsed"]],
        ["filter", ["ResultType"]],
      ]),
    );
    expect(rule.kql).toContain("SigninLogs");
  });

  test("shows how its query binds here, with the columns of each stage", async () => {
    const here = await server.client.call("catalogueRuleHere", { params: { id: hostile } });
    expect(here.diagnostics).toEqual([]);
    expect(here.stages.at(-1)?.out).toEqual(["UserPrincipalName"]);
    expect(here.stages.at(-1)?.in).toContain("ClientAppUsed");
  });

  test("that is not there is said to be unknown", async () => {
    expect(await problemOf(server.client.call("catalogueRule", { params: { id: "nothing" } }))).toMatchObject({
      status: 404,
      code: "catalog-rule-unknown",
    });
  });
});

describe("pages of tables, fields and techniques", () => {
  test("say who reads them", async () => {
    const { tables } = await server.client.call("catalogueTables", {});
    expect(tables[0]).toEqual({ name: "SigninLogs", rules: 3, hasData: true });
    const table = await server.client.call("catalogueTable", { query: { name: "SigninLogs" } });
    expect(table).toMatchObject({ rules: { Sentinel: 2, Sigma: 1 }, data: { rows: 3 } });
    expect(table.fields[0]).toEqual({ field: "ClientAppUsed", type: "string", rules: { Sentinel: 1, Sigma: 1 } });
    expect(table.unasked.map(({ name }) => name)).not.toContain("ClientAppUsed");
    const field = await server.client.call("catalogueField", {
      query: { table: "SigninLogs", field: "ClientAppUsed" },
    });
    expect(field.rules).toEqual({ Sentinel: 1, Sigma: 1 });
    expect(field.values.map(({ value, rules }) => [value, rules.length])).toEqual([
      ["IMAP4", 2],
      ["POP3", 2],
    ]);
    const technique = await server.client.call("catalogueTechnique", { params: { id: "T1078" } });
    expect(technique).toMatchObject({ name: "Valid Accounts", rules: { Sentinel: 1, Sigma: 1 }, withdrawn: false });
    expect(technique.subTechniques).toContainEqual({ id: "T1078.004", name: "Cloud Accounts", rules: 2 });
  });

  test("are not there for what nobody knows", async () => {
    const calls = [
      server.client.call("catalogueTable", { query: { name: "Nothing" } }),
      server.client.call("catalogueField", { query: { table: "SigninLogs", field: "Nothing" } }),
      server.client.call("catalogueTechnique", { params: { id: "T9999" } }),
    ];
    for (const call of calls) expect(await problemOf(call)).toMatchObject({ status: 404, code: "not-found" });
  });
});

describe("a trial", () => {
  const ended = async () => {
    let trial = (await server.client.call("catalogueTrial", {})).trial;
    while (trial?.state === "running") {
      await new Promise((resolve) => setTimeout(resolve, 50));
      trial = (await server.client.call("catalogueTrial", {})).trial;
    }
    return trial;
  };

  test("tries rules one after the other and keeps their verdicts", async () => {
    const begun = await server.client.call("tryCatalogueRules", {
      body: { search: { technique: ["T1078"] }, days: 2 },
    });
    expect(begun).toMatchObject({ by: "Ada", of: 2, state: "running" });
    expect(await problemOf(server.client.call("tryCatalogueRules", { body: {} }))).toMatchObject({
      status: 409,
      code: "trial-refused",
    });
    expect(await ended()).toMatchObject({ id: begun.id, state: "done", done: 2, counts: { fires: 2 } });
    const rule = await server.client.call("catalogueRule", { params: { id: legacy } });
    expect(rule.verdict).toMatchObject({ workspace: "contoso", verdict: { status: "fires", found: { of: "alerts" } } });
    const found = await server.client.call("searchCatalogue", { query: { verdict: ["fires"] } });
    expect(found.total).toBe(2);
  });

  test("is cancelled, and the next one begins at once", async () => {
    const { id } = await server.client.call("tryCatalogueRules", { body: {} });
    expect(await server.client.call("cancelCatalogueTrial", { params: { id } })).toMatchObject({ state: "cancelled" });
    const next = await server.client.call("tryCatalogueRules", { body: { search: { platform: ["Sigma"] } } });
    expect(await ended()).toMatchObject({ id: next.id, state: "done", done: 1 });
    expect(await problemOf(server.client.call("cancelCatalogueTrial", { params: { id } }))).toMatchObject({
      status: 404,
    });
    expect(await problemOf(server.client.call("tryCatalogueRules", { body: { ids: ["0".repeat(16)] } }))).toMatchObject(
      {
        code: "catalog-rule-unknown",
      },
    );
  });
});

describe("taking a rule over", () => {
  test("writes it into the service's folder with who did it, takes it up and checks it", async () => {
    const { id } = await server.client.call("catalogueRule", { params: { id: "Old protocols are used" } });
    const adopted = await server.client.call("adoptCatalogueRule", { params: { id }, body: {} });
    expect(adopted).toMatchObject({ rule: { name: "Old protocols are used" } });
    expect(adopted.findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(await readdir(join(folder, "own"))).toEqual(["old-protocols-are-used.yaml"]);
    const text = await readFile(join(folder, "own", "old-protocols-are-used.yaml"), "utf8");
    expect(text).toContain("by: Ada");
    const rule = await server.client.call("catalogueRule", { params: { id } });
    expect(rule.inUse).toEqual([{ ...adopted.rule, key: adopted.key }]);
    const again = server.client.call("adoptCatalogueRule", { params: { id }, body: {} });
    expect(await problemOf(again)).toMatchObject({ status: 409, code: "file-in-the-way" });
    await server.client.call("adoptCatalogueRule", { params: { id }, body: { force: true } });
  });

  test("is for engineers", async () => {
    server.signIn("responder");
    try {
      const call = server.client.call("adoptCatalogueRule", { params: { id: legacy }, body: {} });
      expect(await problemOf(call)).toMatchObject({ status: 403, code: "forbidden" });
    } finally {
      server.signIn("admin");
    }
  });
});

test("the shipped rules come into the catalogue beside all else, and the next start leaves them alone", async () => {
  const { signal } = new AbortController();
  const first = importShippedRules(server.state, server.served.workspace.clock, signal);
  expect(first.progress()).toEqual({ state: "running", files: 0, done: 0 });
  await first.ended;
  const { files, done, state } = first.progress();
  expect([state, files > 40, done]).toEqual(["done", true, files]);
  await importShippedRules(server.state, server.served.workspace.clock, signal).ended;
  const { sources, imports } = await server.client.call("catalogueImports", {});
  expect(sources[0]).toMatchObject({ source: "Calypso", licence: "Apache-2.0" });
  expect(sources[0]?.rules).toBeGreaterThan(40);
  expect(imports[0]).toMatchObject({ source: "Calypso", finished: true, added: 0, changed: 0, removed: 0 });
});

test("a search finds just the rules that are counted beside a comparison, and beside a field of a table", async () => {
  const counts = (found: Record<string, readonly { readonly value: string; readonly rules: number }[]>) =>
    Object.fromEntries((found["platform"] ?? []).map(({ value, rules }) => [value, rules]));
  const some = async (negated: boolean) =>
    (await server.client.call("searchCatalogue", { query: { operator: "exists", negated, limit: 4 } })).rules;
  const kinds = new Set<string>();
  for (const { id } of [...(await some(true)), ...(await some(false))]) {
    const { indicators } = await server.client.call("catalogueRule", { params: { id } });
    for (const { field, operator, value, negated, others } of indicators) {
      const query = { field, operator, value, negated, asWritten: true, otherThan: id };
      const { facets } = await server.client.call("searchCatalogue", { query });
      expect([query, counts(facets)]).toEqual([query, others]);
      if (Object.keys(others).length > 0) kinds.add(`${negated ? "not " : ""}${value === "" ? "empty" : "a value"}`);
    }
  }
  expect([...kinds]).toEqual(expect.arrayContaining(["a value", "empty", "not empty"]));
  const { fields } = await server.client.call("catalogueTable", { query: { name: "SigninLogs" } });
  for (const { field, rules: counted } of fields) {
    const query = { field, comparedIn: "SigninLogs", asWritten: true };
    const { facets } = await server.client.call("searchCatalogue", { query });
    expect([field, counts(facets)]).toEqual([field, counted]);
  }
  expect((await server.client.call("searchCatalogue", { query: { field: "Result*" } })).total).toBeGreaterThan(0);
  const written = await server.client.call("searchCatalogue", { query: { field: "Result*", asWritten: true } });
  expect(written.total).toBe(0);
});
