import { join } from "node:path";
import { compile, kqlTypes } from "@calypso/kql";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contentFolder } from "../platform/content.js";
import { runQuery } from "../search/run-query.js";
import { openEmbeddedStore } from "./open.js";
import { shippedTables } from "./shipped-tables.js";
import type { Store } from "./store.js";
import { failureOf, linesOfSelect, temporaryFolder, testContext } from "./testing/temporary-store.js";

const folder = temporaryFolder();
let store: Store;

beforeEach(async () => {
  store = await openEmbeddedStore(testContext(folder.path), join(folder.path, "workspace"));
});
afterEach(async () => {
  await store.close();
  folder.remove();
});

async function reopen(): Promise<void> {
  await store.close();
  store = await openEmbeddedStore(testContext(folder.path), join(folder.path, "workspace"));
}

describe("the shipped tables", () => {
  const shipped = shippedTables(join(contentFolder(), "tables"));

  test("all have columns of KQL types, each name once", () => {
    expect(shipped.names.length).toBeGreaterThan(800);
    for (const name of shipped.names) {
      const columns = shipped.columns(name) ?? [];
      expect(columns.length, name).toBeGreaterThan(0);
      expect(columns[0], name).toEqual({ name: "TimeGenerated", type: "datetime" });
      expect(
        columns.every((column) => kqlTypes.includes(column.type)),
        name,
      ).toBe(true);
      expect(new Set(columns.map((column) => column.name)).size, name).toBe(columns.length);
    }
  });

  test("name columns that they have for each form of their own", () => {
    const formed = shipped.names.filter((name) => shipped.forms(name).indexed.length > 0);
    expect(formed).toContain("SecurityEvent");
    for (const name of shipped.names) {
      const forms = shipped.forms(name);
      const own = forms.fewValues.filter((column) => !shipped.forms("constructor").fewValues.includes(column));
      const properties = Object.values(forms.properties).flat();
      const columns = shipped.columns(name) ?? [];
      const strings = columns.filter(({ type }) => type === "string").map((column) => column.name);
      expect(strings, name).toEqual(expect.arrayContaining([...forms.indexed, ...own]));
      expect(forms.indexed.filter((column) => forms.fewValues.includes(column))).toEqual([]);
      const holders = columns
        .filter(({ type }) => type === "dynamic" || type === "string")
        .map((column) => column.name);
      expect(holders, name).toEqual(expect.arrayContaining(properties.map((property) => property.split("/")[0])));
    }
  });

  test("are found by their exact name", () => {
    expect(shipped.columns("signinlogs")).toBeUndefined();
    expect(shipped.columns('":{')).toBeUndefined();
    expect(shipped.columns("toString")).toBeUndefined();
    expect(shipped.forms("constructor").indexed).toEqual([]);
  });
});

describe("the schema", () => {
  test("tells the compiler what a stored table looks like, before and after it is made", async () => {
    const before = store.schema().table("SecurityEvent");
    await store.ensureTable("SecurityEvent", []);
    expect(store.schema().table("SecurityEvent")).toEqual(before);
    await reopen();
    expect(store.schema().table("SecurityEvent")).toEqual(before);
    expect(before).toMatchObject({
      name: "SecurityEvent",
      notNull: ["TimeGenerated", "_TimeReceived"],
      ingestionTime: "_IngestionTime",
      timeScoped: true,
    });
    expect(before?.indexed).toContain("CommandLine");
    await store.ensureTable("SigninLogs", []);
    const signIns = store.schema().table("SigninLogs");
    await reopen();
    expect(store.schema().table("SigninLogs")).toEqual(signIns);
    expect(signIns?.properties).toContainEqual({ column: "Status", path: ["errorCode"], stored: "Status/errorCode" });
    expect(before?.hidden?.map((column) => column.name)).toContain("_ItemId");
    expect(store.schema().table("NoSuchTable")).toBeUndefined();
  });

  test("is the same object until a table changes", async () => {
    const before = store.schema();
    expect(store.schema()).toBe(before);
    await store.ensureTable("Own_CL", [{ name: "a", type: "long" }]);
    expect(store.schema()).not.toBe(before);
    expect(before.table("Own_CL")).toBeUndefined();
    expect(store.schema().tableNames).toContain("Own_CL");
  });
});

describe("a stored table", () => {
  test("fills in what the workspace knows of a row", async () => {
    await store.ensureTable("SigninLogs", []);
    await store.command(
      "INSERT INTO SigninLogs (TimeGenerated) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC') FROM numbers(2)",
    );
    const select =
      "SELECT Type, uniqExact(_ItemId), min(_TimeReceived) > '2020-01-01', min(_IngestionTime) >= min(_TimeReceived) - 1 FROM SigninLogs GROUP BY Type";
    expect(await linesOfSelect(store, select)).toEqual(["SigninLogs\t2\t1\t1"]);
  });

  test("takes dates of any age in one batch, in few parts", async () => {
    await store.ensureTable("Own_CL", [{ name: "TimeGenerated", type: "datetime" }]);
    await store.command(
      "INSERT INTO Own_CL (TimeGenerated) SELECT addMonths(toDateTime64('0001-01-01 00:00:00', 7, 'UTC'), number) FROM numbers(119988)",
    );
    expect(
      await linesOfSelect(store, "SELECT count(), max(TimeGenerated), uniqExact(_partition_id) <= 1202 FROM Own_CL"),
    ).toEqual(["119988\t9999-12-01 00:00:00.0000000\t1"]);
  });

  test("keeps columns of few values and properties in columns of their own", async () => {
    await store.ensureTable("SigninLogs", []);
    await store.command(
      `INSERT INTO SigninLogs (TimeGenerated, ResultType, Status) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC'), '50126', '{"errorCode":50126,"failureReason":"Other."}'`,
    );
    const select =
      "SELECT toTypeName(ResultType), toTypeName(IPAddress), `Status/errorCode`, `Status/failureReason` FROM SigninLogs";
    expect(await linesOfSelect(store, select)).toEqual(['LowCardinality(String)\tString\t50126\t"Other."']);
  });

  test("that was made without such forms is read, filled and grown as it is", async () => {
    await store.command(
      "CREATE TABLE SigninLogs (TimeGenerated DateTime64(7, 'UTC') COMMENT 'datetime', ResultType String COMMENT 'string'," +
        " Status String COMMENT 'dynamic', `Status/errorCode` String DEFAULT 'old' COMMENT 'property-0')" +
        " ENGINE = MergeTree ORDER BY TimeGenerated COMMENT 'log'",
    );
    await reopen();
    await store.ensureTable("SigninLogs", [{ name: "Category", type: "string" }]);
    await store.command(
      `INSERT INTO SigninLogs (TimeGenerated, Status, Category) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC'), '{"errorCode":7}', 'c'`,
    );
    await reopen();
    const text = "SigninLogs | project Status.errorCode, Category, ResultType";
    const { rowsSql = "", diagnostics } = compile({ text, schema: store.schema(), now: 0n });
    expect(diagnostics).toEqual([]);
    expect(await linesOfSelect(store, rowsSql)).toEqual(['[7,"c",""]']);
    expect(await linesOfSelect(store, "SELECT toTypeName(ResultType), toTypeName(Category) FROM SigninLogs")).toEqual([
      "String\tLowCardinality(String)",
    ]);
  });

  test("answers word searches from its text index", async () => {
    await store.ensureTable("Syslog", []);
    await store.command(
      "INSERT INTO Syslog (TimeGenerated, SyslogMessage) SELECT toDateTime64('2026-10-14 03:00:00', 7, 'UTC'), concat('user', toString(number), ' –Mimikatz“') FROM numbers(100000)",
    );
    const form =
      "if(isValidASCII(s.`SyslogMessage`), lower(s.`SyslogMessage`), lowerUTF8(replaceRegexpAll(s.`SyslogMessage`, '[^\\\\p{L}\\\\p{N}\\\\x00-\\\\x7F]', ' ')))";
    expect(await linesOfSelect(store, `SELECT count() FROM Syslog AS s WHERE hasToken(${form}, 'mimikatz')`)).toEqual([
      "100000",
    ]);
    const explain = `EXPLAIN indexes = 1 SELECT count() FROM Syslog AS s WHERE hasToken(${form}, 'user77')`;
    const plan = (await linesOfSelect(store, explain)).filter((line) => line.includes("ix_SyslogMessage"));
    expect(plan.length).toBeGreaterThan(0);
  });

  test("takes the schema of its first data and grows, also while others ask for it", async () => {
    await store.ensureTable("Own_CL", [{ name: "a", type: "long" }]);
    await Promise.all([
      store.ensureTable("Own_CL", [{ name: "b `\\'", type: "dynamic" }]),
      store.ensureTable("Own_CL", [{ name: "c", type: "timespan" }]),
      store.ensureTable("Own_CL", [{ name: "c", type: "timespan" }]),
    ]);
    const columns = [
      { name: "a", type: "long" },
      { name: "b `\\'", type: "dynamic" },
      { name: "c", type: "timespan" },
    ];
    expect(store.schema().table("Own_CL")?.columns).toEqual(columns);
    await reopen();
    expect(store.schema().table("Own_CL")?.columns).toEqual(columns);
  });

  test("holds narrower values, and refuses a type that its column cannot hold", async () => {
    await store.ensureTable("Own_CL", [
      { name: "text", type: "string" },
      { name: "count", type: "long" },
      { name: "share", type: "real" },
    ]);
    await store.ensureTable("Own_CL", [
      { name: "text", type: "datetime" },
      { name: "count", type: "int" },
      { name: "share", type: "long" },
    ]);
    expect(await failureOf(store.ensureTable("Own_CL", [{ name: "count", type: "string" }]))).toEqual({
      code: "column-conflict",
      message: "column count of table Own_CL is long, and the data has it as string",
    });
  });
});

test("a column goes by its name in advanced hunting too, and only where a query says it", async () => {
  await store.ensureTable("DeviceEvents", store.schema().table("DeviceEvents")?.columns ?? []);
  await store.command("INSERT INTO DeviceEvents (TimeGenerated, DeviceName) VALUES ('2026-01-02 03:04:05', 'pc1')");
  const rowsOf = async (text: string) => {
    const { compilation, rows } = await runQuery(store, { text, now: 0n });
    const found: unknown[] = [];
    for await (const row of rows) found.push(JSON.parse(row));
    return { names: compilation.columns.map(({ name }) => name), rows: found };
  };
  expect(await rowsOf("DeviceEvents | where Timestamp > datetime(2026-01-02) | project Timestamp, DeviceName")).toEqual(
    {
      names: ["Timestamp", "DeviceName"],
      rows: [["2026-01-02T03:04:05.0000000Z", "pc1"]],
    },
  );
  expect((await rowsOf("DeviceEvents")).names).not.toContain("Timestamp");
  expect((await rowsOf("SecurityEvent | where Timestamp > ago(1d)")).rows).toEqual([]);
  await store.ensureTable("DeviceEvents", [{ name: "Timestamp", type: "datetime" }]);
  await store.command("INSERT INTO DeviceEvents (TimeGenerated, Timestamp) VALUES ('2026-01-03', '2026-01-01')");
  expect((await rowsOf("DeviceEvents")).names).toContain("Timestamp");
  expect((await rowsOf("DeviceEvents | sort by TimeGenerated asc | project Timestamp")).rows).toEqual([
    ["2026-01-02T03:04:05.0000000Z"],
    ["2026-01-01T00:00:00.0000000Z"],
  ]);
  await store.ensureTable("DeviceFileEvents", [{ name: "Timestamp", type: "string" }]);
  await store.command("INSERT INTO DeviceFileEvents (TimeGenerated) VALUES ('2026-01-03')");
  expect((await rowsOf("DeviceFileEvents | project Timestamp")).rows).toEqual([[""]]);
});

test("a table that is dropped is as it ships, or not at all, also after it is opened again", async () => {
  await store.ensureTable("Syslog", [{ name: "Own", type: "string" }]);
  await store.ensureTable("Own_CL", [{ name: "A", type: "long" }]);
  for (const name of ["Syslog", "Own_CL", "NeverMade"]) await store.dropTable(name);
  const seen = () => [
    store.schema().filledTables,
    store.schema().table("Own_CL"),
    store
      .schema()
      .table("Syslog")
      ?.columns.some(({ name }) => name === "Own"),
  ];
  expect(seen()).toEqual([[], undefined, false]);
  await reopen();
  expect(seen()).toEqual([[], undefined, false]);
});

test("a table that is dropped and comes back has no rows and no columns of before, whatever was done to it", async () => {
  const own = { name: "Own", type: "string" } as const;
  const columnsOf = (table: string) =>
    linesOfSelect(store, `SELECT name FROM system.columns WHERE table = '${table}' AND name = 'Own'`);
  const fill = () => store.command("INSERT INTO Syslog (TimeGenerated) VALUES ('2026-01-01')");
  const rows = () => linesOfSelect(store, "SELECT toString(count()) FROM Syslog");
  await store.ensureTable("Syslog", []);
  const first = store.schema();
  await fill();
  await store.dropTable("Syslog");
  expect(store.schema()).not.toBe(first);
  await store.ensureTable("Syslog", []);
  expect([store.schema() === first, await rows()]).toEqual([true, ["0"]]);
  // Made with a column of its own, and grown by one: neither is there afterwards.
  await store.dropTable("Syslog");
  await store.ensureTable("Syslog", [own]);
  await fill();
  expect(await columnsOf("Syslog")).toEqual(["Own"]);
  await store.dropTable("Syslog");
  await store.ensureTable("Syslog", []);
  expect([await columnsOf("Syslog"), await rows()]).toEqual([[], ["0"]]);
  await store.ensureTable("Syslog", [own]);
  await fill();
  await store.dropTable("Syslog");
  await store.ensureTable("Syslog", [own]);
  expect([await columnsOf("Syslog"), await rows()]).toEqual([["Own"], ["0"]]);
  await store.dropTable("Syslog");
  await store.ensureTable("Syslog", [{ name: "Own", type: "long" }]);
  expect(
    store
      .schema()
      .table("Syslog")
      ?.columns.find(({ name }) => name === "Own")?.type,
  ).toBe("long");
  await fill();
  expect(await rows()).toEqual(["1"]);
});
