import { describe, expect, test } from "vitest";
import { cellsOf, plainCell } from "./cells.js";
import { exactJson } from "./exact-json.js";
import { printable } from "./printable.js";
import { type QueryFormat, writeResult } from "./query-format.js";

const columns = [
  { name: "Text", type: "string" },
  { name: "Number", type: "long" },
  { name: "Value", type: "dynamic" },
] as const;

const rows = [
  '["a, \\"b\\"",1,{"x":[1,2],"y":"]}"}]',
  '["",null,null]',
  '["\\u001b[31mred\\n","9223372036854775807",[12345678901234567890,1e400]]',
];

async function printed(format: QueryFormat, lines: readonly string[] | undefined): Promise<string> {
  let text = "";
  const sink = {
    write: async (part: string) => {
      text += part;
    },
  };
  const all = async function* () {
    yield* lines ?? [];
  };
  const warnings = [{ code: "unknown-column", message: "no such column", line: 1, column: 5 }];
  await writeResult(sink, format, { columns, warnings, ...(lines === undefined ? {} : { rows: all() }) });
  return text;
}

describe("a result", () => {
  test("as JSON keeps every row as the engine wrote it", async () => {
    expect(await printed("json", rows)).toBe(
      '{"columns":[{"name":"Text","type":"string"},{"name":"Number","type":"long"},{"name":"Value","type":"dynamic"}],"rows":[\n' +
        `${rows.join(",\n")}],"warnings":[{"code":"unknown-column","message":"no such column","line":1,"column":5}]}\n`,
    );
    expect(JSON.parse(await printed("json", [])).rows).toEqual([]);
    expect(JSON.parse(await printed("json", undefined))).not.toHaveProperty("rows");
  });

  test("as lines of JSON keeps every digit", async () => {
    expect(await printed("ndjson", rows)).toBe(
      '{"Text":"a, \\"b\\"","Number":1,"Value":{"x":[1,2],"y":"]}"}}\n' +
        '{"Text":"","Number":null,"Value":null}\n' +
        '{"Text":"\\u001b[31mred\\n","Number":"9223372036854775807","Value":[12345678901234567890,1e400]}\n',
    );
  });

  test("as CSV quotes what needs it", async () => {
    expect(await printed("csv", rows)).toBe(
      "Text,Number,Value\r\n" +
        '"a, ""b""",1,"{""x"":[1,2],""y"":""]}""}"\r\n' +
        ",,\r\n" +
        '"\u001b[31mred\n",9223372036854775807,"[12345678901234567890,1e400]"\r\n',
    );
  });

  test("as a table is aligned and harmless to a terminal", async () => {
    expect(await printed("table", rows)).toBe(
      [
        "Text                          Number  Value",
        `${"─".repeat(15)}  ${"─".repeat(19)}  ${"─".repeat(28)}`,
        'a, "b"                             1  {"x":[1,2],"y":"]}"}',
        "",
        "\\u{1b}[31mred\\n  9223372036854775807  [12345678901234567890,1e400]",
        "3 rows",
        "",
      ].join("\n"),
    );
    expect(await printed("table", ['["x",1,null]'])).toContain("\n1 row\n");
  });

  test("as a table shows the start of a long cell, and goes on after the rows that it measured", async () => {
    const many = Array.from({ length: 1005 }, (_, index) => `["${"é".repeat(index)}",${index},null]`);
    const lines = (await printed("table", many)).split("\n");
    expect(lines).toHaveLength(1005 + 4);
    expect(lines[82 + 2]).toBe(`${"é".repeat(79)}…${" ".repeat(2 + 6 - 2)}82`);
    expect(lines.at(-2)).toBe("1005 rows");
  });
});

describe("text from logs", () => {
  test.each([
    ["\u001b]0;title\u0007", "\\u{1b}]0;title\\u{7}"],
    ["a\tb\r\nc", "a\\tb\\r\\nc"],
    ["gnp\u202e.exe", "gnp\\u{202e}.exe"],
    ["naïve 文字 😀", "naïve 文字 😀"],
  ])("%j is printed as %s", (text, safe) => expect(printable(text)).toBe(safe));
});

describe("cells", () => {
  test("of a row are its values as they are written", () => {
    expect(cellsOf("[]")).toEqual([]);
    expect(cellsOf('[1, "a,]\\\\" ,[[],{"a":"}"}],null]')).toEqual(["1", '"a,]\\\\"', '[[],{"a":"}"}]', "null"]);
    expect(['"a\\n"', "null", "true", "1.50"].map(plainCell)).toEqual(["a\n", "", "true", "1.50"]);
  });
});

describe("JSON that holds long numbers", () => {
  test("is read without losing a digit", () => {
    expect(
      exactJson(
        '{"a":9007199254740993,"b":[-9223372036854775808,"1234567890123456789"],"c":9007199254740991,"d":1.25e3}',
      ),
    ).toEqual({
      a: "9007199254740993",
      b: ["-9223372036854775808", "1234567890123456789"],
      c: 9007199254740991,
      d: 1250,
    });
    expect(exactJson("{")).toBeUndefined();
  });
});
