import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contentFolder } from "../platform/content.js";
import { runQuery } from "../search/run-query.js";
import { quoteName } from "../store/quoting.js";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { shippedFunctions } from "./shipped-functions.js";

/** Rows of a table, and the fields that a parser makes of them, row by row. */
interface Scenario {
  readonly parser: string;
  readonly table: string;
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly expect: readonly Readonly<Record<string, unknown>>[];
}

const folder = fileURLToPath(new URL("scenarios/", import.meta.url));
const functions = shippedFunctions(join(contentFolder(), "functions"));

let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, close } = await temporaryStore({ names: functions }));
});
afterAll(() => close());

let day = 0;

/** Stores the rows of a scenario on a day of their own, a minute apart. */
async function load({ table, rows }: Scenario): Promise<string> {
  const date = new Date(Date.UTC(2025, 0, ++day)).toISOString().slice(0, 10);
  const columns = store.schema().table(table)?.columns ?? [];
  await store.ensureTable(table, columns);
  const dynamic = new Set(columns.filter(({ type }) => type === "dynamic").map(({ name }) => name));
  for (const [index, row] of rows.entries()) {
    const cells = Object.entries({ TimeGenerated: `${date} 00:0${index}:00`, ...row }).map(
      ([name, value]) => [name, dynamic.has(name) ? JSON.stringify(value) : value] as const,
    );
    const names = cells.map(([name]) => quoteName(name)).join(", ");
    const values = JSON.stringify(Object.fromEntries(cells));
    await store.command(`INSERT INTO ${quoteName(table)} (${names}) FORMAT JSONEachRow ${values}`);
  }
  return date;
}

async function rowsOf(text: string): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const found: Readonly<Record<string, unknown>>[] = [];
  const { compilation, rows } = await runQuery(store, { text, now: 0n });
  expect(compilation.diagnostics).toEqual([]);
  for await (const row of rows) {
    const cells: readonly unknown[] = JSON.parse(row);
    found.push(Object.fromEntries(compilation.columns.map(({ name }, index) => [name, cells[index]])));
  }
  return found;
}

const seen = new Set<string>();

describe.each(readdirSync(folder))("%s", (file) => {
  const scenarios: readonly Scenario[] = JSON.parse(readFileSync(join(folder, file), "utf8"));
  test.each(scenarios.map((scenario) => [scenario.parser, scenario] as const))("%s", async (parser, scenario) => {
    const date = await load(scenario);
    seen.add(parser);
    const window = `starttime = datetime(${date}), endtime = datetime(${date}) + 23h`;
    const found = await rowsOf(`${parser}(${window}) | sort by TimeGenerated asc`);
    const chosen = found.map((row, index) =>
      Object.fromEntries(Object.keys(scenario.expect[index] ?? row).map((field) => [field, row[field]])),
    );
    expect(chosen).toEqual(scenario.expect);
    expect(await rowsOf(`${parser}(${window}, disabled = true)`)).toEqual([]);
  });
});

test("every parser has a scenario", () => {
  const parsers = functions.functionNames.filter((name) => name.startsWith("vim") && !name.endsWith("Empty"));
  expect(parsers.filter((name) => !seen.has(name))).toEqual([]);
});

test("filters leave in what they name, of all sources at once", async () => {
  const count = async (query: string) => (await rowsOf(`${query} | summarize n = count(), Types = make_set(Type)`))[0];
  expect(
    await count("_Im_NetworkSession(ipaddr_has_any_prefix = dynamic(['198.51.100.']), eventresult = 'Failure')"),
  ).toEqual({
    n: 1,
    Types: ["AWSVPCFlow"],
  });
  expect(await count("imNetworkSession(dstportnumber = 445, hostname_has_any = dynamic(['pc1']))")).toEqual({
    n: 1,
    Types: ["DeviceNetworkEvents"],
  });
  expect(
    await count("_Im_Authentication(username_has_any = dynamic(['guest']), eventtype_in = dynamic(['logon']))"),
  ).toEqual({
    n: 2,
    Types: ["Syslog"],
  });
  expect(await count("imProcessCreate(commandline_has_all = dynamic(['cmd', 'whoami']))")).toMatchObject({ n: 2 });
  expect(await count("_Im_ProcessTerminate")).toMatchObject({ n: 1, Types: ["SecurityEvent"] });
  expect(await count("imDns(domain_has_any = dynamic(['evil.example']), responsecodename = 'nxdomain')")).toEqual({
    n: 1,
    Types: ["DnsEvents"],
  });
  expect(
    await count("_Im_WebSession(url_has_any = dynamic(['shop.example']), eventresultdetails_in = dynamic(['403']))"),
  ).toEqual({
    n: 1,
    Types: ["CommonSecurityLog"],
  });
  expect(await count("_ASim_UserManagement | where EventType == 'UserAddedToGroup'")).toMatchObject({ n: 4 });
});
