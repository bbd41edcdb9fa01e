import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Column, ExternalSource } from "@calypso/kql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Store } from "./store.js";
import { failureOf, linesOfSelect, temporaryStore } from "./testing/temporary-store.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, folder, close } = await temporaryStore());
});
afterAll(() => close());

let tableCount = 0;

async function read(
  content: string | Buffer,
  file: string,
  columns: Readonly<Record<string, Column["type"]>>,
  more: Partial<ExternalSource> = {},
): Promise<readonly unknown[]> {
  writeFileSync(join(folder, file), content);
  const source: ExternalSource = {
    table: `external_${tableCount++}`,
    columns: Object.entries(columns).map(([name, type]) => ({ name, type })),
    urls: [`https://files.example/some/path/${file}?sig=secret`],
    options: {},
    ...more,
  };
  const names = source.columns.map(exactly).join(", ");
  const lines = await store.withExternals([source], () =>
    linesOfSelect(store, `SELECT toJSONString(tuple(${names})) FROM \`${source.table}\``),
  );
  expect(await linesOfSelect(store, `SELECT count() FROM system.tables WHERE name = '${source.table}'`)).toEqual(["0"]);
  return lines.map((line) => JSON.parse(line));
}

/** Long numbers as text, which keeps all their digits. */
function exactly({ name, type }: Column): string {
  return type === "long" || type === "timespan" ? `toString(\`${name}\`)` : `\`${name}\``;
}

const types = { s: "string", l: "long", d: "dynamic" } as const;

describe("JSON", () => {
  const rows = [
    ["a", "1", "[1,2]"],
    ["", null, '{"x":"é"}'],
    ['{"o":1}', "9223372036854775807", ""],
  ];
  const documents = [
    '{"s": "a",\n "l": 1, "d": [1,\n 2]}',
    '{"d": {"x": "\\u00e9"}}',
    '{"s": {"o": 1}, "l": "9223372036854775807", "d": null}',
  ];

  test("multijson is documents one after the other or an array of them, on any number of lines", async () => {
    expect(await read(documents.join("\n"), "a.json", types, { format: "multijson" })).toEqual(rows);
    expect(await read(documents.join(""), "b.json", types, { format: "MultiJSON" })).toEqual(rows);
    expect(await read(`\uFEFF[${documents.join(",\n")}]`, "c.json", types, { format: "multijson" })).toEqual(rows);
    expect(await read("[]", "d.json", types, { format: "multijson" })).toEqual([]);
  });

  test("lines of JSON are read by the name of the file, also compressed", async () => {
    const lines = documents.map((text) => text.replaceAll("\n", " ")).join("\n");
    expect(await read(lines, "e.ndjson", types)).toEqual(rows);
    expect(await read(gzipSync(lines), "f.json.gz", types)).toEqual(rows);
  });

  test("a broken document is refused with its row, not skipped", async () => {
    for (const [file, content] of Object.entries({
      "g.json": '{"s": "a"}\n{"s": ',
      "h.json": '{"s": "a"}\n{"s": "b", "l": 123456789012345678901234567890}',
      "i.json": '[1, {"s": "a"}]',
    })) {
      const failure = await failureOf(read(content, file, types, { format: "multijson" }));
      expect(failure.code).toBe("external-unreadable");
      expect(failure.message).toMatch(/^https:\/\/files\.example\/some\/path\/[ghi]\.json cannot be read as multijson/);
    }
  });
});

describe("delimited text", () => {
  test("is read by position, quotes and all, without guesses about a header", async () => {
    const text = 'name,1\n"x, ""y""\nz", 2\n\\N,3,extra\nshort\n';
    expect(await read(text, "a.csv", { s: "string", l: "long" })).toEqual([
      ["name", "1"],
      ['x, "y"\nz', "2"],
      ["\\N", "3"],
      ["short", null],
    ]);
    const options = { ignoreFirstRecord: "true" };
    expect(await read("s\tl\n a \t7\n", "b.tsv", { s: "string", l: "long" }, { options })).toEqual([[" a ", "7"]]);
    expect(await read("a|b\n", "c.txt", { s: "string", t: "string" }, { format: "psv" })).toEqual([["a", "b"]]);
    expect(await read("a;b\n", "c.txt", { s: "string", t: "string" }, { format: "scsv" })).toEqual([["a", "b"]]);
  });

  test("becomes the declared types, and null where it is none of them", async () => {
    const columns = {
      b: "bool",
      i: "int",
      l: "long",
      r: "real",
      t: "datetime",
      p: "timespan",
      g: "guid",
      d: "dynamic",
    } as const;
    const text = [
      'true,1,2,1.5,2026-10-14T03:00:00.1234567Z,1.02:03:04.5,74be27de-1e4e-49d9-b579-fe0b331d3642,"[1, 2]"',
      "0,x,9223372036854775808,x,20261014,-00:00:01,x,text",
      ",,,,,,,",
    ].join("\n");
    expect(await read(text, "d.csv", columns)).toEqual([
      [
        true,
        1,
        "2",
        1.5,
        "2026-10-14 03:00:00.1234567",
        "937845000000",
        "74be27de-1e4e-49d9-b579-fe0b331d3642",
        "[1,2]",
      ],
      [false, null, null, null, null, "-10000000", null, '"text"'],
      [null, null, null, null, null, null, null, ""],
    ]);
  });

  test("lines and whole files", async () => {
    expect(await read("one, two\nthree", "e.txt", { s: "string" })).toEqual([["one, two"], ["three"]]);
    expect(await read("one\nthree", "e.bin", { s: "string" }, { format: "raw" })).toEqual([["one\nthree"]]);
    const options = { ignoreFirstRecord: "true" };
    expect(await failureOf(read("one\nthree", "f.txt", { s: "string" }, { options }))).toMatchObject({
      code: "external-option",
      message: "the option ignoreFirstRecord of externaldata is not supported for txt",
    });
  });
});

describe("Parquet", () => {
  test("is read by column name", async () => {
    await store.command(
      `INSERT INTO FUNCTION file('${join(folder, "made.parquet")}', 'Parquet') SELECT number AS l, toString(number) AS s FROM numbers(2)`,
    );
    const source: ExternalSource = {
      table: "external_parquet",
      columns: [
        { name: "s", type: "string" },
        { name: "missing", type: "real" },
        { name: "l", type: "long" },
      ],
      urls: ["https://files.example/made.parquet"],
      options: {},
    };
    const select = "SELECT toJSONString((s, missing, toString(l))) FROM external_parquet ORDER BY l";
    expect(await store.withExternals([source], () => linesOfSelect(store, select))).toEqual([
      '["0",null,"0"]',
      '["1",null,"1"]',
    ]);
  });
});

describe("sources", () => {
  test("that are not there, or not readable as asked, are named", async () => {
    const source = { table: "e", columns: [{ name: "s", type: "string" as const }], options: {} };
    const missing = { ...source, urls: ["https://u:p@files.example/x/none.csv?sig=secret"] };
    const failure = await failureOf(store.withExternals([missing], async () => {}));
    expect(failure.code).toBe("external-missing");
    expect(failure.message).toContain("has no file none.csv (https://files.example/x/none.csv)");
    const climbing = { ...source, urls: ["https://files.example/..%2F..%2Fetc%2Fhostname"] };
    expect((await failureOf(store.withExternals([climbing], async () => {}))).code).toBe("external-missing");
    expect(await failureOf(read("x", "a.avro", { s: "string" }))).toMatchObject({
      code: "external-option",
      message: "externaldata cannot read the format avro",
    });
    expect(await failureOf(read("x", "a.csv", { s: "string" }, { options: { ingestionMapping: "[]" } }))).toMatchObject(
      {
        code: "external-option",
        message: "the option ingestionMapping of externaldata is not supported",
      },
    );
  });

  test("a file name with the characters of a pattern is that file", async () => {
    writeFileSync(join(folder, "[a]{b,c}*.csv"), "other");
    expect(
      await read("mine", "[a]{b,c}?.csv", { s: "string" }, { urls: ["https://x/%5Ba%5D%7Bb%2Cc%7D%3F.csv"] }),
    ).toEqual([["mine"]]);
  });

  test("queries at the same time share a table that means the same, and wait for one that does not", async () => {
    writeFileSync(join(folder, "one.csv"), "1");
    writeFileSync(join(folder, "two.csv"), "2");
    const source = (file: string): ExternalSource => ({
      table: "external_shared",
      columns: [{ name: "s", type: "string" }],
      urls: [`https://x/${file}`],
      options: {},
    });
    const run = (file: string) =>
      store.withExternals([source(file)], () =>
        linesOfSelect(store, "SELECT s FROM external_shared WHERE sleep(0.02) = 0"),
      );
    const files = ["one.csv", "two.csv", "one.csv", "two.csv", "two.csv"];
    expect(await Promise.all(files.map(run))).toEqual([["1"], ["2"], ["1"], ["2"], ["2"]]);
  });
});
