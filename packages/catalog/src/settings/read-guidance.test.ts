import { expect, test } from "vitest";
import { placeInFile } from "../rules/rule-query.js";
import { isGuidanceFile, readGuidance } from "./read-guidance.js";

const whole = `hypothesis:
  adversary: Guesses passwords.
  seen: Failures from one address.
  where: [SigninLogs]
  refuted: The failures are of one program.
falsePositives:
  - name: The scanner
    explanation: Our own scanner guesses every night.
    scenario: A scanner guesses
    filter: |
      IPAddress == "192.0.2.7"
        and Guesses < 20
`;

const told = (text: string) =>
  readGuidance({ name: "a.guidance.yaml", text }).problems.map(
    ({ code, line, column, message }) => `${code} ${line}:${column} ${message}`,
  );

test("guidance is read with its places", () => {
  const { guidance, problems } = readGuidance({ name: "a.guidance.yaml", text: whole });
  expect(problems).toEqual([]);
  expect(guidance?.hypothesis).toEqual({
    adversary: "Guesses passwords.",
    seen: "Failures from one address.",
    where: ["SigninLogs"],
    refuted: "The failures are of one program.",
  });
  const [scanner] = guidance?.falsePositives ?? [];
  expect(scanner).toMatchObject({ name: "The scanner", scenario: "A scanner guesses", place: { line: 7, column: 5 } });
  expect(scanner && placeInFile(scanner.filter, { line: 2, column: 7 })).toEqual({ line: 12, column: 13 });
});

test.each([
  ["nothing", "", ["bad-guidance 1:1 the file takes a map of rule, hypothesis, falsePositives"]],
  ["a list", "- a", ["bad-guidance 1:1 the file takes a map of rule, hypothesis, falsePositives"]],
  ["no hypothesis", whole.slice(whole.indexOf("false")), ["bad-guidance 1:1 the file has no `hypothesis`"]],
  ["no false positives", whole.slice(0, whole.indexOf("false")), ["bad-guidance 1:1 `falsePositives` lists"]],
  [
    "an empty list",
    `${whole.slice(0, whole.indexOf("false"))}falsePositives: []`,
    ["bad-guidance 6:1 `falsePositives` lists"],
  ],
  ["no filter", whole.slice(0, whole.indexOf("    filter")), ["bad-guidance 7:5 `filter` is absent"]],
  ["no refutation", whole.replace(/ {2}refuted.*\n/, ""), ["bad-guidance 1:1 `refuted` is absent"]],
  ["no tables", whole.replace("[SigninLogs]", "[]"), ["bad-guidance 4:3 `where` names the tables"]],
  ["an empty name", whole.replace("The scanner", '""'), ["bad-guidance 7:5 `name` takes text"]],
  ["a filter that is a list", whole.replace(/\|\n.*\n.*\n/, "[a]\n"), ["bad-guidance 10:5 `filter` takes text"]],
  [
    "an unknown key",
    whole.replace("explanation", "explanaton"),
    ["bad-guidance 8:5 `explanaton` is not one of", "bad-guidance 7:5 `explanation` is absent"],
  ],
  [
    "a key twice",
    whole.replace("  seen", "  adversary: Again.\n  seen"),
    ["bad-guidance 3:3 `adversary` is there twice"],
  ],
  [
    "a name twice",
    whole + whole.slice(whole.indexOf("  - name")),
    ["bad-guidance 13:5 another false positive is called `The scanner` too"],
  ],
  ["no YAML", "a: [", ["yaml-syntax 1:"]],
])("%s is told with its place", (_, text, expected) => {
  expect(told(text).map((problem, index) => problem.slice(0, expected[index]?.length))).toEqual(expected);
  expect(readGuidance({ name: "a.guidance.yaml", text }).guidance).toBeUndefined();
});

test("guidance is known by the name of its file", () => {
  expect(isGuidanceFile("rules/a.guidance.yaml")).toBe(true);
  expect(isGuidanceFile("rules/guidance.yaml")).toBe(false);
});
