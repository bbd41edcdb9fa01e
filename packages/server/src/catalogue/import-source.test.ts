import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Detection } from "@calypso/catalog";
import { packTar } from "modern-tar";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "../cli/testing/calypso.js";
import { zipOf } from "../ingest/testing/zip-of.js";
import { systemClock } from "../platform/clock.js";
import { shippedVocabulary } from "../platform/vocabulary.js";
import { openState } from "../state/open-state.js";
import { testPlaces } from "../state/testing/places.js";
import type { ImportEvent } from "./import-events.js";
import { importSource } from "./import-source.js";
import { ruleYaml } from "./testing/rules.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-catalogue-"));
let state: { readonly place: string; remove(): Promise<void> };

beforeAll(async () => {
  state = (await testPlaces["embedded"]?.()) ?? { place: join(folder, "state"), remove: async () => {} };
});
afterAll(async () => {
  await state.remove();
  rmSync(folder, { recursive: true, force: true });
});

/** The lines that an import prints; the last one is its summary. */
async function imported(path: string, ...options: readonly string[]) {
  const { out, err, status } = await calypso("catalog", "import", path, "--state", state.place, ...options);
  const lines = out.split("\n").filter((line) => line !== "");
  const events = lines.map((line): Readonly<Record<string, unknown>> => JSON.parse(line));
  return { events, summary: events.at(-1), err, status };
}

function files(name: string, contents: Readonly<Record<string, string>>): string {
  const path = join(folder, name);
  rmSync(path, { recursive: true, force: true });
  for (const [file, text] of Object.entries(contents)) {
    mkdirSync(dirname(join(path, file)), { recursive: true });
    writeFileSync(join(path, file), text);
  }
  return path;
}

const second = "11111111-0000-4000-8000-000000000002";

test("a second import tells what was added, removed and changed, stage by stage", async () => {
  const query = 'SigninLogs\n| where ResultType == "0"\n| where ClientAppUsed == "IMAP4"';
  const first = await imported(
    files("rules", {
      "Detections/SigninLogs/one.yaml": ruleYaml({ query }),
      "Detections/SigninLogs/two.yaml": ruleYaml({ id: second, name: "Another" }),
      "Detections/SigninLogs/copy.yaml": ruleYaml({ query }),
      "queries/bare.kql": "SigninLogs | where UserPrincipalName == 'ann@contoso.example'",
    }),
    ...["--source", "ours", "--commit", "c1", "--licence", "MIT"],
  );
  expect(first.summary).toMatchObject({ added: 3, changed: 0, removed: 0, unchanged: 0, copies: 1, skipped: 0 });
  expect(first.status).toBe(0);
  const changed = query.replace('"IMAP4"', '"POP3"').concat("\n| project UserPrincipalName");
  const rules = files("rules", {
    "Detections/moved/one.yaml": ruleYaml({ query: changed, severity: "High", technique: "T1110" }),
    "queries/bare.kql": "SigninLogs | where UserPrincipalName == 'ann@contoso.example'",
  });
  const again = await imported(rules, "--source", "ours", "--commit", "c2");
  expect(again.summary).toMatchObject({ added: 0, changed: 1, removed: 1, unchanged: 1 });
  expect(again.events[0]).toMatchObject({
    ...{ kind: "changed", name: "Sign-ins over old protocols", file: "Detections/moved/one.yaml" },
    difference: {
      attributes: [{ name: "severity", before: "Medium", after: "High" }],
      lists: expect.arrayContaining([{ name: "techniques", added: ["T1110"], dropped: ["T1078", "T1078.004"] }]),
      stages: [
        {
          before: { index: 3, text: 'where ClientAppUsed == "IMAP4"' },
          after: { index: 3, text: 'where ClientAppUsed == "POP3"' },
        },
        { after: { index: 4, text: "project UserPrincipalName" } },
      ],
    },
  });
  expect(again.events[1]).toMatchObject({ kind: "removed", name: "Another" });
  expect((await imported(rules, "--source", "ours")).events).toMatchObject([{ kind: "finished", unchanged: 2 }]);
});

test("a rule is known again by its text, then its file, whatever other files of its id come before it", async () => {
  const text = (name: string) => ruleYaml({ query: `SigninLogs\n| where ResultType == "${name}"`, name });
  const run = async (contents: Readonly<Record<string, string>>) =>
    (await imported(files("ids", contents), "--source", "ids")).events;
  await run({ "r1.yaml": text("One"), "r2.yaml": text("Two") });
  const same = { kind: "finished", added: 0, changed: 0, removed: 0, unchanged: 2 };
  expect(await run({ "r1.yaml": text("One"), "a2.yaml": text("Two") })).toMatchObject([same]);
  expect(await run({ "0.yaml": text("One"), "a2.yaml": text("Two") })).toMatchObject([same]);
  expect(await run({ "0.yaml": text("Three"), "a2.yaml": text("Two"), "z.yaml": text("One") })).toMatchObject([
    { kind: "added", name: "Three", file: "0.yaml" },
    { added: 1, changed: 0, removed: 0, unchanged: 2 },
  ]);
  expect(await run({ "0.yaml": text("Three"), "a2.yaml": text("Two more"), "z.yaml": text("One") })).toMatchObject([
    { kind: "changed", difference: { attributes: [{ name: "name", before: "Two", after: "Two more" }] } },
    { added: 0, changed: 1, removed: 0, unchanged: 2 },
  ]);
});

test("what cannot be read is named and counted, its rules are kept, and the rest goes on", async () => {
  const good = { "Detections/good.yaml": ruleYaml(), "Detections/later.yaml": ruleYaml({ id: second }) };
  await imported(files("bad", good), "--source", "bad");
  const levels = Array.from({ length: 40 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
  const bad = files("bad", {
    ...good,
    "Detections/later.yaml": "id: [\n",
    "Detections/bomb.yaml": `a0: &a0 [x, x]\n${levels.join("\n")}\nid: *a40\nname: *a40\nquery: *a40\n`,
    "Detections/nested.yaml": `query: ${"[".repeat(20_000)}\n`,
    "Detections/bytes.yaml": "id: \u0000\nquery: |\n  T | where a == '\u0000'\n",
  });
  writeFileSync(join(bad, "Detections", "not-text.yaml"), Buffer.from([0x80, 0xff, 0x00]));
  symlinkSync(bad, join(bad, "Detections", "round"));
  symlinkSync("/etc/hosts", join(bad, "Detections", "outside.yaml"));
  const { summary, err, status } = await imported(bad, "--source", "bad");
  expect(summary).toMatchObject({ removed: 0, changed: 0, unchanged: 1 });
  expect(status).toBe(1);
  expect(err).toContain("Detections/later.yaml, line");
  expect(err).toContain("Detections/bomb.yaml");
  expect(err).toContain("Detections/nested.yaml");
  expect(err).toContain("left out: Detections/not-text.yaml: it is not text in UTF-8");
  expect(err).toContain("left out: Detections/round: it is a link, and links are not followed");
  expect(err).toContain("left out: Detections/outside.yaml: it is a link, and links are not followed");
});

test("archives are read as their folders are, whatever paths and sizes their entries have", async () => {
  const entries = {
    "repo-main/Detections/one.yaml": ruleYaml(),
    "repo-main/README.md": "# Rules",
    "repo-main/Detections/../../../evil.yaml": ruleYaml({ id: second }),
    "/repo-main/absolute.yaml": ruleYaml({ id: second }),
    "repo-main/Detections/large.yaml": "x".repeat(3 * 1024 * 1024),
  };
  const zip = join(folder, "rules.zip");
  writeFileSync(zip, zipOf(entries));
  const tar = join(folder, "rules.tar.gz");
  const packed = Object.entries(entries).map(([name, body]) => ({ header: { name, size: body.length }, body }));
  const link = { header: { name: "repo-main/link.yaml", type: "symlink", linkname: "/etc/passwd", size: 0 } } as const;
  writeFileSync(tar, gzipSync(await packTar([...packed, link])));
  for (const archive of [zip, tar]) {
    const { events, err, summary } = await imported(archive, "--source", archive, "--max-file-size", "1");
    expect(events[0]).toMatchObject({ kind: "added", file: "Detections/one.yaml" });
    expect(summary).toMatchObject({ added: 1 });
    expect(err).toContain("evil.yaml: its path leads out of the source");
    expect(err).toContain("/repo-main/absolute.yaml: its path leads out of the source");
    expect(err).toContain("large.yaml: it is larger than 1 MB");
  }
});

test("too many files and archives that grow too large end the reading, and nothing counts as removed then", async () => {
  const many = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`rules/${n}.kql`, `SigninLogs | take ${n}`]));
  const rules = files("many", many);
  expect((await imported(rules, "--source", "many")).summary).toMatchObject({ added: 30, whole: true });
  const { summary, err } = await imported(rules, "--source", "many", "--max-files", "10");
  expect(summary).toMatchObject({ unchanged: 10, removed: 0, whole: false });
  expect(err).toContain("more than 10 files that may hold rules");
  const bomb = join(folder, "bomb.tar.gz");
  const large = { header: { name: "repo/picture.png", size: 9 * 1024 * 1024 }, body: new Uint8Array(9 * 1024 * 1024) };
  const rule = { header: { name: "repo/rules/1.kql", size: 10 }, body: "SigninLogs" };
  writeFileSync(bomb, gzipSync(await packTar([rule, large])));
  const stopped = await imported(bomb, "--source", "bomb", "--max-size", "1");
  expect(stopped.summary).toMatchObject({ added: 1, whole: false });
  expect(stopped.err).toContain("it unpacks to more than 8 MB");
  const cut = join(folder, "cut.zip");
  writeFileSync(cut, zipOf(many).subarray(0, 900));
  expect((await imported(cut, "--platform", "Sentinel")).err).toContain("the archive is damaged");
});

test("lines of JSON are files, each with its own source and licence; what shows no rules is refused", async () => {
  const path = join(folder, "corpus.jsonl");
  const lines = [
    { source: "one", licence: "MIT", file: "Detections/a.yaml", yaml: ruleYaml() },
    { source: "two", licence: "BSD-3-Clause", file: "hunts/b.md#0", query: "SigninLogs | take 1" },
    { file: 3 },
    { source: "one", licence: "MIT", file: "Parsers/p.yaml", yaml: "x: 1" },
  ];
  writeFileSync(path, `${lines.map((line) => JSON.stringify(line)).join("\n")}\n{"broken\n`);
  const { events, err } = await imported(path);
  expect(events).toMatchObject([{ name: "Sign-ins over old protocols" }, { name: "b.md#0" }, { added: 2 }]);
  expect(err).toContain("left out: line 3: it has no `file`");
  expect(err).toContain("left out: line 5: it is not a JSON object");
  expect(err).toContain("left out: Parsers/p.yaml: no rules of Sentinel are in files of that path");
  expect(
    await calypso("catalog", "import", files("none", { "a.yaml": "x: 1\n" }), "--state", state.place),
  ).toMatchObject({ status: 1, err: expect.stringContaining("does not show whose rules it holds") });
});

async function eventsOf(importing: AsyncIterable<ImportEvent>): Promise<readonly ImportEvent[]> {
  const events: ImportEvent[] = [];
  for await (const event of importing) events.push(event);
  return events;
}

test("what the state has just so is not taken apart again, until what reads it is another", async () => {
  const rule = (number: number, name: string) => ruleYaml({ id: `11111111-0000-4000-8000-00000000010${number}`, name });
  const [one, two] = [rule(1, "One"), rule(2, "Two")];
  const opened = await openState(state.place, { alone: false });
  const limits = { maxFiles: 10, maxFileBytes: 10_000, maxBytes: 100_000 };
  const taken: string[] = [];
  let ends = "";
  const run = async (readingVersion: string, commit: string, contents: Readonly<Record<string, string>>) => {
    taken.length = 0;
    const takeApart = (detection: Detection) => {
      taken.push(detection.name);
      if (detection.name === ends) throw new Error("its thread ended");
      return detection;
    };
    const ports = { state: opened, clock: systemClock, vocabulary: shippedVocabulary(), takeApart, readingVersion };
    const path = files("again", contents);
    const request = { path, source: "again", commit, retrievedAt: "", limits, signal: new AbortController().signal };
    const last = (await eventsOf(importSource(ports, request))).at(-1);
    if (last?.kind !== "finished") throw new Error("the import has not finished");
    const { added, changed, unchanged, removed } = last;
    return { taken: [...taken], added, changed, unchanged, removed };
  };
  const commits = async () =>
    (await opened.db.selectFrom("catalog_rules").select("commit").where("source", "=", "again").execute()).map(
      ({ commit }) => commit,
    );
  const none = { added: 0, changed: 0, unchanged: 0, removed: 0 };
  try {
    const both = { "1.yaml": one, "2.yaml": two };
    expect(await run("a", "c1", both)).toEqual({ ...none, taken: ["One", "Two"], added: 2 });
    expect(await run("a", "c2", both)).toEqual({ ...none, taken: [], unchanged: 2 });
    expect(await commits()).toEqual(["c2", "c2"]);
    expect(await run("b", "c2", both)).toEqual({ ...none, taken: ["One", "Two"], unchanged: 2 });
    expect(await run("b", "c2", both)).toEqual({ ...none, taken: [], unchanged: 2 });
    const other = { "1.yaml": one, "2.yaml": rule(2, "Two and more") };
    expect(await run("b", "c3", other)).toEqual({ ...none, taken: ["Two and more"], changed: 1, unchanged: 1 });
    expect(await run("b", "c4", { "1.yaml": one })).toEqual({ ...none, taken: [], unchanged: 1, removed: 1 });
    expect(await run("b", "c5", other)).toEqual({ ...none, taken: ["Two and more"], added: 1, unchanged: 1 });
    ends = "Two";
    expect(await run("b", "c6", both)).toEqual({ ...none, taken: ["Two"], changed: 1, unchanged: 1 });
    ends = "";
    expect(await run("b", "c6", both)).toEqual({ ...none, taken: ["Two"], unchanged: 2 });
    expect(await run("b", "c6", both)).toEqual({ ...none, taken: [], unchanged: 2 });
  } finally {
    await opened.close();
  }
});

test("two imports of a source at once write each rule once, and both end", async () => {
  const third = "11111111-0000-4000-8000-000000000003";
  const path = files("twice", {
    "one.yaml": ruleYaml({ id: second, name: "One" }),
    "two.yaml": ruleYaml({ id: third, name: "Two" }),
  });
  const opened = await openState(state.place, { alone: false });
  const ports = {
    state: opened,
    clock: systemClock,
    vocabulary: shippedVocabulary(),
    takeApart: <T>(one: T) => one,
    readingVersion: "",
  };
  const limits = { maxFiles: 10, maxFileBytes: 10_000, maxBytes: 100_000 };
  const request = { path, source: "twice", commit: "", retrievedAt: "", limits, signal: new AbortController().signal };
  try {
    // The one has begun when the other does all of it.
    const slow = importSource(ports, request);
    expect([(await slow.next()).value, (await slow.next()).value]).toMatchObject([{ kind: "begun" }, { name: "One" }]);
    const quick = await eventsOf(importSource(ports, request));
    const rest = await eventsOf(slow);
    expect(quick.at(-1)).toMatchObject({ kind: "finished", added: 1, unchanged: 1, skipped: 0 });
    expect(rest.at(-1)).toMatchObject({ kind: "finished", added: 1, unchanged: 1, skipped: 0 });
  } finally {
    await opened.close();
  }
});
