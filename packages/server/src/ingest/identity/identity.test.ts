import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { compileQuery, runQuery } from "../../search/run-query.js";
import type { Store } from "../../store/store.js";
import { temporaryStore } from "../../store/testing/temporary-store.js";
import { ingestPaths } from "../ingest.js";

let store: Store;
let folder: string;
let close: () => Promise<void>;
let count = 0;

beforeEach(async () => ({ store, folder, close } = await temporaryStore()));
afterEach(() => close());

/** A GUID that ends in a number. */
const guid = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, "0")}`;

function user(number: number, more: object = {}) {
  const name = `user${number}`;
  return {
    id: guid(number),
    userPrincipalName: `${name}@contoso.example`,
    displayName: name,
    accountEnabled: true,
    ...more,
  };
}

async function load(content: string, day = "2026-01-02", name = `export-${++count}.json`): Promise<readonly unknown[]> {
  const path = join(folder, name);
  writeFileSync(path, content);
  const told: unknown[] = [];
  const now = () => new Date(`${day}T00:00:00Z`);
  for await (const result of ingestPaths(store, [path], { now, rejectedFolder: join(folder, "rejected") })) {
    const { table, read, stored, duplicates, rejected, messages } = result;
    told.push([table, read, stored, duplicates, rejected, ...messages.map((entry) => entry.message.replace(path, ""))]);
  }
  return told;
}

async function ask(text: string, day = "2026-01-03"): Promise<readonly unknown[]> {
  const rows: unknown[] = [];
  const now = BigInt(Date.parse(`${day}T00:00:00Z`)) * 10_000n;
  const { compilation, rows: lines } = await runQuery(store, { text, now });
  expect(compilation.diagnostics).toEqual([]);
  for await (const row of lines) rows.push(JSON.parse(row));
  return rows;
}

const latest = "IdentityInfo | where TimeGenerated > ago(14d) | summarize arg_max(TimeGenerated, *) by AccountObjectId";
const roles = `${latest} | project AccountObjectId, AssignedRoles | sort by AccountObjectId asc`;

const context = "https://graph.microsoft.com/v1.0/$metadata#users";
const page = (...value: readonly object[]) => JSON.stringify({ "@odata.context": context, value });

test("users of Graph are rows of IdentityInfo, by either spelling of its columns", async () => {
  const ann = user(1, {
    ...{ mail: "ann@contoso.example", otherMails: ["a@x.example"], department: "=cmd()", jobTitle: "CISO \u001b[2J" },
    ...{
      createdDateTime: "2020-01-01T00:00:00Z",
      onPremisesSecurityIdentifier: "S-1-5-21-1",
      securityIdentifier: "S-1-12-1",
    },
    ...{ onPremisesSamAccountName: "ann", userType: "Guest", employeeId: "7", businessPhones: ["1", "2"] },
    manager: { "@odata.type": "#microsoft.graph.user", id: guid(9), userPrincipalName: "boss@contoso.example" },
    memberOf: [
      { "@odata.type": "#microsoft.graph.group", id: guid(50), displayName: "Finance" },
      { "@odata.type": "#microsoft.graph.directoryRole", id: guid(51), displayName: "Global Reader" },
    ],
  });
  expect(await load(page(ann, user(2, { accountEnabled: false })))).toEqual([["IdentityInfo", 2, 2, 0, 0]]);
  const own =
    "AccountUPN, AccountName, AccountDomain, MailAddress, AccountSID, AccountCloudSID, UserType, Manager, IsAccountEnabled";
  expect(
    await ask(
      `${latest} | where AccountDisplayName == "user1" | project ${own}, GroupMembership, AssignedRoles, Phone, BlastRadius`,
    ),
  ).toEqual([
    [
      ...["user1@contoso.example", "ann", "contoso.example", "ann@contoso.example", "S-1-5-21-1", "S-1-12-1", "Guest"],
      ...["boss@contoso.example", true, ["Finance"], ["Global Reader"], "1", ""],
    ],
  ]);
  const defender =
    "AccountUpn, OnPremSid, CloudSid, EmailAddress, CreatedDateTime, TenantMembershipType, Department, JobTitle";
  expect(await ask(`IdentityInfo | where AccountUpn startswith "user1" | project ${defender}`)).toEqual([
    [
      ...[
        "user1@contoso.example",
        "S-1-5-21-1",
        "S-1-12-1",
        "ann@contoso.example",
        "2020-01-01T00:00:00.0000000Z",
        "Guest",
      ],
      ...["=cmd()", "CISO \u001b[2J"],
    ],
  ]);
});

test("every form of the export is known, and logs that name users are not taken for one", async () => {
  for (const text of [
    page(user(1), user(2)),
    `\uFEFF${page(user(1))}\r\n${page(user(2))}\r\n`,
    JSON.stringify([user(1), user(2)], null, 2),
    `${JSON.stringify(user(1))}\n${JSON.stringify(user(2))}\n`,
    JSON.stringify(
      { "@odata.context": context, "@odata.nextLink": "https://x.example", value: [user(1), user(2)] },
      null,
      2,
    ),
  ])
    expect(await load(text)).toEqual([["IdentityInfo", 2, 2, 0, 0]]);
  expect(await load(page(user(1), user(2)), "2026-01-05")).toEqual([["IdentityInfo", 2, 0, 2, 0]]);
  const signIn = { ...user(1), appDisplayName: "Portal", appId: guid(3), createdDateTime: "2026-01-01T00:00:00Z" };
  expect(await load(`${JSON.stringify(signIn)}\n`, "2026-01-05", "other.json")).toEqual([["other_CL", 1, 1, 0, 0]]);
});

test("an export is the state of its day, and reads as published again until the next one", async () => {
  await load(page(user(1, { department: "A" }), user(2)), "2026-01-02");
  await load(page(user(1, { department: "B" }), { id: guid(2), "@removed": { reason: "deleted" } }), "2026-03-01");
  const state = `${latest} | project AccountObjectId, Department, IsDeleted = isnotnull(DeletedDateTime) | sort by AccountObjectId asc`;
  expect(await ask(state, "2026-03-02")).toEqual([
    [guid(1), "B", false],
    [guid(2), "", true],
  ]);
  expect(await ask(state, "2026-08-01")).toEqual([[guid(1), "B", false]]);
  const defender =
    'IdentityInfo | where Timestamp > ago(14d) and AccountUpn startswith "user1" | summarize arg_max(Timestamp, Department)';
  expect(await ask(`${defender} | project Department`, "2026-08-01")).toEqual([["B"]]);
});

test("roles come from their own export before or after the users, and end where it has them no more", async () => {
  const assignment = (number: number, role: string, more: object = {}) => ({
    ...{ id: `x${number}`, principalId: guid(number), roleDefinitionId: guid(99), directoryScopeId: "/" },
    principal: { "@odata.type": "#microsoft.graph.user", id: guid(number), displayName: `user${number}` },
    roleDefinition: { displayName: role, isBuiltIn: true },
    ...more,
  });
  const exported = (...value: readonly object[]) => JSON.stringify({ value });
  const first = exported(
    assignment(1, "User Administrator"),
    assignment(1, "Global Administrator"),
    assignment(2, "Reports Reader"),
    assignment(2, "Own Role", { roleDefinition: { displayName: "Own Role", isBuiltIn: false } }),
    assignment(7, "Global Reader", { principal: { "@odata.type": "#microsoft.graph.servicePrincipal", id: guid(7) } }),
  );
  expect(await load(first)).toEqual([["IdentityInfo", 2, 2, 0, 0]]);
  expect(await load(page(user(1), user(2), user(3)))).toEqual([["IdentityInfo", 3, 3, 0, 0]]);
  expect(await ask(roles)).toEqual([
    [guid(1), ["Global Administrator", "User Administrator"]],
    [guid(2), ["Reports Reader"]],
    [guid(3), []],
  ]);
  const members = exported({
    id: guid(60),
    roleTemplateId: guid(61),
    displayName: "Global Reader",
    members: [user(3)],
  });
  expect(await load(members, "2026-01-04")).toEqual([["IdentityInfo", 3, 3, 0, 0]]);
  expect(await ask(roles, "2026-01-05")).toEqual([
    [guid(1), []],
    [guid(2), []],
    [guid(3), ["Global Reader"]],
  ]);
  expect(await ask(`${latest} | where AccountUPN == "user3@contoso.example" | count`, "2026-01-05")).toEqual([[1]]);
});

test("a query is judged by what it says, not by how its tables are read", async () => {
  const text = 'IdentityInfo | where AssignedRoles has "Global Administrator"';
  const { facts } = await compileQuery(store, { text, now: 0n });
  expect(facts?.().reads).toMatchObject([
    { table: "IdentityInfo", conditions: [{ operator: "has", column: "AssignedRoles" }] },
  ]);
});

test("what is no user is set aside, and a page of roles alone is refused", async () => {
  const bad = [
    { ...user(3), id: "no guid" },
    { ...user(4), createdDateTime: "then" },
    { ...user(5), displayName: { a: 1 } },
  ];
  const result = await load(JSON.stringify({ value: [user(1), ...bad] }));
  expect(Object.values(result[0] ?? []).slice(0, 5)).toEqual(["IdentityInfo", 4, 2, 0, 2]);
  expect(JSON.stringify(result)).toMatch(
    /:2: expected the id of a user, which is a GUID.*:3: expected a date and time in createdDateTime/,
  );
  const paged = {
    "@odata.nextLink": "https://x.example/2",
    value: [{ id: guid(1), roleTemplateId: "x", displayName: "R", members: [] }],
  };
  expect(JSON.stringify(await load(JSON.stringify(paged, null, 2)))).toMatch(
    /one page of an answer; put all pages into one file/,
  );
  const bare = { id: "x", principalId: guid(1), roleDefinitionId: guid(2), directoryScopeId: "/" };
  expect(JSON.stringify(await load(JSON.stringify([bare])))).toMatch(/export with \$expand=principal,roleDefinition/);
});
