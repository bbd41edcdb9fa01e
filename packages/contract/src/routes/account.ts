import Type from "typebox";
import type { Route } from "../route.js";
import { roles } from "../route.js";
import { PasskeyJson, Password, User } from "./session.js";

const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const Id = Type.Object({ id: Type.String({ maxLength: 500 }) });

/** What somebody calls a thing of theirs. */
const Name = Type.String({ minLength: 1, maxLength: 100 });

const Session = Type.Object({
  id: Type.String(),
  /** Whether it is the one that asks. */
  current: Type.Boolean(),
  method: Type.String({ description: "`password`, `passkey`, `set-up`, or a provider's id." }),
  address: Type.String(),
  agent: Type.String({ description: "What the browser calls itself." }),
  createdAt: Time,
  seenAt: Time,
  expiresAt: Time,
});

const Passkey = Type.Object({
  id: Type.String(),
  name: Type.String(),
  createdAt: Time,
  lastUsedAt: Type.Optional(Time),
});

const Token = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.Enum([...roles], { description: "The most that it allows; never more than its owner may." }),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Type.Optional(Time),
});

export const accountRoutes = {
  account: {
    method: "GET",
    path: "/account",
    tag: "Account",
    about: "The user who asks, with sessions, passkeys and API tokens.",
    access: "reader",
    answer: Type.Object({
      user: User,
      kind: Type.Enum(["local", "own", "provider"], {
        description: "The local user of a service without accounts, an account of this service, or one of a provider.",
      }),
      hasPassword: Type.Boolean(),
      sessions: Type.Array(Session),
      passkeys: Type.Array(Passkey),
      tokens: Type.Array(Token),
    }),
  },
  changePassword: {
    method: "POST",
    path: "/account/password",
    tag: "Account",
    about: "Changes the password of the user who asks, and ends the user's other sessions.",
    access: "reader",
    body: Type.Object(
      {
        current: Type.Optional(Type.String({ maxLength: 300, description: "Needed where there is one." })),
        password: Password,
      },
      strict,
    ),
    answer: Type.Object({}),
  },
  endSession: {
    method: "DELETE",
    path: "/account/sessions/:id",
    tag: "Account",
    about: "Ends a session of the user who asks.",
    access: "reader",
    params: Id,
    answer: Type.Object({}),
  },
  endOtherSessions: {
    method: "DELETE",
    path: "/account/sessions",
    tag: "Account",
    about: "Ends all sessions of the user but the one that asks.",
    access: "reader",
    answer: Type.Object({ ended: Type.Integer() }),
  },
  beginPasskey: {
    method: "POST",
    path: "/account/passkeys/begin",
    tag: "Account",
    about: "Gives what a browser needs to make a passkey; good for five minutes, and once.",
    access: "reader",
    reads: true,
    answer: Type.Object({ options: PasskeyJson }),
  },
  addPasskey: {
    method: "POST",
    path: "/account/passkeys",
    tag: "Account",
    about: "Keeps a passkey that the browser has made.",
    access: "reader",
    body: Type.Object({ name: Name, response: Type.Object({ id: Type.String({ maxLength: 2000 }) }) }, strict),
    answer: Passkey,
  },
  removePasskey: {
    method: "DELETE",
    path: "/account/passkeys/:id",
    tag: "Account",
    about: "Forgets a passkey of the user who asks.",
    access: "reader",
    params: Type.Object({ id: Type.String({ maxLength: 500 }) }),
    answer: Type.Object({}),
  },
  createToken: {
    method: "POST",
    path: "/account/tokens",
    tag: "Account",
    about: "Makes an API token of the user who asks; its secret is told this once.",
    access: "reader",
    body: Type.Object(
      { name: Name, role: Type.Enum([...roles]), days: Type.Integer({ minimum: 1, maximum: 366 }) },
      strict,
    ),
    answer: Type.Object({
      token: Token,
      secret: Type.String({ description: "To be sent as `Authorization: Bearer SECRET`." }),
    }),
  },
  revokeToken: {
    method: "DELETE",
    path: "/account/tokens/:id",
    tag: "Account",
    about: "Takes back an API token of the user who asks.",
    access: "reader",
    params: Id,
    answer: Type.Object({}),
  },
} as const satisfies Record<string, Route>;
