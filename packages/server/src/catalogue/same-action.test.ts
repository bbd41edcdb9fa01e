import { type Detection, type RuleShape, readerOf, sameAction, shapeOf } from "@calypso/catalog";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shippedVocabulary } from "../platform/vocabulary.js";
import type { Store } from "../store/store.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { takenApart } from "./taken-apart.js";
import { rulesByAction, type WrittenRule } from "./testing/rules-by-action.js";

let store: Store;
let close: () => Promise<void>;

beforeAll(async () => {
  ({ store, close } = await temporaryStore());
});
afterAll(() => close());

const files = {
  Sentinel: "rule.kql",
  Sigma: "rules/rule.yml",
  Elastic: "rules/rule.toml",
  Splunk: "detections/rule.yml",
  Panther: "rules/rule.yml",
  Chronicle: "rules/rule.yaral",
};

function detectionOf({ platform, text, beside }: WrittenRule): Detection {
  const vocabulary = shippedVocabulary();
  const file = { name: files[platform], text: beside ?? text };
  const found = readerOf(platform)?.read(
    file,
    { paths: ["rules/rule.py"], text: () => (beside === undefined ? undefined : text) },
    vocabulary,
  );
  const [detection] = found?.detections ?? [];
  if (detection === undefined) throw new Error(`${JSON.stringify(found?.problems)} in ${text}`);
  return takenApart({ schema: store.schema(), vocabulary })(detection);
}

test("requests of one method are no action; what is asked for is", () => {
  const vocabulary = shippedVocabulary();
  const told = (one: string, other: string) => {
    const [mine = [], theirs = []] = [one, other].map((condition) => {
      const text = `MicrosoftGraphActivityLogs | where ${condition}`;
      return shapeOf(condition, detectionOf({ platform: "Sentinel", text }), vocabulary).actions;
    });
    return mine.some((action) => theirs.some((another) => sameAction(action, another)));
  };
  expect(told('RequestMethod == "GET" and UserId == "a"', 'RequestMethod == "GET" and UserAgent has "b"')).toBe(false);
  expect(told('RequestMethod == "GET" and RequestUri has "/users"', 'RequestUri has "/users"')).toBe(true);
});

test("rules of all platforms that look for the same action are told from those that do not", () => {
  const vocabulary = shippedVocabulary();
  const shapes = Object.entries(rulesByAction).flatMap(([action, rules]) =>
    rules.map((rule, index): { action: string; name: string; shape: RuleShape } => {
      const name = `${action} (${rule.platform} ${index})`;
      return { action, name, shape: shapeOf(name, detectionOf(rule), vocabulary) };
    }),
  );
  const wrong: string[] = [];
  const counts = { found: 0, missed: 0, mistaken: 0 };
  for (const [at, one] of shapes.entries()) {
    for (const other of shapes.slice(at + 1)) {
      const told = one.shape.actions.some((mine) => other.shape.actions.some((theirs) => sameAction(mine, theirs)));
      const isSame = one.action === other.action;
      if (told && isSame) counts.found += 1;
      if (told !== isSame) {
        counts[told ? "mistaken" : "missed"] += 1;
        wrong.push(`${told ? "not the same" : "the same"}: ${one.name} and ${other.name}`);
      }
    }
  }
  expect(counts.found + counts.missed).toBeGreaterThanOrEqual(50);
  expect({
    precision: counts.found / (counts.found + counts.mistaken),
    recall: counts.found / (counts.found + counts.missed),
    wrong,
  }).toEqual({
    ...{ precision: 1, recall: 1, wrong: [] },
  });
});
