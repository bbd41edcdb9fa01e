import { readVocabulary } from "@calypso/catalog";
import { expect, test } from "vitest";
import { columnsOf, vocabularyOfContent } from "./sigma-page.js";

test("the vocabulary names only tables and columns that are there", () => {
  const { vocabulary, problems } = vocabularyOfContent();
  expect(problems).toEqual([]);
  expect(vocabulary.events.length).toBeGreaterThan(9);
  expect(vocabulary.events.find(({ name }) => name === "entra-sign-in")?.sources.length).toBeGreaterThan(0);
});

test("a field that is not there is told with its file and line, and left out", () => {
  const wrong = [
    {
      name: "events.yaml",
      text: "logons:\n  title: Logons\n  tables: [SecurityEvent, NoTable]\n  actions: [EventNumber]\n",
    },
    {
      name: "sigma.yaml",
      text: [
        ...["platform: Sigma", "events:", "  logons:", "    sources: [{ product: windows }]", "    fields:"],
        ...["      Who: UserNaame", "      Number: EventID.deeper", "      Ok: Account", "  unknown: {}"],
      ].join("\n"),
    },
  ];
  const { vocabulary, problems } = readVocabulary(wrong, columnsOf);
  expect(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([
    "events.yaml:3: there is no table `NoTable`",
    "events.yaml:4: the first table of these events has no column for `EventNumber`",
    "sigma.yaml:6: the first table of these events has no column for `UserNaame`",
    "sigma.yaml:7: the first table of these events has no column for `EventID.deeper`",
    "sigma.yaml:9: `unknown` is no kind of event of events.yaml",
  ]);
  expect(vocabulary.events[0]?.fields.map(({ name }) => name)).toEqual(["Account"]);
});
