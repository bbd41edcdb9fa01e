import { workspaceSchema } from "@calypso/kql";
import { describe, expect, test } from "vitest";
import type { Condition, FieldName } from "../../detections/condition.js";
import { dissectKql } from "./dissect-kql.js";

const schema = workspaceSchema("workspace", [
  {
    name: "SigninLogs",
    columns: [
      { name: "TimeGenerated", type: "datetime" },
      ...["ResultType", "AppDisplayName", "UserPrincipalName", "IPAddress", "HomeTenantId", "ResourceTenantId"].map(
        (name) => ({
          ...{ name, type: "string" as const },
        }),
      ),
      { name: "DeviceDetail", type: "dynamic" },
    ],
  },
  {
    name: "AuditLogs",
    columns: [
      { name: "TimeGenerated", type: "datetime" },
      { name: "OperationName", type: "string" },
      { name: "TargetResources", type: "dynamic" },
    ],
  },
]);
const vocabulary = {
  events: [
    {
      ...{ name: "entra-sign-in", title: "Sign-ins", tables: ["SigninLogs"], sources: [] },
      ...{ columns: new Map(), lists: [], xml: [], text: [], entities: [], madeNames: [] },
      fields: [{ name: "ResultType", otherNames: [{ platform: "Sentinel" as const, name: "Status.errorCode" }] }],
    },
  ],
};

const dissectionOf = (query: string) => dissectKql(query, { schema, vocabulary });
const readsOf = (query: string) =>
  dissectionOf(query).reads.map(
    ({ source, absent, condition }) => `${absent ? "no " : ""}${source}: ${shown(condition)}`,
  );

const named = ({ field, written }: FieldName) => field ?? `?${written}`;
function shown(condition: Condition): string {
  switch (condition.kind) {
    case "all":
      return condition.parts.map(shown).join(" & ");
    case "any":
      return `(${condition.parts.map(shown).join(" | ")})`;
    case "not":
      return `not ${shown(condition.part)}`;
    case "unread":
      return `«${condition.text}»`;
    default: {
      const { field, operator, values, other, caseSensitive, through = [] } = condition;
      const subject = through.reduce((inner, name) => `${name}(${inner})`, named(field));
      const compared = other === undefined ? values.map((value) => JSON.stringify(value)).join() : named(other);
      return `${subject} ${operator}${caseSensitive ? "" : "~"} ${compared}`.trim();
    }
  }
}

describe("what events have to meet", () => {
  test.each<[string, string, string[]]>([
    ["equal", "SigninLogs | where ResultType == '0'", ['SigninLogs: ResultType equals "0"']],
    [
      "in any case",
      "SigninLogs | where AppDisplayName =~ 'azure portal'",
      ['SigninLogs: AppDisplayName equals~ "azure portal"'],
    ],
    [
      "one of a let's values",
      "let codes = dynamic(['1', '2']); SigninLogs | where ResultType in (codes)",
      ['SigninLogs: ResultType equals "1","2"'],
    ],
    [
      "not, or",
      "SigninLogs | where not(ResultType == '0' or AppDisplayName has 'x')",
      ['SigninLogs: not (ResultType equals "0" | AppDisplayName has~ "x")'],
    ],
    [
      "two columns",
      "SigninLogs | where HomeTenantId != ResourceTenantId",
      ["SigninLogs: not HomeTenantId equals ResourceTenantId"],
    ],
    [
      "through names",
      "SigninLogs | extend App = tolower(AppDisplayName) | where App == 'x'",
      ['SigninLogs: AppDisplayName equals~ "x"'],
    ],
    [
      "through a function with constants",
      "SigninLogs | where substring(UserPrincipalName, 0, 3) == 'adm'",
      ['SigninLogs: substring 0 3(UserPrincipalName) equals "adm"'],
    ],
    [
      "behind a constant",
      "SigninLogs | where strcat('x-', UserPrincipalName) == 'x-adm'",
      ['SigninLogs: strcat "x-" _(UserPrincipalName) equals "x-adm"'],
    ],
    [
      "into a dynamic",
      "SigninLogs | where tobool(DeviceDetail.isCompliant) == false",
      ["SigninLogs: DeviceDetail.isCompliant equals false"],
    ],
    [
      "an array's elements",
      "AuditLogs | mv-expand T = TargetResources | where tostring(T.displayName) has_any ('a', 'b')",
      ['AuditLogs: TargetResources.displayName has~ "a","b"'],
    ],
    [
      "a network",
      "SigninLogs | where ipv4_is_in_range(IPAddress, '203.0.113.0/24')",
      ['SigninLogs: IPAddress cidr "203.0.113.0/24"'],
    ],
    [
      "is there",
      "SigninLogs | where isnotempty(IPAddress) and isempty(UserPrincipalName)",
      ["SigninLogs: IPAddress exists & not UserPrincipalName exists"],
    ],
    [
      "groups' keys",
      "SigninLogs | summarize n = count() by ResultType | where n > 5 and ResultType != '0'",
      ['SigninLogs: not ResultType equals "0"'],
    ],
    [
      "both sides of a join",
      "SigninLogs | where ResultType == '0' | join kind=leftanti (SigninLogs | where ResultType == '1') on IPAddress",
      ['SigninLogs: ResultType equals "0"', 'no SigninLogs: ResultType equals "1"'],
    ],
    [
      "another query's values",
      "SigninLogs | where IPAddress in ((AuditLogs | project OperationName))",
      ["SigninLogs: «IPAddress in ((AuditLogs | project OperationName))»", "AuditLogs: "],
    ],
    [
      "the platform's other name",
      "union SigninLogs | where Status.errorCode == 50126",
      ["SigninLogs: ResultType equals 50126"],
    ],
    [
      "tables that nobody has",
      "Custom_CL | where User_s == 'x' and Size_d > 10",
      ['Custom_CL: User_s equals "x" & Size_d greater 10'],
    ],
  ])("%s", (_, query, reads) => {
    expect(readsOf(query)).toEqual(reads);
  });

  test("with thresholds on groups, stages, predicates and outputs", () => {
    const dissection = dissectionOf(
      "SigninLogs | where ResultType != '0' | summarize Failures = count() by IPAddress | where Failures > 20",
    );
    expect(dissection.thresholds).toEqual([{ function: "count", by: ["IPAddress"], operator: ">", value: 20 }]);
    expect(dissection.stages.map(({ operator }) => operator)).toEqual(["source", "where", "summarize", "where"]);
    expect(dissection.predicates?.map(({ field, operator }) => `${field} ${operator}`)).toEqual([
      "ResultType !=",
      "Failures >",
    ]);
    expect(dissection.outputs.map(({ name }) => name)).toEqual(["IPAddress", "Failures"]);
  });

  test("a query that makes no sense says so", () => {
    const dissection = dissectionOf("SigninLogs | where (");
    expect(dissection.reads).toEqual([]);
    expect(dissection.unread).toHaveLength(1);
  });
});
