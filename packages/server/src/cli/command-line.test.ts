import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../store/testing/temporary-store.js";

const bin = fileURLToPath(new URL("../../bin/calypso.js", import.meta.url));
const folder = temporaryFolder();
const temporary = join(folder.path, "tmp");

beforeAll(() => {
  mkdirSync(temporary);
  const rows = Array.from({ length: 3 }, (_, index) =>
    JSON.stringify({
      TimeGenerated: `2026-10-14T0${index}:00:00Z`,
      UserPrincipalName: `user${index}@example.com`,
      ResultType: "0",
      LocationDetails: { countryOrRegion: "NO", port: 9007199254740993n.toString() },
    }),
  );
  writeFileSync(join(folder.path, "SigninLogs.ndjson"), `${rows.join("\n")}\n`);
  writeFileSync(join(folder.path, "ranges.json"), '{"values": [{"name": "a",\n "prefixes": ["10.0.0.0/8", "::/0"]}]}');
});
afterAll(() => folder.remove());

/** Runs the command line with Node itself, as it is without a start-up snapshot. */
function calypso(commandLine: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return output(process.execPath, [bin, ...commandLine], options);
}

interface RunOptions {
  readonly input?: string;
  readonly interruptAt?: RegExp;
  readonly environment?: Record<string, string>;
}

interface Ran {
  readonly out: string;
  readonly err: string;
  readonly status: number | null;
}

async function output(command: string, args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: folder.path,
    env: {
      ...process.env,
      CALYPSO_WORKSPACE: "",
      NODE_DISABLE_COMPILE_CACHE: "1",
      ...options.environment,
      TMPDIR: temporary,
    },
  });
  let out = "";
  let err = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    out += text;
    if (options.interruptAt?.test(out)) child.kill("SIGINT");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    err += text;
  });
  child.stdin.on("error", () => {}).end(options.input ?? "");
  const [status] = await once(child, "close");
  // Whatever happens, a temporary workspace does not outlive its process.
  expect(readdirSync(temporary)).toEqual([]);
  return { out, err, status };
}

const json = (text: string) => JSON.parse(text);

describe("calypso query", () => {
  test("prints one result", async () => {
    const ran = await calypso(["query", "print x = 9007199254740993, t = 1d, d = dynamic({'a': [1]})"]);
    expect(ran).toMatchObject({ err: "", status: 0 });
    expect(json(ran.out)).toEqual({
      columns: [
        { name: "x", type: "long" },
        { name: "t", type: "timespan" },
        { name: "d", type: "dynamic" },
      ],
      rows: [["9007199254740993", "1.00:00:00", { a: [1] }]],
      warnings: [],
    });
  });

  test("reads the query from a file, the logs from --data and the time range from --from and --to", async () => {
    writeFileSync(
      join(folder.path, "q.kql"),
      "\uFEFFSigninLogs\n| project TimeGenerated, UserPrincipalName\n| sort by TimeGenerated asc\n",
    );
    const range = ["--from", "2026-10-14T01:00:00Z", "--to", "2026-10-14 02:00"];
    const ran = await calypso(["query", "--file", "q.kql", "--data", "SigninLogs.ndjson", "--format", "csv", ...range]);
    expect(ran).toEqual({
      out: "TimeGenerated,UserPrincipalName\r\n2026-10-14T01:00:00.0000000Z,user1@example.com\r\n",
      err: "",
      status: 0,
    });
  });

  test("takes the files of externaldata from a folder", async () => {
    const query =
      "externaldata(values: dynamic)['https://x.example/some/ranges.json?v=1'] with (format='multijson') | mv-expand v = values | project name = tostring(v.name), n = array_length(v.prefixes)";
    const ran = await calypso(["query", query, "--externaldata-dir", ".", "--format", "ndjson"]);
    expect(ran).toEqual({ out: '{"name":"a","n":2}\n', err: "", status: 0 });
    const refused = await calypso(["query", query]);
    expect(refused).toMatchObject({ out: "", status: 1 });
    expect(refused.err).toContain("error[external-forbidden]: https://x.example/some/ranges.json is not on a host");
  });

  test("shows the place of an error and exits with 1", async () => {
    const ran = await calypso(["query", "print 1 |\n where x =="]);
    expect(ran).toMatchObject({ out: "", status: 1 });
    expect(ran.err).toMatch(/^error\[KS\d+\]: .*\n {2}┌ query, line 2, column \d+\n2 │ {2}where x ==\n/);
  });

  test("answers a batch line by line, whatever becomes of a query", async () => {
    const lines = [
      '{"id": 1, "query": "print x = 1"}',
      '{"id": 9007199254740993, "query": "print bad("}',
      "",
      "not JSON",
      '{"id": {"a": "b"}, "query": "range x from 1 to 3 step 1 | where x > 1"}',
      '{"id": "late", "query": "print x = toscalar(range i from 1 to 100000000000 step 1 | summarize sum(i * i % 7))"}',
      '{"id": "p", "query": "declare query_parameters(n: long); print n + 1", "params": {"n": 41}}',
    ];
    const ran = await calypso(["query", "--batch", "-", "--timeout", "1"], { input: lines.join("\n") });
    expect(ran).toMatchObject({ err: "", status: 0 });
    const answers = ran.out.trimEnd().split("\n").map(json);
    expect(answers).toHaveLength(6);
    expect(answers[0]).toEqual({ id: 1, columns: [{ name: "x", type: "long" }], rows: [[1]] });
    expect(answers[1]).toMatchObject({ id: "9007199254740993", error: { line: 1, column: expect.any(Number) } });
    expect(answers[2]).toMatchObject({ id: null, error: { code: "bad-batch-line", line: 4 } });
    expect(answers[3]).toMatchObject({ id: { a: "b" }, rows: [[2], [3]] });
    expect(answers[4]).toMatchObject({ id: "late", error: { code: "query-timeout" } });
    expect(answers[5]).toMatchObject({ id: "p", rows: [[42]] });
  });

  test("checks without running, and prints the SQL", async () => {
    const batch = '{"id": 1, "query": "SigninLogs | count"}\n{"id": 2, "query": "Nope | count"}\n';
    const checked = await calypso(["query", "--batch", "-", "--check"], { input: batch });
    const answers = checked.out.trimEnd().split("\n").map(json);
    expect(answers[0]).toEqual({ id: 1, columns: [{ name: "Count", type: "long" }] });
    expect(answers[1]).toMatchObject({ id: 2, error: { code: "unknown-table" } });
    expect((await calypso(["query", "--explain-sql", "SigninLogs | count"])).out).toMatch(/^SELECT [\s\S]*count\(\)/);
  });

  test("stops at once when it is interrupted", async () => {
    const batch =
      '{"id": 1, "query": "print 1"}\n{"id": 2, "query": "range i from 1 to 100000000000 step 1 | summarize sum(i * i % 7)"}\n';
    const ran = await calypso(["query", "--batch", "-"], { input: batch, interruptAt: /"id":1.*\n$/ });
    expect(ran.status).toBe(1);
  });
});

describe("the executable", () => {
  const start = fileURLToPath(new URL("../../snapshot/start.sh", import.meta.url));

  test("starts from the snapshot, through links and from any folder", async () => {
    const linked = join(folder.path, "linked");
    symlinkSync(bin, linked);
    const ran = await output("./linked", ["query", "print x = strcat('it is ', 1)", "--format", "csv"]);
    expect(ran).toEqual({ out: "x\r\nit is 1\r\n", err: "", status: 0 });
    const traced = await output("sh", ["-x", start, "query", "print 1", "--format", "csv"]);
    expect(traced).toMatchObject({ out: "print_0\r\n1\r\n", status: 0 });
    expect(traced.err).toMatch(/exec node .*--snapshot-blob .*snapshot-v[\d.]+-\w+-\d+\.blob/);
  });

  test("starts without the snapshot where Node has options of its own, and hands on the exit status", async () => {
    const environment = { NODE_OPTIONS: "--stack-trace-limit=5" };
    const traced = await output("sh", ["-x", start, "query", "print bad("], { environment });
    expect(traced).toMatchObject({ out: "", status: 1 });
    expect(traced.err).toMatch(/exec node \S*calypso\.js query/);
    expect((await output("sh", [start, "nope"])).status).toBe(2);
  });
});

describe("wrong usage", () => {
  test.each([
    [["nope"], "unknown command 'nope'"],
    [["query"], "give one query"],
    [["query", "print 1", "--file", "q.kql"], "give one query"],
    [["query", "print 1", "--format", "xml"], "xml is not a format: table, json, ndjson, csv"],
    [["query", "print 1", "--from", "yesterday"], "yesterday is not a time"],
    [["query", "print 1", "--timeout", "x"], "x is not a number above 0"],
    [["query", "print 1", "--nope"], "unknown option '--nope'"],
    [["ingest", "--workspace", "w", "--table", "a b", "x"], '"a b" cannot be the name of a table'],
    [["ingest", "--workspace", "w", "--as", "xml", "x"], '"xml" is no format: expected ndjson'],
    [["query", "--format", "\u001b[31mred", "print 1"], "\\u{1b}[31mred is not a format"],
    [["ingest", "SigninLogs.ndjson"], "say where to keep the logs"],
  ])("%j exits with 2", async (commandLine, message) => {
    const ran = await calypso(commandLine);
    expect(ran).toMatchObject({ out: "", status: 2 });
    expect(ran.err).toContain(message);
    expect(ran.err).not.toMatch(/\n\s+at /);
  });
});

describe("a workspace", () => {
  test("keeps what was loaded; a missing file fails alone", async () => {
    const environment = { CALYPSO_WORKSPACE: "kept" };
    const loaded = await calypso(["ingest", "missing.json", "SigninLogs.ndjson"], { environment });
    expect(loaded.status).toBe(1);
    const results = loaded.out.trimEnd().split("\n").map(json);
    expect(results.at(-1)).toMatchObject({ table: "SigninLogs", read: 3, stored: 3, duplicates: 0, rejected: 0 });
    const counted = await calypso(["query", "SigninLogs | count", "--format", "csv"], { environment });
    expect(counted).toEqual({ out: "Count\r\n3\r\n", err: "", status: 0 });
  });
});
