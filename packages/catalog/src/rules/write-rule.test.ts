import { expect, test } from "vitest";
import { parse } from "yaml";
import { readRules } from "./read-rules.js";
import { ruleYaml } from "./write-rule.js";

/** Texts that readers of YAML 1.1, or of 1.2, would take for something else where they stand without quotes. */
const texts = [
  ...["yes", "no", "on", "off", "y", "N", "true", "null", "~", "<<"],
  ...["1e3", "0x10", "0b11", "010", "1_000", "1:30", "2026-01-01", "2026-01-01 10:00:00"],
];

test("texts stay texts for every reader of YAML, also deep in maps and lists, and as keys", () => {
  const [read] = readRules({ name: "a.kql", text: "SigninLogs | take 1" }).rules;
  if (read === undefined) throw new Error("no rule was read");
  const metadata = {
    list: [texts, [{ deep: texts }]],
    map: Object.fromEntries(texts.map((text) => [text, { deep: text }])),
  };
  for (const name of texts) {
    const rule = { ...read, name, description: name, tags: texts, metadata, extra: { own: { of: [name] } } };
    const written = ruleYaml(rule);
    for (const version of ["1.1", "1.2"] as const) {
      const found: unknown = parse(written, { version });
      expect(found).toMatchObject({ name, description: name, tags: texts, metadata, own: { of: [name] } });
    }
    expect(readRules({ name: "a.yaml", text: written }).rules).toMatchObject([{ name, tags: texts, metadata }]);
  }
});
