import { quoteName, quoteText } from "../../store/quoting.js";
import type { Store } from "../../store/store.js";
import { unmarkedJson } from "../kept-json.js";
import { stagingTable } from "../ledger.js";
import { brokenRow, stagedSummary } from "../load.js";
import { fillRawRows, type Prepared } from "../prepare.js";
import { jsonLines } from "../profile.js";
import type { Rejects } from "../rejects.js";
import type { SourceContext } from "../source.js";
import type { BrokenRow } from "../split.js";
import type { PlainFile } from "../unpack.js";
import { graphColumns, userReason } from "./graph-users.js";
import type { GraphExport } from "./recognise-graph.js";
import { fillRoles, roleReason } from "./role-rows.js";

/** The table of identities. */
const table = "IdentityInfo";

/**
 * Stages a row for each user of an export, as of the time of the load. Users keep the roles that were known of them where the
 * export does not tell; an export of roles changes the roles of all users, and nothing else.
 */
export async function prepareIdentity(
  context: SourceContext,
  file: PlainFile,
  { about, shape, isPage }: GraphExport,
  rejects: Rejects,
  started: Date,
): Promise<Prepared> {
  const { store, id } = context;
  if (about === "roles" && isPage) {
    throw new Error(
      "the file is one page of an answer; put all pages into one file, one a line, as roles that are missing end",
    );
  }
  const raw = await fillRawRows(context, file, shape, rejects);
  const reason = about === "users" ? userReason : roleReason;
  const checked = `SELECT n, line, ${reason} AS reason FROM ${raw} WHERE ok = 1`;
  await rejectBroken(store, checked, rejects);
  await store.ensureTable(table, store.schema().table(table)?.columns ?? []);
  const staging = quoteName(stagingTable(id));
  await store.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
  await store.command(`CREATE TABLE ${staging} AS ${table}`);
  const rows = `(SELECT n, line FROM (${checked}) WHERE reason = '')`;
  if (about === "users") await stageUsers(store, rows, staging, started);
  else await stageRoles(store, rows, { staging, scratch: quoteName(`_calypso_scratch_roles_${id}`) }, started);
  await store.command(`DROP TABLE IF EXISTS ${raw} SYNC`);
  const staged = await stagedSummary(store, staging);
  if (staged.stored === 0) {
    await store.command(`DROP TABLE IF EXISTS ${staging} SYNC`);
    return { loads: [] };
  }
  return { loads: [{ id, table, staged, rejected: 0, messages: [] }] };
}

async function rejectBroken(store: Store, checked: string, rejects: Rejects): Promise<void> {
  const broken = `SELECT n AS line, reason, ${unmarkedJson("line")} AS text FROM (${checked}) WHERE reason != '' ORDER BY n`;
  for await (const row of jsonLines<BrokenRow>(store, `SELECT ${brokenRow} FROM (${broken})`)) await rejects.add(row);
}

async function stageUsers(store: Store, rows: string, staging: string, started: Date): Promise<void> {
  const values: Readonly<Record<string, string>> = {
    ...graphColumns(instant(started)),
    TimeGenerated: after("last", started),
    _TimeReceived: instant(started),
    AssignedRoles: `if(own = '' AND ifNull(roles, '') != '', roles, if(own = '', '[]', own))`,
  };
  const own = graphColumns(instant(started)).AssignedRoles;
  const users = `SELECT *, lower(JSONExtractString(line, 'id')) AS id, ${own} AS own FROM ${rows} ORDER BY n DESC LIMIT 1 BY id`;
  await store.command(
    `INSERT INTO ${staging} (${Object.keys(values).map(quoteName).join(", ")}) SELECT ${Object.values(values).join(", ")}` +
      ` FROM (${users}) AS u LEFT JOIN (${latest("AssignedRoles AS roles")}) AS s ON s.known = u.id`,
  );
}

async function stageRoles(
  store: Store,
  rows: string,
  { staging, scratch }: { readonly staging: string; readonly scratch: string },
  started: Date,
): Promise<void> {
  await fillRoles(store, rows, scratch);
  try {
    const columns = (store.schema().table(table)?.columns ?? []).map(({ name }) => name);
    const changes = new Map([
      ["TimeGenerated", after("s.last", started)],
      ["AssignedRoles", "if(ifNull(r.id, '') = '', '[]', r.roles)"],
    ]);
    const kept = columns.filter((name) => !changes.has(name));
    const names = [...changes.keys(), ...kept].map(quoteName).join(", ");
    await store.command(
      `INSERT INTO ${staging} (${names}) SELECT ${[...changes.values(), ...kept.map((name) => `s.${quoteName(name)}`)].join(", ")}` +
        ` FROM (${latest(["AssignedRoles", ...kept].map(quoteName).join(", "))}) AS s LEFT JOIN ${scratch} AS r ON r.id = s.known` +
        " WHERE ifNull(r.id, '') != '' OR s.AssignedRoles NOT IN ('', '[]')",
    );
    const strangers: Readonly<Record<string, string>> = {
      TimeGenerated: instant(started),
      _TimeReceived: instant(started),
      AccountObjectId: "id",
      AccountDisplayName: "name",
      AccountUPN: "upn",
      AssignedRoles: "roles",
      SourceSystem: quoteText("Microsoft Graph"),
    };
    await store.command(
      `INSERT INTO ${staging} (${Object.keys(strangers).map(quoteName).join(", ")}) SELECT ${Object.values(strangers).join(", ")}` +
        ` FROM ${scratch} WHERE id NOT IN (SELECT lower(AccountObjectId) FROM ${table})`,
    );
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${scratch} SYNC`);
  }
}

/** The last row of each identity: its id in small letters as `known`, its time as `last`, and the columns that are asked for. */
function latest(columns: string): string {
  return (
    `SELECT lower(AccountObjectId) AS known, TimeGenerated AS last, ${columns} FROM ${table} WHERE AccountObjectId != ''` +
    " ORDER BY TimeGenerated DESC LIMIT 1 BY known"
  );
}

/** The time of the load; just after the last row where that came in the same millisecond, so that the new one is the last. */
function after(last: string, started: Date): string {
  const now = instant(started);
  const isSame = `abs(dateDiff('millisecond', ifNull(${last}, toDateTime64(0, 7, 'UTC')), ${now})) < 1`;
  return `if(${isSame}, reinterpret(reinterpret(assumeNotNull(${last}), 'Int64') + 1, 'DateTime64(7, \\'UTC\\')'), ${now})`;
}

function instant(date: Date): string {
  return `toDateTime64(${quoteText(date.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
}
