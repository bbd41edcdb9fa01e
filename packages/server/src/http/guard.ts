import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { Refusal } from "./problems.js";

/**
 * Answers only to its own names, so that no other site's name can be pointed at it (DNS rebinding), and lets no other site's
 * page ask anything. Every answer forbids what the pages do not need. Behind a proxy, `publicOrigin` is what browsers know.
 */
export function guard(app: FastifyInstance, publicOrigin: string | undefined): void {
  app.decorateRequest("origin", "");
  app.addHook("onRequest", async (request, reply) => {
    secured(reply);
    const origin = originOf(request, publicOrigin);
    if (origin === undefined) {
      throw new Refusal("foreign-origin", `this service is not called ${request.headers.host ?? "nothing"}`);
    }
    request.origin = origin;
    if (origin.startsWith("https:")) reply.header("strict-transport-security", "max-age=31536000");
    const asking = request.headers.origin;
    if (asking !== undefined && asking !== origin) {
      throw new Refusal("foreign-origin", "another site's page may not ask this service");
    }
    if (request.headers["sec-fetch-site"] === "cross-site" && request.headers["sec-fetch-mode"] !== "navigate") {
      throw new Refusal("foreign-origin", "another site's page may not ask this service");
    }
  });
}

declare module "fastify" {
  interface FastifyRequest {
    /** Under which origin the service was asked. */
    origin: string;
  }
}

/** The reply, with all that forbids a browser what the pages do not need. */
export function secured(reply: FastifyReply): FastifyReply {
  return reply.headers(headers);
}

/** The editor writes styles into the page and draws its underlines as data; its worker comes as a blob. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "worker-src 'self' blob:",
  "manifest-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

const headers = {
  "content-security-policy": policy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
  "x-dns-prefetch-control": "off",
};

/** The origin of the service by the host that a request names; nothing where it is none of its names. */
function originOf({ headers }: FastifyRequest, publicOrigin: string | undefined): string | undefined {
  const host = (headers.host ?? "").toLowerCase();
  if (publicOrigin !== undefined) {
    const { protocol, host: ours } = new URL(publicOrigin);
    const port = protocol === "https:" ? "443" : "80";
    if (host === ours || host === `${ours}:${port}`) return publicOrigin;
  }
  return isLocal(host) ? new URL(`http://${host}`).origin : undefined;
}

/** Names that every machine gives to itself, whatever the port. */
function isLocal(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/.test(host) && URL.canParse(`http://${host}`);
}
