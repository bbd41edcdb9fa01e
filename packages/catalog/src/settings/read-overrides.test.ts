import { expect, test } from "vitest";
import { readOverrides } from "./read-overrides.js";

test("values are read by the rules' ids, whatever the case", () => {
  const text = `# after the exercise
157C0CFC-d76d:
  enabled: off
  severity: high
  queryFrequency: PT10M
  queryPeriod: 1h
  triggerOperator: GT
  triggerThreshold: 5
  delay: 15m
  cutBy: arrival
  timeout: 90s
  memory: 1.5 GB
`;
  const { overrides, problems } = readOverrides({ name: "overrides.yaml", text });
  expect(problems).toEqual([]);
  expect(overrides.get("157c0cfc-d76d")).toEqual({
    enabled: false,
    severity: "High",
    queryFrequency: 600_000,
    queryPeriod: 3_600_000,
    triggerOperator: "gt",
    triggerThreshold: 5,
    delay: 900_000,
    cutBy: "arrival",
    timeout: 90_000,
    memory: 1_500_000_000,
    place: { line: 2, column: 1 },
  });
});

test("what makes no sense is told with its place, and the rest holds", () => {
  const text = "a:\n  severity: Grave\n  enabled: true\n  query: x\n  queryPeriod: PT1D\n  triggerThreshold: -1\n";
  const { overrides, problems } = readOverrides({ name: "overrides.yaml", text });
  expect(overrides.get("a")).toEqual({ enabled: true, place: { line: 1, column: 1 } });
  expect(problems.map(({ line, key, message }) => `${line} ${key}: ${message.slice(0, 60)}`)).toEqual([
    "2 a.severity: `severity` is one of High, Medium, Low, Informational, not `",
    "4 a.query: `query` is not one of enabled, severity, queryFrequency, que",
    expect.stringMatching(/^5 a.queryPeriod: `queryPeriod` cannot be read: /),
    "6 a.triggerThreshold: `triggerThreshold` is a whole number from 0 on, not `-1`",
  ]);
});

test("a text that is no YAML changes nothing", () => {
  const { overrides, problems } = readOverrides({ name: "overrides.yaml", text: "a: [\n" });
  expect(overrides.size).toBe(0);
  expect(problems).toMatchObject([{ code: "yaml-syntax", severity: "error" }]);
});

test.each([
  ["- a\n", "1 undefined: the file is a map from the ids of rules to the values that they take"],
  ["a: off\n", expect.stringMatching(/^1 a: `a` takes a map of enabled, /)],
  ["a:\n  memory: 512\n", "2 a.memory: `memory` is a size such as `512MB` or `2GiB`, not `512`"],
  ["a:\n  enabled: off\nA:\n  enabled: on\n", "3 A: `A` is there twice: the last holds"],
])("%j is told", (text, message) => {
  const { problems } = readOverrides({ name: "overrides.yaml", text });
  expect(problems.map((problem) => `${problem.line} ${problem.key}: ${problem.message}`)).toEqual([message]);
});
