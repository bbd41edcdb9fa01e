import { expect, test } from "vitest";
import { printProblem } from "./problem.js";
import { readRules } from "./read-rules.js";
import { placeInFile } from "./rule-query.js";

const exported = {
  $schema: "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#",
  contentVersion: "1.0.0.0",
  parameters: { workspace: { type: "String" } },
  resources: [
    {
      id: "[concat(resourceId('Microsoft.OperationalInsights/workspaces/providers', parameters('workspace'), 'Microsoft.SecurityInsights'),'/alertRules/0f1e2d3c-0000-4000-8000-000000000003')]",
      name: "[concat(parameters('workspace'),'/Microsoft.SecurityInsights/0f1e2d3c-0000-4000-8000-000000000003')]",
      type: "Microsoft.OperationalInsights/workspaces/providers/alertRules",
      kind: "Scheduled",
      apiVersion: "2023-02-01-preview",
      properties: {
        displayName: "Exported",
        description: "As the portal exports it",
        enabled: false,
        severity: "Informational",
        query: 'T\n| where a == "é\\t"\n| take 1',
        queryFrequency: "PT1H",
        queryPeriod: "P1D",
        triggerOperator: "LessThan",
        triggerThreshold: 3,
        suppressionEnabled: false,
        suppressionDuration: "PT5H",
        tactics: ["DefenseEvasion"],
        techniques: ["T1078"],
        subTechniques: ["T1078.004"],
        alertRuleTemplateName: "0f1e2d3c-0000-4000-8000-00000000000f",
        templateVersion: "1.0.9",
        startTimeUtc: null,
        customDetails: { Who: "User" },
      },
    },
  ],
};

test("an exported rule", () => {
  const text = JSON.stringify(exported, null, "\t");
  const { rules, problems } = readRules({ name: "export.json", text });
  expect(problems.map(printProblem)).toEqual([]);
  expect(rules).toHaveLength(1);
  expect(rules[0]).toMatchObject({
    id: "0f1e2d3c-0000-4000-8000-000000000003",
    name: "Exported",
    kind: "Scheduled",
    enabled: false,
    severity: "Informational",
    queryFrequency: 3_600_000,
    queryPeriod: 86_400_000,
    triggerOperator: "lt",
    triggerThreshold: 3,
    techniques: ["T1078"],
    subTechniques: ["T1078.004"],
    customDetails: [{ name: "Who", columnName: "User" }],
    templateVersion: "1.0.9",
    extra: { startTimeUtc: null },
    query: { text: 'T\n| where a == "é\\t"\n| take 1', key: "query" },
  });
  const place = placeInFile(rules[0]!.query, { line: 3, column: 3 });
  expect(text.split("\n")[place.line - 1]?.slice(place.column - 1)).toMatch(/^take 1",/);
});

test("a solution package: look-ups resolved, other content named", () => {
  const solution = {
    parameters: { prefix: { type: "string", defaultValue: "Low" } },
    variables: {
      ruleObject1: { contentId: "0f1e2d3c-0000-4000-8000-000000000004", version: "1.0.2" },
      level: "[parameters('prefix')]",
    },
    resources: [
      {
        type: "Microsoft.OperationalInsights/workspaces/providers/contentTemplates",
        properties: {
          contentKind: "AnalyticsRule",
          mainTemplate: {
            resources: [
              {
                type: "Microsoft.SecurityInsights/AlertRuleTemplates",
                name: "[variables('ruleObject1').contentId]",
                kind: "NRT",
                properties: {
                  displayName: "[[bracketed] name",
                  description: "[concat('not', 'evaluated')]",
                  severity: "[variables('level')]",
                  query: "T",
                  status: "Available",
                },
              },
              {
                type: "Microsoft.OperationalInsights/workspaces/providers/metadata",
                properties: { kind: "AnalyticsRule" },
              },
            ],
          },
        },
      },
      {
        type: "Microsoft.OperationalInsights/workspaces/savedSearches",
        name: "hunt-1",
        properties: {
          category: "Hunting Queries",
          displayName: "A hunt",
          query: "T | take 1",
          version: 2,
          tags: [
            { name: "description", value: "Look closer" },
            { name: "tactics", value: "Persistence,Impact" },
            { name: "techniques", value: "T1098,T1098.003" },
          ],
        },
      },
      { type: "Microsoft.Logic/workflows", properties: { state: "Enabled" } },
      { type: "Microsoft.Logic/workflows", properties: { state: "Enabled" } },
    ],
  };
  const { rules, problems } = readRules({ name: "mainTemplate.json", text: JSON.stringify(solution) });
  expect(rules).toHaveLength(2);
  expect(rules[0]).toMatchObject({
    id: "0f1e2d3c-0000-4000-8000-000000000004",
    name: "[bracketed] name",
    description: "[concat('not', 'evaluated')]",
    kind: "NRT",
    severity: "Low",
  });
  expect(rules[1]).toMatchObject({
    id: "hunt-1",
    name: "A hunt",
    kind: "Hunting",
    description: "Look closer",
    tactics: ["Persistence", "Impact"],
    techniques: ["T1098"],
    subTechniques: ["T1098.003"],
  });
  expect(problems.map((problem) => `${problem.code}: ${problem.message}`)).toEqual([
    "bad-value: `description` is an expression of ARM; only look-ups of a variable or parameter are evaluated",
    "skipped: 2 of type Microsoft.Logic/workflows: no rule, left out",
  ]);
});

test("the REST interface's list of rules, with one that has no query", () => {
  const list = {
    value: [
      {
        name: "r-1",
        kind: "Scheduled",
        properties: { displayName: "One", query: "T", queryFrequency: "PT1H", queryPeriod: "PT1H" },
      },
      { name: "r-2", kind: "Fusion", properties: { alertRuleTemplateName: "f", enabled: true } },
    ],
  };
  const { rules } = readRules({ name: "rules.json", text: JSON.stringify(list) });
  expect(rules.map((rule) => [rule.id, rule.kind, rule.obstacle?.code])).toEqual([
    ["r-1", "Scheduled", undefined],
    ["r-2", "Fusion", "unsupported-kind"],
  ]);
});

test("text that is not JSON is an error with its place", () => {
  const { rules, problems } = readRules({ name: "broken.json", text: '{\n "a": [1,\n "b": }' });
  expect(rules).toEqual([]);
  expect(problems[0]).toMatchObject({ code: "json-syntax", severity: "error", line: 3 });
});

test("JSON without a rule says so", () => {
  const { rules, problems } = readRules({ name: "other.json", text: '{"a": 1}' });
  expect(rules).toEqual([]);
  expect(problems[0]).toMatchObject({ code: "not-a-rule", severity: "warning", line: 1, column: 1 });
});

test("a template in a template, and expressions that are not evaluated", () => {
  const properties = { ...exported.resources[0]!.properties, query: "[variables('q')]" };
  const resource = { ...exported.resources[0]!, properties };
  const named = {
    ...resource,
    properties: { ...properties, displayName: "[concat('a', 'b')]", query: "[concat('T', ' | take 1')]" },
  };
  const nested = {
    type: "Microsoft.Resources/deployments",
    name: "n",
    properties: { template: { resources: [resource] } },
  };
  const template = { variables: { q: "[['T'] | take 1" }, resources: [nested, named] };
  const { rules, problems } = readRules({ name: "nested.json", text: JSON.stringify(template) });
  expect(rules.map(({ query, obstacle }) => [query.text, obstacle?.code])).toEqual([
    ["['T'] | take 1", undefined],
    ["[concat('T', ' | take 1')]", "bad-value"],
  ]);
  expect(problems.map(({ severity, message }) => `${severity}: ${message}`)).toEqual([
    "warning: `displayName` is an expression of ARM; only look-ups of a variable or parameter are evaluated",
    "error: `query` is an expression of ARM; only look-ups of a variable or parameter are evaluated",
  ]);
});

test("a string over several lines is no JSON", () => {
  const text = JSON.stringify(exported, null, 2).replace("T\\n| where", "T // all of it\n| where");
  const { rules, problems } = readRules({ name: "lines.json", text });
  expect(rules).toEqual([]);
  expect(problems.map(printProblem)).toEqual([
    "error[json-syntax]: lines.json, line 21, column 18: the text is not JSON: a string goes over several lines, which JSON writes as `\\n`",
  ]);
});
