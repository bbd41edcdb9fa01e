import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { calypso } from "./testing/calypso.js";

const folder = mkdtempSync(join(tmpdir(), "calypso-hunts-"));
const [hunts, logs, workspace] = [join(folder, "hunts"), join(folder, "logs"), join(folder, "workspace")];
const range = ["--from", "2026-05-01T10:00:00Z", "--to", "2026-05-01T11:00:00Z"];

beforeAll(() => {
  mkdirSync(hunts);
  mkdirSync(logs);
  const event = (time: string, user: string) =>
    `${JSON.stringify({ TimeGenerated: `2026-05-01T${time}Z`, UserPrincipalName: user, ResultType: "50126" })}\n`;
  writeFileSync(
    join(logs, "SigninLogs.ndjson"),
    event("09:01:00", "ann@contoso.example") +
      event("10:01:00", "ann@contoso.example") +
      event("10:02:00", "bob@contoso.example"),
  );
  const mapped =
    "entityMappings:\n  - entityType: Account\n    fieldMappings:\n      - identifier: FullName\n        columnName: UserPrincipalName\n";
  writeFileSync(
    join(hunts, "failures.yaml"),
    `id: h-1\nname: Failures\ntactics: [CredentialAccess]\nrelevantTechniques: [T1110]\nquery: SigninLogs | where ResultType != 0 | project TimeGenerated, UserPrincipalName\n${mapped}`,
  );
  writeFileSync(join(hunts, "broken.yaml"), "id: h-2\nname: Broken\ntactics: [Impact]\nquery: SigninLogs | wher 1\n");
  writeFileSync(
    join(hunts, "rule.yaml"),
    "id: r-1\nname: A rule\nkind: Scheduled\nseverity: Low\nqueryFrequency: 5m\nqueryPeriod: 5m\ntriggerOperator: gt\ntriggerThreshold: 0\nquery: SigninLogs\n",
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function hunt(...line: string[]) {
  const { out, err, status } = await calypso("hunts", ...line);
  const lines = out
    .split("\n")
    .flatMap((text) => (text.startsWith("{") && text.endsWith("}") ? [JSON.parse(text)] : []));
  return { out, err, status, lines };
}

test("hunts are listed, counted and run; the rows that matter are kept, looked at, changed and made an incident", async () => {
  const listed = await hunt("list", "--rules", hunts, "--data", logs, "--workspace", workspace, "--run", ...range);
  expect(listed.lines).toMatchObject([
    { name: "Broken", status: "refused", error: { line: 4 } },
    { name: "Failures", tactics: ["CredentialAccess"], tables: ["SigninLogs"], results: 2, before: 1, delta: 1 },
  ]);
  expect([listed.status, listed.err]).toEqual([1, expect.stringContaining("2 hunting queries")]);

  const of = ["--rules", hunts, "--workspace", workspace];
  const run = await hunt("run", "failures", ...of, ...range, "--format", "ndjson");
  expect(run.err).toContain("Failures: 2026-05-01T10:00:00.0000000Z to 2026-05-01T11:00:00.0000000Z");
  expect(run.lines).toHaveLength(2);
  const bob = run.lines.find((row) => row.UserPrincipalName === "bob@contoso.example");
  const kept = await hunt(
    "bookmark",
    "h-1",
    ...of,
    ...range,
    "--row",
    bob._Row.slice(0, 8),
    "--notes",
    "odd",
    "--tag",
    "case-7",
    "--by",
    "ann",
  );
  expect(kept.lines).toMatchObject([
    {
      ...{
        name: "Failures",
        hunt: "Failures",
        notes: "odd",
        tags: ["case-7"],
        eventTime: "2026-05-01T10:02:00.0000000Z",
      },
      ...{ tactics: ["CredentialAccess"], techniques: ["T1110"], from: "2026-05-01T10:00:00.0000000Z" },
      entities: [{ type: "Account", name: "bob", upnSuffix: "contoso.example" }],
      row: { UserPrincipalName: "bob@contoso.example" },
    },
  ]);
  const query = "SigninLogs | project TimeGenerated, UserPrincipalName";
  const words = [
    "--name",
    "First",
    "--entity",
    "account.fullname=UserPrincipalName",
    "--technique",
    "t1078",
    "--by",
    "ann",
  ];
  const adHoc = await hunt(
    "bookmark",
    "--query",
    query,
    "--workspace",
    workspace,
    "--where",
    "UserPrincipalName startswith 'ann' and TimeGenerated < datetime(2026-05-01T10:00:00Z)",
    ...words,
  );
  expect(adHoc.lines).toMatchObject([
    { name: "First", hunt: null, query, techniques: ["T1078"], entities: [{ name: "ann" }] },
  ]);

  const [{ id }] = kept.lines;
  const at = ["--state", join(workspace, "state"), "--by", "bob"];
  const edited = await hunt("edit", id, ...at, "--notes", "harmless after all");
  expect(edited.lines).toMatchObject([
    { notes: "harmless after all", tags: ["case-7"], updatedBy: "bob", createdBy: "ann" },
  ]);
  const attached = await hunt(
    "attach",
    id,
    adHoc.lines[0].id,
    ...at,
    "--new-incident",
    "Guessing",
    "--severity",
    "Low",
  );
  expect(attached.lines).toMatchObject([{ incidents: [1] }, { incidents: [1] }]);
  const { out } = await calypso("incidents", "show", "1", "--workspace", workspace);
  expect(JSON.parse(out)).toMatchObject({
    title: "Guessing",
    rule: null,
    severity: "Low",
    bookmarks: expect.arrayContaining([{ id, name: "Failures" }]),
  });
  await hunt("detach", id, ...at, "--incident", "1");
  expect((await hunt("delete", id.slice(0, 13), "--workspace", workspace, "--by", "bob")).lines).toMatchObject([
    { deletedAt: expect.any(String), incidents: [] },
  ]);
  expect((await hunt("bookmarks", "--workspace", workspace)).lines).toMatchObject([{ name: "First" }]);
  expect((await hunt("show", id, "--workspace", workspace, "--format", "table")).out).toContain("Failures (deleted)");
  // All of it is in the logs, without a service.
  const text =
    "HuntingBookmark | summarize Rows = count(), Deleted = countif(SoftDeleted) by BookmarkName | sort by BookmarkName asc";
  const asked = await calypso("query", "--workspace", workspace, text);
  expect(JSON.parse(asked.out).rows).toEqual([
    ["Failures", 3, 1],
    ["First", 1, 0],
  ]);
});

test("what cannot be is told", async () => {
  const of = ["--rules", hunts, "--data", logs];
  const told = async (status: number, text: string, ...line: string[]) => {
    const { err, status: told } = await hunt(...line);
    expect([told, err]).toEqual([status, expect.stringContaining(text)]);
  };
  await told(1, "a rule is no hunting query, its kind is Scheduled", "run", "a rule", ...of);
  await told(1, "there is no hunting query Nothing", "run", "Nothing", ...of);
  await told(1, "broken.yaml:4:", "run", "Broken", ...of);
  await told(2, "give one query", "run", "Failures", "--query", "print 1", ...of);
  await told(2, "say which rows to keep", "bookmark", "Failures", ...of, "--by", "ann");
  await told(2, "say what the bookmark is called", "bookmark", "--query", "print 1", "--where", "true", "--by", "ann");
  await told(2, "say where the state is", "bookmark", "Failures", ...of, "--where", "true", "--by", "ann");
  const state = ["--state", join(folder, "state"), "--by", "ann"];
  await told(1, "no row of the result has the key abc", "bookmark", "Failures", ...of, "--row", "abc", ...state);
  await told(
    2,
    "the result has no column Who",
    "bookmark",
    "Failures",
    ...of,
    "--where",
    "true",
    "--entity",
    "IP.Address=Who",
    ...state,
  );
  await told(
    2,
    "Nobody identifies no Account: Name",
    "bookmark",
    "Failures",
    ...of,
    "--where",
    "true",
    "--entity",
    "Account.Nobody=X",
    ...state,
  );
  await told(2, "Guess is no tactic", "bookmark", "Failures", ...of, "--where", "true", "--tactic", "Guess", ...state);
  await told(1, "there is no state of a service", "bookmarks", "--state", join(folder, "none"));
});
