import { mayDo, type Role } from "@calypso/contract";
import { Failure } from "../store/failures.js";
import { type AccessContext, digestOf, type KnownUser, secondsAfter } from "./context.js";

/** A token as its owner sees it. */
export interface TokenSummary {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: Date;
  readonly expiresAt: Date;
  readonly lastUsedAt: Date | null;
}

/** What all tokens begin with, so that they are found where they leak. */
const prefix = "calypso_";

/** The most tokens of one user. */
const most = 50;

/** Makes a token that allows at most what a role does, which is at most that of its owner, and gives its secret, which is kept nowhere. */
export async function makeToken(
  { state, clock, ids, secrets }: AccessContext,
  owner: KnownUser,
  { name, role, days }: { readonly name: string; readonly role: Role; readonly days: number },
): Promise<{ readonly secret: string; readonly token: TokenSummary }> {
  if (!mayDo(owner.role, role)) {
    throw new Failure("access-refused", `a token of ${owner.name} has at most the role ${owner.role}`);
  }
  const now = clock();
  const secret = `${prefix}${secrets()}`;
  const token = { id: ids(), name, role, createdAt: now, expiresAt: secondsAfter(now, days * 86_400) };
  await state.db.transaction().execute(async (db) => {
    await db.deleteFrom("api_tokens").where("user_id", "=", owner.id).where("expires_at", "<=", now).execute();
    const others = await db.selectFrom("api_tokens").select("id").where("user_id", "=", owner.id).execute();
    if (others.length >= most) throw new Failure("access-refused", `a user has at most ${most} tokens`);
    await db
      .insertInto("api_tokens")
      .values({
        ...{ id: token.id, hash: digestOf(secret), user_id: owner.id, name, role },
        ...{ created_at: now, expires_at: token.expiresAt, last_used_at: null },
      })
      .execute();
  });
  return { secret, token: { ...token, lastUsedAt: null } };
}

/** Uses are written down at most this often, in seconds. */
const noted = 60;

/** The token of a secret, if it lives and its owner is not disabled; it allows what both its role and its owner's do. */
export async function liveToken(
  { state, clock }: AccessContext,
  secret: string,
): Promise<{ readonly id: string; readonly name: string; readonly user: KnownUser } | undefined> {
  const now = clock();
  const found = await state.db
    .selectFrom("api_tokens")
    .innerJoin("users", "users.id", "api_tokens.user_id")
    .select(["api_tokens.id", "api_tokens.name", "api_tokens.role", "last_used_at", "user_id"])
    .select(["users.name as owner", "users.role as owner_role"])
    .where("hash", "=", digestOf(secret))
    .where("expires_at", ">", now)
    .where("users.disabled_at", "is", null)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  if (found.last_used_at === null || secondsAfter(found.last_used_at, noted) <= now) {
    await state.db.updateTable("api_tokens").set({ last_used_at: now }).where("id", "=", found.id).execute();
  }
  const role = mayDo(found.owner_role, found.role) ? found.role : found.owner_role;
  return { id: found.id, name: found.name, user: { id: found.user_id, name: found.owner, role } };
}

/** The tokens of a user that live, the newest first. */
export async function tokensOf({ state, clock }: AccessContext, user: string): Promise<readonly TokenSummary[]> {
  const rows = await state.db
    .selectFrom("api_tokens")
    .select(["id", "name", "role", "created_at", "expires_at", "last_used_at"])
    .where("user_id", "=", user)
    .where("expires_at", ">", clock())
    .orderBy("created_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(({ id, name, role, ...times }) => ({
    ...{ id, name, role },
    ...{ createdAt: times.created_at, expiresAt: times.expires_at, lastUsedAt: times.last_used_at },
  }));
}

/** Takes a token of a user back. */
export async function revokeToken(context: AccessContext, user: string, id: string): Promise<void> {
  const { numDeletedRows } = await context.state.db
    .deleteFrom("api_tokens")
    .where("id", "=", id)
    .where("user_id", "=", user)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Failure("access-unknown", `there is no token ${id}`);
  context.lessened();
}
