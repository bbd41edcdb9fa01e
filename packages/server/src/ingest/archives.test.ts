import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { ingestPaths } from "./ingest.js";
import { zipOf } from "./testing/zip-of.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => ({ store, folder, close } = await temporaryStore()));
afterAll(() => close());

/** What became of a file of this content: for each source its name, the rows stored, and what is said of it. */
async function load(name: string, content: Uint8Array): Promise<readonly string[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const told: string[] = [];
  for await (const result of ingestPaths(store, [path], { table: "Archived_CL", now: () => new Date("2026-10-14") })) {
    const messages = result.messages.map(({ message }) => message.replace(`${result.source}: `, ""));
    told.push([`${result.source.slice(folder.length + 1)} ${result.stored}`, ...messages].join(", "));
  }
  return told;
}

/** Three rows that no other call gives. */
function rows(name: string): string {
  return [1, 2, 3].map((n) => `{"TimeGenerated":"2024-01-01","name":"${name}","n":${n}}\n`).join("");
}

/** Changes a byte of an entry's place in the directory of a zip, counted from the entry's signature. */
function withDirectoryByte(zip: Buffer, offset: number, change: (byte: number) => number): Buffer {
  const at = zip.indexOf(Buffer.from("PK\u0001\u0002", "latin1")) + offset;
  zip[at] = change(zip[at]!);
  return zip;
}

test("one bad entry of a zip is named, and the others are loaded", async () => {
  const two = (name: string) => Buffer.from(zipOf({ "a.json": rows(`${name} a`), "b.json": rows(`${name} b`) }));
  expect(
    await load(
      "sum.zip",
      withDirectoryByte(two("sum"), 16, (byte) => byte ^ 255),
    ),
  ).toEqual(["sum.zip/a.json 3, the zip entry is damaged: its checksum is wrong", "sum.zip/b.json 3"]);
  expect(
    await load(
      "secret.zip",
      withDirectoryByte(two("secret"), 8, (byte) => byte | 1),
    ),
  ).toEqual(["secret.zip/a.json 0, the zip entry is damaged: it is encrypted", "secret.zip/b.json 3"]);
  expect(
    await load(
      "method.zip",
      withDirectoryByte(two("method"), 10, () => 12),
    ),
  ).toEqual([
    "method.zip/a.json 0, the zip entry is damaged: unsupported compression method: 12",
    "method.zip/b.json 3",
  ]);
  expect(
    await load("names.zip", Buffer.from(zipOf({ "../../x.json": rows("up"), "/etc/y.json": rows("root") }))),
  ).toEqual(["names.zip/../../x.json 3", "names.zip//etc/y.json 3"]);
});

test("a gzip gives the rows before its damage", async () => {
  const whole = gzipSync(rows("sum"));
  whole[whole.length - 6]! ^= 255;
  expect(await load("sum.json.gz", whole)).toEqual(["sum.json.gz 3, the gzip is damaged: incorrect data check"]);
  const more = Buffer.concat([gzipSync(rows("first")), gzipSync(rows("second")), Buffer.from("and more")]);
  expect(await load("more.json.gz", more)).toEqual(["more.json.gz 6, the gzip is damaged: incorrect header check"]);
  expect(await load("head.json.gz", Buffer.from([0x1f, 0x8b]))).toEqual([
    "head.json.gz 0, the gzip is damaged: unexpected end of file",
  ]);
});

test("properties whose names are data are too many for a table", async () => {
  const many = Array.from({ length: 2001 }, (_, n) => `"k${n}":${n}`).join(",");
  const message = "its rows have 2001 different properties; expected 2000 at most";
  expect(await load("many.json", Buffer.from(`{${many}}`))).toEqual([`many.json 0, ${message}`]);
  expect(await load("late.json", Buffer.from(`{"a":1}\n${'{"a":2}\n'.repeat(4000)}{${many}}`))).toEqual([
    `late.json 0, ${message.replace("2001", "2002")}`,
  ]);
});
