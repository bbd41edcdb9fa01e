import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openWorkspace, type Workspace } from "../../main.js";
import { errorOf, warningsOf } from "../../search/query-error.js";
import { runQuery } from "../../search/run-query.js";
import { failureOf, temporaryFolder } from "../../store/testing/temporary-store.js";
import { deleteWatchlist } from "./delete-watchlist.js";
import { loadWatchlist } from "./load-watchlists.js";

let folder: ReturnType<typeof temporaryFolder>;
let workspace: Workspace;
let hour = 0;

beforeEach(async () => {
  folder = temporaryFolder();
  workspace = await openWorkspace({ workspace: join(folder.path, "workspace") });
});
afterEach(async () => {
  await workspace.close();
  folder.remove();
});

async function load(name: string, text: string, described = "", said = {}) {
  const path = join(folder.path, `${name}.csv`);
  writeFileSync(path, text);
  rmSync(join(folder.path, `${name}.yaml`), { force: true });
  if (described !== "") writeFileSync(join(folder.path, `${name}.yaml`), described);
  const now = new Date(Date.UTC(2026, 0, 1, hour++));
  const loaded = await loadWatchlist(workspace.store, path, { now, ids: workspace.ids, said });
  await workspace.watchlists.refresh(workspace.store);
  return loaded;
}

const ticks = (time: string) => BigInt(Date.parse(time)) * 10_000n;

async function rowsOf(text: string, more: object = {}): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  for await (const row of (await runQuery(workspace.store, { text, now: 0n, ...more })).rows)
    rows.push(JSON.parse(row));
  return rows;
}

const people =
  '\uFEFFUser Principal Name,"Notes, ""all""",Score\r\nann@x.example,"two\nlines ""q""",1\r\n' +
  "BOB@x.example,plain,02\r\n,nobody,3\r\nann@x.example,again,4\r\n";

test("items are the rows of the file, all columns strings, whatever the query's window is", async () => {
  const loaded = await load("people", people, "alias: VIPs\nsearchKey: User Principal Name\n");
  expect(loaded).toEqual({
    ...{ alias: "VIPs", items: 3, created: 3, updated: 0, deleted: 0 },
    ...{ skipped: 1, skippedLines: [5], unchanged: false },
  });
  const query = "_GetWatchlist('vips') | project-away _DTItemId | sort by Score asc";
  expect(await rowsOf(query, { timeScope: { from: 0n, to: 1n } })).toEqual([
    [expect.stringMatching(/^2026-01-01T/), "BOB@x.example", "BOB@x.example", "plain", "02"],
    [expect.anything(), "ann@x.example", "ann@x.example", 'two\nlines "q"', "1"],
    [expect.anything(), "ann@x.example", "ann@x.example", "again", "4"],
  ]);
  expect(await rowsOf("_GetWatchlistAlias")).toEqual([["VIPs"]]);
});

test("a file that changed replaces the items, the same file stores nothing, and the history stays", async () => {
  await load("people", "k,v\na,1\nb,2\n");
  expect(await load("people", "k,v\na,1\nb,2\n")).toMatchObject({ unchanged: true });
  await load("people", "k,v,w\na,1,x\nc,3\n");
  expect(await rowsOf("_GetWatchlist('people') | project SearchKey, v, w | sort by SearchKey asc")).toEqual([
    ["a", "1", "x"],
    ["c", "3", ""],
  ]);
  const history =
    "Watchlist | where _DTItemType has 'item' | summarize count() by _DTItemStatus | sort by _DTItemStatus asc";
  expect(await rowsOf(history)).toEqual([
    ["Create", 3],
    ["Delete", 1],
    ["Update", 1],
  ]);
  await load("people", "k,v\n");
  expect(await rowsOf("_GetWatchlist('PEOPLE')")).toEqual([]);
});

test("an item is the same item while its search key is, and the first time that it was created stays", async () => {
  await load("people", "k,v\na,1\na,2\nb,3\n");
  expect(await load("people", "v,k\n3,b\n1,a\n2,a\n", "", { searchKey: "k" })).toMatchObject({
    updated: 3,
    created: 0,
  });
  expect(await load("people", "v,k\n3,b\n1,a\n9,a\n", "", { searchKey: "k" })).toMatchObject({
    ...{ created: 0, updated: 1, deleted: 0 },
  });
  const last = 'Watchlist | where _DTItemStatus == "Update" | top 1 by _DTTimestamp';
  expect(
    await rowsOf(`${last} | project CreatedTimeUTC < LastUpdatedTimeUTC, SearchKey, tostring(WatchlistItem.v)`),
  ).toEqual([[true, "a", "9"]]);
});

test("items end when their column says so, for queries as of a later time", async () => {
  await load("leave", "k,until\na,2026-02-01\nb,\nc,2026-03-01T12:00:00Z\n", "", { expires: "until" });
  const at = async (time: string) =>
    (await rowsOf("_GetWatchlist('leave') | project SearchKey | sort by SearchKey asc", { now: ticks(time) })).flat();
  expect(await at("2026-01-31T23:59:59Z")).toEqual(["a", "b", "c"]);
  expect(await at("2026-02-01T00:00:00Z")).toEqual(["b", "c"]);
  expect(await at("2026-03-01T12:00:00Z")).toEqual(["b"]);
  expect(await load("leave", "k,until\na,2027-02-01\nb,\nc,\n", "", { expires: "until" })).toMatchObject({
    updated: 2,
  });
  expect(await at("2026-12-01T00:00:00Z")).toEqual(["a", "b", "c"]);
});

test("a list that is deleted is known no more, and comes back with its file", async () => {
  await load("gone", "k\na\n");
  await deleteWatchlist(workspace.store, "GONE", new Date(Date.UTC(2026, 0, 1, hour++)));
  await workspace.watchlists.refresh(workspace.store);
  expect(workspace.watchlists.aliases).toEqual([]);
  expect(await rowsOf("_GetWatchlistAlias")).toEqual([]);
  expect(await load("gone", "k\na\n")).toMatchObject({ created: 1, unchanged: false });
  expect(await rowsOf("_GetWatchlistAlias", { timeScope: { from: 0n, to: 1n } })).toEqual([["gone"]]);
  expect(await rowsOf("_GetWatchlist('gone') | project k")).toEqual([["a"]]);
});

test("formulas, control characters and quotes in items stay what they are", async () => {
  const cells = ["=HYPERLINK(1)", "\u001b[31mred", 'a "quote" \\', '{"x":1}', "'; DROP TABLE Watchlist; --"];
  const text = `k,"v\\"${'""'}"\n`.replace('\\"', "\\");
  await load("odd", text + cells.map((cell, index) => `${index},"${cell.replaceAll('"', '""')}"`).join("\r\n"));
  const rows = await rowsOf(
    "_GetWatchlist('odd') | project-away _DTItemId, LastUpdatedTimeUTC, SearchKey | sort by k asc",
  );
  expect(rows).toEqual(cells.map((cell, index) => [`${index}`, cell]));
});

test("a list that Sentinel exported reads the same", async () => {
  await workspace.store.ensureTable("Watchlist", workspace.store.schema().table("Watchlist")?.columns ?? []);
  const row = (id: string, status: string, time: string, key: string) =>
    `('2026-01-01 00:00:00', '${id}', '${status}', 'watchlist-item', '${time}', 'Nets', '${key}', '{"Range":"${key}"}')`;
  await workspace.store.command(
    "INSERT INTO Watchlist (TimeGenerated, _DTItemId, _DTItemStatus, _DTItemType, _DTTimestamp, WatchlistAlias, SearchKey," +
      ` WatchlistItem) VALUES ${row("1", "Create", "2026-01-01T01:00:00Z", "old")}, ${row("1", "Update", "2026-01-01T02:00:00Z", "new")},` +
      ` ${row("2", "Create", "2026-01-01T01:00:00Z", "gone")}, ${row("2", "Delete", "2026-01-01T03:00:00Z", "gone")}`,
  );
  await workspace.watchlists.refresh(workspace.store);
  expect(await rowsOf("_GetWatchlist('nets') | project SearchKey, Range")).toEqual([["new", "new"]]);
});

test("one that nobody has loaded is empty with a warning, and an error where that is asked for", async () => {
  const asked = async (text: string, strict = false) =>
    (await runQuery(workspace.store, { text, now: 0n, strict })).compilation;
  const template = await asked("_GetWatchlist('vipusers') | project SearchKey, ['User Principal Name']");
  expect(warningsOf(template)).toMatchObject([{ code: "unknown-watchlist", line: 1, column: 15 }]);
  expect(errorOf(await asked("_GetWatchlist('none')", true))).toMatchObject({ code: "unknown-watchlist" });
  expect(
    errorOf(
      await asked(
        "print x = 'a' | join kind=inner _GetWatchlist(strcat('a', tostring(rand()))) on $left.x == $right.SearchKey",
      ),
    ),
  ).toMatchObject({
    code: "not-constant",
  });
});

test("files that make no watchlist are refused", async () => {
  const refused = async (text: string, described = "") => (await failureOf(load("bad", text, described))).message;
  expect(await refused("a,b,a\n")).toMatch(/the header has the column a twice/);
  expect(await refused("a,SearchKey\n")).toMatch(/SearchKey is a column that every watchlist has/);
  expect(await refused("a,\n")).toMatch(/a column without a name/);
  expect(await refused("a,b\n", "searchKey: c\n")).toMatch(/the search key c is none of its columns/);
  expect(await refused("a,b\n", "[")).toMatch(/it is not YAML/);
  expect(await refused("a,b\r1,2\r")).toMatch(/a carriage return alone/);
  expect(await refused('"a"b,c\n')).toMatch(/text after a closing quote/);
  expect(await refused('k,v\nx,"two\nlines"\ny,1,2\n')).toMatch(/bad.csv:4: expected 2 fields, as in the header/);
  expect(await refused('k,v\nx,1\ny,"never closed\n')).toMatch(/bad.csv:3: expected a closing quote/);
  expect(await refused("k,until\nx,soon\n", "expires: until")).toMatch(/bad.csv:2: expected a date and time in until/);
  expect(await refused("k,v\n", "expires: until")).toMatch(/until, which should say when an item ends, is none/);
});

test("the folder of a workspace is found again when it is opened", async () => {
  await load("people", "k,v\na,1\n");
  await workspace.close();
  mkdirSync(join(folder.path, "workspace", "functions"));
  writeFileSync(join(folder.path, "workspace", "functions", "Listed.kql"), "_GetWatchlist('people') | project v");
  workspace = await openWorkspace({ workspace: join(folder.path, "workspace") });
  expect(await rowsOf("Listed")).toEqual([["1"]]);
});
