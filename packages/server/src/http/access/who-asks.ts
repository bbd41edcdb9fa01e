import type { FastifyRequest } from "fastify";
import type { Access } from "../../access/access.js";
import { liveSession } from "../../access/sessions.js";
import { liveToken } from "../../access/tokens.js";
import type { User } from "../handler.js";
import { Refusal } from "../problems.js";
import { cookieOf } from "./visit.js";

/** The user of a service that only this machine reaches, while nobody has set up accounts. */
export const localUser: User = { id: "local", name: "local user", role: "admin" };

/** How a request is looked at: `looked` where it is no use that puts off the end of a session. */
export interface Looking {
  readonly looked?: boolean;
}

/** Sent with what a page asks by itself while nobody is at it: such requests do not put off the end of a session. */
export const unattended = "x-calypso-unattended";

/** Finds out whom requests come from: the owner of a token, the user of a session, or the local user while nobody has to sign in. */
export function whoAsks(access: Access): (request: FastifyRequest, how?: Looking) => Promise<User | undefined> {
  return async (request, how = {}) => {
    const [, secret] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? "") ?? [];
    // Who sends a token is meant to be its owner, and nobody else where it is none.
    if (secret !== undefined) return byToken(access, secret);
    const cookie = cookieOf(request, "session");
    const looked = how.looked === true || request.headers[unattended] !== undefined;
    const session =
      cookie === undefined
        ? undefined
        : await liveSession(access.context, access.settings.lifetimes, cookie, { looked });
    if (session !== undefined) {
      refuseForeignWrite(request);
      return { ...session.user, session: session.id };
    }
    return isForwarded(request) || (await access.isNeeded()) ? undefined : localUser;
  };
}

/** Whether a proxy has passed it on, behind which there may be anybody. */
function isForwarded({ headers }: FastifyRequest): boolean {
  return ["forwarded", "x-forwarded-for", "x-real-ip"].some((name) => headers[name] !== undefined);
}

async function byToken({ context }: Access, secret: string): Promise<User | undefined> {
  const token = await liveToken(context, secret);
  return token === undefined ? undefined : { ...token.user, token: token.name };
}

/** A cookie comes with whatever a browser sends, so a change has to show that a page of ours asks for it. */
function refuseForeignWrite({ method, headers, origin }: FastifyRequest): void {
  if (method === "GET" || method === "HEAD") return;
  if (headers.origin === origin || headers["sec-fetch-site"] === "same-origin") return;
  throw new Refusal("foreign-origin", "a change with a session's cookie has to come from a page of this service");
}
