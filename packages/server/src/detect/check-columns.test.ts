import { printProblem, readRules } from "@calypso/catalog";
import { expect, test } from "vitest";
import { checkColumns } from "./check-columns.js";

const text = `id: r-1
name: R
query: T
entityMappings:
  - entityType: IP
    fieldMappings:
      - identifier: Address
        columnName: IPAddress
      - identifier: AddressScope
        columnName: Scope
sentinelEntitiesMappings:
  - columnName: Entities
customDetails:
  Who: user
alertDetailsOverride:
  alertDisplayNameFormat: By {{User}} from {{Country}}
  alertSeverityColumnName: Level
  alertDynamicProperties:
    - alertProperty: AlertLink
      value: Link
`;

test("each column that the rule uses and the query does not return is told, at its key", () => {
  const { rules, problems } = readRules({ name: "r.yaml", text });
  expect(problems).toEqual([]);
  const columns = ["IPAddress", "User"].map((name) => ({ name, type: "string" as const }));
  expect(checkColumns(rules[0]!, columns).map(printProblem)).toEqual([
    "warning[column-not-returned]: r.yaml › entityMappings[0].fieldMappings[1], line 9, column 9: the query returns no column `Scope`; IP.AddressScope stays empty",
    "warning[column-not-returned]: r.yaml › sentinelEntitiesMappings[0], line 12, column 5: the query returns no column `Entities`; the list of entities stays empty",
    "warning[column-not-returned]: r.yaml › customDetails.Who, line 14, column 3: the query returns no column `user`; the custom detail Who stays empty. It returns `User`: case matters",
    "warning[column-not-returned]: r.yaml › alertDetailsOverride.alertDisplayNameFormat, line 16, column 3: the query returns no column `Country`; its place stays empty",
    "warning[column-not-returned]: r.yaml › alertDetailsOverride.alertSeverityColumnName, line 17, column 3: the query returns no column `Level`; the override stays empty",
    "warning[column-not-returned]: r.yaml › alertDetailsOverride.alertDynamicProperties, line 18, column 3: the query returns no column `Link`; AlertLink stays empty",
  ]);
});
