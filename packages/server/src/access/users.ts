import type { Role } from "@calypso/contract";
import type { Transaction } from "kysely";
import type { StateTables } from "../state/tables.js";
import { Failure } from "../store/failures.js";
import type { AccessContext, KnownUser } from "./context.js";

/** A user as administrators see one. */
export interface UserSummary extends KnownUser {
  readonly createdAt: Date;
  readonly disabledAt: Date | null;
  /** The provider at which the user signs in; null for an account of this service. */
  readonly provider: string | null;
  readonly hasPassword: boolean;
  readonly passkeys: number;
  readonly sessions: number;
  readonly tokens: number;
  /** When one of the user's sessions was last used. */
  readonly seenAt: Date | null;
}

/** The same for names that people would take for the same. */
export function nameKey(name: string): string {
  return name.normalize("NFKC").toLowerCase();
}

/** Whether there is any user, also a disabled one: from then on everybody has to sign in. */
export async function hasUsers({ state }: Pick<AccessContext, "state">): Promise<boolean> {
  return (await state.db.selectFrom("users").select("id").limit(1).executeTakeFirst()) !== undefined;
}

/** Adds an account of this service; the first one is an administrator's. */
export async function addUser(context: AccessContext, name: string, role: Role): Promise<KnownUser> {
  const { state, ids, clock } = context;
  checkName(name);
  if (role !== "admin" && !(await hasUsers(context))) {
    throw new Failure("access-refused", "the first user has to have the role admin", {
      hint: "from then on everybody has to sign in, and somebody has to be able to add the others",
    });
  }
  const user = { id: ids(), name, role };
  const { numInsertedOrUpdatedRows } = await state.db
    .insertInto("users")
    .values({ ...user, name_key: nameKey(name), created_at: clock(), ...nothingYet })
    .onConflict((conflict) => conflict.column("name_key").doNothing())
    .executeTakeFirst();
  if (numInsertedOrUpdatedRows === 0n) throw new Failure("access-refused", `there is a user ${name} already`);
  // With the first one the local user is nobody any more.
  context.lessened();
  return user;
}

const nothingYet = { disabled_at: null, provider: null, subject: null, password_hash: null };

function checkName(name: string): void {
  if (/^[^\p{C}\p{Z}]([^\p{C}\p{Zl}\p{Zp}]{0,98}[^\p{C}\p{Z}])?$/u.test(name)) return;
  throw new Failure("access-refused", "a user's name has 1 to 100 characters that can be seen", {
    hint: "a mail address is a good name",
  });
}

/** All users, in the order of their names. */
export async function listUsers({ state, clock }: AccessContext): Promise<readonly UserSummary[]> {
  const now = clock();
  const users = await state.db
    .selectFrom("users")
    .select((one) => [
      ...(["id", "name", "role", "created_at", "disabled_at", "provider", "password_hash"] as const),
      one
        .selectFrom("passkeys")
        .whereRef("passkeys.user_id", "=", "users.id")
        .select(({ fn }) => fn.countAll<bigint>().as("count"))
        .as("passkeys"),
      one
        .selectFrom("sessions")
        .whereRef("sessions.user_id", "=", "users.id")
        .where("expires_at", ">", now)
        .select(({ fn }) => fn.countAll<bigint>().as("count"))
        .as("sessions"),
      one
        .selectFrom("api_tokens")
        .whereRef("api_tokens.user_id", "=", "users.id")
        .where("expires_at", ">", now)
        .select(({ fn }) => fn.countAll<bigint>().as("count"))
        .as("tokens"),
      one
        .selectFrom("sessions")
        .whereRef("sessions.user_id", "=", "users.id")
        .select(({ fn }) => fn.max("seen_at").as("seen"))
        .as("seen_at"),
    ])
    .orderBy("name_key")
    .execute();
  return users.map(({ id, name, role, created_at, disabled_at, provider, password_hash, ...counts }) => ({
    ...{ id, name, role, provider },
    ...{ createdAt: created_at, disabledAt: disabled_at, seenAt: counts.seen_at },
    hasPassword: password_hash !== null,
    ...{ passkeys: Number(counts.passkeys), sessions: Number(counts.sessions), tokens: Number(counts.tokens) },
  }));
}

/** The user of an id or a name; where it is the id of one and the name of another, the id counts. */
export async function userNamed({ state }: Pick<AccessContext, "state">, name: string): Promise<KnownUser> {
  const user = await state.db
    .selectFrom("users")
    .select(["id", "name", "role"])
    .where((either) => either.or([either("id", "=", name), either("name_key", "=", nameKey(name))]))
    .orderBy((one) => one("id", "=", name), "desc")
    .executeTakeFirst();
  if (user === undefined) throw new Failure("access-unknown", `there is no user ${name}`);
  return user;
}

/** Gives a user of this service another role; the user's sessions end. */
export async function setRole(context: AccessContext, id: string, role: Role): Promise<void> {
  await context.state.db.transaction().execute(async (db) => {
    if (role !== "admin") await keepAnAdmin(db, id);
    const user = await db.selectFrom("users").select(["name", "provider"]).where("id", "=", id).executeTakeFirst();
    if (user === undefined) throw new Failure("access-unknown", `there is no user ${id}`);
    if (user.provider !== null) {
      throw new Failure("access-refused", `${user.name} has the role that ${user.provider} gives`, {
        hint: "change it there, or disable the user here",
      });
    }
    await db.updateTable("users").set({ role }).where("id", "=", id).execute();
    await db.deleteFrom("sessions").where("user_id", "=", id).execute();
  });
  context.lessened();
}

/** Shuts a user out at once, sessions, tokens and link included, or lets one in again. */
export async function setDisabled(context: AccessContext, id: string, disabled: boolean): Promise<void> {
  await context.state.db.transaction().execute(async (db) => {
    if (disabled) await keepAnAdmin(db, id);
    const { numUpdatedRows } = await db
      .updateTable("users")
      .set({ disabled_at: disabled ? context.clock() : null })
      .where("id", "=", id)
      .executeTakeFirst();
    if (numUpdatedRows === 0n) throw new Failure("access-unknown", `there is no user ${id}`);
    if (!disabled) return;
    for (const table of ["sessions", "api_tokens", "set_up_links"] as const) {
      await db.deleteFrom(table).where("user_id", "=", id).execute();
    }
  });
  context.lessened();
}

/** The rows are locked, so that two administrators cannot take each other's role at the same time. */
async function keepAnAdmin(db: Transaction<StateTables>, without: string): Promise<void> {
  const admins = await db
    .selectFrom("users")
    .select("id")
    .where("role", "=", "admin")
    .where("disabled_at", "is", null)
    .orderBy("id")
    .forUpdate()
    .execute();
  if (admins.length !== 1 || admins[0]?.id !== without) return;
  throw new Failure("access-refused", "this is the last user with the role admin", {
    hint: "give the role to somebody else first",
  });
}

/** Whether a user signs in at a provider. */
export async function isProvidersUser({ state }: Pick<AccessContext, "state">, id: string): Promise<boolean> {
  const user = await state.db.selectFrom("users").select("provider").where("id", "=", id).executeTakeFirst();
  return (user?.provider ?? null) !== null;
}
