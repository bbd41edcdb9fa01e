import { recordAct } from "../../access/audit.js";
import type { KnownUser } from "../../access/context.js";
import { beginSession, endSession, liveSession } from "../../access/sessions.js";
import type { Served } from "../served.js";
import type { Visit } from "./visit.js";

/** A way to sign in, as the audit log names it. */
export interface Way {
  /** The name of the route. */
  readonly action: string;
  /** As sessions name it. */
  readonly method: string;
}

/** Begins a session for a user in the browser that asks. The one that it had ends, so that nobody can be handed a session that others know. */
export async function signIn({ access }: Served, visit: Visit, user: KnownUser, { action, method }: Way) {
  const { address, agent, cookies } = visit;
  const { context, settings } = access;
  await endOwn(access, visit);
  const { secret, expiresAt } = await beginSession(context, settings.lifetimes, user.id, { method, address, agent });
  await recordAct(context, { userId: user.id, userName: user.name, via: method, address, action });
  cookies.set("session", secret, expiresAt);
  return { user: { id: user.id, name: user.name, role: user.role } };
}

/** Writes down that somebody was not let in; `known` where it is sure who it was to be. */
export async function recordNotSignedIn(
  { access }: Served,
  { address }: Visit,
  { action, method }: Way,
  refusal: string,
  known?: { readonly id?: string; readonly name: string },
): Promise<void> {
  const who = { userId: known?.id, userName: known?.name ?? "" };
  await recordAct(access.context, { ...who, via: method, address, action, refusal });
}

/** Ends the session of the browser that asks, if it has one; gives whose it was. */
export async function endOwn(
  { context, settings }: Served["access"],
  { cookies }: Visit,
): Promise<KnownUser | undefined> {
  const secret = cookies.get("session");
  const session =
    secret === undefined ? undefined : await liveSession(context, settings.lifetimes, secret, { looked: true });
  if (session !== undefined) await endSession(context, session.user.id, session.id);
  return session?.user;
}
