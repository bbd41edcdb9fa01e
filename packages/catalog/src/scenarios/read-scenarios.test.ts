import { expect, test } from "vitest";
import { readScenarios } from "./read-scenarios.js";

function problems(text: string): readonly string[] {
  return readScenarios({ name: "a.tests.yaml", text }).problems.map(
    ({ line, column, message }) => `${line}:${column} ${message}`,
  );
}

test("rows take the defaults of their table, and keep numbers and texts as they are written", () => {
  const { file, problems: found } = readScenarios({
    name: "a.tests.yaml",
    text: `now: 2026-02-01
defaults:
  T: {A: x, B: 1.0}
scenarios:
  - name: one
    events:
      T:
        - {B: 9007199254740993, C: {d: [1.50, null, "2"]}}
        - {$count: 2, $every: 1h30m}
      U: logs/u.ndjson
    expect: none
`,
  });
  expect(found).toEqual([]);
  const [scenario] = file!.scenarios;
  expect(scenario?.now).toBe(Date.UTC(2026, 1, 1));
  expect(scenario?.expected).toEqual([]);
  const [rows, path] = scenario!.events;
  expect(path).toMatchObject({ kind: "file", table: "U", path: "logs/u.ndjson" });
  if (rows?.kind !== "rows") throw new Error("rows were expected");
  expect(
    rows.rows.map(({ cells, count, every }) => [cells.map(({ column, json }) => `${column}=${json}`), count, every]),
  ).toEqual([
    [['A="x"', "B=9007199254740993", 'C={"d":[1.50,null,"2"]}'], 1, 0],
    [['A="x"', "B=1.0"], 2, 5_400_000],
  ]);
});

test("keys that mean nothing are told with what was meant", () => {
  expect(
    problems(`scenario:
  - name: one
scenarios:
  - name: one
    evnts: {}
    events:
      T:
        - {$cont: 2}
        - just text
    expect:
      - titel: x
        severity: hgh
        entities:
          - {type: Acount}
          - {type: Account, nme: a}
          - {name: a}
        techniques: [T1078, 1078]
`),
  ).toEqual([
    "1:1 `scenario` means nothing here; did you mean `scenarios`?",
    "5:5 `evnts` means nothing here; did you mean `events`?",
    "8:12 `$cont` means nothing here; there are $count and $every",
    "9:11 a row is a map of columns to values",
    "11:9 `titel` means nothing here; did you mean `title`?",
    "12:9 `hgh` is no severity (High, Medium, Low, Informational)",
    "17:29 `1078` is no technique of ATT&CK",
    "14:14 `Acount` is no type of entity; did you mean Account?",
    expect.stringMatching(/^15:29 `nme` does not identify an entity of type Account \(Name, /),
    "16:13 an entity has a `type`, such as Account",
  ]);
});

test("a scenario has a name of its own and says what it expects", () => {
  expect(problems("scenarios:\n  - events: {}\n  - {name: a, expect: some}\n  - {name: a, expect: 2}\n")).toEqual([
    "2:5 a scenario has a `name`",
    "2:5 a scenario says what it expects: alerts, or `none`",
    "3:15 `expect` is `none`, a number of alerts or a list of them, not `some`",
    "4:5 another scenario is called `a` too",
  ]);
  expect(problems("[]")).toEqual(["1:1 `the file` takes a map of keys and values", "1:1 the file has no `scenarios`"]);
  expect(problems("scenarios: [\n")[0]).toMatch(/^2:1 the text is not YAML/);
});

test("times are instants, or distances from the clock", () => {
  const replay = (range: string) => problems(`scenarios:\n  - {name: a, replay: ${range}, expect: none}\n`);
  expect(replay("{from: -2h}")).toEqual([]);
  expect(replay("{from: -2h, to: -3h}")).toEqual(["2:15 `from` is not before `to`"]);
  expect(replay("{from: yesterday}")).toEqual([
    "2:24 `yesterday` is no time such as `2026-03-01T12:00:00Z` or `-1h30m`",
  ]);
  expect(replay("{from: -2}")).toEqual(["2:24 `-2` is no time such as `2026-03-01T12:00:00Z` or `-1h30m`"]);
  expect(problems("now: -1h\nscenarios: []\n")).toEqual(["1:1 `-1h` is no time such as `2026-03-01T12:00:00Z`"]);
});
