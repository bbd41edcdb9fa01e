import { expect, test } from "vitest";
import { type RelationKind, relate } from "./relate.js";
import type { RuleShape } from "./shape.js";

const equals = (field: string, ...values: string[]) => [
  { negated: false, field, operator: "equals" as const, values, caseSensitive: true },
];
const rule = (clauses: RuleShape["reads"][number]["clauses"], rest: Partial<RuleShape> = {}): RuleShape => ({
  ...{ key: "a", platform: "Sentinel", reads: [{ events: "entra-sign-in", clauses, absent: false }] },
  ...{ thresholds: [], actions: [{ family: "entra-sign-in" }], indicators: [], whole: true, ...rest },
});
const failures = { function: "count", by: ["IPAddress"], operator: ">", value: 20 };
const [app, code, both] = [
  equals("AppDisplayName", "Azure Portal"),
  equals("ResultType", "50126"),
  equals("ResultType", "50126", "50053"),
];

test.each<[string, RuleShape, RuleShape, RelationKind | undefined]>([
  ["the same conditions", rule([app, code]), rule([code, app]), "equal"],
  ["more of them", rule([app, code]), rule([code]), "stricter"],
  ["more values", rule([both]), rule([code]), "looser"],
  ["a threshold besides", rule([code], { thresholds: [failures] }), rule([code]), "stricter"],
  [
    "another threshold",
    rule([code], { thresholds: [failures] }),
    rule([code], { thresholds: [{ ...failures, value: 5 }] }),
    "overlapping",
  ],
  ["something besides that is not understood", rule([app, code]), rule([code], { whole: false }), "overlapping"],
  ["each something of its own", rule([app, code]), rule([code, equals("Location", "AT")]), "overlapping"],
  ["what excludes the other", rule([code]), rule([equals("ResultType", "0")]), "same action"],
  [
    "other events",
    rule([code]),
    rule([code], { reads: [{ events: "entra-audit", clauses: [code], absent: false }], actions: [] }),
    undefined,
  ],
])("%s", (_, here, there, kind) => {
  expect(relate(here, there)?.kind).toBe(kind);
  const back = { stricter: "looser", looser: "stricter" }[String(kind)] ?? kind;
  expect(relate(there, here)?.kind).toBe(back);
});
