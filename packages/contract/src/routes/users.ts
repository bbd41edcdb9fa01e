import Type from "typebox";
import type { Route } from "../route.js";
import { roles } from "../route.js";
import { User } from "./session.js";

const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const Id = Type.Object({ id: Type.String({ maxLength: 100 }) });

/** What lets a user in once. */
const SetUpLink = Type.Object({
  link: Type.String({ description: "To be given to the user, who chooses a password or a passkey there." }),
  expiresAt: Time,
});

export const userRoutes = {
  users: {
    method: "GET",
    path: "/users",
    tag: "Users",
    about: "All users, in the order of their names.",
    access: "admin",
    answer: Type.Object({
      users: Type.Array(
        Type.Object({
          ...User.properties,
          createdAt: Time,
          disabledAt: Type.Optional(Time),
          provider: Type.Optional(
            Type.String({ description: "Where the user signs in; absent for an account of this service." }),
          ),
          hasPassword: Type.Boolean(),
          passkeys: Type.Integer(),
          sessions: Type.Integer(),
          tokens: Type.Integer(),
          seenAt: Type.Optional(Time),
        }),
      ),
    }),
  },
  addUser: {
    method: "POST",
    path: "/users",
    tag: "Users",
    about: "Adds an account, and gives a link with which its user gets in once.",
    access: "admin",
    body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }), role: Type.Enum([...roles]) }, strict),
    answer: Type.Object({ user: User, ...SetUpLink.properties }),
  },
  changeUser: {
    method: "PATCH",
    path: "/users/:id",
    tag: "Users",
    about: "Gives a user another role, disables one or lets one in again; the user's sessions end.",
    access: "admin",
    params: Id,
    body: Type.Object(
      { role: Type.Optional(Type.Enum([...roles])), disabled: Type.Optional(Type.Boolean()) },
      { ...strict, minProperties: 1 },
    ),
    answer: Type.Object({}),
  },
  makeSetUpLink: {
    method: "POST",
    path: "/users/:id/set-up",
    tag: "Users",
    about: "Gives a new link for a user who has lost password and passkey; the one before works no more.",
    access: "admin",
    params: Id,
    answer: SetUpLink,
  },
  endUserSessions: {
    method: "DELETE",
    path: "/users/:id/sessions",
    tag: "Users",
    about: "Ends all sessions of a user.",
    access: "admin",
    params: Id,
    answer: Type.Object({ ended: Type.Integer() }),
  },
} as const satisfies Record<string, Route>;
