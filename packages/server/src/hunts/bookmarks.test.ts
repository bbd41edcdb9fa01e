import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Rule, readRules } from "@calypso/catalog";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ticksOf } from "../platform/clock.js";
import { queryPorts } from "../search/run-query.js";
import { incidentDetails, listIncidents, relatedIncidents } from "../service/incident-queries.js";
import { publishOwed } from "../service/publish.js";
import { failedSignIns, type TestBench, type TestService, testBench } from "../service/testing/bench.js";
import { type TestPlace, testPlaces } from "../state/testing/places.js";
import { failureOf } from "../store/testing/temporary-store.js";
import { attachBookmarks, detachBookmarks, incidentOfBookmarks } from "./bookmark-incidents.js";
import { addBookmarks, bookmarkNamed, changeBookmark, deleteBookmark, listBookmarks } from "./bookmarks.js";
import { chooseRows } from "./choose-rows.js";
import { allData, countResults, type FoundRow, runHunt, spanBefore } from "./run-hunt.js";

const window = {
  from: ticksOf(new Date("2026-05-01T10:00:00Z")),
  to: ticksOf(new Date("2026-05-01T11:00:00Z")),
};

describe.each(Object.entries(testPlaces))("state: %s", (_name, makePlace) => {
  let place: TestPlace;
  let bench: TestBench;
  let one: TestService;

  beforeAll(async () => {
    place = await makePlace();
    bench = await testBench();
    const row = (time: string, user: string) => ({
      TimeGenerated: `2026-05-01T${time}Z`,
      UserPrincipalName: user,
      ResultType: "50126",
    });
    await bench.load("SigninLogs", [
      row("09:30:00", "ann@corp.example"),
      row("10:01:00", "ann@corp.example"),
      row("10:02:00", "bob@corp.example"),
      row("10:03:00", "evil\u0000\u001b[2J@corp.example"),
    ]);
    bench.at("10:00:00");
    one = await bench.start(place.place, [failedSignIns("r-1")]);
    bench.at("10:30:00");
    while ((await one.service.tick()) > 0);
  });

  afterAll(async () => {
    await one.close();
    await bench.close();
    await place.remove();
  });

  const ports = () => queryPorts(bench.workspace.store);
  const act = (by: string) => ({ by, now: bench.at(`11:00:${String(second++).padStart(2, "0")}`) });
  let second = 0;
  const words = {
    name: "Odd",
    notes: "look",
    tags: ["case-7"],
    tactics: ["CredentialAccess"],
    techniques: ["T1110.003"],
  };
  const keep = async (id: string, condition: string, more: Partial<typeof words> = {}) => {
    const run = await runHunt(ports(), hunt(), window, condition);
    const rows = (await chooseRows(run.rows, undefined)).map((row, index) => ({ ...row, id: `${id}-${index}` }));
    await addBookmarks(one.state, rows, source, { ...words, ...more }, act("ann"));
    return rows;
  };
  const source = { hunt: "Failures", query: hunt().query.text, window };
  const rowsOf = (id: string, columns: string) =>
    bench.rows(`HuntingBookmark | where BookmarkId == '${id}' | sort by TimeGenerated asc | project ${columns}`);

  test("a hunt counts its results, also of the span before, and keys its rows the same whatever the order", async () => {
    expect([
      await countResults(ports(), hunt(), window),
      await countResults(ports(), hunt(), spanBefore(window)),
      await countResults(ports(), hunt(), await allData(ports(), hunt(), window.to)),
    ]).toEqual([3, 1, 4]);
    const keysOf = async (text: string) => {
      const keys = [];
      for await (const { key } of (await runHunt(ports(), hunt(text), window)).rows) keys.push(key);
      return keys;
    };
    const up = await keysOf(`${projected} | sort by TimeGenerated asc`);
    const down = await keysOf(`${projected} | sort by TimeGenerated desc`);
    expect(new Set(up).size).toBe(3);
    expect(down).toEqual([...up].reverse());
  });

  test("a row is chosen by the beginning of its key; what meets none, several or too many is refused", async () => {
    const all = async (): Promise<readonly FoundRow[]> => {
      const rows = [];
      for await (const row of (await runHunt(ports(), hunt(), window)).rows) rows.push(row);
      return rows;
    };
    const rows = await all();
    const each = async function* () {
      yield* rows;
    };
    const wanted = rows[1]?.key ?? "";
    expect(await chooseRows(each(), [wanted.toUpperCase()])).toEqual([rows[1]]);
    const twice = async function* () {
      yield* [...rows, ...rows];
    };
    expect(await chooseRows(twice(), undefined)).toHaveLength(3);
    const alike = async function* () {
      yield* rows.map((row, index) => ({ ...row, key: `aa${index}` }));
    };
    expect(await failureOf(chooseRows(alike(), ["aa"]))).toMatchObject({ message: "aa begins the keys of 3 rows" });
    const fleeting = async function* () {
      for (let index = 0; index < 1001; index++) yield { key: String(index), line: "[]", object: "{}", entities: [] };
    };
    for (const [found, keys] of [
      [each(), ["000000000000"]],
      [fleeting(), undefined],
      [each(), []],
    ] as const)
      expect(await failureOf(chooseRows(found, keys))).toMatchObject({ code: "bookmark-refused" });
  });

  test("a condition stays one, and what is wrong with it or the query is told", async () => {
    const refused = (text: string, only?: string) => failureOf(runHunt(ports(), hunt(text), window, only));
    expect(await refused(projected, "true) | project Secret = ('x'")).toMatchObject({ code: "hunt-unusable" });
    expect(await refused(projected, "true) | extend UserPrincipalName = (''")).toMatchObject({
      message: expect.stringContaining("a condition is one expression"),
    });
    expect(await refused(projected, "Nobody == 1")).toMatchObject({ message: expect.stringContaining("Nobody") });
    expect(await refused("SigninLogs | wher true")).toMatchObject({
      code: "hunt-unusable",
      message: expect.stringMatching(/failures\.yaml:\d+:\d+: .*wher/),
    });
  });

  test("a bookmark is a row of HuntingBookmark; a change is another, and one that is deleted says so", async () => {
    const [row] = await keep("b-1", "UserPrincipalName startswith 'evil'");
    await one.service.tick();
    const columns =
      "BookmarkName, Tags, EventTime, QueryText, QueryStartTime, SoftDeleted, CreatedBy, tostring(parse_json(Entities)[0].Name)";
    const written = `tostring(parse_json(QueryResultRow).UserPrincipalName)`;
    expect(await rowsOf("b-1-0", `${columns}, ${written}`)).toEqual([
      [
        ...[
          "Odd",
          '["case-7"]',
          "2026-05-01T10:03:00.0000000Z",
          source.query,
          "2026-05-01T10:00:00.0000000Z",
          false,
          "ann",
        ],
        ...["evil\u0000\u001b[2J", "evil\u0000\u001b[2J@corp.example"],
      ],
    ]);
    expect(row?.eventTime).toBe("2026-05-01T10:03:00.0000000Z");
    await changeBookmark(one.state, "b-1-0", { notes: "harmless", tags: [] }, act("bob"));
    await deleteBookmark(one.state, "b-1-0", act("cat"));
    await one.service.tick();
    expect(await rowsOf("b-1-0", "BookmarkName, Notes, Tags, SoftDeleted, CreatedBy, UpdatedBy")).toEqual([
      ["Odd", "look", '["case-7"]', false, "ann", "ann"],
      ["Odd", "harmless", "[]", false, "ann", "bob"],
      ["Odd", "harmless", "[]", true, "ann", "cat"],
    ]);
    expect(await failureOf(changeBookmark(one.state, "b-1-0", { notes: "x" }, act("bob")))).toMatchObject({
      code: "bookmark-refused",
    });
    expect((await listBookmarks(one.state, { limit: 9, deleted: true })).map(({ id }) => id)).toEqual(["b-1-0"]);
    expect(await listBookmarks(one.state, { limit: 9 })).toEqual([]);
  });

  test("bookmarks are kept all or none, and their rows come once, whatever ends the process on the way", async () => {
    const run = await runHunt(ports(), hunt(), window);
    const rows = (await chooseRows(run.rows, undefined)).map((row) => ({ ...row, id: "same" }));
    await expect(addBookmarks(one.state, rows, source, words, act("ann"))).rejects.toThrow();
    expect(await listBookmarks(one.state, { limit: 9 })).toEqual([]);
    await keep("b-2", "true", { tags: ["all"] });
    // Loaded, and ended before the state knew of it: the batch is there again.
    const before = await one.state.db.selectFrom("publications").selectAll().execute();
    expect(before).toHaveLength(3);
    const { store } = bench.workspace;
    const folder = mkdtempSync(join(tmpdir(), "calypso-hunts-"));
    const publish = () => publishOwed(one.state, { store, folder, now: () => new Date() });
    await publish();
    await one.state.db
      .insertInto("publications")
      .values(before.map(({ table_name, line }) => ({ table_name, line, batch: 77n })))
      .execute();
    await publish();
    rmSync(folder, { recursive: true });
    expect(await bench.rows("HuntingBookmark | where Tags has 'all' | count")).toEqual([[3]]);
    expect((await listBookmarks(one.state, { limit: 9, tag: "all" })).map(({ id }) => id)).toHaveLength(3);
    expect(await failureOf(bookmarkNamed(one.state, "b-2"))).toMatchObject({ code: "bookmark-unknown" });
    expect((await bookmarkNamed(one.state, "b-2-1")).id).toBe("b-2-1");
  });

  test("bookmarks belong to incidents, and make them", async () => {
    await keep("b-3", "UserPrincipalName startswith 'bob'");
    await keep("b-4", "UserPrincipalName startswith 'ann'", { tactics: ["Impact"], techniques: ["T1485"] });
    const [known] = await listIncidents(one.state, { limit: 1 });
    await attachBookmarks(one.state, known?.id ?? "", ["b-4-0"], act("bob"));
    const { incident, bookmarks, events } = await incidentDetails(one.state, known?.id ?? "");
    expect(bookmarks.map(({ id }) => id)).toEqual(["b-4-0"]);
    expect(incident).toMatchObject({ tactics: ["CredentialAccess", "Impact"], techniques: ["T1110", "T1485"] });
    expect(events.at(-1)).toMatchObject({ kind: "bookmark-added", by: "bob" });
    const again = attachBookmarks(one.state, known?.id ?? "", ["b-4-0"], act("bob"));
    expect(await failureOf(again)).toMatchObject({ code: "bookmark-refused" });

    const made = { id: "i-1", title: "Two guessed", description: "", severity: "High" as const };
    await incidentOfBookmarks(one.state, made, ["b-3-0", "b-4-0"], act("cat"));
    const details = await incidentDetails(one.state, "i-1");
    expect(details.incident).toMatchObject({
      ...{ rule_id: null, severity: "High", techniques: ["T1110", "T1485"] },
      ...{ first_activity: "2026-05-01T10:01:00.0000000Z", last_activity: "2026-05-01T10:02:00.0000000Z" },
    });
    const related = await relatedIncidents(one.state, "i-1");
    expect(related.map(({ id }) => id)).toContain(known?.id);
    await one.service.tick();
    const last = `SecurityIncident | where IncidentName == 'i-1' | summarize arg_max(LastModifiedTime, *) by IncidentName
      | project tostring(BookmarkIds), toint(AdditionalData.bookmarksCount), tostring(RelatedAnalyticRuleIds), ModifiedBy`;
    expect(await bench.rows(last)).toEqual([['["b-3-0","b-4-0"]', 2, "[]", "cat"]]);
    const notices = await one.state.db.selectFrom("notices").select("document").orderBy("id", "desc").execute();
    expect(notices.map(({ document }) => JSON.parse(document).fields)).toContainEqual(
      expect.objectContaining({ event: "incident-created", title: "Two guessed", rule: "" }),
    );

    await detachBookmarks(one.state, "i-1", ["b-3-0"], act("cat"));
    await deleteBookmark(one.state, "b-4-0", act("cat"));
    expect((await incidentDetails(one.state, "i-1")).bookmarks).toEqual([]);
    expect((await incidentDetails(one.state, known?.id ?? "")).events.at(-1)?.kind).toBe("bookmark-removed");
    await one.service.tick();
    expect(await bench.rows(last)).toEqual([["[]", 0, "[]", "cat"]]);
    const gone = incidentOfBookmarks(one.state, { ...made, id: "i-2" }, ["b-4-0"], act("cat"));
    expect(await failureOf(gone)).toMatchObject({ code: "bookmark-refused" });
  });
});

const projected = "SigninLogs | project TimeGenerated, UserPrincipalName, ResultType";

function hunt(query = projected): Rule {
  const text = `id: h-1
name: Failures
tactics: [CredentialAccess]
relevantTechniques: [T1110]
query: |
  ${query}
entityMappings:
  - entityType: Account
    fieldMappings:
      - identifier: FullName
        columnName: UserPrincipalName
`;
  const [rule] = readRules({ name: "failures.yaml", text }).rules;
  if (rule?.kind !== "Hunting") throw new Error(text);
  return rule;
}
