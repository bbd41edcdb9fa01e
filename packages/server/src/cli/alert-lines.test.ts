import { readRules } from "@calypso/catalog";
import { expect, test } from "vitest";
import type { Alert, Entity } from "../detect/alert.js";
import { parseRow } from "../detect/cells.js";
import { entityNames } from "../detect/entity-names.js";
import { alertLine, alertRow, errorLine } from "./alert-lines.js";

const rule = readRules({ name: "r.yaml", text: "id: r-1\nname: R\nseverity: Low\ntactics: [Impact]\nquery: T\n" })
  .rules[0]!;

const alert: Alert = {
  title: "R of ann",
  description: "About it",
  severity: "High",
  tactics: ["Discovery"],
  techniques: ["T1087"],
  subTechniques: [],
  start: "2026-03-01T09:00:00.0000000Z",
  end: "2026-03-01T10:00:00.0000000Z",
  rows: 2,
  entities: [
    { type: "Account", fullName: "ann@corp.example", name: "ann", upnSuffix: "corp.example" },
    { type: "IP", address: "192.0.2.1" },
  ],
  customDetails: { Who: ["ann"] },
  dynamicProperties: {},
  sample: [{ N: 1, Bag: parseRow('[{"id":12345678901234567890}]', [{ name: "Bag", type: "dynamic" }])[0] ?? null }],
  window: { from: 0n, to: 10_000_000n },
  notes: [],
};

test("an alert is one line, with all the digits of its rows", () => {
  expect(alertLine(rule, alert)).toBe(
    '{"rule":{"id":"r-1","name":"R","severity":"High","tactics":["Discovery"],"techniques":["T1087"]},' +
      '"title":"R of ann","description":"About it","severity":"High",' +
      '"start":"2026-03-01T09:00:00.0000000Z","end":"2026-03-01T10:00:00.0000000Z","rows":2,' +
      '"entities":[{"type":"Account","fullName":"ann@corp.example","name":"ann","upnSuffix":"corp.example"},' +
      '{"type":"IP","address":"192.0.2.1"}],"customDetails":{"Who":["ann"]},' +
      '"sample":[{"N":1,"Bag":{"id":12345678901234567890}}],' +
      '"window":{"from":"1970-01-01T00:00:00.0000000Z","to":"1970-01-01T00:00:01.0000000Z"}}',
  );
});

test("an alert is a row of the table for people", () => {
  expect(JSON.parse(alertRow(rule, alert))).toEqual([
    "2026-03-01 09:00:00",
    "High",
    "R",
    "R of ann",
    "ann@corp.example, 192.0.2.1",
  ]);
  expect(JSON.parse(alertRow(rule, { ...alert, title: "R" }))[3]).toBe("");
});

test("entities in few words", () => {
  const entities: Entity[] = [
    { type: "Account", name: "bob", upnSuffix: "corp.example" },
    { type: "Host", hostName: "web1", dnsDomain: "corp.example" },
    { type: "Account", fullName: "bob@corp.example" },
    { type: "URL", url: "https://a.example/" },
    { type: "IP", address: "192.0.2.1" },
    { type: "IP", address: "192.0.2.2" },
  ];
  expect(entityNames(entities)).toBe("bob@corp.example, web1.corp.example, https://a.example/, +2");
});

test("a rule that could not run is one line, and so is a file that could not be read", () => {
  const diagnosis = { code: "c", severity: "error", message: "m", file: "rules/r.yaml", line: 4, column: 8 } as const;
  expect(JSON.parse(errorLine(rule, { ...diagnosis, key: "query" }))).toEqual({
    rule: { id: "r-1", name: "R", severity: "Low", tactics: ["Impact"], techniques: [] },
    error: { code: "c", message: "m", file: "rules/r.yaml", key: "query", line: 4, column: 8 },
  });
  expect(JSON.parse(errorLine(undefined, diagnosis))).toMatchObject({
    rule: { id: "", name: "r.yaml" },
    error: { code: "c" },
  });
});
