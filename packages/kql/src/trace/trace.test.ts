import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Compilation, CompileRequest, Look } from "../compilation.js";
import { engine } from "../functions/testing/evaluate.js";
import { readCases } from "../testing/case-file.js";
import { caseSchema, caseTables } from "../testing/case-tables.js";
import { compiled, rowsOf } from "../testing/run.js";

const folder = fileURLToPath(new URL("../../cases/", import.meta.url));
const clickHouse = await engine();
const now = BigInt(Date.parse("2026-01-04T00:00:00Z")) * 10_000n;

beforeAll(async () => {
  for (const statement of caseTables) await clickHouse.run(statement);
});
afterAll(() => clickHouse.close());

function asked(text: string, look?: Look): Promise<Compilation> {
  const request: CompileRequest = { text, schema: caseSchema, now };
  return compiled(clickHouse, look === undefined ? request : { ...request, look });
}

async function rows(compilation: Compilation): Promise<readonly (readonly unknown[])[]> {
  expect(compilation.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  return (await rowsOf(clickHouse, compilation)).map((line): readonly unknown[] => JSON.parse(line));
}

/** How many rows leave a stage, as its counts say. */
function left(counts: readonly unknown[], { looked }: Compilation): unknown {
  const last = looked?.predicates.findLastIndex(({ depth }) => depth === 0) ?? -1;
  return last < 0 ? counts[0] : counts[2 * last + 2];
}

/** Queries of these files have stages of many kinds. */
const files = [
  "dynamic",
  "find",
  "graph-tables",
  "join",
  "let",
  "make-series",
  "partition",
  "saved-functions",
  "scan",
  "search",
];

describe.each([...files, "statements", "top", "union", "windows"].map((name) => `${name}.kql`))("%s", (file) => {
  test("the last stage of every query leaves as many rows as the query has", async () => {
    for (const { name, query } of readCases(readFileSync(`${folder}${file}`, "utf8"))) {
      const own = await asked(query);
      if (own.rowsSql === undefined || /\b(?:rand|new_guid|sample)\b/.test(query)) continue;
      const result = await rowsOf(clickHouse, own).catch(() => undefined);
      // Rows of which the reference does not say what comes out end a query and its stages alike.
      if (result === undefined) continue;
      const looked = await asked(query, { stage: own.pipeline().length, ask: { kind: "counts" } });
      const [counts = []] = await rows(looked);
      expect([file, name, left(counts, looked)]).toEqual([file, name, result.length]);
    }
  }, 120_000);
});

/** The counts of each stage: what leaves it, and behind a \`where\` each predicate with how many meet it, and it with all before. */
async function counts(text: string): Promise<readonly string[]> {
  const own = await asked(text);
  expect(own.diagnostics).toEqual([]);
  const told: string[] = [];
  for (const stage of own.pipeline()) {
    const looked = await asked(text, { stage: stage.index, ask: { kind: "counts" } });
    const [row = []] = await rows(looked);
    told.push(`${stage.let === undefined ? "" : `${stage.let}: `}${stage.text} → ${left(row, looked)}`);
    for (const [at, { depth, text: predicate, joins }] of (looked.looked?.predicates ?? []).entries()) {
      const [alone, together] = [row[2 * at + 1], row[2 * at + 2]];
      told.push(
        `${"  ".repeat(depth + 1)}${joins === undefined ? predicate : joins}: ${alone}${depth === 0 ? `, ${together}` : ""}`,
      );
    }
  }
  return told;
}

test("every stage and every predicate says how many rows meet it", async () => {
  expect(
    await counts(`let least = 1;
let known = People | where isnotempty(Name) and (Score > least or not(Active) or isnull(Score));
known
| extend Team = tostring(Details.team)
| where Team in ("red", "blue") and Id >= 1 and Name =~ "BOB"
| join kind=inner Visits on Name
| summarize Count = count() by Name`),
  ).toEqual([
    "known: People → 4",
    "known: where isnotempty(Name) and (Score > least or not(Active) or isnull(Score)) → 2",
    "  isnotempty(Name): 3, 3",
    "  or: 3, 2",
    "    Score > least: 2",
    "    not: 1",
    "      Active: 2",
    "    isnull(Score): 1",
    "extend Team = tostring(Details.team) → 2",
    'where Team in ("red", "blue") and Id >= 1 and Name =~ "BOB" → 1',
    '  Team in ("red", "blue"): 2, 2',
    "  Id >= 1: 2, 2",
    '  Name =~ "BOB": 1, 1',
    "join kind=inner Visits on Name → 1",
    "summarize Count = count() by Name → 1",
  ]);
});

test("a let that has the name of its table is told by its own stages", async () => {
  expect(await counts("let People = People | where Active; People | where Id == 1 | take 5")).toEqual([
    "People: People → 4",
    "People: where Active → 2",
    "  Active: 2, 2",
    "where Id == 1 → 1",
    "  Id == 1: 1, 1",
    "take 5 → 1",
  ]);
});

test("rows that a predicate lost met those before it", async () => {
  const text = "People | where isnotempty(Name) and Score > 1 and Active | project Name";
  const names = async (look: Look) => (await rows(await asked(text, look))).map((row) => row[2]);
  expect(await names({ stage: 2, ask: { kind: "lost", predicate: 0, rows: 9 } })).toEqual([""]);
  expect((await names({ stage: 2, ask: { kind: "lost", predicate: 1, rows: 9 } })).sort()).toEqual(["Bob", "Zoë"]);
  expect(await names({ stage: 2, ask: { kind: "lost", predicate: 2, rows: 9 } })).toEqual([]);
  expect(await names({ stage: 2, ask: { kind: "kept", rows: 9 } })).toEqual(["ann"]);
});

/** What becomes of an event: at each stage how many of its rows are left, and at a \`where\` what its predicates are and see. */
async function story(
  text: string,
  cells: Readonly<Record<string, string | number | bigint>>,
  table = "People",
): Promise<readonly string[]> {
  const own = await asked(text);
  const event = { table, cells: new Map(Object.entries(cells)) };
  const told: string[] = [];
  for (const stage of own.pipeline()) {
    const looked = await asked(text, { stage: stage.index, ask: { kind: "counts" }, event });
    const refused = looked.diagnostics.find(({ code }) => code === "not-followed");
    if (refused !== undefined) return [...told, refused.message];
    const [row = []] = await rows(looked);
    told.push(`${stage.operator}: ${left(row, looked)}${looked.looked?.isGroup ? " of groups" : ""}`);
    if (stage.operator !== "where") continue;
    const values = await asked(text, { stage: stage.index, ask: { kind: "values", rows: 5 }, event });
    for (const one of await rows(values)) {
      for (const [at, predicate] of (values.looked?.predicates ?? []).entries()) {
        const seen = (values.looked?.seen ?? []).flatMap((value, index) =>
          value.predicate === at
            ? [`${value.text} = ${JSON.stringify(one[(values.looked?.predicates.length ?? 0) + index])}`]
            : [],
        );
        told.push(`  ${predicate.text}: ${one[at]}${seen.length === 0 ? "" : ` (${seen.join(", ")})`}`);
      }
    }
  }
  return told;
}

describe("one event", () => {
  test("is lost at the predicate that turns false, with the values that it saw", async () => {
    expect(
      await story(
        'People | extend Team = tostring(Details.team) | where Score > 1 and tolower(Name) == "ann" | take 1',
        {
          _ItemId: "i2",
        },
      ),
    ).toEqual([
      "source: 1",
      "extend: 1",
      "where: 0",
      "  Score > 1: null (Score = null)",
      '  tolower(Name) == "ann": false (Name = "Bob", tolower(Name) = "bob")',
      "take: 0",
    ]);
  });

  test("is followed into its group, which all rows make", async () => {
    const text = `Visits | where Port != 3389 | summarize Count = count(), Codes = make_set(Code) by Name
      | where Count > 2 and Name != "eve"`;
    expect(await story(text, { Name: "ann", Port: 22n }, "Visits")).toEqual([
      "source: 1",
      "where: 1",
      "  Port != 3389: true (Port = 22)",
      "summarize: 1 of groups",
      "where: 0 of groups",
      "  Count > 2: false (Count = 2)",
      '  Name != "eve": true (Name = "ann")',
    ]);
    // A port that is null is not 3389, as null != 3389 is true.
    expect((await story(text, { Name: "eve" }, "Visits")).slice(0, 3)).toEqual([
      "source: 1",
      "where: 0",
      "  Port != 3389: false (Port = 3389)",
    ]);
  });

  test("goes through joins, expansions, unions and choices", async () => {
    const text = `union withsource=T People, Visits
      | join kind=leftouter (Visits | project Name, City = tostring(parse_json(Details).city)) on Name
      | mv-expand Tag = Details_dynamic.tags | where City == 'Rome'`;
    const before = [
      "union: 1",
      "join: 2",
      "mv-expand: 4",
      "where: 2",
      ...["Oslo", "Oslo", "Rome", "Rome"].map((city) => `  City == 'Rome': ${city === "Rome"} (City = "${city}")`),
    ];
    expect(await story(`${text} | top 3 by TimeGenerated asc`, { _ItemId: "i1" })).toEqual([...before, "top: 2"]);
    expect(await story(`${text} | top 1 by TimeGenerated desc`, { _ItemId: "i1" })).toEqual([...before, "top: 0"]);
  });

  test("is not followed where a stage looks at other rows, or the source puts rows together", async () => {
    expect(
      await story("People | serialize | extend Before = prev(Name) | where Before == 'ann'", { _ItemId: "i2" }),
    ).toEqual([
      "source: 1",
      "serialize: 1",
      "one row cannot be followed from here on: `extend` looks at other rows too",
    ]);
    expect(
      await story("let f = () { People | summarize by Name }; f() | where Name == 'ann'", { _ItemId: "i2" }),
    ).toEqual(["one row cannot be followed from here on: `f()` puts rows together"]);
  });

  test("is followed with what all rows make, where a name or a function reads them once more", async () => {
    expect(
      await story(
        "Visits | as X | where isnotempty(Name) | join kind=inner (X | summarize N=count() by Code) on Code | where N > 1",
        { Name: "Bob" },
        "Visits",
      ),
    ).toEqual([
      "source: 1",
      "as: 1",
      "where: 1",
      '  isnotempty(Name): true (Name = "Bob")',
      "join: 1",
      "where: 1",
      "  N > 1: true (N = 2)",
    ]);
    const invoked = (body: string) =>
      story(`let f = (T:(Name:string)) { T | ${body} }; Visits | invoke f()`, { Port: 22n }, "Visits");
    const refused = ["source: 1", "one row cannot be followed from here on: `invoke` looks at other rows too"];
    expect(await invoked("summarize N = count() by Name | where N > 1")).toEqual(refused);
    expect(await invoked("summarize N = count() by Name | extend Name = strcat(Name, N)")).toEqual(refused);
    expect(await invoked("where Name == 'ann' | summarize N = count() by Name | extend M = N * 2")).toEqual([
      "source: 1",
      "invoke: 1 of groups",
    ]);
  });

  test("is found by a real that is not a number", async () => {
    expect(await story("People | where isnan(Score)", { Score: Number.NaN })).toEqual([
      "source: 1",
      "where: 1",
      '  isnan(Score): true (Score = "NaN")',
    ]);
  });

  test("is not lost where it comes in beside the source", async () => {
    expect(await story("Visits | join kind=inner People on Name", { _ItemId: "i1" })).toEqual([
      "one row cannot be followed from here on: `Visits` gives no rows of `People`",
    ]);
    expect(
      await story("Visits | where Port == 443 | union (Visits | where Port == 22), People", { Port: 22n }, "Visits"),
    ).toEqual(["source: 1", "where: 0", "  Port == 443: false (Port = 22)", "union: 1"]);
    expect(await story("Visits | union (Visits | summarize by Name)", { Port: 22n }, "Visits")).toEqual([
      "source: 1",
      "one row cannot be followed from here on: a leg of `union` puts rows together",
    ]);
  });

  test("is not among the joined where an equal row was taken instead", async () => {
    const text = "Visits | where Name == 'ann' | join (People | where Name == 'ann') on Name";
    const [row = []] = await rows(await asked(text));
    const taken = row.includes(443) ? 443n : 22n;
    const joined = async (Port: bigint) => (await story(text, { Port }, "Visits")).at(-1);
    expect([await joined(taken), await joined(taken === 22n ? 443n : 22n)]).toEqual(["join: 1", "join: 0"]);
  });
});
