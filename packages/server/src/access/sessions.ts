import { Failure } from "../store/failures.js";
import { type AccessContext, digestOf, type KnownUser, secondsAfter } from "./context.js";

/** How long sessions last. */
export interface Lifetimes {
  /** Whatever happens, in seconds. */
  readonly session: number;
  /** While nothing is asked, in seconds. */
  readonly idle: number;
}

/** From where, and how, somebody signed in. */
export interface Origin {
  readonly method: string;
  readonly address: string;
  readonly agent: string;
}

/** A session that lives, and whose it is. */
export interface LiveSession {
  readonly id: string;
  readonly user: KnownUser;
  readonly expiresAt: Date;
}

/** A session as its user sees it. */
export interface SessionSummary extends Origin {
  readonly id: string;
  readonly createdAt: Date;
  readonly seenAt: Date;
  readonly expiresAt: Date;
}

/** Begins a session, and gives its secret, which is kept nowhere. Sessions that are over are forgotten. */
export async function beginSession(
  { state, clock, ids, secrets }: AccessContext,
  lifetimes: Lifetimes,
  user: string,
  { method, address, agent }: Origin,
): Promise<{ readonly secret: string; readonly expiresAt: Date }> {
  const now = clock();
  const secret = secrets();
  const expiresAt = secondsAfter(now, lifetimes.session);
  await state.db
    .deleteFrom("sessions")
    .where((either) =>
      either.or([either("expires_at", "<=", now), either("seen_at", "<=", secondsAfter(now, -lifetimes.idle))]),
    )
    .execute();
  const row = { id: ids(), hash: digestOf(secret), user_id: user, created_at: now, seen_at: now };
  const from = { method, address, agent: agent.slice(0, 300) };
  await state.db
    .insertInto("sessions")
    .values({ ...row, ...from, expires_at: expiresAt })
    .execute();
  return { secret, expiresAt };
}

/** Uses are written down at most this often, in seconds. */
const noted = 60;

/** The session of a secret, if it lives and its user is not disabled. A use puts off the end for want of use, unless it is only `looked` at. */
export async function liveSession(
  { state, clock }: AccessContext,
  lifetimes: Lifetimes,
  secret: string,
  { looked = false }: { readonly looked?: boolean } = {},
): Promise<LiveSession | undefined> {
  const now = clock();
  const found = await state.db
    .selectFrom("sessions")
    .innerJoin("users", "users.id", "sessions.user_id")
    .select(["sessions.id", "sessions.expires_at", "sessions.seen_at", "users.name", "users.role", "user_id"])
    .where("sessions.hash", "=", digestOf(secret))
    .where("sessions.expires_at", ">", now)
    .where("sessions.seen_at", ">", secondsAfter(now, -lifetimes.idle))
    .where("users.disabled_at", "is", null)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  if (!looked && secondsAfter(found.seen_at, noted) <= now) {
    await state.db.updateTable("sessions").set({ seen_at: now }).where("id", "=", found.id).execute();
  }
  return {
    id: found.id,
    user: { id: found.user_id, name: found.name, role: found.role },
    expiresAt: found.expires_at,
  };
}

/** The sessions of a user that live, those used last first. */
export async function sessionsOf(
  { state, clock }: AccessContext,
  lifetimes: Lifetimes,
  user: string,
): Promise<readonly SessionSummary[]> {
  const now = clock();
  const rows = await state.db
    .selectFrom("sessions")
    .select(["id", "method", "address", "agent", "created_at", "seen_at", "expires_at"])
    .where("user_id", "=", user)
    .where("expires_at", ">", now)
    .where("seen_at", ">", secondsAfter(now, -lifetimes.idle))
    .orderBy("seen_at", "desc")
    .orderBy("id")
    .execute();
  return rows.map(({ id, method, address, agent, ...times }) => ({
    ...{ id, method, address, agent },
    ...{ createdAt: times.created_at, seenAt: times.seen_at, expiresAt: times.expires_at },
  }));
}

/** Ends one session of a user. */
export async function endSession(context: AccessContext, user: string, id: string): Promise<void> {
  const { numDeletedRows } = await context.state.db
    .deleteFrom("sessions")
    .where("id", "=", id)
    .where("user_id", "=", user)
    .executeTakeFirst();
  if (numDeletedRows === 0n) throw new Failure("access-unknown", `there is no session ${id}`);
  context.lessened();
}

/** Ends all sessions of a user, or all but one; gives how many there were. */
export async function endSessions(context: AccessContext, user: string, except?: string): Promise<number> {
  const all = context.state.db.deleteFrom("sessions").where("user_id", "=", user);
  const { numDeletedRows } = await (except === undefined ? all : all.where("id", "!=", except)).executeTakeFirst();
  context.lessened();
  return Number(numDeletedRows);
}
