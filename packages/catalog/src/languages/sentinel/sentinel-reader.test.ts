import { expect, test } from "vitest";
import { commonPlatform } from "../guess-platform.js";
import { sentinelReader } from "./sentinel-reader.js";

const none = { text: () => undefined, paths: [] };
const read = (name: string, text: string) => sentinelReader.read({ name, text }, none, { events: [] });

const page = `# Sign-ins of nobody

## Query Information

#### MITRE ATT&CK Technique(s)

| Technique ID | Title |
| --- | --- |
| T1078.004 | [Valid Accounts: Cloud Accounts](https://attack.mitre.org/techniques/T1078/004/) |

#### Description
Sign-ins without a **name**.

## Sentinel
\`\`\`KQL
SigninLogs
| where UserPrincipalName == ""
\`\`\`

~~~text
# no heading
~~~

## All tables
\`\`\`\`kusto
union SigninLogs, AADNonInteractiveUserSignInLogs
\`\`\`\`
`;

test("each block of KQL in a page is a hunt, with the page's title, description and techniques and its own place", () => {
  const { detections, problems } = read("hunting/nobody.md", page);
  expect(problems).toEqual([]);
  expect(detections.map(({ name, place, text }) => [name, place.line, text])).toEqual([
    ["Sign-ins of nobody (Sentinel)", 16, 'SigninLogs\n| where UserPrincipalName == ""\n'],
    ["Sign-ins of nobody (All tables)", 26, "union SigninLogs, AADNonInteractiveUserSignInLogs\n"],
  ]);
  expect(detections[0]).toMatchObject({
    ...{ platform: "Sentinel", language: "kql", purpose: "hunt", file: "hunting/nobody.md" },
    ...{ description: "Sign-ins without a name.", attack: { techniques: ["T1078.004"] } },
    rule: { name: "Sign-ins of nobody (Sentinel)", query: { origin: { kind: "lines", line: 16 } } },
  });
});

test("a rule of YAML keeps its claims and what it needs; a page without KQL and other JSON hold nothing", () => {
  const yaml = `id: r-1
name: Many failures
description: |
  'Too many failures.'
severity: Low
requiredDataConnectors:
  - connectorId: AzureActiveDirectory
    dataTypes: [SigninLogs]
queryFrequency: 1h
queryPeriod: 1h
triggerOperator: gt
triggerThreshold: 0
tactics: [CredentialAccess]
relevantTechniques: [T1110, T1110.003]
query: SigninLogs
`;
  expect(read("Detections/SigninLogs/many.yaml", yaml).detections).toMatchObject([
    {
      ...{ id: "r-1", name: "Many failures", purpose: "rule", severity: "Low", description: "Too many failures." },
      ...{ dataSources: ["AzureActiveDirectory", "SigninLogs"], frequency: 3_600_000 },
      attack: { tactics: ["CredentialAccess"], techniques: ["T1110", "T1110.003"] },
    },
  ]);
  expect(read("about.md", "# About\n\n```sh\nls\n```\n")).toEqual({ detections: [], problems: [] });
  expect(read("data.json", '{"rows": []}')).toEqual({ detections: [], problems: [] });
});

test("a file that is broken is a problem with its line, and a bomb of aliases is one", () => {
  expect(read("Detections/broken.yaml", "id: [\n")).toMatchObject({
    detections: [],
    problems: [{ code: "yaml-syntax", severity: "error", file: "Detections/broken.yaml" }],
  });
  const levels = Array.from({ length: 30 }, (_, level) => `a${level + 1}: &a${level + 1} [*a${level}, *a${level}]`);
  const bomb = `a0: &a0 [x, x]\n${levels.join("\n")}\nquery: *a30\n`;
  expect(read("Detections/bomb.yaml", bomb).detections).toEqual([]);
});

test("paths of the public layouts may hold rules; pictures, parsers and data beside them do not", () => {
  const may = [
    "Detections/SigninLogs/a.yaml",
    "Solutions/Okta/Analytic Rules/a.yaml",
    "Solutions/Okta/Package/mainTemplate.json",
    "Hunting Queries/a.yml",
    "a.kql",
    "pages/a.md",
  ];
  const not = [
    "Solutions/Okta/Package/createUiDefinition.json",
    "Parsers/a.yaml",
    "Solutions/Okta/Parsers/a.yaml",
    "Sample Data/a.json",
    ".github/workflows/a.yaml",
    "README.md",
    "rules/a.tests.yaml",
    "picture.png",
  ];
  expect(may.filter((path) => !sentinelReader.mayHold(path))).toEqual([]);
  expect(not.filter((path) => sentinelReader.mayHold(path))).toEqual([]);
});

test("the platform of files is told by keys that only its format has", () => {
  const files = [
    { name: "a.yml", text: "title: x\nlogsource:\n  product: azure\n" },
    { name: "b.yml", text: "title: y\nlogsource:\n  product: azure\n" },
    { name: "c.yaml", text: "query: SigninLogs\n" },
  ];
  expect(commonPlatform(files)).toBe("Sigma");
  expect(commonPlatform(files.slice(1))).toBeUndefined();
});
