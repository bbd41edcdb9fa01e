import Type from "typebox";
import type { Route } from "../route.js";
import { roles } from "../route.js";

/** A name that a request must not have is refused, not ignored. */
const strict = { additionalProperties: false };

export const User = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.Enum([...roles]),
});

/** What a browser's own functions for passkeys take and give, as they have it. */
export const PasskeyJson = Type.Record(Type.String(), Type.Unknown());

/** A secret of Calypso's own making: 256 bits in base64url. */
const Secret = Type.String({ pattern: "^[A-Za-z0-9_-]{43}$" });

/** Longer ones cost more to check than they are worth. */
export const Password = Type.String({ minLength: 1, maxLength: 300 });

export const sessionRoutes = {
  session: {
    method: "GET",
    path: "/session",
    tag: "Session",
    about: "Who asks, and how signing in works here.",
    access: "anyone",
    answer: Type.Object({
      version: Type.String(),
      /** Absent where nobody is signed in. */
      user: Type.Optional(User),
      workspace: Type.String({
        description: "What the workspace is called: the last part of its folder, or the database's name.",
      }),
      now: Type.String({ format: "date-time", description: "The service's clock." }),
      signIn: Type.Object({
        needed: Type.Boolean({ description: "Whether everybody has to sign in; else who asks is the local user." }),
        passkeys: Type.Boolean({ description: "Whether browsers know passkeys for the name by which this was asked." }),
        providers: Type.Array(
          Type.Object({ id: Type.String(), label: Type.String() }, { description: "Providers of OpenID Connect." }),
        ),
      }),
    }),
  },
  signInWithPassword: {
    method: "POST",
    path: "/session/password",
    tag: "Session",
    about: "Signs in with a name and a password, and sets the session's cookie.",
    access: "anyone",
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 200 }), password: Password }, strict),
    answer: Type.Object({ user: User }),
  },
  beginPasskeySignIn: {
    method: "POST",
    path: "/session/passkey/begin",
    tag: "Session",
    about: "Gives what a browser needs to sign in with a passkey; good for five minutes, and once.",
    access: "anyone",
    answer: Type.Object({ options: PasskeyJson }),
  },
  signInWithPasskey: {
    method: "POST",
    path: "/session/passkey",
    tag: "Session",
    about: "Signs in with what a passkey has signed, and sets the session's cookie.",
    access: "anyone",
    body: Type.Object({ response: Type.Object({ id: Type.String({ maxLength: 2000 }) }) }, strict),
    answer: Type.Object({ user: User }),
  },
  signInWithProvider: {
    method: "POST",
    path: "/session/openid/:provider",
    tag: "Session",
    about: "Begins to sign in with a provider of OpenID Connect, and says where the browser has to go.",
    access: "anyone",
    params: Type.Object({ provider: Type.String({ maxLength: 40 }) }),
    body: Type.Object(
      {
        returnTo: Type.String({
          // Letters that browsers drop from addresses, as tabs, could make another site of it.
          pattern: "^/(?!/)[!-\\[\\]-~]*$",
          maxLength: 8000,
          description: "The path to come back to.",
        }),
      },
      strict,
    ),
    answer: Type.Object({ url: Type.String() }),
  },
  signInWithLink: {
    method: "POST",
    path: "/session/set-up",
    tag: "Session",
    about: "Signs in with the secret of a link, which works once; with a password, that is the user's from now on.",
    access: "anyone",
    body: Type.Object({ secret: Secret, password: Type.Optional(Password) }, strict),
    answer: Type.Object({ user: User }),
  },
  signOut: {
    method: "DELETE",
    path: "/session",
    tag: "Session",
    about: "Ends the session, and takes its cookie away; does nothing where there is none.",
    access: "anyone",
    answer: Type.Object({}),
  },
} as const satisfies Record<string, Route>;
