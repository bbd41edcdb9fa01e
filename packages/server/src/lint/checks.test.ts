import { checks, problemCodes } from "@calypso/catalog";
import { diagnosticCodes } from "@calypso/kql";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { loadRules } from "../detect/load.js";
import { contentFolder } from "../platform/content.js";
import { queryPorts } from "../search/run-query.js";
import { temporaryStore } from "../store/testing/temporary-store.js";
import { lintRules } from "./lint.js";
import { lintReferences } from "./references.js";

let store: Awaited<ReturnType<typeof temporaryStore>>;
beforeAll(async () => {
  store = await temporaryStore();
});
afterAll(() => store.close());

/** A rule that nothing is said about. */
const rule = `id: 5207c5d4-2386-4bb8-8eb6-20231af03ff0
name: Failed sign-ins
kind: Scheduled
version: 1.0.0
description: Somebody fails to sign in.
severity: Low
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes:
      - SigninLogs
queryFrequency: 1h
queryPeriod: 1d
triggerOperator: gt
triggerThreshold: 0
tactics:
  - CredentialAccess
relevantTechniques:
  - T1110
query: |
  SigninLogs
  | where ResultType == "50126"
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
`;

type Change = readonly [find: string, put: string];

/** The check's example: what to change in the rule so that it fires, and what else so that it does not. */
interface Example {
  readonly fires: readonly Change[];
  readonly silent: readonly Change[];
}

const query = '| where ResultType == "50126"';
const mapped = ["        columnName: IPAddress", "        columnName: IPAddress"] as const;
const end = (more: string): Change => [mapped[0], `${mapped[1]}\n${more}`];
const piped = (more: string): Change => [query, more.replaceAll("\n", "\n  ")];

const examples: Readonly<Record<string, Example>> = {
  "duplicate-name": { fires: [], silent: [["name: Failed sign-ins", "name: Other"]] },
  "id-form": { fires: [["id: 5207c5d4-2386-4bb8-8eb6-20231af03ff0", "id: one"]], silent: [] },
  "missing-description": { fires: [["description: Somebody fails to sign in.\n", ""]], silent: [] },
  "missing-severity": { fires: [["severity: Low\n", ""]], silent: [["severity: Low", "severity: high"]] },
  "version-form": { fires: [["version: 1.0.0", "version: 1.0"]], silent: [["version: 1.0.0", "version: 1.10.2"]] },
  "unknown-key": { fires: [end("customDetail:\n  A: IPAddress")], silent: [end("author: somebody")] },
  "placeholder-form": {
    fires: [end("alertDetailsOverride:\n  alertDisplayNameFormat: From {IPAddress}")],
    silent: [end("alertDetailsOverride:\n  alertDisplayNameFormat: From {{ IPAddress }}")],
  },
  "no-tactics": { fires: [["tactics:\n  - CredentialAccess\n", ""]], silent: [] },
  "unknown-technique": { fires: [["T1110", "T9999"]], silent: [["T1110", "T1110.003"]] },
  "old-technique": { fires: [["T1110", "T1081"]], silent: [] },
  "technique-without-tactic": {
    fires: [["  - T1110", "  - T1110\n  - T1190"]],
    silent: [["  - CredentialAccess", "  - CredentialAccess\n  - Impact"]],
  },
  "missing-column": { fires: [["columnName: IPAddress", "columnName: IpAddress"]], silent: [] },
  "identifier-type": {
    fires: [["columnName: IPAddress", "columnName: TimeGenerated"]],
    silent: [
      [
        mapped[0],
        `${mapped[1]}\n  - entityType: CloudApplication\n    fieldMappings:\n      - identifier: AppId\n        columnName: AppId`,
      ],
    ],
  },
  "weak-entity": {
    fires: [end("  - entityType: Account\n    fieldMappings:\n      - identifier: Name\n        columnName: Identity")],
    silent: [
      end("  - entityType: Account\n    fieldMappings:\n      - identifier: AadUserId\n        columnName: UserId"),
    ],
  },
  "old-entity-column": {
    fires: [piped(`${query}\n| extend AccountCustomEntity = Identity`)],
    silent: [
      piped(`${query}\n| extend IPCustomEntity = IPAddress`),
      ["columnName: IPAddress", "columnName: IPCustomEntity"],
    ],
  },
  "no-entities": { fires: [["entityMappings:", "customDetails: {}\nentityMappingsOf:"]], silent: [] },
  "time-beyond-period": {
    fires: [piped(`| where TimeGenerated > ago(14d)\n${query}`)],
    silent: [piped(`| where TimeGenerated >= startofday(ago(1d))\n${query}`)],
  },
  "time-unneeded": {
    fires: [piped(`| where TimeGenerated >= ago(24h)\n${query}`)],
    silent: [piped(`| where TimeGenerated >= ago(6h)\n${query}`)],
  },
  "time-gap": {
    fires: [piped(`| where ago(30m) < TimeGenerated\n${query}`)],
    silent: [piped(`| where ago(30m) < TimeGenerated\n${query}\n| union (SigninLogs ${query})`)],
  },
  "always-fires": {
    fires: [piped(`${query}\n| summarize IPAddress = take_any(IPAddress)`)],
    silent: [piped(`${query}\n| summarize IPAddress = take_any(IPAddress), N = count()\n| where N > 3`)],
  },
  "never-fires": {
    fires: [["triggerOperator: gt", "triggerOperator: lt"]],
    silent: [
      ["triggerOperator: gt", "triggerOperator: lt"],
      ["triggerThreshold: 0", "triggerThreshold: 1"],
    ],
  },
  "per-result-limit": {
    fires: [
      ["triggerThreshold: 0", "triggerThreshold: 200"],
      end("eventGroupingSettings:\n  aggregationKind: AlertPerResult"),
    ],
    silent: [["triggerThreshold: 0", "triggerThreshold: 200"]],
  },
  suppression: {
    fires: [end("suppressionEnabled: true\nsuppressionDuration: 30m")],
    silent: [end("suppressionEnabled: false\nsuppressionDuration: 30m")],
  },
  "reads-everything": {
    fires: [["SigninLogs\n  | where", 'search "x"\n  | where']],
    silent: [["SigninLogs\n  | where", 'search in (SigninLogs) "x"\n  | where']],
  },
  "never-true": {
    fires: [piped('| where tolower(Identity) in ("anna", "Bea")')],
    silent: [piped('| where tolower(Identity) in ("anna", "bea") and tolower(AppDisplayName) != "X"')],
  },
  "folded-case": {
    fires: [piped(`${query} and toupper(Identity) == "ANNA"`)],
    silent: [piped(`${query} and Identity =~ "ANNA"`)],
  },
  "contains-word": {
    fires: [piped(`${query} and UserAgent contains "curl"`)],
    silent: [piped(`${query} and UserAgent contains "curl/"`)],
  },
  "regex-first": {
    fires: [piped('| where UserAgent matches regex "^curl/[0-9]"')],
    silent: [piped('| where UserAgent has "curl" and UserAgent matches regex "^curl/[0-9]"')],
  },
  "join-whole-table": {
    fires: [piped(`${query}\n| join kind=inner (SigninLogs | project IPAddress) on IPAddress`)],
    silent: [piped(`${query}\n| join kind=inner (SigninLogs ${query} | project IPAddress) on IPAddress`)],
  },
  "filter-after-expand": {
    fires: [piped(`| mv-expand P = todynamic(AuthenticationDetails)\n${query}`)],
    silent: [piped(`${query}\n| mv-expand P = todynamic(AuthenticationDetails)\n| where P.succeeded == true`)],
  },
  "filter-after-summarize": {
    fires: [piped(`${query}\n| summarize N = count() by IPAddress\n| where IPAddress != "::1"`)],
    silent: [piped(`${query}\n| summarize N = count() by IPAddress\n| where N > 2`)],
  },
  "unfiltered-table": {
    fires: [piped('| where TimeGenerated > ago(2h) and ResultType != "0"')],
    silent: [piped('| where ResultType startswith "50"')],
  },
  "any-rows": { fires: [piped(`${query}\n| take 10`)], silent: [piped(`${query}\n| top 10 by TimeGenerated`)] },
  "old-table": {
    fires: [piped(`${query}\n| where IPAddress in ((ThreatIntelligenceIndicator | project NetworkIP))`)],
    silent: [piped(`${query}\n| where IPAddress in ((ThreatIntelIndicators | project ObservableValue))`)],
  },
  "old-column": {
    fires: [["SigninLogs\n  | where ResultType", 'AzureActivity\n  | where OperationName == "a" //']],
    silent: [["SigninLogs\n  | where ResultType", 'AzureActivity\n  | where OperationNameValue == "a" //']],
  },
  "old-function": {
    fires: [piped(`${query}\n| summarize makeset(Identity) by IPAddress`)],
    silent: [piped(`${query}\n| summarize make_set(Identity) by IPAddress`)],
  },
  "data-types": {
    fires: [["      - SigninLogs", "      - AuditLogs"]],
    silent: [["      - SigninLogs", "      - SigninLogs (Interactive)"]],
  },
};

async function found(changes: readonly Change[], other?: string): Promise<readonly string[]> {
  const text = changes.reduce((current, [find, put]) => {
    expect(current).toContain(find);
    return current.replace(find, () => put);
  }, rule);
  const texts: Readonly<Record<string, string>> = {
    "a.yaml": text,
    ...(other === undefined ? {} : { "b.yaml": other }),
  };
  const files = {
    list: async () => Object.keys(texts),
    read: async (name: string) => Buffer.from(texts[name] ?? ""),
  };
  const { store: engine } = store;
  const references = lintReferences(contentFolder(), () => engine.schema());
  const { findings } = await lintRules(queryPorts(engine), await loadRules(files, ["."]), references);
  return findings.map(({ check }) => check);
}

test("nothing is said about the rule that the examples change", async () => {
  expect(await found([])).toEqual([]);
});

test("each check has an example, and an id that nothing else has", () => {
  expect(Object.keys(examples)).toEqual(Object.keys(checks));
  expect(Object.keys(checks).filter((id) => id in problemCodes || id in diagnosticCodes)).toEqual([]);
});

test("the time of an event counts by its name in advanced hunting too", async () => {
  const hunting: readonly Change[] = [
    [
      "SigninLogs\n  | where ResultType",
      'DeviceEvents\n  | where Timestamp > ago(20d)\n  | where ActionType == "a" //',
    ],
    ["columnName: IPAddress", "columnName: RemoteIP"],
  ];
  expect(await found(hunting)).toContain("time-beyond-period");
});

describe.each(Object.entries(examples))("%s", (id, { fires, silent }) => {
  const other = rule.replace("5207c5d4", "6207c5d4");
  test("is found where it is", async () => {
    expect(await found(fires, id === "duplicate-name" ? other : undefined)).toContain(id);
  });
  test("is not found where it is not", async () => {
    expect(await found(silent, id === "duplicate-name" ? other : undefined)).not.toContain(id);
  });
});
