import { readVocabulary } from "@calypso/catalog";
import { expect, test } from "vitest";
import { filesOf, read } from "./repository.js";

const tables: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
  read("content/tables/tables.json"),
);
const columns = (table: string) => (tables[table] === undefined ? undefined : new Map(Object.entries(tables[table])));
const files = filesOf("content/vocabulary")
  .filter((name) => name.endsWith(".yaml"))
  .map((name) => ({ name, text: read(name) }));

test("the vocabulary names only tables and columns that are there", () => {
  const { vocabulary, problems } = readVocabulary(files, columns);
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
  const { vocabulary, problems } = readVocabulary(wrong, columns);
  expect(problems.map(({ file, line, message }) => `${file}:${line}: ${message}`)).toEqual([
    "events.yaml:3: there is no table `NoTable`",
    "events.yaml:4: the first table of these events has no column for `EventNumber`",
    "sigma.yaml:6: the first table of these events has no column for `UserNaame`",
    "sigma.yaml:7: the first table of these events has no column for `EventID.deeper`",
    "sigma.yaml:9: `unknown` is no kind of event of events.yaml",
  ]);
  expect(vocabulary.events[0]?.fields.map(({ name }) => name)).toEqual(["Account"]);
});
