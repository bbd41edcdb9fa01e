import { afterAll, beforeAll, expect, test } from "vitest";
import type { Compilation, Exclusion } from "./compilation.js";
import { compile } from "./compile.js";
import { printDiagnostic } from "./diagnostics/diagnostic.js";
import { engine } from "./functions/testing/evaluate.js";
import type { WorkspaceSchema } from "./schema/schema.js";
import { caseSchema, caseTables } from "./testing/case-tables.js";
import { compiled, rowsOf } from "./testing/run.js";

const clickHouse = await engine();
const people = "People | project Name, Score, Active, Details";
const watchlist = `CREATE TABLE Watchlist (\`TimeGenerated\` DateTime64(7, 'UTC'), \`WatchlistAlias\` String, \`_DTItemType\` String,
  \`_DTItemId\` String, \`_DTTimestamp\` DateTime64(7, 'UTC'), \`_DTItemStatus\` String, \`LastUpdatedTimeUTC\` DateTime64(7, 'UTC'),
  \`SearchKey\` String, \`WatchlistItem\` String, \`TimeToLive\` Nullable(DateTime64(7, 'UTC')), \`Provider\` String) ENGINE = MergeTree ORDER BY TimeGenerated`;
const columns = (names: readonly string[], type: "string" | "datetime" | "dynamic") =>
  names.map((name) => ({ name, type }));

/** The tables of the case files, and a watchlist `known` whose one item is Bob. */
const schema: WorkspaceSchema = {
  ...caseSchema,
  table: (name) => (name === "Watchlist" ? watchlists : caseSchema.table(name)),
  tableNames: [...caseSchema.tableNames, "Watchlist"],
  watchlist: (alias) => (alias === "known" ? { alias, columns: ["Who"] } : undefined),
  watchlistAliases: ["known"],
};
const watchlists = {
  name: "Watchlist",
  timeScoped: false,
  columns: [
    ...columns(["TimeGenerated", "_DTTimestamp", "LastUpdatedTimeUTC", "TimeToLive"], "datetime"),
    ...columns(["WatchlistAlias", "_DTItemType", "_DTItemId", "_DTItemStatus", "SearchKey", "Provider"], "string"),
    ...columns(["WatchlistItem"], "dynamic"),
  ],
};

beforeAll(async () => {
  for (const statement of [...caseTables, watchlist]) await clickHouse.run(statement);
  const day = "'2020-01-01 00:00:00'";
  await clickHouse.run(
    `INSERT INTO Watchlist VALUES (${day}, 'known', 'watchlist-item', 'i1', ${day}, 'Create', ${day}, 'Bob', '{"Who":"Bob"}', NULL, '')`,
  );
});

afterAll(() => clickHouse.close());

interface Outcome {
  readonly rows: readonly string[];
  readonly told: readonly string[];
  readonly problems: readonly string[];
  readonly compilation: Compilation;
}

/** Runs a query with exclusions; rows as they are without the cell that tells of others. */
async function run(query: string, ...conditions: readonly (string | Partial<Exclusion>)[]): Promise<Outcome> {
  const exclusions = conditions.map((one, index) => ({
    text: "",
    sourceName: `exception ${index}`,
    subjects: [],
    ...(typeof one === "string" ? { text: one } : one),
  }));
  const compilation = await compiled(clickHouse, { text: query, schema, now: 17_673_984_000_000_000n, exclusions });
  expect(compilation.diagnostics.filter(({ severity }) => severity === "error")).toEqual([]);
  const lines = await rowsOf(clickHouse, compilation);
  const inForce = (compilation.exclusions ?? []).some((one) => one.inForce);
  const problems = (compilation.exclusions ?? []).flatMap(({ diagnostics }) => diagnostics.map(printDiagnostic));
  return {
    rows: inForce
      ? lines.filter((line) => line.endsWith(",null]")).map((line) => line.replace(/,null\]$/, "]"))
      : lines,
    told: inForce ? lines.flatMap((line) => /,(\[\d+,\[.*\])\]$/.exec(line)?.[1] ?? []) : [],
    problems,
    compilation,
  };
}

test("rows that meet a condition are left out, and told of with their values", async () => {
  const { rows, told, problems } = await run(`${people} | sort by Name asc`, 'Name == "ann" or Score == 3.0');
  expect(problems).toEqual([]);
  expect(rows).toEqual(['["Bob",null,false,{"team":"blue","tags":[],"n":"9"}]', '["Zoë","NaN",true,["x",{"y":null}]]']);
  expect(told).toEqual([expect.stringMatching(/^\[2,\[2,\[/)]);
  expect(new Set(JSON.parse(told[0] ?? "")[1][1])).toEqual(new Set(['["ann","1.5"]', '["","3.0"]']));
});

test("each exclusion counts what it met, and the whole counts each row once", async () => {
  const subjects = [["Name"], ["Active", "Nobody"], ["Nothing"]];
  const { rows, told, compilation } = await run(
    people,
    { text: "Active", subjects },
    'Name in ("ann", "Bob")',
    "Active and false",
  );
  expect(rows).toHaveLength(1);
  expect(compilation.exclusions?.map((one) => one.subjects)).toEqual([
    [["Name"], ["Active"]],
    [["Name"]],
    [["Active"]],
  ]);
  const [total, first, second, third] = JSON.parse(told[0] ?? "");
  expect([total, first[0], second[0], third]).toEqual([3, 2, 2, [0, []]]);
  expect(new Set(first[1])).toEqual(new Set(['["ann"]', '["Zoë"]']));
  expect(first[2]).toEqual(['["True"]']);
});

test("a condition that meets nothing changes neither columns nor rows nor their order", async () => {
  const query = "People | union Visits | summarize n = count(), any = make_set(Code) by Name | sort by Name desc";
  const plain = await run(query);
  const excluded = await run(query, 'Name == "nobody"');
  expect(excluded.rows).toEqual(plain.rows);
  expect(excluded.told).toEqual([]);
  expect(excluded.compilation.columns).toEqual(plain.compilation.columns);
});

test.each([
  ["let T = People; let n = 1; T | where Id > n;", "Id == 2"],
  ["// all\nset notruncation;\nPeople | where Id > 1 // those | that count;", "Id == 2"],
  ["People | where Id > 1 | take 10 | sort by Id asc;\n// end", "Id == 2 // no more"],
  ["declare query_parameters(n: long = 1); People | where Id > n", "Id == 2"],
  ["let f = (x: long) { People | where Id > x }; f(1)", "```2``` == tostring(Id)"],
])("%j is a text of its own", async (query, condition) => {
  expect((await run(query)).rows).toHaveLength(2);
  const { rows, told } = await run(query, condition);
  expect(rows).toHaveLength(1);
  expect(rows[0]).toContain("Zoë");
  expect(JSON.parse(told[0] ?? "")[0]).toBe(1);
});

test("what a row does not have meets no condition", async () => {
  const { rows } = await run(people, "Score > 0 or Score <= 0");
  expect(rows.map((row) => row.slice(0, 7))).toEqual(['["Bob",', '["Zoë",']);
});

test("a watchlist can be asked", async () => {
  const { rows, told, problems, compilation } = await run(people, 'Name in ((_GetWatchlist("known") | project Who))');
  expect(problems).toEqual([]);
  expect(rows).toHaveLength(3);
  expect(told).toEqual(['[1,[1,["[\\"Bob\\"]"]]]']);
  expect(compilation.tables).toEqual(["People", "Watchlist"]);
});

test("a watchlist that comes later is known then, in a condition and in a query", async () => {
  const condition = 'Name in ((_GetWatchlist("later") | project Who))';
  const query = `${people} | where ${condition}`;
  const lists: Record<string, { alias: string; columns: string[] }> = {};
  const growing: WorkspaceSchema = Object.create(schema, {
    watchlist: { value: (alias: string) => lists[alias] },
    watchlistAliases: { get: () => Object.keys(lists) },
  });
  const outcome = () => {
    const exclusions = [{ text: condition, sourceName: "exception", subjects: [] }];
    const { exclusions: found = [] } = compile({ text: people, schema: growing, now: 0n, exclusions });
    const { diagnostics } = compile({ text: query, schema: growing, now: 0n });
    return [found[0]?.inForce, diagnostics.length > 0];
  };
  expect(outcome()).toEqual([false, true]);
  lists["later"] = { alias: "later", columns: ["Who"] };
  expect(outcome()).toEqual([true, false]);
});

test("conditions that the engine has no form for are answered outside", async () => {
  const query = "People | project Name, Where = geo_point_to_s2cell(10.0, 50.0, 4)";
  const { rows, problems } = await run(query, 'geo_s2cell_to_central_point(Where).type == "Point" and Name == "ann"');
  expect(problems).toEqual([]);
  expect(rows).toHaveLength(3);
});

test.each<readonly [string, RegExp]>([
  ["Nobody == 1", /^error\[unknown-column\]: there is no column `Nobody` here[\s\S]*line 1, column 1\n[\s\S]*\^{6}/],
  ["Name == 'a'\n  and Score > 'x'", /^error\[KS\d+\][\s\S]*line 2, column \d+\n/],
  ["Name", /^error\[(KS\d+|type-mismatch)\]/],
  ["", /^error\[/],
  ["true | take 1", /^error\[/],
  ["true) | union Visits | where (true", /^error\[/],
  ["true) or (true", /^error\[syntax-error\]: a condition is one expression over the columns of the result/],
  ["true); Visits | where (true", /^error\[/],
  ["true; true", /^error\[/],
  ["true;", /^error\[/],
  ["(true", /^error\[/],
  ["true)", /^error\[/],
  ["Name == 'ann", /^error\[/],
  ["Name == ```ann", /^error\[/],
  ["let x = 1; true", /^error\[/],
  ["Name in ((Visits | project Name))", /^error\[unknown-table\]/],
  ["Name in ((rows_of_the_result | project Name))", /^error\[unknown-table\]/],
  ["Name in ((table('Visits') | project Name))", /^error\[/],
  ["Name in ((database('cases').Visits | project Name))", /^error\[/],
  ["toscalar(People | count) > 0", /^error\[unknown-table\]/],
  ["Name in ((find in (Visits) where true | project source_))", /^error\[/],
  ["Name in ((externaldata(x: string)['https://contoso.example/x.csv']))", /^error\[/],
  ['Name !in ((_GetWatchlist("gone") | project SearchKey))', /^error\[unknown-watchlist\]/],
  ["prev(Name) == 'ann'", /^error\[unsupported-function\]/],
  ["count() > 1", /^error\[/],
  ["Name matches regex '('", /^error\[/],
])("%j is left out and told, and the rows are as they were", async (condition, message) => {
  const plain = await run(people);
  const { rows, told, problems } = await run(people, condition, 'Name == "ann"');
  expect(problems.join("\n")).toMatch(message);
  expect(told).toEqual(['[1,[1,["[\\"ann\\"]"]]]']);
  expect(new Set(rows)).toEqual(new Set(plain.rows.filter((row) => !row.includes('"ann"'))));
});

test.each(["Name in ((union * | project Name))", "Name in ((search 'ann' | project Name))"])(
  "%j reads no table",
  async (condition) => {
    const { rows, compilation } = await run(people, condition);
    expect(rows).toHaveLength(4);
    expect(compilation.tables).toEqual(["People"]);
  },
);

test("a query with a part that is computed once keeps that part apart from its own result", async () => {
  const query =
    "let all = materialize(People | project Name, Score); all | where Score > 1 | join kind=inner (all) on Name | project Name";
  const whole = (await run(query)).rows;
  const without = await run(query, "Name == 'ann'");
  expect(without.problems).toEqual([]);
  expect(without.rows.length).toBeLessThan(whole.length);
  expect(without.rows).toEqual(whole.filter((row) => !row.includes("ann")));
});
