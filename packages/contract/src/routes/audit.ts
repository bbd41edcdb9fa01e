import Type from "typebox";
import type { Route } from "../route.js";

const strict = { additionalProperties: false };
const Time = Type.String({ format: "date-time" });
const Text = Type.String({ minLength: 1, maxLength: 500 });

export const auditRoutes = {
  auditLog: {
    method: "GET",
    path: "/audit",
    tag: "Audit",
    about: "Who did what, and what was refused, the newest first.",
    access: "admin",
    query: Type.Object(
      {
        user: Type.Optional(Text),
        action: Type.Optional(Text),
        subject: Type.Optional(Type.String({ minLength: 1, maxLength: 500, description: "An id that it is about." })),
        refused: Type.Optional(Type.Boolean()),
        from: Type.Optional(Time),
        to: Type.Optional(Type.String({ format: "date-time", description: "Not included." })),
        after: Type.Optional(
          Type.String({ pattern: "^\\d{1,18}$", description: "What a page before gave as `next`." }),
        ),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      strict,
    ),
    answer: Type.Object({
      entries: Type.Array(
        Type.Object({
          id: Type.String(),
          at: Time,
          user: Type.String({ description: "A name as it was then; empty where nobody was signed in." }),
          via: Type.String({
            description: "`session`, `token NAME`, `local`, `command line`, or how somebody tried to sign in.",
          }),
          address: Type.String(),
          action: Type.String({ description: "The name of the route." }),
          refusal: Type.Optional(Type.String({ description: "The code of the problem where it was not done." })),
          subject: Type.Record(Type.String(), Type.String()),
          detail: Type.Record(Type.String(), Type.Unknown()),
        }),
      ),
      next: Type.Optional(Type.String({ description: "Absent on the last page." })),
      /** What there is to filter by. */
      users: Type.Array(Type.String()),
      actions: Type.Array(Type.String()),
    }),
  },
} as const satisfies Record<string, Route>;
