import { Failure } from "../store/failures.js";
import { type AccessContext, digestOf, type KnownUser, secondsAfter } from "./context.js";
import { hashPassword, isPassword } from "./passwords.js";
import { endSessions } from "./sessions.js";
import { nameKey } from "./users.js";

/** How long a link for a new user works, in seconds. */
const linkLifetime = 3 * 24 * 3600;

/**
 * The user of a name and password, and whose name it was if it was anybody's. It takes as long and answers the same where there
 * is no such user, where the user has no password, and where the user is disabled.
 */
export async function userByPassword(
  { state }: AccessContext,
  name: string,
  password: string,
): Promise<{ readonly user?: KnownUser; readonly known?: KnownUser }> {
  const found = await state.db
    .selectFrom("users")
    .select(["id", "name", "role", "disabled_at", "password_hash"])
    .where("name_key", "=", nameKey(name))
    .executeTakeFirst();
  const right = await isPassword(password, found?.password_hash ?? null);
  if (found === undefined) return {};
  const known = { id: found.id, name: found.name, role: found.role };
  return right && found.disabled_at === null ? { user: known, known } : { known };
}

/** The user of an account of this service; one of a provider's is refused. */
async function ownAccount({ state }: AccessContext, id: string) {
  const user = await state.db
    .selectFrom("users")
    .select(["id", "name", "role", "provider", "password_hash", "disabled_at"])
    .where("id", "=", id)
    .executeTakeFirst();
  if (user === undefined) throw new Failure("access-unknown", `there is no user ${id}`);
  if (user.provider === null) return user;
  throw new Failure(
    "access-refused",
    `${user.name} signs in with ${user.provider}, and has no password or passkey here`,
  );
}

/** Fails where the user signs in at a provider. */
export async function refuseForeignAccount(context: AccessContext, id: string): Promise<void> {
  await ownAccount(context, id);
}

/** Whether the user has a password here. */
export async function hasPassword({ state }: AccessContext, id: string): Promise<boolean> {
  const user = await state.db.selectFrom("users").select("password_hash").where("id", "=", id).executeTakeFirst();
  return (user?.password_hash ?? null) !== null;
}

/** Sets a password without asking for the one before, as whoever keeps the service may; all sessions of the user end. */
export async function setPassword(context: AccessContext, id: string, password: string): Promise<void> {
  const { name } = await ownAccount(context, id);
  await storePassword(context, id, await hashPassword(password, name));
  await endSessions(context, id);
}

/** Changes a user's password; where there is one it has to be given. All other sessions of the user end. */
export async function changePassword(
  context: AccessContext,
  id: string,
  { current, password, session }: { readonly current: string; readonly password: string; readonly session: string },
): Promise<void> {
  const { name, password_hash } = await ownAccount(context, id);
  if (password_hash !== null && !(await isPassword(current, password_hash))) {
    throw new Failure("access-refused", "the password that you have now is another");
  }
  await storePassword(context, id, await hashPassword(password, name));
  await endSessions(context, id, session);
}

async function storePassword({ state }: AccessContext, id: string, hash: string): Promise<void> {
  await state.db.updateTable("users").set({ password_hash: hash }).where("id", "=", id).execute();
}

/** The secret of a link with which a user gets in once and chooses a password or a passkey; one from before works no more. */
export async function makeSetUpLink(
  context: AccessContext,
  id: string,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const { name, disabled_at } = await ownAccount(context, id);
  if (disabled_at !== null) throw new Failure("access-refused", `${name} is disabled`);
  const secret = context.secrets();
  const row = { hash: digestOf(secret), expires_at: secondsAfter(context.clock(), linkLifetime) };
  await context.state.db
    .insertInto("set_up_links")
    .values({ ...row, user_id: id })
    .onConflict((conflict) => conflict.column("user_id").doUpdateSet(row))
    .execute();
  return { secret, expiresAt: row.expires_at };
}

/**
 * The user whom a link lets in, which it does once; with a password, that is the user's from now on. All sessions of the user end.
 * A password that is refused leaves the link as it is.
 */
export async function useSetUpLink(
  context: AccessContext,
  secret: string,
  password: string | undefined,
): Promise<KnownUser | undefined> {
  const link = context.state.db
    .selectFrom("set_up_links")
    .innerJoin("users", "users.id", "set_up_links.user_id")
    .select(["users.id", "users.name", "users.role"])
    .where("hash", "=", digestOf(secret))
    .where("expires_at", ">", context.clock())
    .where("users.disabled_at", "is", null);
  const user = await link.executeTakeFirst();
  if (user === undefined) return undefined;
  const hash = password === undefined ? undefined : await hashPassword(password, user.name);
  const { numDeletedRows } = await context.state.db
    .deleteFrom("set_up_links")
    .where("hash", "=", digestOf(secret))
    .executeTakeFirst();
  if (numDeletedRows === 0n) return undefined;
  if (hash !== undefined) await storePassword(context, user.id, hash);
  await endSessions(context, user.id);
  return user;
}
