import { makeSetUpLink } from "../../access/accounts.js";
import { endSessions } from "../../access/sessions.js";
import { addUser, listUsers, setDisabled, setRole, userNamed } from "../../access/users.js";
import type { Handlers } from "../handler.js";
import type { Served } from "../served.js";

type UserRoute = "users" | "addUser" | "changeUser" | "makeSetUpLink" | "endUserSessions";

export function userHandlers({ access }: Served): Handlers<UserRoute> {
  const { context } = access;
  const linkFor = async (id: string, origin: string) => {
    const { secret, expiresAt } = await makeSetUpLink(context, id);
    return { link: setUpAddress(origin, secret), expiresAt: expiresAt.toISOString() };
  };
  return {
    users: async () => ({
      users: (await listUsers(context)).map(({ createdAt, disabledAt, seenAt, provider, ...user }) => ({
        ...user,
        createdAt: createdAt.toISOString(),
        ...(disabledAt === null ? {} : { disabledAt: disabledAt.toISOString() }),
        ...(seenAt === null ? {} : { seenAt: seenAt.toISOString() }),
        ...(provider === null ? {} : { provider }),
      })),
    }),

    addUser: async ({ body }, { origin, note }) => {
      note({ name: body.name, role: body.role });
      const user = await addUser(context, body.name, body.role);
      note({ user: user.id });
      return { user, ...(await linkFor(user.id, origin)) };
    },

    changeUser: async ({ params, body }, { note }) => {
      const before = await userNamed(context, params.id);
      note({ name: before.name });
      if (body.role !== undefined) {
        note({ role: body.role, before: before.role });
        await setRole(context, before.id, body.role);
      }
      if (body.disabled !== undefined) {
        note({ disabled: body.disabled });
        await setDisabled(context, before.id, body.disabled);
      }
      return {};
    },

    makeSetUpLink: async ({ params }, { origin, note }) => {
      const user = await userNamed(context, params.id);
      note({ name: user.name });
      return linkFor(user.id, origin);
    },

    endUserSessions: async ({ params }, { note }) => {
      const user = await userNamed(context, params.id);
      note({ name: user.name });
      return { ended: await endSessions(context, user.id) };
    },
  };
}

/** The page where a link's secret is used; what stands behind `#` is sent to no server and stands in no log. */
export function setUpAddress(origin: string, secret: string): string {
  return `${origin}/set-up#${secret}`;
}
