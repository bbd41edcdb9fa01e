import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { contentFolder } from "../platform/content.js";
import { shippedTables } from "../store/shipped-tables.js";
import { type DemoOptions, makeDemo } from "./generate.js";
import { ruleIds } from "./stories/rule-ids.js";
import { type DemoTable, demoTables } from "./tables.js";
import { writeDemo } from "./write-demo.js";

const options: DemoOptions = { seed: 7, events: 20_000, days: 14, end: new Date("2026-11-20T00:00:00Z") };

type Row = Readonly<Record<string, unknown>> & { readonly TimeGenerated: string };

function logsOf(changed: Partial<DemoOptions> = {}): ReadonlyMap<DemoTable, string> {
  const texts = new Map<DemoTable, string>();
  for (const { table, text } of makeDemo({ ...options, ...changed }).chunks()) {
    texts.set(table, (texts.get(table) ?? "") + text);
  }
  return texts;
}

const rowsOf = (text: string): readonly Row[] =>
  text
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

const logs = logsOf();

test("the same options make the same bytes, and another seed makes others", () => {
  expect(logsOf()).toEqual(logs);
  expect(logsOf({ seed: 8 }).get("SigninLogs")).not.toBe(logs.get("SigninLogs"));
});

test("about as many events as asked for, within the days asked for", () => {
  const rows = [...logs.values()].flatMap(rowsOf);
  expect(rows.length).toBeGreaterThan(20_000);
  expect(rows.length).toBeLessThan(21_500);
  const times = rows.map((row) => Date.parse(row.TimeGenerated));
  expect(Math.min(...times)).toBeGreaterThanOrEqual(Date.parse("2026-11-06T00:00:00Z"));
  expect(Math.max(...times)).toBeLessThan(Date.parse("2026-11-20T00:01:00Z"));
});

test("more events are more of the everyday, and the stories stay", () => {
  const bigger = logsOf({ events: 40_000 });
  const spray = (text: string) => rowsOf(text).filter((row) => row["IPAddress"] === "203.0.113.11").length;
  expect(rowsOf(bigger.get("Syslog")!).length).toBeGreaterThan(1.9 * rowsOf(logs.get("Syslog")!).length);
  expect(spray(bigger.get("SigninLogs")!)).toBe(61);
  expect(spray(logs.get("SigninLogs")!)).toBe(61);
});

// Key Vault's claims about the caller have a column of their own for each claim; the published table stops before them.
const beyondTheReference: readonly string[] = [
  "identity_claim_oid_g",
  "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn_s",
];

describe("each row fits its table", () => {
  const tables = shippedTables(join(contentFolder(), "tables"));
  test.each(demoTables)("%s", (table) => {
    const types = new Map(tables.columns(table)?.map(({ name, type }) => [name, type]));
    const misfits = rowsOf(logs.get(table)!)
      .flatMap((row) => Object.entries(row))
      .filter(([name, value]) => !beyondTheReference.includes(name) && !fits(value, types.get(name)))
      .map(([name, value]) => `${name}: ${JSON.stringify(value)}`);
    expect([...new Set(misfits)]).toEqual([]);
  });
});

function fits(value: unknown, type: string | undefined): boolean {
  if (type === "dynamic") return typeof value === "object";
  if (type === "bool") return typeof value === "boolean";
  if (type === "int" || type === "long") return Number.isInteger(value);
  if (type === "real") return typeof value === "number";
  return type !== undefined && typeof value === "string";
}

test("each story names rules that are known, and lies within the logs", () => {
  const { stories } = makeDemo(options);
  expect(stories.length).toBeGreaterThanOrEqual(8);
  const known: readonly string[] = Object.values(ruleIds);
  for (const story of stories) {
    expect(story.expected.filter(({ ruleId }) => !known.includes(ruleId))).toEqual([]);
    expect(Date.parse(story.start)).toBeGreaterThan(Date.parse("2026-11-13T00:00:00Z"));
    expect(Date.parse(story.end)).toBeLessThan(options.end.getTime());
  }
});

test("fewer days than the stories need are refused", () => {
  expect(() => makeDemo({ ...options, days: 3 })).toThrow("at least 14 days");
});

test("a folder gets one file a table, the labels and the address ranges", async () => {
  const folder = mkdtempSync(join(tmpdir(), "calypso-demo-"));
  try {
    const written = await writeDemo(makeDemo(options), folder);
    expect(readdirSync(written.logs).sort()).toEqual(demoTables.map((table) => `${table}.ndjson`).sort());
    expect(readFileSync(join(written.logs, "SigninLogs.ndjson"), "utf8")).toBe(logs.get("SigninLogs"));
    expect(JSON.parse(readFileSync(written.labels, "utf8"))).toEqual(makeDemo(options).stories);
    expect(readdirSync(written.externaldata)).toEqual(["ServiceTags_Public.json"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
