import type { Role } from "@calypso/contract";
import type { AccessContext, KnownUser } from "./context.js";
import { endSessions } from "./sessions.js";
import { nameKey } from "./users.js";

/** Somebody for whom a provider vouches. */
export interface Identity {
  readonly provider: string;
  /** The same for the same person at the provider, for ever. */
  readonly subject: string;
  readonly name: string;
  readonly role: Role;
}

/**
 * The user of an identity, made where there is none, with the name and the role that the provider gives now; where the role has changed
 * the user's sessions end. An account is never found by its name: another provider, or a user of this service, could have it.
 */
export async function providersUser(
  context: AccessContext,
  { provider, subject, name, role }: Identity,
): Promise<{ readonly user: KnownUser } | { readonly refused: "disabled" | "name-taken" }> {
  const { db } = context.state;
  const found = await db
    .selectFrom("users")
    .select(["id", "name", "role", "disabled_at"])
    .where("provider", "=", provider)
    .where("subject", "=", subject)
    .executeTakeFirst();
  const named = await db.selectFrom("users").select("id").where("name_key", "=", nameKey(name)).executeTakeFirst();
  if (found === undefined) {
    if (named !== undefined || name === "") return { refused: "name-taken" };
    const user = { id: context.ids(), name, role };
    const { numInsertedOrUpdatedRows } = await db
      .insertInto("users")
      .values({
        ...{ ...user, name_key: nameKey(name), provider, subject },
        ...{ created_at: context.clock(), disabled_at: null, password_hash: null },
      })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst();
    return numInsertedOrUpdatedRows === 0n ? { refused: "name-taken" } : { user };
  }
  if (found.disabled_at !== null) return { refused: "disabled" };
  const isFree = name !== "" && (named === undefined || named.id === found.id);
  const user = { id: found.id, name: isFree ? name : found.name, role };
  if (user.name !== found.name || role !== found.role) {
    await db
      .updateTable("users")
      .set({ name: user.name, name_key: nameKey(user.name), role })
      .where("id", "=", user.id)
      .execute();
  }
  if (role !== found.role) await endSessions(context, user.id);
  return { user };
}
