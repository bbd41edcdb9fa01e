import { describe, expect, test } from "vitest";
import type { DetectionThreshold } from "../../detections/detection.js";
import { printCondition } from "../../detections/print-condition.js";
import { type ElasticLanguage, queryLogic } from "./query-logic.js";

const nothing = { events: [] };

function printed(text: string, language: ElasticLanguage): string {
  const { dissection, failure } = queryLogic(text, language, [], nothing);
  if (failure !== undefined) return `${failure.offset}: ${failure.message}`;
  return dissection.reads.map(({ condition }) => printCondition(condition)).join("\n");
}

describe("kuery", () => {
  test.each([
    ["a: 1 or b: 2 and not c: 3", "a equals 1 or (b equals 2 and not c equals 3)"],
    ["(a: 1 or b: 2) and c: 3", "(a equals 1 or b equals 2) and c equals 3"],
    ["NOT a: x OR b: y", 'not a equals "x"/i or b equals "y"/i'],
    ["a: (x or y) or a: z", 'a equals "x" | "y" | "z"/i'],
    ["a: (* and not (x or y*))", 'a exists and not (a equals "x"/i or a startswith "y"/i)'],
    ["a: *x*", 'a contains "x"/i'],
    ["a: b*c", 'a wildcard "b*c"/i'],
    ['a: "b*"', 'a equals "b*"/i'],
    ["a: b\\*", 'a equals "b*"/i'],
    ["a: b\\*c*", 'a startswith "b*c"/i'],
    ["a: *b\\*c?d", 'a endswith "b*c?d"/i'],
    ["a: b\\*c*d", 'a matches "^(?s:b\\\\*c.*d)$"/i'],
    ["a: system\\:node\\:*", 'a startswith "system:node:"/i'],
    ['a: "\\"Admin\\" \\d"', 'a equals "\\"Admin\\" \\\\d"/i'],
    ["a: two words and b: true", 'a equals "two words"/i and b equals true'],
    ["a >= 5 and a < 10", "a greaterOrEqual 5 and a less 10"],
    ["a: { b: 1 and c: { d: x } }", 'a.b equals 1 and a.c.d equals "x"/i'],
    [
      'source.ip: ("192.0.2.0/24" or 198.51.100.7)',
      'source.ip cidr "192.0.2.0/24"/i or source.ip equals "198.51.100.7"/i',
    ],
    ["a: 9007199254740993", 'a equals "9007199254740993"/i'],
    ["a: 007", 'a equals "007"/i'],
    ["contoso", "?contoso?"],
    ["", "always"],
    ["a: x b: y", "6: `and` or `or` is missing before `:`"],
    ["a: (x or", "8: a value is missing at the end"],
    ["a: ", "3: a value is missing at the end"],
    ["a: b\\q", "4: `\\q` is no escape"],
    ['a: "b', '3: `"` has no meaning here'],
    [`${"(".repeat(5000)}a: 1`, "200: brackets nest deeper than 200 levels"],
    [`${"not ".repeat(5000)}a: 1`, "800: brackets nest deeper than 200 levels"],
  ])("%#", (text, expected) => {
    expect(printed(text, "kuery")).toBe(expected);
  });
});

describe("lucene", () => {
  test.each([
    ["a:1 AND (b:x OR b:y*)", 'a equals 1 and (b equals "x"/i or b startswith "y"/i)'],
    ["NOT a:x && _exists_:b", 'not a equals "x"/i and b exists'],
    ["a:[1 TO 5} OR b:>=3", "(a greaterOrEqual 1 and a less 5) or b greaterOrEqual 3"],
    ["a:(x OR NOT y)", 'a equals "x"/i or not a equals "y"/i'],
    ["a:/b[0-9]+/", 'a matches "^(?s:b[0-9]+)$"/i'],
    [
      "a:x b:y",
      "4: `AND` or `OR` is missing: clauses side by side, closeness and boosts score rather than decide before `b`",
    ],
    ["a:x~2", "5: closeness and boosts score rather than decide at the end"],
  ])("%#", (text, expected) => {
    expect(printed(text, "lucene")).toBe(expected);
  });
});

describe("EQL", () => {
  test.each([
    [
      'process where a == "x" or b != 2 and not c : "Y*"',
      'event.category equals "process" and (a equals "x" or (not b equals 2 and not c startswith "Y"/i))',
    ],
    ['any where a : ("x", "y*") and b in ("p", "q")', '(a equals "x"/i or a startswith "y"/i) and b equals "p" | "q"'],
    ['any where a not in~ ("p") and b like~ "*P?"', 'not a equals "p"/i and b wildcard "*P?"/i'],
    ['any where a regex~ "b+" or a like ("c*", "*d")', 'a matches "^(?s:b+)$"/i or a startswith "c" or a endswith "d"'],
    ["any where ?a != null and b == null", "a exists and not b exists"],
    ['any where `a.0.b` == """c"d"""', 'a.0.b equals "c\\"d"'],
    [
      'any where cidrMatch(source.ip, "192.0.2.0/24") and endsWith~(a, ".EXE")',
      'source.ip cidr "192.0.2.0/24"/i and a endswith ".EXE"/i',
    ],
    [
      "any where length(a) > 10 and length(b, 1) == 2 and c + d > 3",
      "strlen:a greater 10 and strlen(1):b equals 2 and c + d greater 3",
    ],
    ["any where a == b and 5 < c", "a equals b and c greater 5"],
    ['any where a : "?:\\\\Windows\\\\*.exe"', 'a wildcard "?:\\\\Windows\\\\*.exe"/i'],
    ["any where odd(a)", "odd:a equals true"],
    ["any where true // all\n", "always"],
    ["any where a ==", "14: a field, a value or a function is missing at the end"],
    ["process a == 1", "8: `where` is missing before `a`"],
    ["sequence by a [any where b == 1", "31: `]` is missing at the end"],
  ])("%#", (text, expected) => {
    expect(printed(text, "eql")).toBe(expected);
  });

  test("events in their order have a read each, and what groups them", () => {
    const { dissection } = queryLogic(
      `sequence by user.id with maxspan=10m
         [file where a == 1] by x with runs=3
         ![any where b == 2] by y
         [any where c == 3] by z
       until [any where d == 4]
       | head 5`,
      "eql",
      [],
      nothing,
    );
    expect(dissection.stages.map(({ operator }) => operator)).toEqual([
      "event",
      "missing event",
      "event",
      "until",
      "head",
    ]);
    expect(dissection.reads.map(({ condition }) => printCondition(condition))).toEqual([
      'event.category equals "file" and a equals 1',
      "b equals 2",
      "c equals 3",
      "d equals 4",
    ]);
    expect(dissection.thresholds.map(printThreshold)).toEqual([
      "sequence() by user.id, x >= 2 within 600 s",
      "count() by user.id, x >= 3 within 600 s",
    ]);
    expect(dissection.unread).toEqual([]);
  });
});

describe("ES|QL", () => {
  test.each([
    [
      'from a | where b == "x" and c in (1, 2) or not d like "p*"',
      '(b equals "x" and c equals 1 | 2) or not d startswith "p"',
    ],
    ['from a | where to_lower(b) rlike "x.*" and c is not null', 'tolower:b matches "^(?s:x.*)$" and c exists'],
    ['from a | eval l = to_lower(b) | rename l as m | where m != "x"', 'not tolower:b equals "x"'],
    [
      'from a | eval t = case(b like "x*", "one", c == 1, "two", "none") | where t != "none"',
      'b startswith "x" or c equals 1',
    ],
    ['from a | eval t = case(b == 1, "one", c == 1, "two") | where t == "two"', "not b equals 1 and c equals 1"],
    [
      'from a | eval t = coalesce(b, c) | where t == "x"',
      '(b exists and b equals "x") or (not b exists and c equals "x")',
    ],
    ["from a | where source.`as`.number::long == 64496", "tolong:source.as.number equals 64496"],
    ['from a | where b in ("x", /* no */ "y") // no\n | sort b | limit 5', 'b equals "x" | "y"'],
    [
      'from a | where cidr_match(ip, "192.0.2.0/24", "198.51.100.0/24") and b == ?c',
      'ip cidr "192.0.2.0/24" | "198.51.100.0/24"/i and b equals ?c',
    ],
    [
      'from a | where kql("b: x or c: y*") and qstr("d:1 AND e:2")',
      '(b equals "x"/i or c startswith "y"/i) and d equals 1 and e equals 2',
    ],
    ["from a | where b * 2 > 3 and d - 1 == e", "b * 2 greater 3 and d - 1 equals e"],
    ["from a | where (b", "17: `)` is missing at the end"],
    ["from a | eval | where b", "14: a field, a value or a function is missing at the end"],
    [`from a | where ${"(".repeat(900)}b`, "215: brackets nest deeper than 200 levels"],
  ])("%#", (text, expected) => {
    expect(printed(text, "esql")).toBe(expected);
  });

  test("names that stand for more and more are given up, not followed for ever", () => {
    const steps = Array.from(
      { length: 60 },
      (_, n) => `| eval x${n + 1} = case(x${n} == 1, x${n}, x${n} == 2, x${n}, 3)`,
    );
    const text = `from a ${steps.join(" ")} | where x60 == 1`;
    const { dissection } = queryLogic(text, "esql", [], nothing);
    expect(dissection.unread.map(({ why }) => why)).toEqual(["names that stand for too much"]);
  });

  test("a choice among very many fields is given up", () => {
    const cases = Array.from({ length: 1000 }, (_, n) => `b == ${n}, c${n}`).join(", ");
    const { dissection } = queryLogic(`from a | eval x = case(${cases}) | where x == 1`, "esql", [], nothing);
    expect(dissection.unread.map(({ why }) => why)).toEqual(["names that stand for too much"]);
  });

  test("conditions on aggregates are thresholds, with what they are of, by and within", () => {
    const { dissection, sources } = queryLogic(
      `from logs-azure.signinlogs-*, other-* metadata _id
       | where b == 1
       | eval slot = date_trunc(15 minutes, @timestamp), low = to_lower(user)
       | stats n = count(*), users = count_distinct(low), ips = count_distinct(ip), seen = values(ip) by app, slot
       | where n >= 20 and app != "x" and (users > 5 or users > ips) and not (ips < 2)
       | keep app, n, s*`,
      "esql",
      [],
      nothing,
    );
    expect(sources).toEqual(["logs-azure.signinlogs-*", "other-*"]);
    expect(dissection.reads.map(({ source, condition }) => `${source}: ${printCondition(condition)}`)).toEqual([
      'logs-azure.signinlogs-*, other-*: b equals 1 and not app equals "x"',
    ]);
    expect(dissection.thresholds.map(printThreshold)).toEqual([
      "count() by app >= 20 within 900 s",
      "dcount(ip) by app >= 2 within 900 s",
      "dcount(user) by app > 5 within 900 s, alternative 1",
      "computed(dcount(user) - dcount(ip)) by app > 0 within 900 s, alternative 2",
    ]);
    expect(dissection.outputs).toEqual([
      { name: "app", source: "stats", stage: 4 },
      { name: "n", type: "long", source: "stats", stage: 4 },
      { name: "seen", source: "stats", stage: 4 },
      { name: "slot", source: "stats", stage: 4 },
    ]);
    expect(dissection.stages.map(({ operator }) => operator)).toEqual([
      "from",
      "where",
      "eval",
      "stats",
      "where",
      "keep",
    ]);
  });

  test("what makes names out of others, or from elsewhere", () => {
    const { dissection } = queryLogic(
      `from a | dissect b "%{c} %{+d}" | grok e "%{IP:f}" | enrich p on f with g = h | lookup join l on f | mv_expand g
       | where c == "x" and g == 2 | fork (where c == 1) (where c == 2)`,
      "esql",
      [],
      nothing,
    );
    expect(dissection.reads.map(({ condition }) => printCondition(condition))).toEqual([
      'extract("c"):b equals "x" and g equals 2',
    ]);
    expect(dissection.outputs.map(({ name, source }) => `${name} ${source}`)).toEqual([
      "c dissect",
      "d dissect",
      "f grok",
      "g enrich",
    ]);
    expect(dissection.unread.map(({ why }) => why)).toEqual(["the command `fork` is not followed"]);
  });
});

function printThreshold({
  function: name,
  of = "",
  by,
  operator,
  value,
  within,
  alternative,
}: DetectionThreshold): string {
  const group = by.length === 0 ? "" : ` by ${by.join(", ")}`;
  const time = within === undefined ? "" : ` within ${within / 1000} s`;
  return `${name}(${of})${group} ${operator} ${value}${time}${alternative === undefined ? "" : `, alternative ${alternative}`}`;
}
