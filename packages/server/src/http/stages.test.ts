import { type AnswerOf, apiClient, type RequestOf, type Routes } from "@calypso/contract";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type TestServer, testServer } from "./testing/test-server.js";

let server: TestServer;
let origin: string;

beforeAll(async () => {
  server = await testServer();
  origin = server.origin;
  const { store } = server.workspace;
  await store.ensureTable("SigninLogs", store.schema().table("SigninLogs")?.columns ?? []);
  const rows = [
    ["2026-10-14 03:00:00.1234567", "ann@contoso.example", "0", "203.0.113.1", "{}"],
    ["2026-10-14 03:05:00", "ann@contoso.example", "50126", "203.0.113.2", '{"trusted":true}'],
    ["2026-10-14 03:06:00", "ann@contoso.example", "50126", "203.0.113.3", "{}"],
    ["2026-10-15 03:00:00", "bob@contoso.example", "50126", "203.0.113.2", "{}"],
    ["2026-10-15 03:00:00", "<script>bob</script>", "50126", "203.0.113.4", "{}"],
  ].map(([TimeGenerated, UserPrincipalName, ResultType, IPAddress, DeviceDetail]) =>
    JSON.stringify({ TimeGenerated, UserPrincipalName, ResultType, IPAddress, DeviceDetail }),
  );
  await store.command(`INSERT INTO SigninLogs FORMAT JSONEachRow ${rows.join("\n")}`);
});
afterAll(() => server.close());

const rule = `let least = 2;
let failed = SigninLogs | where ResultType != "0" and not(DeviceDetail.trusted == true or IPAddress == "203.0.113.4");
failed
| summarize Count = count() by UserPrincipalName
| where Count >= least`;

async function partsOf<Name extends "traceQuery" | "traceEvent">(
  name: Name,
  body: RequestOf<Routes["traceQuery"]>["body"] | RequestOf<Routes["traceEvent"]>["body"],
): Promise<readonly AnswerOf<Routes[Name]>[]> {
  const parts: AnswerOf<Routes[Name]>[] = [];
  for await (const part of apiClient({ origin }).parts(name, { body } as never)) parts.push(part);
  return parts;
}

test("a query is told stage by stage, predicate by predicate", async () => {
  const parts = await partsOf("traceQuery", { text: rule });
  const [head] = parts;
  expect(
    head?.kind === "stages" && head.stages.map((stage) => [stage.let, stage.operator, stage.table, stage.place?.line]),
  ).toEqual([
    ["failed", "source", "SigninLogs", 2],
    ["failed", "where", undefined, 2],
    [undefined, "summarize", undefined, 4],
    [undefined, "where", undefined, 5],
  ]);
  const told = parts.flatMap((part) =>
    part.kind !== "counts"
      ? []
      : [
          `${part.stage}: ${part.came ?? ""} → ${part.left}`,
          ...part.predicates.map(
            (one) => `${"  ".repeat(one.depth + 1)}${one.joins ?? one.text} ${one.alone} ${one.together ?? ""}`,
          ),
        ],
  );
  expect(told).toEqual([
    "1:  → 5",
    "2: 5 → 2",
    '  ResultType != "0" 4 4',
    "  not 3 2",
    "    or 2 ",
    "      DeviceDetail.trusted == true 1 ",
    '      IPAddress == "203.0.113.4" 1 ',
    "3:  → 2",
    "4: 2 → 0",
    "  Count >= least 0 0",
  ]);
  expect(parts.at(-1)).toEqual({ kind: "done" });
  const few = await partsOf("traceQuery", {
    text: `set query_take_max_records=3; SigninLogs | where ResultType != "0"`,
  });
  expect(few[2]).toMatchObject({ came: 5, left: 3, predicates: [{ alone: 4, together: 4 }] });
  const ranged = await partsOf("traceQuery", {
    text: rule,
    range: { from: "2026-10-15T00:00:00Z", to: "2026-10-16T00:00:00Z" },
  });
  expect(ranged[1]).toMatchObject({ stage: 1, left: 2 });
});

test("rows that a stage left, and that a predicate lost, are given as they are", async () => {
  const client = apiClient({ origin });
  const lost = await client.call("stageRows", { body: { text: rule, stage: 2, lostAt: 1, rows: 9 } });
  const user = lost.columns.findIndex(({ name }) => name === "UserPrincipalName");
  expect(lost.rows.map((row) => row[user]).sort()).toEqual(["<script>bob</script>", "ann@contoso.example"]);
  const kept = await client.call("stageRows", { body: { text: rule, stage: 3, rows: 9 } });
  expect([...kept.rows].sort()).toEqual([
    ["ann@contoso.example", 1],
    ["bob@contoso.example", 1],
  ]);
  await expect(client.call("stageRows", { body: { text: rule, stage: 9, rows: 9 } })).rejects.toThrow("no such stage");
});

test("an event is followed to the predicate that loses it, with the values that it saw", async () => {
  const about = (cells: Record<string, string | number | null>, more = {}) =>
    partsOf("traceEvent", { text: rule, event: { table: "SigninLogs", cells }, ...more });
  const trusted = await about({ IPAddress: "203.0.113.2", UserPrincipalName: "ann@contoso.example", Nope: 1 });
  expect(trusted[0]).toEqual({ kind: "found", rows: 1, isOne: true, ignored: ["Nope"] });
  expect(trusted[2]).toMatchObject({
    kind: "counts",
    stage: 2,
    left: 0,
    verdicts: [
      [
        { value: true, saw: [{ text: "ResultType", type: "string", value: "50126" }] },
        { value: false },
        { value: true },
        {
          value: true,
          saw: [{ text: "DeviceDetail" }, { text: "DeviceDetail.trusted", type: "dynamic", value: "true" }],
        },
        { value: false, saw: [{ text: "IPAddress", value: "203.0.113.2" }] },
      ],
    ],
  });
  const grouped = await about({ IPAddress: "203.0.113.3" });
  expect(grouped.at(-2)).toMatchObject({
    ...{ stage: 4, isGroup: true, left: 0 },
    verdicts: [[{ value: false, saw: [{ text: "Count", value: 1 }] }]],
  });
  // It is there, and not in the time that is looked at.
  const range = { from: "2026-10-15T00:00:00Z", to: "2026-10-16T00:00:00Z" };
  const early = await about({ TimeGenerated: "2026-10-14T03:00:00.1234567Z" }, { range });
  expect(early.slice(0, 2)).toMatchObject([{ rows: 1 }, { stage: 1, left: 0 }]);
});

test("an event that is none, or several, is not followed", async () => {
  const about = (event: object) => partsOf("traceEvent", { text: rule, event } as never);
  expect(await about({ table: "SigninLogs", cells: { IPAddress: "x' or '1'='1" } })).toMatchObject([
    { rows: 0, isOne: false },
  ]);
  expect(await about({ table: "SigninLogs", cells: { ResultType: "50126" } })).toMatchObject([
    { rows: 4, isOne: false },
  ]);
  expect(await about({ table: "SigninLogs", cells: { TimeGenerated: "yesterday" } })).toMatchObject([
    { kind: "failed", code: "trace-refused", detail: "`TimeGenerated` is a datetime, and yesterday is none" },
  ]);
  expect(await about({ table: "Nope'", cells: {} })).toMatchObject([{ kind: "failed", code: "trace-refused" }]);
  expect(await partsOf("traceQuery", { text: "SigninLogs | wher" })).toMatchObject([{ kind: "stages" }]);
  expect(
    (await partsOf("traceQuery", { text: "SigninLogs | extend r = rand() | where r > 0.5" })).slice(1),
  ).toMatchObject([
    { kind: "counts", left: 5 },
    { kind: "refused", stage: 2, detail: "`extend` has other values each time that it is asked" },
    { kind: "refused", stage: 3 },
    { kind: "done" },
  ]);
});

test("an event that is lost on the left of a join with its own table is not said to be missing", async () => {
  const event = { table: "SigninLogs", cells: { IPAddress: "203.0.113.3" } };
  const failed = `SigninLogs | where ResultType == "0"`;
  const joined = await partsOf("traceEvent", {
    text: `${failed} | join kind=inner (SigninLogs | where ResultType != "0") on UserPrincipalName`,
    event,
  });
  expect(joined.at(-1)).toMatchObject({ kind: "refused", stage: 3, detail: expect.stringContaining("joined too") });
  const parts = await partsOf("traceEvent", {
    text: `${failed} | extend a = 1 | union (SigninLogs | where ResultType != "0") | count`,
    event,
  });
  expect(parts.map((part) => (part.kind === "counts" ? [part.stage, part.left] : part.kind))).toEqual([
    "found",
    [1, 1],
    [2, 0],
    [4, 1],
    [5, 1],
    "done",
  ]);
});
