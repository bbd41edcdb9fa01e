import { expect, test } from "vitest";
import { changeEntry } from "./change-entry.js";
import { readExceptions } from "./read-exceptions.js";
import { readOverrides } from "./read-overrides.js";

const file = `# what the exercise needs
157C0CFC-d76d:
  enabled: false # until May
  severity: High

other: { delay: 15m }
`;

test("one entry changes, whatever the case of its name, and all else stays as it was", () => {
  expect(
    changeEntry(file, "157c0cfc-D76D", { severity: undefined, queryFrequency: "10m" }),
  ).toBe(`# what the exercise needs
157C0CFC-d76d:
  enabled: false # until May
  queryFrequency: 10m

other: { delay: 15m }
`);
});

test("an entry is added to a file or to nothing, and goes when it has no keys", () => {
  expect(changeEntry("", "a-1", { enabled: false })).toBe("a-1:\n  enabled: false\n");
  expect(changeEntry("# nothing yet\n", "a-1", { enabled: true })).toContain("a-1:\n  enabled: true\n");
  expect(changeEntry("a-1:\n  enabled: false\nb: {severity: Low}\n", "a-1", { enabled: undefined })).not.toContain(
    "a-1",
  );
  expect(changeEntry("", "a-1", { enabled: undefined })).toBe("");
  expect(changeEntry("# ours\na-1:\n  enabled: false\n", "a-1", { enabled: undefined })).toBe("# ours\n");
});

test("a file that is no map of entries is left alone", () => {
  expect(changeEntry("- a\n", "a", { enabled: true })).toBe(undefined);
  expect(changeEntry("a: [", "a", { enabled: true })).toBe(undefined);
});

test("texts of logs stand in the file as what they are", () => {
  const values = [`a: "b" # c`, "gpj.\u202etxt", "- x", "true", "0x1F", "&a *b", "{}", "a\u0000b", "yes: no\nx: |"];
  for (const value of values) {
    const text = changeEntry("", "an-exception", {
      ...{ rules: ["0a1b"], fields: { "a: b": value }, owner: value, reason: "r", expiry: "2026-12-30" },
    });
    const { exceptions, problems } = readExceptions({ name: "exceptions.yaml", text: text ?? "" });
    expect([value, problems]).toEqual([value, []]);
    expect(exceptions[0]).toMatchObject({ id: "an-exception", owner: value.trim(), reason: "r", rules: ["0a1b"] });
    expect(text).not.toContain("\u202e");
  }
});

test("what is written of a rule is read so", () => {
  const text = changeEntry("", "157c0cfc", {
    enabled: false,
    queryPeriod: "1h30m",
    triggerThreshold: 5,
    memory: "2GB",
  });
  const { overrides, problems } = readOverrides({ name: "overrides.yaml", text: text ?? "" });
  expect(problems).toEqual([]);
  expect(overrides.get("157c0cfc")).toMatchObject({ enabled: false, queryPeriod: 5_400_000, triggerThreshold: 5 });
});
