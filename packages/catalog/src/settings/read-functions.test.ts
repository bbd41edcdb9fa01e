import { expect, test } from "vitest";
import { placeInFile } from "../rules/rule-query.js";
import { readFunctions } from "./read-functions.js";

function read(name: string, text: string) {
  const { functions, problems } = readFunctions({ name, text });
  const found = functions.map(({ name: called, parameters, query }) => [called, parameters, query.text.trim()]);
  return { found, problems: problems.map(({ code, line, column }) => [code, line, column]), functions };
}

test("a parser of a solution", () => {
  const text =
    "id: x\nFunction:\n  Title: T\nFunctionName: CiscoThing\nFunctionAlias: Cisco\nFunctionQuery: |\n  Syslog\n  | take 1\n";
  const { found, functions } = read("cisco.yaml", text);
  expect(found).toEqual([["Cisco", "()", "Syslog\n| take 1"]]);
  expect(functions[0] && placeInFile(functions[0].query, { line: 2, column: 3 })).toEqual({ line: 8, column: 5 });
});

test("a parser of ASIM, also under the name of the built-in one", () => {
  const text = `ParserName: vimDnsX
EquivalentBuiltInParser: _Im_Dns_X
ParserParams:
  - Name: starttime
    Type: datetime
    Default: datetime(null)
  - Name: srcipaddr
    Type: string
    Default: '*'
  - Name: disabled
    Type: bool
    Default: False
  - Name: rows
    Type: table:(*)
ParserQuery: print 1
`;
  const parameters =
    '(starttime: datetime = datetime(null), srcipaddr: string = "*", disabled: bool = False, rows: (*))';
  expect(read("dns.yaml", text).found).toEqual([
    ["vimDnsX", parameters, "print 1"],
    ["_Im_Dns_X", parameters, "print 1"],
  ]);
});

test("saved searches of a template, with its variables; one without an alias cannot be called", () => {
  const search = (properties: object) => ({
    type: "Microsoft.OperationalInsights/workspaces/savedSearches",
    name: "x",
    properties,
  });
  const text = JSON.stringify({
    variables: { alias: "Named" },
    resources: [
      search({ functionAlias: "[variables('alias')]", query: "T\n| take 1", functionParameters: "a:string, b:int=3" }),
      search({ displayName: "a query", query: "T" }),
      {
        type: "workspaces",
        resources: [{ type: "savedSearches", properties: { FunctionAlias: "Inner", query: "T" } }],
      },
    ],
  });
  expect(read("template.json", text).found).toEqual([
    ["Named", "(a:string, b:int=3)", "T\n| take 1"],
    ["Inner", "()", "T"],
  ]);
});

test("bare KQL is named by its file", () => {
  expect(read("folder/Recent.kql", "T | take 1").found).toEqual([["Recent", "()", "T | take 1"]]);
});

test("what is no function, and what is broken, is told", () => {
  expect(read("rule.yaml", "id: x\nquery: T\n").problems).toEqual([["not-a-function", 1, 1]]);
  expect(read("none.yaml", "FunctionQuery: T\n").problems).toEqual([["missing-key", 1, 1]]);
  expect(read("broken.yaml", "a: [\n").problems).toMatchObject([["yaml-syntax", 2, 1]]);
  expect(read("broken.json", "{").problems).toMatchObject([["json-syntax", 1, 2]]);
});
