import type { AccessContext } from "./context.js";

/** Something that somebody did, or was refused. */
export interface AuditEntry {
  /** Absent where nobody is signed in. */
  readonly userId?: string | undefined;
  readonly userName: string;
  readonly via: string;
  readonly address: string;
  readonly action: string;
  /** The code of the problem where it was not done. */
  readonly refusal?: string | undefined;
  readonly subject?: Readonly<Record<string, string>>;
  readonly detail?: AuditDetail;
}

/** What changed, without secrets. */
export type AuditDetail = Readonly<Record<string, string | number | boolean | null>>;

/** An entry as it stands in the log. */
export interface LoggedEntry {
  readonly id: bigint;
  readonly at: Date;
  readonly userId: string | null;
  readonly userName: string;
  readonly via: string;
  readonly address: string;
  readonly action: string;
  readonly refusal: string;
  readonly subject: Readonly<Record<string, string>>;
  readonly detail: AuditDetail;
}

/** Which entries are wanted: those that meet all that is given. */
export interface AuditFilter {
  /** A user's name. */
  readonly user?: string | undefined;
  readonly action?: string | undefined;
  /** A value among the ids that an entry is about. */
  readonly subject?: string | undefined;
  readonly refused?: boolean | undefined;
  readonly from?: Date | undefined;
  /** Not included. */
  readonly to?: Date | undefined;
  /** Only entries before this one. */
  readonly before?: bigint | undefined;
  readonly limit: number;
}

/** Writes an entry at the end of the log. */
export async function recordAct({ state, clock }: Pick<AccessContext, "state" | "clock">, entry: AuditEntry) {
  const { userId = null, userName, via, address, action, refusal = "", subject = {}, detail = {} } = entry;
  await state.db
    .insertInto("audit_log")
    .values({
      ...{ at: clock(), user_id: userId, user_name: userName, via, address, action, refusal },
      ...{ subject: JSON.stringify(subject), detail: JSON.stringify(detail) },
    })
    .execute();
}

/** Entries of the log, the newest first. */
export async function auditEntries(
  { state }: Pick<AccessContext, "state">,
  { user, action, subject, refused, from, to, before, limit }: AuditFilter,
): Promise<readonly LoggedEntry[]> {
  let wanted = state.db.selectFrom("audit_log").selectAll();
  if (user !== undefined) wanted = wanted.where("user_name", "=", user);
  if (action !== undefined) wanted = wanted.where("action", "=", action);
  if (subject !== undefined) wanted = wanted.where("subject", "like", `%${likeText(JSON.stringify(subject))}%`);
  if (refused !== undefined) wanted = wanted.where("refusal", refused ? "!=" : "=", "");
  if (from !== undefined) wanted = wanted.where("at", ">=", from);
  if (to !== undefined) wanted = wanted.where("at", "<", to);
  if (before !== undefined) wanted = wanted.where("id", "<", before);
  const rows = await wanted.orderBy("id", "desc").limit(limit).execute();
  return rows.map((row) => ({
    ...{ id: row.id, at: row.at, userId: row.user_id, userName: row.user_name, via: row.via, address: row.address },
    ...{ action: row.action, refusal: row.refusal },
    // Written by `recordAct`.
    subject: JSON.parse(row.subject) as LoggedEntry["subject"],
    detail: JSON.parse(row.detail) as LoggedEntry["detail"],
  }));
}

/** A text of which nothing stands for anything else in a pattern of LIKE. */
function likeText(text: string): string {
  return text.replace(/[\\%_]/g, "\\$&");
}

/** Who has done anything, and what was done: the values to filter by. */
export async function auditNames({ state }: Pick<AccessContext, "state">) {
  const [users, actions] = await Promise.all([
    state.db.selectFrom("audit_log").select("user_name").distinct().orderBy("user_name").limit(500).execute(),
    state.db.selectFrom("audit_log").select("action").distinct().orderBy("action").limit(500).execute(),
  ]);
  return { users: users.map(({ user_name }) => user_name), actions: actions.map(({ action }) => action) };
}
