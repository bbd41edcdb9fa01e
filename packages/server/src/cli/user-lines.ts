import type { Column } from "@calypso/kql";
import type { LoggedEntry } from "../access/audit.js";
import type { UserSummary } from "../access/users.js";
import { printJson } from "../detect/cells.js";
import type { ResultFormat } from "./options.js";
import { writeTable } from "./table.js";
import type { TextSink } from "./terminal.js";

/** Prints users: a table, or a line of JSON each. */
export async function printUsers(out: TextSink, users: readonly UserSummary[], format: ResultFormat): Promise<void> {
  if (format === "ndjson") {
    for (const { createdAt, disabledAt, seenAt, ...user } of users) {
      const times = { createdAt: text(createdAt), disabledAt: text(disabledAt), seenAt: text(seenAt) };
      await out.write(`${JSON.stringify({ ...user, ...times })}\n`);
    }
    return;
  }
  const rows = users.map(({ name, role, provider, hasPassword, passkeys, tokens, disabledAt, seenAt }) => {
    const own = [...(hasPassword ? ["password"] : []), ...(passkeys > 0 ? [`${passkeys} passkeys`] : [])];
    const ways = provider ?? (own.length === 0 ? "nothing yet" : own.join(", "));
    return printJson([name, role, ways, String(tokens), text(seenAt) ?? "", disabledAt === null ? "" : "disabled"]);
  });
  await writeTable(out, columns("Name", "Role", "SignsInWith", "Tokens", "Seen", "State"), each(rows));
}

/** Prints entries of the audit log: a table, or a line of JSON each. */
export async function printEntries(
  out: TextSink,
  entries: readonly LoggedEntry[],
  format: ResultFormat,
): Promise<void> {
  if (format === "ndjson") {
    for (const { id, at, userId, ...entry } of entries) {
      await out.write(`${JSON.stringify({ id: String(id), at: at.toISOString(), userId, ...entry })}\n`);
    }
    return;
  }
  const rows = entries.map(({ at, userName, via, address, action, refusal, subject, detail }) =>
    printJson([
      ...[at.toISOString(), userName, via, address, action, refusal],
      JSON.stringify({ ...subject, ...detail }),
    ]),
  );
  await writeTable(out, columns("Time", "User", "Via", "Address", "Action", "Refused", "About"), each(rows));
}

function text(time: Date | null): string | null {
  return time === null ? null : time.toISOString();
}

function columns(...names: readonly string[]): readonly Column[] {
  return names.map((name) => ({ name, type: "string" }));
}

async function* each(rows: readonly string[]): AsyncGenerator<string> {
  yield* rows;
}
