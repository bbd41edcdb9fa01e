import type { AnswerOf, Routes } from "@calypso/contract";
import { changePassword, hasPassword } from "../../access/accounts.js";
import type { PasskeySummary } from "../../access/passkeys.js";
import { endSession, endSessions, sessionsOf } from "../../access/sessions.js";
import { makeToken, revokeToken, type TokenSummary, tokensOf } from "../../access/tokens.js";
import { isProvidersUser } from "../../access/users.js";
import { localUser } from "../access/who-asks.js";
import type { Asked, Handlers, User } from "../handler.js";
import { Refusal } from "../problems.js";
import type { Served } from "../served.js";

type AccountRoute =
  | "account"
  | "changePassword"
  | "endSession"
  | "endOtherSessions"
  | "beginPasskey"
  | "addPasskey"
  | "removePasskey"
  | "createToken"
  | "revokeToken";

export function accountHandlers({ access }: Served): Handlers<AccountRoute> {
  const { context, settings, passkeys } = access;
  return {
    account: async (_request, asked) => {
      const { id, name, role, session: current } = userIn(asked);
      const user = { id, name, role };
      const nothing = { hasPassword: false, sessions: [], passkeys: [], tokens: [] };
      if (id === localUser.id) return { user, kind: "local", ...nothing };
      const sessions = await sessionsOf(context, settings.lifetimes, id);
      return {
        user,
        kind: (await isProvidersUser(context, id)) ? "provider" : "own",
        hasPassword: await hasPassword(context, id),
        sessions: sessions.map(({ createdAt, seenAt, expiresAt, ...session }) => ({
          ...session,
          current: session.id === current,
          ...{ createdAt: createdAt.toISOString(), seenAt: seenAt.toISOString(), expiresAt: expiresAt.toISOString() },
        })),
        passkeys: (await passkeys.of(id)).map(passkeyOf),
        tokens: (await tokensOf(context, id)).map(tokenOf),
      };
    },

    changePassword: async ({ body }, asked) => {
      const { id, session, name } = inSession(asked);
      // Guesses at the password of somebody who left a browser open.
      const good = access.attempts.take([[`change ${name}`, 10]]);
      if (good === undefined) throw new Refusal("too-many-attempts", "try again in a quarter of an hour");
      await changePassword(context, id, { current: body.current ?? "", password: body.password, session });
      good();
      return {};
    },

    endSession: async ({ params }, asked) => {
      await endSession(context, inSession(asked).id, params.id);
      return {};
    },

    endOtherSessions: async (_request, asked) => {
      const { id, session } = inSession(asked);
      return { ended: await endSessions(context, id, session) };
    },

    beginPasskey: async (_request, asked) => ({
      options: { ...(await passkeys.beginRegistration(inSession(asked), asked.origin)) },
    }),

    addPasskey: async ({ body }, asked) => {
      asked.note({ name: body.name });
      return passkeyOf(await passkeys.register(inSession(asked), asked.origin, body.name, body.response));
    },

    removePasskey: async ({ params }, asked) => {
      await passkeys.remove(inSession(asked).id, params.id);
      return {};
    },

    createToken: async ({ body }, asked) => {
      asked.note({ name: body.name, role: body.role, days: body.days });
      const { secret, token } = await makeToken(context, inSession(asked), body);
      asked.note({ token: token.id });
      return { secret, token: tokenOf(token) };
    },

    revokeToken: async ({ params }, asked) => {
      await revokeToken(context, inSession(asked).id, params.id);
      return {};
    },
  };
}

function userIn({ user }: Asked): User {
  if (user === undefined) throw new Refusal("not-signed-in", "sign in first");
  return user;
}

/** The user of a session: a token may not give itself a longer life, and the local user has no account. */
function inSession(asked: Asked): User & { readonly session: string } {
  const user = userIn(asked);
  const { session } = user;
  if (session !== undefined) return { ...user, session };
  const why =
    user.token === undefined
      ? "there are no accounts here yet: add a user first"
      : "a token cannot change the account of its owner: sign in for that";
  throw new Refusal("forbidden", why);
}

function passkeyOf({ id, name, createdAt, lastUsedAt }: PasskeySummary): AnswerOf<Routes["addPasskey"]> {
  return { id, name, createdAt: createdAt.toISOString(), ...usedAt(lastUsedAt) };
}

function tokenOf({ id, name, role, createdAt, expiresAt, lastUsedAt }: TokenSummary) {
  const times = { createdAt: createdAt.toISOString(), expiresAt: expiresAt.toISOString() };
  return { id, name, role, ...times, ...usedAt(lastUsedAt) };
}

function usedAt(time: Date | null) {
  return time === null ? {} : { lastUsedAt: time.toISOString() };
}
