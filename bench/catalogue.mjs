// Fills an embedded catalogue with generated rules, and searches it: at a tenth of them, and at all.
//   npm run bench:catalogue -- [rules]
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sql } from "kysely";
import { importSource } from "../packages/server/dist/catalogue/import-source.js";
import { settleRules } from "../packages/server/dist/catalogue/record-rule.js";
import { searchRules } from "../packages/server/dist/catalogue/search-rules.js";
import { usualLimits } from "../packages/server/dist/catalogue/sources/contents.js";
import { seededRandom } from "../packages/server/dist/demo/random.js";
import { openState } from "../packages/server/dist/state/open-state.js";
import { median, report } from "./report.mjs";

const all = Number(process.argv[2] ?? 10_000);
const folder = mkdtempSync(join(tmpdir(), "calypso-bench-catalogue-"));
const random = seededRandom(1, "catalogue");
const pick = (list) => random.pick(list);
const words =
  "sign failed password azure mailbox forwarding rule token device role consent application address country legacy protocol spray risk vault secret key process command network query audit policy".split(
    " ",
  );
const tables = [
  "SigninLogs",
  "AuditLogs",
  "OfficeActivity",
  "AzureActivity",
  "SecurityEvent",
  "DeviceProcessEvents",
  "Syslog",
  "CommonSecurityLog",
];
const fields = [
  "ResultType",
  "AppDisplayName",
  "OperationName",
  "ClientAppUsed",
  "UserPrincipalName",
  "IPAddress",
  "EventID",
  "FileName",
  "CommandLine",
];
const sentence = (length) => Array.from({ length }, () => pick(words)).join(" ");

/** A rule as its file would give it, and its logic as a reader would take it apart. */
function yaml(number) {
  const technique = `T1${String(random.below(500)).padStart(3, "0")}.00${1 + random.below(5)}`;
  const tests = Array.from({ length: 2 + random.below(6) }, () => [
    pick(fields),
    `${pick(words)} ${random.below(500)}`,
  ]);
  const lines = tests.map(([field, value]) => `  | where ${field} == "${value}"`).join("\n");
  const severity = pick(["High", "Medium", "Low", "Informational"]);
  return `id: rule-${number}\nname: ${sentence(5)} ${number}\ndescription: ${sentence(40)}\nseverity: ${severity}\nqueryFrequency: 1h\nqueryPeriod: 1h\ntriggerOperator: gt\ntriggerThreshold: 0\ntactics: [InitialAccess]\nrelevantTechniques: [${technique}]\nquery: |\n  ${pick(tables)}\n${lines}\n`;
}

function takeApart(detection) {
  const [source, ...rest] = detection.text.trim().split("\n");
  const parts = rest.map((line) => {
    const [, field, value] = /where (\w+) == "([^"]*)"/.exec(line);
    return { kind: "test", field: { written: field, field }, operator: "equals", values: [value], caseSensitive: true };
  });
  const stages = [source, ...rest].map((text, index) => ({
    index: index + 1,
    operator: index === 0 ? "source" : "where",
    text,
  }));
  return {
    ...detection,
    dissection: {
      stages,
      reads: [{ source, condition: { kind: "all", parts } }],
      thresholds: [],
      outputs: [],
      unread: [],
    },
  };
}

const searches = {
  "two words that few rules have": { text: "legacy protocol spray" },
  "a word that most rules have": { text: "password" },
  "its fiftieth page": { text: "password", offset: 980 },
  "a technique": { technique: "T1078" },
  "a field and a value that begins so": { field: "ResultType", value: "password*" },
  "a field and a value with a text in it": { field: "Command*", value: "*ass*" },
  "a table": { table: "SigninLogs" },
  "a table and a severity": { table: "SigninLogs", severity: "High" },
  "a verdict": { verdict: "silent" },
  "a platform, a table, a verdict and a word": {
    platform: "Sentinel",
    table: "AuditLogs",
    verdict: "fires",
    text: "vault",
  },
  everything: {},
  "the fiftieth page of everything": { offset: 980 },
};

/** As `calypso catalog verdict` would: most rules are silent. */
async function addVerdicts(db) {
  const verdict = sql`CASE number % 10 WHEN 0 THEN 'fires' WHEN 1 THEN 'no data' ELSE 'silent' END`;
  await db.updateTable("catalog_rules").set({ verdict }).execute();
  await settleRules(db);
}

try {
  const state = await openState(join(folder, "state"));
  const ports = { state, clock: () => new Date(), vocabulary: { events: [] }, takeApart, readingVersion: "bench" };
  const times = {};
  for (const rules of [all / 10, all]) {
    const path = join(folder, "rules.jsonl");
    const from = rules === all ? all / 10 : 0;
    const lines = Array.from({ length: rules - from }, (_, index) =>
      JSON.stringify({ file: `${from + index}.yaml`, text: yaml(from + index), source: `part ${from}` }),
    );
    writeFileSync(path, lines.join("\n"));
    const request = {
      path,
      platform: "Sentinel",
      source: "bench",
      commit: "",
      retrievedAt: "",
      limits: usualLimits,
      signal: new AbortController().signal,
    };
    for await (const event of importSource(ports, request))
      if (event.kind === "problem") throw new Error(event.problem.message);
    await addVerdicts(state.db);
    for (const [name, search] of Object.entries(searches)) {
      const found = [];
      let total = 0;
      for (let round = 0; round < 12; round++) {
        const began = performance.now();
        ({ total } = await searchRules(state.db, { ...search, limit: 20 }));
        // The first two plan.
        if (round > 1) found.push(performance.now() - began);
      }
      times[name] = [...(times[name] ?? []), { milliseconds: median(found), total }];
    }
  }
  await state.close();
  const largest = Math.max(...Object.values(times).map(([, { milliseconds }]) => milliseconds));
  report("Search of the catalogue", [
    `Milliseconds for a page of 20 rules with all facets, medians of 10, in an embedded PostgreSQL; ${all / 10} and ${all} generated rules.`,
    "",
    "| search | found | at a tenth | at all | ratio |",
    "|---|---|---|---|---|",
    ...Object.entries(times).map(
      ([name, [few, many]]) =>
        `| ${name} | ${many.total} | ${few.milliseconds.toFixed(0)} | ${many.milliseconds.toFixed(0)} | ${(many.milliseconds / few.milliseconds).toFixed(1)} |`,
    ),
    `| largest | | | ${largest.toFixed(0)} (at most 100) | |`,
  ]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
