import { expect, test } from "vitest";
import { fixtures, readAll, shippedNames } from "../testing/fixtures.js";
import { printDetection } from "../testing/print-detection.js";
import { pantherReader } from "./panther-reader.js";

test("the names that the vocabulary gives are columns", () => {
  expect(shippedNames().problems).toEqual([]);
});

test("a repository: what each rule reads, wants and counts, and what is not followed", async () => {
  const { detections, problems } = readAll(pantherReader, fixtures("panther"));
  await expect(detections.map(printDetection).join("\n")).toMatchFileSnapshot("../../../fixtures/panther.expected.txt");
  expect(problems.map(({ file, line, column, message }) => `${file} ${line}:${column} ${message}`)).toEqual([
    "rules/broken/gone.yml 3:1 there is no file rules/broken/gone.py",
    "rules/broken/not-python.py 3:1 the rule's Python cannot be read: the text is not Python here",
  ]);
});

const none = { text: () => undefined, paths: [] };

/** The conditions of a rule of Python, as text. */
function python(code: string, type = "rule"): string {
  const file = { name: "rules/r.yml", text: `AnalysisType: ${type}\nRuleID: r\nFilename: r.py\nLogTypes: [X.Y]\n` };
  const beside = { paths: ["rules/r.py"], text: (path: string) => (path === "rules/r.py" ? code : undefined) };
  const { detections } = pantherReader.read(file, beside, { events: [] });
  const [, , ...lines] = detections.map(printDetection).join("").split("\n");
  return lines
    .filter((line) => !line.startsWith("  unread"))
    .map((line) => line.slice(4))
    .join("\n")
    .trimEnd();
}

const expression = (code: string) => python(`A = ["x", "y"]\ndef rule(event):\n    e = event\n    return ${code}\n`);

test("and, or and not are Python's", () => {
  expect(expression('not e.get("a") == 1 and e.get("b") == 2 or e.get("c") == 3')).toBe(
    "any\n  all\n    not 'a' equals 1\n    'b' equals 2\n  'c' equals 3",
  );
  expect(expression('not (e.get("a") == 1 or e.get("a") == 2)')).toBe("not 'a' equals 1 2");
});

test("a function inside another one is not that of the file", () => {
  const code = "def g(x):\n    return True\ndef rule(e):\n    def g(x):\n        return False\n    return g(e)\n";
  expect(python(code)).toMatch(/^unread g\(e\)/);
});

test("what stands for a field that is not there counts", () => {
  expect(expression('e.get("a", "x") == "x"')).toBe("any\n  'a' equals \"x\"\n  not 'a' exists");
  expect(expression('e.get("a") in (None, "x")')).toBe("any\n  'a' equals \"x\"\n  not 'a' exists");
  expect(expression('e.get("a", "").endswith("x")')).toBe("'a' endswith \"x\"");
  expect(expression('e.get("n", 5) > 3')).toBe("any\n  'n' greater 3\n  not 'n' exists");
  expect(expression('e.get("a", "").lower() == "X"')).toBe("any"); // never
});

test("lists: any of a field's elements, where one thing is asked; all of what is written out", () => {
  expect(expression('any(i.get("n") == "x" for i in e.get("l", []))')).toBe("'l.n' equals \"x\"");
  expect(expression('any(i["n"] == "x" and i["v"] == "y" for i in e.get("l", []))')).toMatch(/^unread any\(/);
  expect(expression('any(i != "x" for i in e.get("l", []))')).toMatch(/^unread any\(/);
  expect(expression('all(i in e.get("t", "") for i in A)')).toBe("all\n  't' contains \"x\"\n  't' contains \"y\"");
  expect(expression('any(e.get("t", "").startswith(i) for i in A if i == "x")')).toMatch(/unread/);
});

test("expressions keep their anchors and flags", () => {
  expect(expression('re.match(r"a\\d", e.get("t")) is not None')).toBe("'t' matches \"^(?:a\\\\d)\"");
  expect(expression('re.match(r"a\\d", e.get("t")) is None')).toBe("not 't' matches \"^(?:a\\\\d)\"");
  expect(expression('re.match("a", e.get("t")) is False')).toMatch(/^unread/);
  const helper = 'def old(event):\n    if event.get("a") == 1:\n        return False\n    return None\n';
  for (const compared of ["is None", "== False", "is not None"]) {
    expect(python(`${helper}def rule(event):\n    return old(event) ${compared}\n`)).toMatch(/^unread old\(event\)/);
  }
  expect(expression('not re.search("a", e.get("t"), re.I)')).toBe("not 't' matches~ \"a\"");
  expect(expression('re.search("a", e.get("t"), re.M)')).toMatch(/^unread/);
});

test("code is followed as far as it goes, and nothing is run", () => {
  expect(
    python(
      'def rule(event):\n    if event.get("a") == 1:\n        return False\n    try:\n        return x()\n    except E:\n        return False\n',
    ),
  ).toBe("all\n  not 'a' equals 1\n  unread try: return x() except E: return False");
  expect(python("def rule(event):\n    global X\n    return True\n")).toMatch(/^unread global X/);
  expect(expression("__import__('os').system('id')")).toMatch(/^unread/);
  expect(python("def f(event):\n    return f(event)\ndef rule(event):\n    return f(event)\n")).toMatch(
    /^unread f\(event\)/,
  );
  expect(python('A = 1\nA = 2\ndef rule(event):\n    return event.get("a") == A\n')).toMatch(/^unread/);
  expect(python('def policy(resource):\n    return resource["a"]["b"] is not None\n', "policy")).toBe(
    "not 'a.b' exists",
  );
});

test("hostile files are bounded, and named", () => {
  const many = Array.from({ length: 40 }, (_, i) => `    if event.get("k${i}"):\n        x = ${i}\n`).join("");
  expect(python(`def rule(event):\n${many}    return x == 1\n`).length).toBeGreaterThan(0);
  const deep = `def rule(event):\n    return ${"(".repeat(5000)}1${")".repeat(5000)}\n`;
  const long = `A = [${"'x',".repeat(200_000)}]\ndef rule(event):\n    return event.get("a") in A\n`;
  for (const code of [deep, long, "def rule(event:\n", "\u0000", "def other(event):\n    return True\n"]) {
    expect(python(code)).toBe("");
  }
  const read = (text: string) => pantherReader.read({ name: "rules/r.yml", text }, none, { events: [] });
  expect(read("AnalysisType: rule\nRuleID: r\nFilename: ../../secret.py\n").problems).toMatchObject([
    { code: "missing-key", line: 3 },
  ]);
  expect(read("AnalysisType: [\n").problems).toMatchObject([{ code: "yaml-syntax" }]);
  expect(read("AnalysisType: spell\n").problems).toMatchObject([
    { message: "`spell` is no type of Panther's rules and queries" },
  ]);
  expect(read("title: no rule\n")).toEqual({ detections: [], problems: [] });
  const levels = Array.from({ length: 30 }, (_, i) => `  a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`).join("\n");
  expect(
    read(`AnalysisType: rule\nRuleID: r\nX:\n  a0: &a0 [x, x]\n${levels}\nDetection: *a30\n`).detections.length,
  ).toBeLessThan(2);
});

test("SQL: what is more than one SELECT is said, with the place", () => {
  const sql = (query: string) => {
    const text = `AnalysisType: saved_query\nQueryName: q\nQuery: ${JSON.stringify(query)}\n`;
    const { detections } = pantherReader.read({ name: "queries/q.yml", text }, none, { events: [] });
    return detections
      .map(printDetection)
      .join("")
      .split("\n")
      .slice(1)
      .map((line) => line.trim())
      .join("|");
  };
  expect(
    sql("select a from t where b between 1 and 5 and c is not null and d not like 'x%' and startswith(lower(e), 'y')"),
  ).toBe("reads ? (t)|all|'b' between 1 5|'c' exists|not 'd' wildcard \"x*\"|'e' startswith~ \"y\"|outputs a|");
  expect(
    sql("select u from t where a <> b::int and x in (select y from z) group by u having count(distinct ip) >= 3"),
  ).toBe(
    "reads ? (t)|all|not 'a' equals b|unread x in (select y from z)|dcount(ip) >= 3 by u within -|outputs u|unread (a query within the condition): x in (select y from z)|",
  );
  for (const query of [
    "with a as (select 1) select * from a",
    "select 1 from a join b on x = y",
    "delete from t",
    "select a from t where (",
    "select a from t union select b from u",
  ]) {
    expect(sql(query)).toMatch(/^unread \(SQL that is not followed/);
  }
});
