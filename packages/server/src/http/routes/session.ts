import { userByPassword, useSetUpLink } from "../../access/accounts.js";
import { type Counted, countedForAddress, countedForBeginning, countedForPassword } from "../../access/attempts.js";
import { recordAct } from "../../access/audit.js";
import { secondsAfter } from "../../access/context.js";
import { takesPasskeys } from "../../access/passkeys.js";
import { redirectUri } from "../access/provider-return.js";
import { endOwn, recordNotSignedIn, signIn } from "../access/sign-in.js";
import type { Handlers } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";

type SessionRoute =
  | "session"
  | "signInWithPassword"
  | "beginPasskeySignIn"
  | "signInWithPasskey"
  | "signInWithProvider"
  | "signInWithLink"
  | "signOut";

/** How long a browser keeps the secret of a sign-in that is under way at a provider, in seconds. */
const underway = 300;

export function sessionHandlers(served: Served): Handlers<SessionRoute> {
  const { workspace, name, version, access } = served;
  const { context, settings, passkeys } = access;
  const counted = (attempts: Counted) => {
    const good = access.attempts.take(attempts);
    if (good !== undefined) return good;
    throw new Refusal(
      "too-many-attempts",
      "there were too many attempts to sign in: try again in a quarter of an hour",
    );
  };
  return {
    session: async (_request, { user, origin }) => ({
      version,
      ...(user === undefined ? {} : { user: { id: user.id, name: user.name, role: user.role } }),
      workspace: name,
      now: workspace.clock().toISOString(),
      signIn: {
        needed: await access.isNeeded(),
        passkeys: takesPasskeys(origin),
        providers: settings.providers.map(({ id, label }) => ({ id, label })),
      },
    }),

    signInWithPassword: async ({ body }, asked) => {
      const way = { action: "signInWithPassword", method: "password" };
      const good = counted(countedForPassword(body.name, asked.address));
      const { user, known } = await userByPassword(context, body.name, body.password);
      if (user === undefined) {
        await recordNotSignedIn(served, asked, way, "sign-in-failed", known);
        throw new Refusal("sign-in-failed", "the name or the password is wrong");
      }
      good();
      return signIn(served, asked, user, way);
    },

    beginPasskeySignIn: async (_request, { origin, address }) => {
      counted(countedForBeginning(address));
      return { options: { ...(await passkeys.beginSignIn(origin)) } };
    },

    signInWithPasskey: async ({ body }, asked) => {
      const way = { action: "signInWithPasskey", method: "passkey" };
      const good = counted(countedForAddress(asked.address));
      const { user, known } = await passkeys.userBy(asked.origin, body.response);
      if (user === undefined) {
        await recordNotSignedIn(served, asked, way, "sign-in-failed", known);
        throw new Refusal("sign-in-failed", "this passkey does not let anybody in here");
      }
      good();
      return signIn(served, asked, user, way);
    },

    signInWithProvider: async ({ params, body }, { origin, cookies, address }) => {
      counted(countedForBeginning(address));
      const { provider } = params;
      const begun = await access.openId.begin(provider, redirectUri(origin, provider), body.returnTo);
      cookies.set("sign-in", begun.secret, secondsAfter(workspace.clock(), underway));
      return { url: begun.url };
    },

    signInWithLink: async ({ body }, asked) => {
      const way = { action: "signInWithLink", method: "set-up" };
      const good = counted(countedForAddress(asked.address));
      const user = await useSetUpLink(context, body.secret, body.password);
      if (user === undefined) {
        await recordNotSignedIn(served, asked, way, "sign-in-failed");
        throw new Refusal("sign-in-failed", "this link was used, or is too old: ask for a new one");
      }
      good();
      return signIn(served, asked, user, way);
    },

    signOut: async (_request, asked) => {
      const user = await endOwn(access, asked);
      asked.cookies.clear("session");
      const { address } = asked;
      if (user !== undefined) {
        await recordAct(context, { userId: user.id, userName: user.name, via: "session", address, action: "signOut" });
      }
      return {};
    },
  };
}
