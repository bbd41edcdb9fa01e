import { expect, test } from "vitest";
import { fixtures, readAll, shippedNames } from "../testing/fixtures.js";
import { printDetection } from "../testing/print-detection.js";
import { chronicleReader } from "./chronicle-reader.js";

const none = { text: () => undefined, paths: [] };

test("a repository: what each rule reads, wants and counts, and what is not followed", async () => {
  expect(shippedNames().problems).toEqual([]);
  const { detections, problems } = readAll(chronicleReader, fixtures("chronicle"));
  await expect(detections.map(printDetection).join("\n")).toMatchFileSnapshot(
    "../../../fixtures/chronicle.expected.txt",
  );
  expect(problems.map(({ file, line, column, message }) => `${file} ${line}:${column} ${message}`)).toEqual([
    "rules/broken/half.yaral 5:30 the text is not YARA-L: a value is missing before `=`",
  ]);
  expect(detections.find(({ id }) => id === "win_group_changed")?.place).toEqual({ line: 14, column: 1 });
});

/** What is read of a rule with these events and this rest, as text. */
function read(events: string, rest = "  condition:\n    $e"): string {
  const text = `rule r {\n  events:\n${events}\n${rest}\n}\n`;
  const { detections, problems } = chronicleReader.read({ name: "r.yaral", text }, none, { events: [] });
  if (problems.length > 0) return problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join("|");
  return detections
    .map(printDetection)
    .join("")
    .split("\n")
    .slice(1)
    .map((line) => line.trim())
    .join("|");
}

test("comparisons keep their case, and what is empty is what is not there", () => {
  expect(read('$e.a = "X"\n$e.b = "Y" nocase\n$e.c != ""\n$e.d = ""\n$e.n >= 5')).toBe(
    "reads ? ($e)|all|'a' equals \"X\"|'b' equals~ \"Y\"|'c' exists|not 'd' exists|'n' greaterOrEqual 5|",
  );
  expect(read('strings.to_lower($e.a) = "x"\n"y" = $e.b\n$e.c = /a\\/b/ nocase')).toBe(
    "reads ? ($e)|all|'a' equals~ \"x\"|'b' equals \"y\"|'c' matches~ \"a/b\"|",
  );
  expect(read('($e.a = "x" or $e.a = "y") and not $e.b = "z"')).toBe(
    'reads ? ($e)|all|\'a\' equals "x" "y"|not \'b\' equals "z"|',
  );
});

test("events that belong together, and placeholders", () => {
  const both = '$a.x = "1"\n$b.x = "2"\n$a.u = $b.u\n$p = $a.ip\n$p = $b.ip\n$p != "192.0.2.1"';
  expect(read(both, "  match:\n    $p over 5m\n  condition:\n    $a and #b > 3")).toBe(
    "reads ? ($a)|all|'x' equals \"1\"|not 'ip' equals \"192.0.2.1\"|reads ? ($b)|all|'x' equals \"2\"|not 'ip' equals \"192.0.2.1\"|count() > 3 by ip within 300000|outputs p|",
  );
});

test("what is not followed is said", () => {
  expect(read('$e.a = "x"\nnot ($n = $e.b)')).toMatch(/unread \(a name that is given under `not`\)/);
  const either = read('$e.a = "x" or $n = $e.b');
  expect(either).toMatch(/^reads \? \(\$e\)\|unread \$e\.a = "x" or \$n = \$e\.b\|/);
  expect(either).toMatch(/unread \(a name that is given under `or`\)/);
  expect(read('$e.a = "x"\n$f.a = "y"\n$e.n < $f.n')).toMatch(/unread \(a condition over 2 events\): \$e\.n < \$f\.n/);
  expect(read("$e.b = false")).toBe("reads ? ($e)|any|'b' equals false|not 'b' exists|");
  expect(read('math.abs($e.n) > 4\n$e.l[0] = "x"\n$e.u in %list\n$e.a + 1 > $e.b')).toMatch(
    /unread \(the function `math.abs`\): math\.abs\(\$e\.n\) > 4\|unread \(an element by its number\).*unread \(the list %list, which is not in the file\)/,
  );
});

test("broken and hostile text is a problem with its place", () => {
  expect(read('$e.a = "x')).toMatch(/^3:8 the text is not YARA-L: `"` has no meaning here/);
  expect(read("$e.a = (((")).toMatch(/^4:12 the text is not YARA-L/);
  expect(read(`${"(".repeat(5000)}$e.a = 1${")".repeat(5000)}`)).toMatch(/nest deeper than/);
  expect(read(`${"not ".repeat(5000)}$e.a = 1`)).toMatch(/nest deeper than/);
  const problems = (text: string) => chronicleReader.read({ name: "r.yaral", text }, none, { events: [] }).problems;
  expect(problems("rule a { meta: }")).toMatchObject([{ code: "missing-key", message: "the rule a has no `events`" }]);
  expect(problems("x".repeat(300_000))).toMatchObject([{ code: "query-syntax" }]);
  expect(problems("<html>")).toMatchObject([{ line: 1, column: 1 }]);
  expect(problems("")).toEqual([]);
  const many = Array.from({ length: 3000 }, (_, i) => `$e.a${i} = "x"`).join("\n");
  expect(read(many)).toMatch(/'a2999' equals "x"/);
});
