import { expect, test } from "vitest";
import { covers, exceptionState } from "../rules/exception.js";
import { placeInFile } from "../rules/rule-query.js";
import { readExceptions } from "./read-exceptions.js";

const read = (text: string, name = "rules/exceptions.yaml") => readExceptions({ name, text });
const told = (text: string) =>
  read(text).problems.map(({ code, line, column, key, message }) => `${code} ${line}:${column} ${key}: ${message}`);

const whole = `# known
scanner:
  rules: [157C0CFC-d76d, other]
  condition: |
    IPAddress == "192.0.2.1"
      and AppDisplayName has "scan" // ours
  owner: ann
  reason: our own scanner
  ticket: SEC-1
  created: 2026-10-01
  expiry: 2026-12-31
`;

test("an exception is read with its places", () => {
  const { exceptions, problems } = read(whole);
  expect(problems).toEqual([]);
  const [exception] = exceptions;
  expect(exception).toMatchObject({
    ...{ id: "scanner", rules: ["157c0cfc-d76d", "other"], owner: "ann", reason: "our own scanner", ticket: "SEC-1" },
    ...{ created: Date.UTC(2026, 9, 1), expiry: Date.UTC(2027, 0, 1), enabled: true, place: { line: 2, column: 1 } },
  });
  expect(exception?.condition.text).toBe('IPAddress == "192.0.2.1"\n  and AppDisplayName has "scan" // ours\n');
  expect(exception && placeInFile(exception.condition, { line: 2, column: 7 })).toEqual({ line: 6, column: 11 });
});

test("pairs are a condition that all of them have to meet", () => {
  const { exceptions, problems } = read(`a:
  rules: all
  fields:
    User"Name: ann\\b
    IPAddress: [192.0.2.1, 198.51.100.0/24, '2001:db8::/32']
    ResultType: 50126
    Flag: true
  owner: ann
  reason: r
  expiry: 2026-12-31T10:00:00Z
`);
  expect(problems).toEqual([]);
  expect(exceptions[0]?.condition.text).toBe(
    [
      '(tostring(["User\\"Name"]) == "ann\\\\b")',
      'and (tostring(["IPAddress"]) == "192.0.2.1" or ipv4_is_in_range(tostring(["IPAddress"]), "198.51.100.0/24")' +
        ' or ipv6_is_in_range(tostring(["IPAddress"]), "2001:db8::/32"))',
      'and (tostring(["ResultType"]) in ("50126", "50126.0"))',
      'and (tostring(["Flag"]) =~ "true")',
    ].join("\n"),
  );
  const [exception] = exceptions;
  expect(exception && placeInFile(exception.condition, { line: 3, column: 20 })).toEqual({ line: 6, column: 5 });
});

test("an exception holds until its expiry, and for the rules that it names", () => {
  const [exception] = read(whole).exceptions;
  if (exception === undefined) throw new Error("no exception");
  expect(exceptionState(exception, Date.UTC(2026, 11, 31, 23, 59))).toBe("active");
  expect(exceptionState(exception, Date.UTC(2027, 0, 1))).toBe("expired");
  expect(exceptionState({ ...exception, enabled: false }, 0)).toBe("disabled");
  expect(covers(exception, { id: "157c0cfc-D76D", file: "elsewhere.yaml" })).toBe(true);
  expect(covers(exception, { id: "", file: "rules/a.yaml" })).toBe(false);
  expect(covers({ ...exception, rules: "all" }, { id: "", file: "rules/deep/a.yaml" })).toBe(true);
  expect(covers({ ...exception, rules: "all" }, { id: "x", file: "rules2/a.yaml" })).toBe(false);
});

test("without owner, reason or expiry it holds, and that is told", () => {
  const text = "a:\n  rules: all\n  condition: A == 1\n  created: 2026-10-01\n";
  expect(read(text).exceptions).toHaveLength(1);
  expect(told(text)).toEqual([
    "missing-key 1:1 a: the exception has no `owner`: nobody can tell later whether it may go",
    "missing-key 1:1 a: the exception has no `reason`: nobody can tell later whether it may go",
    "no-expiry 1:1 a: the exception has no `expiry` and holds for ever; write `expiry: 2026-12-30`",
  ]);
});

const rest = "  owner: o\n  reason: r\n  expiry: 2026-12-31\n";
const fields = (pair: string) => `a:\n  rules: all\n  fields:\n    ${pair}\n${rest}`;

test.each([
  ["- a\n", ["bad-value 1:1 undefined: the file is a map from the ids of exceptions to what they are"]],
  ["a: off\n", [expect.stringContaining("bad-value 1:1 a: `a` takes a map of rules, condition,")]],
  ["a b:\n  rules: all\n", [expect.stringContaining("`a b` is no id")]],
  [`a:\n  condition: x\n${rest}`, ["bad-value 1:1 a: `a` has no `rules`: the ids of rules, or `all`"]],
  [`a:\n  rules: []\n  condition: x\n${rest}`, [expect.stringContaining("2:3 a.rules: `rules` names no rule")]],
  [`a:\n  rules: [all, x]\n  condition: x\n${rest}`, [expect.stringContaining("is either `all` or a list")]],
  [`a:\n  rules: all\n${rest}`, ["bad-value 1:1 a: `a` has no `condition` and no `fields`"]],
  [`a:\n  rules: all\n  condition: ''\n${rest}`, [expect.stringContaining("3:3 a.condition: `condition` is a KQL")]],
  [`a:\n  rules: all\n  condition: [x]\n${rest}`, [expect.stringContaining("3:3 a.condition: `condition` is a KQL")]],
  [fields("A: 1").replace("fields:", "condition: x\n  fields:"), [expect.stringContaining("has both")]],
  [fields("A: ''"), [expect.stringContaining("4:5 a.fields.A: `A` has an empty value")]],
  [fields("A: null"), [expect.stringContaining("`A` has no value")]],
  [fields("A: [null]"), [expect.stringContaining("`A` takes a value or a list of values")]],
  [fields("A: {b: c}"), [expect.stringContaining("`A` takes a value or a list of values")]],
  [fields("A: 198.51.100.0/33"), [expect.stringContaining("`198.51.100.0/33` is no network")]],
  [fields("A: 0.0.0.0/0"), [expect.stringContaining("`0.0.0.0/0` is no network")]],
  [fields("A: 300.0.0.0/8"), [expect.stringContaining("`300.0.0.0/8` is no network")]],
  ["a:\n  rules: all\n  fields: {}\n", [expect.stringContaining("`fields` is a map from columns to values")]],
  [whole.replace("2026-12-31", "soon"), [expect.stringContaining("11:3 scanner.expiry: `expiry` is a day")]],
  [whole.replace("ticket", "tickets"), [expect.stringContaining("9:3 scanner.tickets: `tickets` is not one of")]],
  [`${whole}  enabled: maybe\n`, [expect.anything(), expect.stringContaining("`enabled` is true or false")]],
  [`${whole}  reason: again\n`, [expect.stringContaining("`reason` is there twice")]],
])("%j is told with its place, and has no effect", (text, problems) => {
  expect(told(text)).toEqual(problems);
  expect(read(text).exceptions).toEqual([]);
});

test("of two of one id the first holds", () => {
  const { exceptions } = read(`${whole}${whole.replace("our own", "another")}`);
  expect(exceptions.map(({ reason }) => reason)).toEqual(["our own scanner"]);
});
