import { expect, test } from "vitest";
import { sigmaReader } from "../sigma-reader.js";

const vocabulary = {
  events: [
    {
      ...{ name: "processes", title: "Processes", tables: ["T"], columns: new Map([["Image", "string" as const]]) },
      ...{ lists: [], xml: [], text: [], entities: [], madeNames: [] },
      sources: [{ platform: "Sigma" as const, where: { category: "process_creation" }, only: {} }],
      fields: [{ name: "Image", otherNames: [{ platform: "Sigma" as const, name: "Image" }] }],
    },
  ],
};

test.each([
  ["\\cA", "`\\c` in a regular expression"],
  ["[\\b]", "`[\\b]` in a regular expression"],
  ["a{2000}", "`{2000}`, which repeats more than 1000 times"],
  ["(?:ab{20}){60,}", "`{60,}`, which repeats more than 1000 times"],
  ["(?:ab{20}){50}", undefined],
  ["[a{2000}]{3}\\{2000}", undefined],
])("the regular expression %s is refused by name, or has a form", (regex, why) => {
  const logsource = "logsource: { category: process_creation }";
  const detection = `detection:\n  selection:\n    Image|re: '${regex}'\n  condition: selection`;
  const text = `title: A\nid: 11111111-0000-4000-8000-000000000001\n${logsource}\n${detection}\n`;
  const beside = { paths: [], text: () => undefined };
  const [detected] = sigmaReader.read({ name: "r.yml", text }, beside, vocabulary).detections;
  expect(detected?.rule?.obstacle?.message).toBe(why === undefined ? undefined : `KQL has no exact form for ${why}`);
});
