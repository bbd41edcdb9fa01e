import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "../cli/testing/calypso.js";
import { catalogueFacetsMigration, catalogueReadingMigration } from "../state/catalogue-migration.js";
import { openState } from "../state/open-state.js";
import { testPlaces } from "../state/testing/places.js";
import { ruleYaml } from "./testing/rules.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-catalogue-"));
const rules = join(folder, "rules");
let state = { place: join(folder, "state"), remove: async () => {} };
const id = (number: number) => `11111111-0000-4000-8000-00000000000${number}`;

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? state;
  mkdirSync(rules);
  writeFileSync(join(rules, "one.yaml"), ruleYaml());
  const query =
    'let limit = 3;\nSigninLogs\n| where ClientAppUsed in ("IMAP4", "Other clients") and ResultType != "0"\n| summarize failures = count() by UserPrincipalName\n| where failures > limit';
  writeFileSync(
    join(rules, "two.yaml"),
    ruleYaml({ id: id(2), name: "Guessing over old protocols", query, severity: "High", technique: "T1110" }),
  );
  const hostile = 'AuditLogs\n| where OperationName == "<script>alert(1)</script>\\u001b[31m | x"';
  const description = "Ends the table: | # ``` </td>";
  writeFileSync(
    join(rules, "three.yaml"),
    ruleYaml({ id: id(3), name: "Hostile <b>name</b>", query: hostile, description }),
  );
  await calypso(
    "catalog",
    "import",
    rules,
    "--state",
    state.place,
    "--source",
    "ours",
    "--licence",
    "MIT",
    "--commit",
    "c1",
  );
});
afterAll(async () => {
  await state.remove();
  rmSync(folder, { recursive: true, force: true });
});

async function search(...line: readonly string[]) {
  const { out, status, err } = await calypso("catalog", "search", ...line, "--state", state.place);
  return status === 0 ? JSON.parse(out) : err;
}
const names = async (...line: readonly string[]) =>
  (await search(...line)).rules.map(({ name }: { readonly name: string }) => name);

test("words are found in names, descriptions, logic and values, whole or as parts of names", async () => {
  expect(await names("guessing")).toEqual(["Guessing over old protocols"]);
  expect(await names("second factors")).toHaveLength(2);
  expect(await names("imap4")).toHaveLength(2);
  expect(await names("client app -guessing")).toEqual(["Sign-ins over old protocols"]);
  expect(await names('"old protocols"', "or", "hostile")).toHaveLength(3);
  expect(await names("nothing-of-the-kind")).toEqual([]);
  expect(await names("':*&|!<->\\ %_")).toHaveLength(3);
});

test("filters hold together, a comparison's parts of one comparison, and facets count what was found", async () => {
  expect(await names("--technique", "t1078")).toHaveLength(2);
  expect(await names("--technique", "T1078", "--severity", "high")).toEqual([]);
  expect(await names("--field", "clientappused", "--value", "other*")).toEqual(["Guessing over old protocols"]);
  expect(await names("--field", "ResultType", "--value", "IMAP4")).toEqual([]);
  expect(await names("--table", "AuditLogs", "--operator", "equals")).toEqual(["Hostile <b>name</b>"]);
  const found = await search("--table", "SigninLogs", "--limit", "1");
  expect(found).toMatchObject({ total: 2, rules: [{ name: "Guessing over old protocols", severity: "High" }] });
  expect(found.facets).toMatchObject({
    platform: [{ value: "Sentinel", rules: 2 }],
    severity: expect.arrayContaining([{ value: "High", rules: 1 }]),
    technique: expect.arrayContaining([{ value: "T1110", rules: 1 }]),
    events: [{ value: "entra-sign-in", rules: 2 }],
  });
});

test("a rule is shown with its stages, conditions, indicators counted over the others, siblings, history and source", async () => {
  const { out } = await calypso("catalog", "show", id(1), "--state", state.place);
  const shown = JSON.parse(out);
  expect(shown).toMatchObject({
    detection: { name: "Sign-ins over old protocols" },
    provenance: { source: "ours", licence: "MIT", commit: "c1" },
    siblings: [{ name: "Guessing over old protocols", platform: "Sentinel", kind: "overlapping" }],
    history: [{ kind: "added", commit: "c1" }],
    summary: expect.arrayContaining(["Reads SigninLogs.", 'Looks for ClientAppUsed equals "IMAP4", "POP3".']),
  });
  const test = { table: "SigninLogs", field: "ClientAppUsed", operator: "equals", negated: false };
  expect(shown.indicators).toEqual([
    { ...test, value: "IMAP4", others: { Sentinel: 1 } },
    { ...test, value: "POP3", others: {} },
  ]);
  const text = await calypso("catalog", "show", shown.id.slice(0, 8), "--state", state.place, "--format", "text");
  expect(text.out).toContain("2 · where · where ClientAppUsed in");
  expect((await calypso("catalog", "show", "nothing", "--state", state.place)).err).toContain("catalog-rule-unknown");
});

test("fields tell which rules of which platforms compare them, and with what", async () => {
  const fields = async (name: string) =>
    JSON.parse((await calypso("catalog", "fields", name, "--state", state.place)).out);
  expect(await fields("signinlogs")).toMatchObject([
    { table: "SigninLogs", field: "ClientAppUsed", rules: { Sentinel: 2 } },
    { table: "SigninLogs", field: "ResultType", rules: { Sentinel: 1 } },
  ]);
  expect(await fields("SigninLogs.ClientAppUsed")).toMatchObject([
    {
      operator: "equals",
      value: "IMAP4",
      rules: [{ name: "Guessing over old protocols" }, { name: "Sign-ins over old protocols" }],
    },
    { value: "Other clients", rules: [{ name: "Guessing over old protocols" }] },
    { value: "POP3", rules: [{ platform: "Sentinel" }] },
  ]);
  const { err } = await calypso("catalog", "fields", "Nobody", "--state", state.place);
  expect(err).toContain("no rule of the catalogue compares Nobody");
});

test("what the counts name can be searched for, and values that there are not are refused with those that there are", async () => {
  const search = (...line: string[]) => calypso("catalog", "search", "--state", state.place, ...line);
  const { total, facets } = JSON.parse((await search("--events", "entra-sign-in")).out);
  expect([total > 0, facets.events]).toEqual([true, [{ value: "entra-sign-in", rules: total }]]);
  for (const [option, values] of [
    ["--verdict", "no query, does not parse, does not bind, failed, no data, empty fields, silent, fires"],
    ["--severity", "High, Medium, Low, Informational"],
    ["--platform", "Sentinel, Sigma, Elastic, Splunk, Panther, Chronicle"],
    ["--purpose", "rule, hunt, feed"],
  ] as const) {
    expect(await search(option, "bogus")).toMatchObject({ status: 2, out: "", err: expect.stringContaining(values) });
  }
  expect(JSON.parse((await search("--platform", "SENTINEL", "--severity", "high")).out).total).toBe(1);
});

test("pages follow each other, and their counts are of all that was found", async () => {
  const all = await search();
  const pages = [];
  for (const page of ["1", "2", "3", "4"]) pages.push(await search("--limit", "1", "--page", page));
  expect(pages.flatMap(({ rules: listed }) => listed)).toEqual(all.rules);
  for (const { total, facets } of pages) expect({ total, facets }).toEqual({ total: 3, facets: all.facets });
});

test("rules from before their counts stood in their rows are counted as before", async () => {
  const before = await search();
  const { db, close } = await openState(state.place);
  await sql`ALTER TABLE catalog_rules DROP COLUMN facets, DROP COLUMN reading`.execute(db);
  for (const { up } of [catalogueFacetsMigration, catalogueReadingMigration]) await up(db);
  await close();
  expect(await search()).toEqual(before);
});

test("text of rules makes no markup and steers no terminal", async () => {
  const show = async (format: string) =>
    (await calypso("catalog", "show", id(3), "--state", state.place, "--format", format)).out;
  const markdown = await show("markdown");
  expect(markdown).toContain("# Hostile &lt;b\\>name&lt;/b\\>");
  expect(markdown).not.toContain("\u001b");
  const [before = "", logic = ""] = markdown.split("## Logic");
  expect(before).not.toContain("<script");
  expect(logic).toContain("<script>alert(1)</script>");
  expect(await show("text")).not.toContain("\u001b");
});
