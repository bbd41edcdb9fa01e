import { apiRoot } from "@calypso/contract";
import type { FastifyInstance } from "fastify";
import { SignInRefused } from "../../access/openid.js";
import type { Served } from "../served.js";
import { recordNotSignedIn, signIn } from "./sign-in.js";
import { visitOf } from "./visit.js";

/** Where a provider has to send browsers back to. */
export function redirectUri(origin: string, provider: string): string {
  return `${origin}${apiRoot}/session/openid/${provider}/return`;
}

/** Takes browsers in that come back from a provider, signs their users in, and sends them on to the page that they came from. */
export function providerReturn(app: FastifyInstance, served: Served): void {
  app.get<{ Params: { provider: string } }>(`${apiRoot}/session/openid/:provider/return`, async (request, reply) => {
    const { provider } = request.params;
    const visit = visitOf(request, reply);
    const secret = visit.cookies.get("sign-in");
    visit.cookies.clear("sign-in");
    const way = { action: "signInWithProvider", method: provider };
    const at = request.url.indexOf("?");
    const search = at < 0 ? "" : request.url.slice(at);
    reply.header("cache-control", "no-store");
    try {
      const { user, returnTo } = await served.access.openId.finish(provider, search, secret);
      await signIn(served, visit, user, way);
      return await reply.redirect(returnTo, 303);
    } catch (thrown) {
      if (!(thrown instanceof SignInRefused)) throw thrown;
      const { reason, userName } = thrown;
      // Anybody can come here without having been at the provider, as often as they like.
      if (reason !== "unfinished") await recordNotSignedIn(served, visit, way, reason, { name: userName });
      return await reply.redirect(`/sign-in?refused=${reason}`, 303);
    }
  });
}
