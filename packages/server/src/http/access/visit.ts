import type { FastifyReply, FastifyRequest } from "fastify";
import type { AuditDetail } from "../../access/audit.js";

/** From where a request comes, what its browser keeps for the service, and what is to be written down of it. */
export interface Visit {
  readonly address: string;
  /** What the browser calls itself. */
  readonly agent: string;
  /** Under which origin the service was asked. */
  readonly origin: string;
  readonly cookies: Cookies;
  /** Adds to what the audit log says of the request; no secrets. */
  readonly note: (detail: AuditDetail) => void;
}

/** What a browser keeps: the secret of its session, or of a sign-in that is under way at a provider. */
export type CookieName = "session" | "sign-in";

/** Cookies that no script reads and that no other host or, where there is encryption, unencrypted page can set. */
export interface Cookies {
  get(name: CookieName): string | undefined;
  set(name: CookieName, value: string, expires: Date): void;
  clear(name: CookieName): void;
}

export function visitOf(request: FastifyRequest, reply: FastifyReply): Visit & { readonly noted: () => AuditDetail } {
  let detail: AuditDetail = {};
  return {
    address: request.ip,
    agent: request.headers["user-agent"] ?? "",
    origin: request.origin,
    cookies: {
      get: (name) => cookieOf(request, name),
      set: (name, value, expires) => {
        reply.setCookie(fullName(request.origin, name), value, { ...attributes(request.origin, name), expires });
      },
      clear: (name) => {
        reply.clearCookie(fullName(request.origin, name), attributes(request.origin, name));
      },
    },
    note: (more) => {
      detail = { ...detail, ...more };
    },
    noted: () => detail,
  };
}

/** A cookie of ours that a request brings. */
export function cookieOf(request: FastifyRequest, name: CookieName): string | undefined {
  return request.cookies[fullName(request.origin, name)];
}

/** Cookies of one host are the same on all its ports: without encryption, services on one machine keep theirs apart by their names. */
function fullName(origin: string, name: CookieName): string {
  const { protocol, port } = new URL(origin);
  return protocol === "https:" ? `__Host-calypso-${name}` : `calypso-${name}-${port || "80"}`;
}

/** A provider sends the browser back from its own site, with which strict cookies do not come. */
function attributes(origin: string, name: CookieName) {
  const sameSite = name === "session" ? ("strict" as const) : ("lax" as const);
  return { path: "/", httpOnly: true, secure: origin.startsWith("https:"), sameSite };
}
