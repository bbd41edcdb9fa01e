import Type from "typebox";
import type { Route } from "../route.js";
import { roles } from "../route.js";

const User = Type.Object({
  id: Type.String(),
  name: Type.String(),
  role: Type.Enum([...roles]),
});

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
    }),
  },
} as const satisfies Record<string, Route>;
