import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { runQuery } from "../../search/run-query.js";
import type { Store } from "../../store/store.js";
import { temporaryStore } from "../../store/testing/temporary-store.js";
import { ingestPaths } from "../ingest.js";
import { zipOf } from "../testing/zip-of.js";
import { deleteObjects } from "./delete-indicators.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;
let count = 0;

beforeEach(async () => ({ store, folder, close } = await temporaryStore()));
afterEach(() => close());

/** A UUID that ends in a number. */
const uuid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

function indicator(number: number, pattern: string, more: object = {}) {
  return {
    ...{ type: "indicator", spec_version: "2.1", id: `indicator--${uuid(number)}`, pattern, pattern_type: "stix" },
    ...{
      created: "2026-01-01T00:00:00.000Z",
      modified: "2026-01-01T00:00:00.000Z",
      valid_from: "2026-01-01T00:00:00Z",
    },
    ...more,
  };
}

const bundle = (...objects: readonly object[]) =>
  JSON.stringify({ type: "bundle", id: `bundle--${uuid(++count)}`, objects });

/** Loads a file of this content, as of a day; gives what became of it, without places on disk. */
async function load(content: string | Uint8Array, day = "2026-01-02", name = `feed-${++count}.json`) {
  const path = join(folder, name);
  writeFileSync(path, content);
  const told: object[] = [];
  const now = () => new Date(`${day}T00:00:00Z`);
  for await (const result of ingestPaths(store, [path], { now, rejectedFolder: join(folder, "rejected") })) {
    const { table, read, stored, duplicates, rejected, messages } = result;
    told.push([
      table,
      { read, stored, duplicates, rejected },
      ...messages.map((entry) => entry.message.replace(path, "")),
    ]);
  }
  return told;
}

async function ask(text: string, day = "2026-01-03", more: object = {}): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  const now = BigInt(Date.parse(`${day}T00:00:00Z`)) * 10_000n;
  const { compilation, rows: lines } = await runQuery(store, { text, now, ...more });
  expect(compilation.diagnostics).toEqual([]);
  for await (const row of lines) rows.push(JSON.parse(row));
  return rows;
}

const told = (stored: number, more: object = {}) => ({ read: stored, stored, duplicates: 0, rejected: 0, ...more });
const [ti, objects] = ["ThreatIntelIndicators", "ThreatIntelObjects"];
const live = `${ti} | summarize arg_max(TimeGenerated, *) by Id, ObservableValue
| where IsActive and ValidUntil > now() and not(Revoked) and IsDeleted == false`;
const legacy = `ThreatIntelligenceIndicator | where TimeGenerated >= ago(14d) | summarize arg_max(TimeGenerated, *) by IndicatorId
| where Active == true and ExpirationDateTime > now()`;

describe("files of STIX objects", () => {
  test("are known by what they hold, in each form that they come in", async () => {
    const one = indicator(1, "[url:value = 'https://a.example/']");
    const two = indicator(2, "[url:value = 'https://b.example/']");
    const forms: readonly (string | Uint8Array)[] = [
      bundle(one, two),
      JSON.stringify({ id: `bundle--${uuid(9)}`, objects: [one, two], type: "bundle" }, null, 2),
      JSON.stringify({ more: false, objects: [one, two] }),
      JSON.stringify([one, two], null, 1),
      `\uFEFF${JSON.stringify(one)}\r\n${JSON.stringify(two)}\r\n`,
      `${bundle(one)}\n${bundle(two)}\n`,
      JSON.stringify(one, null, 2) + JSON.stringify(two, null, 2),
      gzipSync(bundle(one, two)),
      zipOf({ "inner/feed.json": bundle(one, two) }),
    ];
    expect(await load(forms[0] ?? "")).toEqual([[ti, told(2)]]);
    for (const form of forms.slice(1)) expect(await load(form)).toEqual([[ti, told(0, { read: 2, duplicates: 2 })]]);
    expect(await ask(`${live} | project ObservableValue | sort by ObservableValue asc`)).toEqual([
      ["https://a.example/"],
      ["https://b.example/"],
    ]);
  });

  test("are not logs that hold such objects inside their rows", async () => {
    const row = {
      TimeGenerated: "2026-01-01T00:00:00Z",
      Data: indicator(1, "[url:value = 'x']"),
      objects: 3,
      Kind: "x",
    };
    expect(await load(`${JSON.stringify(row)}\n`, "2026-01-02", "odd.json")).toMatchObject([["odd_CL", told(1)]]);
  });

  test("give a row for each observable, and one for what has none", async () => {
    const result = await load(
      bundle(
        indicator(1, "[ipv4-addr:value = '198.51.100.7' OR domain-name:value = 'evil.example']", {
          ...{ name: "C2", confidence: 85, labels: ["a", "b"], valid_until: "2026-06-01T00:00:00Z" },
          ...{ created_by_ref: `identity--${uuid(5)}`, indicator_types: ["malicious-activity"], description: "=cmd()" },
          object_marking_refs: ["marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"],
        }),
        indicator(2, "[url:value LIKE '%x']"),
        indicator(3, "rule r { condition: true }", { pattern_type: "yara" }),
        { type: "identity", id: `identity--${uuid(5)}`, name: "Contoso CERT", created: "2025-01-01T00:00:00Z" },
        { type: "ipv4-addr", id: `ipv4-addr--${uuid(6)}`, value: "198.51.100.7" },
      ),
    );
    expect(result).toEqual([
      [ti, told(4)],
      [objects, told(2)],
    ]);
    const columns = "Id, ObservableKey, ObservableValue, Confidence, Tags, SourceSystem, AdditionalFields, ValidUntil";
    expect(await ask(`${ti} | sort by Id asc, ObservableKey asc | project ${columns}`)).toEqual([
      [
        ...[
          `indicator--${uuid(1)}`,
          "domain-name:value",
          "evil.example",
          85,
          "a, b",
          "Contoso CERT",
          { TLPLevel: "Amber" },
        ],
        "2026-06-01T00:00:00.0000000Z",
      ],
      [
        ...[
          `indicator--${uuid(1)}`,
          "ipv4-addr:value",
          "198.51.100.7",
          85,
          "a, b",
          "Contoso CERT",
          { TLPLevel: "Amber" },
        ],
        "2026-06-01T00:00:00.0000000Z",
      ],
      [`indicator--${uuid(2)}`, "", "", null, "", "STIX", null, "9999-12-31T23:59:59.0000000Z"],
      [`indicator--${uuid(3)}`, "", "", null, "", "STIX", null, "9999-12-31T23:59:59.0000000Z"],
    ]);
    expect(
      await ask(
        `${objects} | project StixType, tostring(Data.name), TimeGenerated | sort by StixType asc, TimeGenerated asc`,
      ),
    ).toEqual([
      ["identity", "Contoso CERT", "2025-01-01T00:00:00.0000000Z"],
      ["identity", "Contoso CERT", "2025-12-31T00:00:00.0000000Z"],
      ["ipv4-addr", "", "2026-01-02T00:00:00.0000000Z"],
    ]);
    const old =
      "NetworkIP, DomainName, ConfidenceScore, ThreatType, Description, TrafficLightProtocolLevel, IndicatorProvider";
    expect(
      await ask(
        `${legacy} | where isnotempty(NetworkIP) or isnotempty(DomainName) | project ${old} | sort by NetworkIP asc`,
      ),
    ).toEqual([
      ["", "evil.example", 85, "malicious-activity", "=cmd()", "Amber", "Contoso CERT"],
      ["198.51.100.7", "", 85, "malicious-activity", "=cmd()", "Amber", "Contoso CERT"],
    ]);
  });

  test("fill the columns of the older table by what is looked at", async () => {
    const patterns = [
      "[ipv4-addr:value = '198.51.100.0/24']",
      "[ipv4-addr:value = '198.51.100.9/32']",
      "[ipv6-addr:value = '2001:db8::1']",
      "[network-traffic:src_ref.value = '203.0.113.1' OR network-traffic:dst_ref.value = '203.0.113.2']",
      "[file:hashes.SHA256 = 'aa' OR file:hashes.MD5 = 'bb' OR file:name = 'x.exe']",
      "[email-addr:value = 'a@contoso.example']",
    ];
    await load(bundle(...patterns.map((pattern, index) => indicator(index, pattern))));
    const columns =
      "NetworkIP, NetworkCidrBlock, NetworkSourceIP, NetworkDestinationIP, FileHashType, FileHashValue, FileName, EmailSenderAddress";
    const rows = await ask(`${legacy} | project Row = strcat_delim("|", ${columns}) | sort by Row asc`);
    expect(rows.flat().sort()).toEqual(
      [
        "2001:db8::1|||||||",
        "198.51.100.9|||||||",
        "|198.51.100.0/24||||||",
        "|||203.0.113.2||||",
        "||203.0.113.1|||||",
        "||||||x.exe|",
        "||||MD5|bb||",
        "||||SHA256|aa||",
        "|||||||a@contoso.example",
      ].sort(),
    );
  });
});

describe("the life of an indicator", () => {
  const ip = "[ipv4-addr:value = '198.51.100.7']";

  test("reads as published again every week, until it ends", async () => {
    await load(bundle(indicator(1, ip, { valid_until: "2026-06-01T00:00:00Z" })));
    const seen = async (day: string) => [
      (await ask(`${live} | count`, day))[0],
      (await ask(`${legacy} | where NetworkIP == "198.51.100.7" | count`, day))[0],
    ];
    for (const day of ["2026-01-03", "2026-01-08", "2026-01-09", "2026-03-31", "2026-05-31"])
      expect([day, await seen(day)]).toEqual([day, [[1], [1]]]);
    expect(await seen("2026-06-02")).toEqual([[0], [0]]);
    expect(await ask(`${ti} | project TimeGenerated, IsActive | sort by TimeGenerated asc`, "2026-02-01")).toEqual([
      ["2026-01-01T00:00:00.0000000Z", true],
      ["2026-01-29T00:00:00.0000000Z", true],
    ]);
    expect(
      await ask(`${ti} | summarize arg_max(TimeGenerated, IsActive) by Id | project IsActive`, "2026-06-02"),
    ).toEqual([[false]]);
  });

  test("is inside the window of a rule that looks back two weeks, and not of one that looks back an hour", async () => {
    await load(bundle(indicator(1, ip)));
    const to = BigInt(Date.parse("2026-05-03T12:00:00Z")) * 10_000n;
    const within = (hours: bigint) => ({ now: to, timeScope: { from: to - hours * 36_000_000_000n, to } });
    expect(await ask(`${legacy} | count`, "2026-05-03", within(336n))).toEqual([[1]]);
    expect(await ask(`${legacy} | count`, "2026-05-03", within(1n))).toEqual([[0]]);
    expect(await ask(`${live} | count`, "2027-01-01", { timeScope: within(336n).timeScope })).toEqual([[1]]);
  });

  test("follows the newest version, in whatever order versions come", async () => {
    const version = (month: number, pattern: string, more: object = {}) =>
      bundle(indicator(1, pattern, { modified: `2026-0${month}-01T00:00:00Z`, ...more }));
    const values = async (day: string) =>
      (await ask(`${live} | project ObservableValue | sort by ObservableValue asc`, day)).flat();
    await load(version(2, "[ipv4-addr:value = '198.51.100.7' OR ipv4-addr:value = '198.51.100.8']"), "2026-02-02");
    expect(await load(version(1, "[ipv4-addr:value = '198.51.100.1']"), "2026-02-03")).toEqual([
      [ti, told(0, { read: 1, duplicates: 1 })],
    ]);
    expect(await values("2026-02-04")).toEqual(["198.51.100.7", "198.51.100.8"]);
    expect(
      await load(version(3, "[ipv4-addr:value = '198.51.100.8' OR ipv4-addr:value = '198.51.100.9']"), "2026-03-02"),
    ).toEqual([[ti, told(3)]]);
    expect(await values("2026-03-03")).toEqual(["198.51.100.8", "198.51.100.9"]);
    expect(
      await ask(`${legacy} | where isnotempty(NetworkIP) | project NetworkIP | sort by NetworkIP asc`, "2026-03-03"),
    ).toEqual([["198.51.100.8"], ["198.51.100.9"]]);
    const before = { from: 0n, to: BigInt(Date.parse("2026-02-20T00:00:00Z")) * 10_000n };
    const then = `${live} | project ObservableValue | sort by ObservableValue asc`;
    expect(await ask(then, "2026-03-03", { timeScope: before })).toEqual([["198.51.100.7"], ["198.51.100.8"]]);
    await load(version(4, "[ipv4-addr:value = '198.51.100.8']", { revoked: true }), "2026-04-02");
    expect(await values("2026-04-03")).toEqual([]);
    expect(await values("2026-08-03")).toEqual([]);
    expect(await ask(`${legacy} | count`, "2026-04-03")).toEqual([[0]]);
  });

  test("ends with its deletion, until it is changed after that", async () => {
    const version = (month: number) => bundle(indicator(1, ip, { modified: `2026-0${month}-01T00:00:00Z` }));
    await load(version(1));
    const ids = [`indicator--${uuid(1)}`, `indicator--${uuid(2)}`, "'; DROP TABLE ThreatIntelIndicators; --"];
    expect(await deleteObjects(store, ids, new Date("2026-03-01T12:00:00Z"))).toBe(1);
    expect(await deleteObjects(store, ids, new Date("2026-03-01T13:00:00Z"))).toBe(0);
    const seen = async (day: string) =>
      [await ask(`${live} | count`, day), await ask(`${legacy} | count`, day)].flat(2);
    expect(await seen("2026-03-02")).toEqual([0, 0]);
    await load(version(2), "2026-03-03");
    expect(await seen("2026-03-04")).toEqual([0, 0]);
    await load(version(4), "2026-04-02");
    expect(await seen("2026-04-03")).toEqual([1, 1]);
  });

  test("objects without times are stored anew where they differ", async () => {
    const marking = (name: string) => ({ type: "domain-name", id: `domain-name--${uuid(1)}`, value: name });
    await load(bundle(marking("a.example")));
    expect(await load(`${bundle(marking("a.example"))} `)).toEqual([[objects, told(0, { read: 1, duplicates: 1 })]]);
    expect(await load(bundle(marking("b.example")), "2026-01-04")).toEqual([[objects, told(1)]]);
  });
});

describe("objects that are none", () => {
  test("are set aside with their place, and the others are stored", async () => {
    const good = indicator(1, "[url:value = 'x']");
    const bad: readonly object[] = [
      { ...good, id: "indicator--1" },
      { ...good, id: `malware--${uuid(2)}` },
      { ...good, id: `indicator--${uuid(3)}`, pattern: 7 },
      { ...good, id: `indicator--${uuid(4)}`, valid_until: "soon" },
      { ...good, id: `indicator--${uuid(5)}`, confidence: 101 },
      { ...good, id: `indicator--${uuid(6)}`, revoked: "no" },
      { name: "no type \u001b[2J" },
    ];
    const [result = []] = await load(bundle(...bad.slice(0, 4), good, ...bad.slice(4)));
    expect(Object.values(result).slice(0, 2)).toEqual([ti, { read: 8, stored: 1, duplicates: 0, rejected: 7 }]);
    expect(JSON.stringify(result)).toContain(':1: expected an id of its type and a UUID, found \\"indicator--1\\"');
    expect(JSON.stringify(result)).toContain(":4: expected a date and time in valid_until");
    expect(JSON.stringify(result)).not.toContain("\u001b");
  });

  test("in text that is no JSON, in deep nesting and among very long texts spoil no others", async () => {
    const good = indicator(1, "[url:value = 'x']");
    const deep = `{"type":"indicator","id":"indicator--${uuid(2)}","x":${"[".repeat(5000)}${"]".repeat(5000)}}`;
    const long = JSON.stringify(indicator(3, "[url:value = 'long']", { description: "a".repeat(20 << 20) }));
    const file = (...lines: readonly string[]) =>
      `{"type":"bundle","id":"bundle--${uuid(++count)}","objects":[\n${lines.join(",\n")}\n]}`;
    expect(await load(file(deep, "{broken", JSON.stringify(good)))).toMatchObject([
      [ti, { stored: 1, rejected: 2 }, {}, {}],
    ]);
    expect(await load(file(JSON.stringify(indicator(4, "[url:value = 'y']")), long))).toMatchObject([
      [ti, { stored: 1, rejected: 1 }, expect.stringMatching(/:2: expected an object of at most 4 MB/)],
    ]);
    expect(await ask(`${live} | project ObservableValue | sort by ObservableValue asc`)).toEqual([["x"], ["y"]]);
  });
});
