import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import type { IngestResult } from "./result.js";
import { loadPath } from "./testing/loading.js";
import { zipOf } from "./testing/zip-of.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;
let count = 0;

beforeAll(async () => ({ store, folder, close } = await temporaryStore()));
afterAll(() => close());

/** Loads one file of the given name and content. */
async function load(
  name: string,
  content: string | Uint8Array,
  options: { table?: string } = {},
): Promise<readonly IngestResult[]> {
  const path = join(folder, `${count++}-${name}`.replace(/^\d+-(?=[A-Z])/, ""));
  writeFileSync(path, content);
  return loadPath(store, folder, path, options);
}

/** What a source became, in one line: table, stored/read, rejected, messages without the folder. */
function told(results: readonly IngestResult[]): readonly string[] {
  return results.map(({ table, read, stored, duplicates, rejected, messages }) =>
    [
      `${table} read ${read} stored ${stored} duplicates ${duplicates} rejected ${rejected}`,
      ...messages.map((entry) => entry.message.replaceAll(folder, "").replace(/^\/(\d+-)?/, "")),
    ].join("\n"),
  );
}

async function rows(sql: string): Promise<readonly unknown[]> {
  return (await linesOfSelect(store, sql)).map((line) => JSON.parse(line));
}

describe("values", () => {
  test("are cast to the columns of a known table, and dynamic ones are canonical", async () => {
    const results = await load(
      "SigninLogs.ndjson",
      [
        '{"TimeGenerated":"2024-01-02T03:04:05.12345678Z","ResultType":50126,"DurationMs":"12.0","IsRisky":true,"DeviceDetail":{"a":  1.50, "b":[ ]},"Status":"{\\"errorCode\\": 0}"}',
        '{"TimeGenerated":"1/2/2024, 2:16:44.756 PM","ResultType":"0","DurationMs":9223372036854775808,"IsRisky":"False","Extra":{"x":1}}',
      ].join("\n"),
    );
    expect(told(results)).toEqual([
      "SigninLogs read 2 stored 2 duplicates 0 rejected 0\nSigninLogs.ndjson: 1 values of DurationMs are not whole numbers of 64 bits; they are stored as null",
    ]);
    expect(
      await rows(
        "SELECT toJSONString(tuple(toString(TimeGenerated), ResultType, DurationMs, IsRisky, DeviceDetail, Status, Extra, Type)) FROM SigninLogs ORDER BY TimeGenerated",
      ),
    ).toEqual([
      ["2024-01-02 03:04:05.1234567", "50126", 12, true, '{"a":1.5,"b":[]}', '{"errorCode":0}', "", "SigninLogs"],
      ["2024-01-02 14:16:44.7560000", "0", null, false, "", "", '{"x":1}', "SigninLogs"],
    ]);
  });

  test("of dynamic columns are canonical, however they are written", async () => {
    const written = [
      '{"a" :1}',
      '{"a":1 }',
      '{"a":1.0}',
      '{"a":[1.10]}',
      '{"a":"\\u00e9\\/"}',
      '{"a":0.00000012}',
      '{"a":1e2}',
      "[ ]",
      '{"a":0.1234567890123456789}',
      '{"a":"x, y"}',
      '{"a":"é"}',
      '{"a":-0}',
      '{"a":[5E-1]}',
      '{"a":1234567890.123456789}',
      '{"a":9223372036854775807,"b":18446744073709551615}',
      '{"a":1e20}',
      '{"a":"1e20","b":"1.50, 2.50","c":"0e1f1e-2"}',
    ];
    const lines = written.map((text, n) => `{"TimeGenerated":"2024-01-01T00:00:${n + 10}Z","D":${text}}`);
    await load("canonical.ndjson", lines.join("\n"), { table: "Canonical_CL" });
    expect(await linesOfSelect(store, "SELECT D FROM Canonical_CL ORDER BY TimeGenerated")).toEqual([
      '{"a":1}',
      '{"a":1}',
      '{"a":1.0}',
      '{"a":[1.1]}',
      '{"a":"é/"}',
      '{"a":1.2e-7}',
      '{"a":100.0}',
      "[]",
      '{"a":0.12345678901234568}',
      '{"a":"x, y"}',
      '{"a":"é"}',
      '{"a":0}',
      '{"a":[0.5]}',
      '{"a":1234567890.1234567}',
      '{"a":9223372036854775807,"b":18446744073709551615}',
      '{"a":100000000000000000000e0}',
      '{"a":"1e20","b":"1.50, 2.50","c":"0e1f1e-2"}',
    ]);
  });

  test("that no JSON reader could take again are repaired, in dynamic columns too", async () => {
    await load(
      "big.ndjson",
      '{"TimeGenerated":"2024-01-01","D":{"n":123456789012345678901234567890,"e":1e20,"f":1e400,"s":"12345678901234567890123"}}\n{"TimeGenerated":"2024-01-02","D":{"n":NaN}}',
      { table: "Big_CL" },
    );
    expect(await linesOfSelect(store, "SELECT D FROM Big_CL ORDER BY TimeGenerated")).toEqual([
      '{"n":"123456789012345678901234567890","e":100000000000000000000e0,"f":"1e400","s":"12345678901234567890123"}',
      '{"n":"NaN"}',
    ]);
    expect(await linesOfSelect(store, "SELECT toString(isValidJSON(D)) FROM Big_CL")).toEqual(["1", "1"]);
  });

  test("of an unknown table get the types that all of them fit", async () => {
    await load(
      "types.ndjson",
      [
        '{"TimeGenerated":"2024-01-01T00:00:00Z","l":1,"r":1,"b":true,"s":"5","t":"2024-01-01T00:00:00Z","d":{"a":1},"m":1,"o":"x"}',
        '{"TimeGenerated":"2024-01-01T00:00:01Z","l":2,"r":1.5,"b":false,"s":"6","t":"2024-02-01T00:00:00Z","d":"5","m":"x","o":7,"l 2":3}',
      ].join("\n"),
      { table: "Types_CL" },
    );
    const columns = store
      .schema()
      .table("Types_CL")
      ?.columns.map((column) => `${column.name}:${column.type}`);
    expect(columns).toEqual([
      "TenantId:string",
      "TimeGenerated:datetime",
      "l:long",
      "r:real",
      "b:bool",
      "s:string",
      "t:datetime",
      "d:dynamic",
      "m:string",
      "o:string",
      "l_2:long",
      "SourceSystem:string",
      "Type:string",
    ]);
    expect(
      await rows("SELECT toJSONString(tuple(l, r, s, d, m, o, l_2)) FROM Types_CL ORDER BY TimeGenerated"),
    ).toEqual([
      [1, 1, "5", '{"a":1}', "1", "x", null],
      [2, 1.5, "6", '"5"', "x", "7", 3],
    ]);
  });
});

describe("forms", () => {
  const line = '{"TimeGenerated":"2024-01-01T00:00:00Z","Name":"n","Port":1}';
  const good = "Form_CL read 1 stored 1 duplicates 0 rejected 0";
  const cases: readonly (readonly [string, string | Uint8Array])[] = [
    ["lines.ndjson", `${line}\n`],
    ["array.json", `[${line}]`],
    ["pretty.json", JSON.stringify([JSON.parse(line)], null, 2)],
    ["records.json", `{"records": [${line}]}`],
    ["hub.json", `{"records":[${line}]}\n`],
    ["value.json", `{"@odata.context":"x","value":[${line}]}`],
    [
      "tables.json",
      '{"tables":[{"name":"PrimaryResult","columns":[{"name":"TimeGenerated","type":"datetime"},{"name":"Name","type":"string"},{"name":"Port","type":"long"}],"rows":[["2024-01-01T00:00:00Z","n",1]]}]}',
    ],
    ["hunting.json", `{"schema":[{"name":"Name","type":"String"}],"results":[${line}]}`],
    ["plain.csv", '\uFEFF"TimeGenerated [UTC]",Name,Port\r\n"1/1/2024, 12:00:00.000 AM",n,1\r\n'],
    ["tabs.tsv", "TimeGenerated\tName\tPort\n2024-01-01T00:00:00Z\tn\t1\n"],
    ["zipped.ndjson.gz", gzipSync(line)],
    ["misnamed.txt", gzipSync(`${line}\n`)],
    ["utf16.json", Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(`${line}\r\n`, "utf16le")])],
    ["archive.zip", zipOf({ "__MACOSX/._a.json": "junk", "a/": "", "a/b.json": line })],
  ];
  test.each(cases)("%s", async (name, content) => {
    expect(told(await load(name, content, { table: "Form_CL" }))).toEqual([good]);
  });

  test("all gave the same row", async () => {
    expect(
      await linesOfSelect(
        store,
        "SELECT DISTINCT toJSONString(tuple(toString(TimeGenerated), Name, Port)) FROM Form_CL",
      ),
    ).toEqual(['["2024-01-01 00:00:00.0000000","n",1]']);
  });
});

describe("tables", () => {
  const rest = '"TimeGenerated":"2024-01-01T00:00:00Z"';

  test("a file goes to the table that it is named after", async () => {
    expect((await load("AuditLogs-2024-05.json", `{${rest},"OperationName":"x"}`))[0]?.table).toBe("AuditLogs");
  });

  test("rows go to the tables that they name, and new columns can be queried", async () => {
    const results = await load(
      "all.ndjson",
      `{"Type":"AuditLogs",${rest},"OperationName":"x"}\n{"Type":"OfficeActivity",${rest},"UserId":"u","New":"y"}\n`,
    );
    expect(results.map(({ table, stored }) => [table, stored])).toEqual([
      ["AuditLogs", 1],
      ["OfficeActivity", 1],
    ]);
    expect(await linesOfSelect(store, "SELECT New FROM OfficeActivity")).toEqual(["y"]);
  });

  test("a table or property that only a late row has is not missed", async () => {
    const early = Array.from({ length: 4000 }, () => `{"Type":"Heartbeat",${rest},"Computer":"c"}`);
    const late = [`{"Type":"Usage",${rest},"Solution":"s"}`, `{"Type":"Heartbeat",${rest},"Computer":"c","Late":5}`];
    const results = await load("late.ndjson", [...early, ...late].join("\n"));
    expect(results.map(({ table, stored }) => [table, stored])).toEqual([
      ["Heartbeat", 4001],
      ["Usage", 1],
    ]);
    expect(await linesOfSelect(store, "SELECT toString(sum(Late)) FROM Heartbeat")).toEqual(["5"]);
  });

  test("else the columns tell, and else the file's name", async () => {
    const columns = store
      .schema()
      .table("DeviceProcessEvents")
      ?.columns.filter(({ name }) => name !== "Type" && name !== "TimeGenerated");
    const time = "2024-01-01T00:00:00Z";
    const device = JSON.stringify({ ...Object.fromEntries(columns!.map(({ name }) => [name, ""])), Timestamp: time });
    expect((await load("export.json", device))[0]).toMatchObject({
      table: "DeviceProcessEvents",
      from: "2024-01-01T00:00:00.0000000Z",
    });
    expect((await load("my app.json", `{${rest},"foo":1}`))[0]?.table).toMatch(/^T?\d+_my_app_CL$/);
    const few = '"Computer":"c","EventID":4624,"Account":"a","LogonType":3';
    expect((await load("few.json", `{${rest},${few}}`))[0]?.table).toBe("SecurityEvent");
    // Every table of sign-ins has these.
    const shared = '"UserPrincipalName":"u","IPAddress":"a","ResultType":"0","ConditionalAccessStatus":"s"';
    expect((await load("shared.json", `{${rest},${shared}}`))[0]?.table).toMatch(/^T?\d+_shared_CL$/);
  });

  test("rows without any time get that of their arrival, with a message", async () => {
    expect(told(await load("timeless.json", '{"a":1}', { table: "Timeless_CL" }))).toEqual([
      "Timeless_CL read 1 stored 1 duplicates 0 rejected 0\ntimeless.json: 1 rows have no time; TimeGenerated is the time of their arrival",
    ]);
    expect(await linesOfSelect(store, "SELECT toString(TimeGenerated) FROM Timeless_CL")).toEqual([
      "2026-10-14 03:00:00.0000000",
    ]);
  });
});

describe("bad input", () => {
  test("objects one after the other on a line are rows", async () => {
    const row = (n: number) => `{"TimeGenerated":"2024-01-01","n":${n},"s":"}{"}`;
    expect(told(await load("joined.json", `${row(1)}${row(2)} ${row(3)}`, { table: "Joined_CL" }))).toEqual([
      "Joined_CL read 3 stored 3 duplicates 0 rejected 0",
    ]);
    expect(told(await load("apart.json", `${row(4)}${row(5)}\n${row(6)}`, { table: "Joined_CL" }))).toEqual([
      "Joined_CL read 3 stored 3 duplicates 0 rejected 0",
    ]);
  });

  test("a broken line is kept with its number, and the others go on", async () => {
    const [result] = await load(
      "b.ndjson",
      '{"TimeGenerated":"2024-01-01","a":1}\nnot json\n\n{"a":\n{"TimeGenerated":"2024-01-01","a":2}',
      { table: "Broken_CL" },
    );
    expect(told([result!])).toEqual([
      'Broken_CL read 4 stored 2 duplicates 0 rejected 2\nb.ndjson:2: expected a JSON object: "not json"\nb.ndjson:4: expected a JSON object: "{\\"a\\":"',
    ]);
    expect(readFileSync(result!.rejectedFile!, "utf8")).toBe(
      '{"line":2,"reason":"expected a JSON object","text":"not json"}\n{"line":4,"reason":"expected a JSON object","text":"{\\"a\\":"}\n',
    );
  });

  test("a CSV with rows of the wrong length, an open quote and a bad date keeps the good ones", async () => {
    const text =
      'TimeGenerated,N,C\n2024-01-01T00:00:00Z,a,1\n2024-01-01T00:00:01Z,b\n2024-01-01T00:00:02Z,"c,3\n2024-01-01T00:00:03Z,d,4\n2024-13-01T00:00:03Z,e,5\n2024-01-01T00:00:05Z,"two\nlines",6\n2024-01-01T00:00:06Z,f,7,8\n';
    expect(told(await load("b.csv", text, { table: "Csv_CL" }))).toEqual([
      [
        "Csv_CL read 7 stored 3 duplicates 0 rejected 4",
        'b.csv:3: expected 3 fields, found 2: "2024-01-01T00:00:01Z,b"',
        'b.csv:4: expected a closing quote: "2024-01-01T00:00:02Z,\\"c,3"',
        'b.csv:9: expected 3 fields, found 4: "2024-01-01T00:00:06Z,f,7,8"',
        'b.csv:6: expected a date and time in TimeGenerated, found "2024-13-01T00:00:03Z"',
      ].join("\n"),
    ]);
    expect(await rows("SELECT toJSONString(tuple(N, C)) FROM Csv_CL ORDER BY TimeGenerated")).toEqual([
      ["a", 1],
      ["d", 4],
      ["two\nlines", 6],
    ]);
  });

  test("an object of a pretty-printed array that does not end leaves the others", async () => {
    const text =
      '[\n  {\n    "TimeGenerated": "2024-01-01",\n    "V": 1\n  },\n  {\n    "V":\n  },\n  {\n    "TimeGenerated": "2024-01-03",\n    "V": 3\n  }\n]\n';
    expect(told(await load("b.json", text, { table: "Pretty_CL" }))[0]).toMatch(
      /^Pretty_CL read 3 stored 2 duplicates 0 rejected 1\nb.json:6: expected a JSON object/,
    );
  });

  test("a gzip that ends early gives the rows that it has", async () => {
    const whole = gzipSync(
      Array.from(
        { length: 5000 },
        (_, n) => `{"TimeGenerated":"2024-01-01","n":${(n * 7919) % 5000},"x":"${Math.sin(n)}"}`,
      ).join("\n"),
    );
    const [result] = await load("cut.gz", whole.subarray(0, whole.length / 2), { table: "Cut_CL" });
    expect(result!.messages[0]!.message).toContain("the gzip is damaged: unexpected end of file");
    expect(result!.stored).toBeGreaterThan(1000);
    expect(result!.read).toBe(result!.stored + result!.rejected);
  });

  test.each([
    ["empty.json", "", "the file is empty"],
    ["blob.dat", Buffer.from([1, 0, 2, 0, 255]), "expected JSON lines, JSON or CSV, found binary data"],
    ["names.csv", "TimeGenerated,A\n", "names.csv: the file holds no rows"],
    ["mac.csv", "TimeGenerated,A\r2024-01-01,x\r", "found lines that end with a carriage return alone"],
    ["note.txt", "hello", 'expected JSON lines, JSON or CSV, found text that begins "hello"'],
    [
      "broken.zip",
      Buffer.concat([Buffer.from("PK\u0003\u0004"), Buffer.alloc(50, 7)]),
      "End of central directory record signature not found",
    ],
  ])("%s is refused with its reason", async (name, content, reason) => {
    const [result] = await load(name, content);
    expect(result).toMatchObject({ read: 0, stored: 0 });
    expect(result!.messages[0]!.message).toContain(reason);
  });

  test("a path that does not exist is named", async () => {
    expect(told(await loadPath(store, folder, join(folder, "nowhere")))).toEqual([
      " read 0 stored 0 duplicates 0 rejected 0\nnowhere: no such file or folder",
    ]);
  });
});

describe("loading again", () => {
  test("the same content stores nothing twice", async () => {
    const text = '{"TimeGenerated":"2024-01-01","a":1}\n{"TimeGenerated":"2024-01-02","a":1}\n';
    const [first] = await load("once.ndjson", text, { table: "Once_CL" });
    const [second] = await load("twice.ndjson", text, { table: "Once_CL" });
    expect([first!.stored, second!.stored, second!.duplicates]).toEqual([2, 0, 2]);
    expect(await linesOfSelect(store, "SELECT toString(count()) FROM Once_CL")).toEqual(["2"]);
  });

  test("a load that a crash interrupted is finished or taken back", async () => {
    await load("c.ndjson", '{"TimeGenerated":"2024-01-01","a":1}', { table: "Crash_CL" });
    await store.command("CREATE TABLE _calypso_load_moving AS Crash_CL");
    await store.command("CREATE TABLE _calypso_load_partial AS Crash_CL");
    for (const name of ["moving", "partial"]) {
      await store.command(
        `INSERT INTO _calypso_load_${name} (TimeGenerated, a) SELECT toDateTime64('2024-01-01 00:00:00', 7, 'UTC') + toIntervalDay(number * 20), 2 FROM numbers(5)`,
      );
      const status = name === "moving" ? "moving" : "loading";
      await store.command(
        `INSERT INTO _calypso_loads (id, status, source, sha256, bytes, \`table\`, read, stored, duplicates, rejected, \`from\`, \`to\`, started, at, step) SELECT '${name}', '${status}', 's', '${name}', 1, 'Crash_CL', 5, 5, 0, 0, '', '', now64(3), now64(3), ${name === "moving" ? 1 : 0}`,
      );
    }
    await loadPath(store, folder, join(folder, "nowhere"));
    expect(await linesOfSelect(store, "SELECT toString(count()) FROM Crash_CL")).toEqual(["6"]);
    expect(
      await linesOfSelect(store, "SELECT name FROM system.tables WHERE name LIKE '\\_calypso\\_load\\_%'"),
    ).toEqual([]);
    expect(
      await linesOfSelect(
        store,
        "SELECT status FROM _calypso_loads WHERE id IN ('moving', 'partial') AND step > 1 ORDER BY id",
      ),
    ).toEqual(["done", "abandoned"]);
  });
});
