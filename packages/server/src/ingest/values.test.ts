import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { linesOfSelect, temporaryStore } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => ({ store, folder, close } = await temporaryStore()));
afterAll(() => close());

/** A value as it is written, and what a column of texts, one of decimals and a dynamic one keep of it. */
const values: readonly (readonly [string, string, string | null, string])[] = [
  ["-0", "-0", "0", "0"],
  ["1.50", "1.50", "1.5", "1.5"],
  ["1.0", "1.0", "1", "1.0"],
  ["1E3", "1E3", "1000", "1000.0"],
  ["0.123456789012345678", "0.123456789012345678", "0.123456789012345678", "0.12345678901234568"],
  ["-9214364837600034816", "-9214364837600034816", "-9214364837600034816", "-9214364837600034816"],
  ["18446744073709551615", "18446744073709551615", "18446744073709551615", "18446744073709551615"],
  ["123456789012345678901", "123456789012345678901", "123456789012345678901", '"123456789012345678901"'],
  ["1e400", "1e400", null, '"1e400"'],
  ['"1.0"', "1.0", "1", '"1.0"'],
  ['"a\\u00e9\\/\\ud83d\\ude00"', "aé/😀", null, '"aé/😀"'],
  ['"\\ud83d cut"', "\uFFFD cut", null, '"\uFFFD cut"'],
  ['"\\\\ud83d cut"', "\\ud83d cut", null, '"\\\\ud83d cut"'],
  ['"\\ufdd0true"', "\uFDD0true", null, '"\uFDD0true"'],
  [
    '{ "a": 1.0, "b": [1, 2.50, -9214364837600034816] }',
    '{"a":1.0,"b":[1,2.5,-9214364837600034816]}',
    null,
    '{"a":1.0,"b":[1,2.5,-9214364837600034816]}',
  ],
  ['{"a":"\\ufdd0true","b":1.0}', '{"a":"\uFDD0true","b":1.0}', null, '{"a":"\uFDD0true","b":1.0}'],
  [
    '"{ \\"a\\": 1.0, \\"b\\": 123456789012345678901 }"',
    '{ "a": 1.0, "b": 123456789012345678901 }',
    null,
    '{"a":1.0,"b":"123456789012345678901"}',
  ],
];

const rows = values.map(
  ([value], n) => `{"TimeGenerated":"2024-01-01","n":${n},"S":${value},"C":${value},"D":${value}}`,
);
const header = ["TimeGenerated", "n", "S", "C", "D"].map((name) => `{"name":"${name}","type":"string"}`);
const cells = values.map(([value], n) => `["2024-01-01",${n},${value},${value},${value}]`);

test.each([
  ["lines", rows.join("\n")],
  ["a broken line first", `broken\n${rows.join("\n")}`],
  ["an array", `[${rows.join(",\n")}]`],
  ["an array with a broken object", `[${rows.join(",\n")},\n{"n":}]`],
  ["records", `{"records": [${rows.join(",")}]}`],
  ["records in lines", rows.map((row) => `{"records":[${row}]}`).join("\n")],
  ["tables", `{"tables":[{"name":"PrimaryResult","columns":[${header}],"rows":[${cells}]}]}`],
])("values of %s are those that are written", async (form, content) => {
  const table = `${form.replaceAll(" ", "_")}_CL`;
  await store.ensureTable(table, [
    { name: "TimeGenerated", type: "datetime" },
    { name: "n", type: "long" },
    { name: "S", type: "string" },
    { name: "C", type: "decimal" },
    { name: "D", type: "dynamic" },
  ]);
  await load(content, table);
  const kept = await linesOfSelect(store, `SELECT toJSONString(tuple(S, toString(C), D)) FROM ${table} ORDER BY n`);
  expect(kept.map((line) => JSON.parse(line))).toEqual(values.map(([, ...wanted]) => wanted));
});

test("an object is the same in a column of texts whether or not all of the file can be read", async () => {
  for (const [table, first] of [
    ["Whole_CL", ""],
    ["Damaged_CL", "broken\n"],
  ] as const) {
    await store.ensureTable(table, [{ name: "Text", type: "string" }]);
    await load(`${first}{"TimeGenerated":"2024-01-01","Text":{ "a" : 1.50, "b": "\\u00e9" }}\n`, table);
    expect(await linesOfSelect(store, `SELECT Text FROM ${table}`)).toEqual(['{"a":1.5,"b":"é"}']);
  }
});

test("a property without a name has a column too", async () => {
  await load('{"TimeGenerated":"2024-01-01","":1.50,"n":1}\n{"TimeGenerated":"2024-01-02","":2}', "Nameless_CL");
  expect(await linesOfSelect(store, "SELECT toString(_) FROM Nameless_CL ORDER BY TimeGenerated")).toEqual([
    "1.5",
    "2",
  ]);
});

test("bytes that are no UTF-8 are marked, also in a row among good ones", async () => {
  const row = (n: number, text: string) => `{"TimeGenerated":"2024-01-01","n":${n},"A":"${text}"}\n`;
  await load(Buffer.from(row(1, "x") + row(2, "caf\xe9"), "latin1"), "Bytes_CL");
  expect(await linesOfSelect(store, "SELECT hex(A) FROM Bytes_CL ORDER BY n")).toEqual(["78", "636166EFBFBD"]);
});

test("fields of a CSV are what they say, and bytes that are no UTF-8 are marked", async () => {
  await load(Buffer.from("TimeGenerated,A,B\n2024-01-01,\\N,caf\xe9\n2024-01-02,NULL,\n", "latin1"), "Fields_CL");
  expect(await linesOfSelect(store, "SELECT toJSONString(tuple(A, B)) FROM Fields_CL ORDER BY TimeGenerated")).toEqual([
    '["\\\\N","caf\uFFFD"]',
    '["NULL",""]',
  ]);
});

async function load(content: string | Uint8Array, table: string): Promise<void> {
  const path = join(folder, "values.json");
  writeFileSync(path, content);
  for await (const _ of ingestPaths(store, [path], { table, now: () => new Date("2026-10-14T03:00:00Z") }));
}
