import Type from "typebox";
import type { Route } from "../route.js";
import { Instant, strict } from "./incident-parts.js";

const Entity = Type.Object({
  type: Type.Enum(["account", "ip", "host", "cloudapplication"]),
  name: Type.String({ minLength: 1, maxLength: 500 }),
});

const Looked = Type.Object(
  {
    to: Type.Optional(Instant),
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 90, description: "14 where absent." })),
  },
  strict,
);

const range = { from: Type.String(), to: Type.String() };

export const entityRoutes = {
  entityActivity: {
    method: "GET",
    path: "/entities/:type/:name/activity",
    tag: "Entities",
    about: "How often each table with logs names an entity, over time, and when first and last.",
    access: "reader",
    params: Entity,
    query: Looked,
    answer: Type.Object({
      ...range,
      bin: Type.Integer({ description: "The length of a stretch in milliseconds." }),
      tables: Type.Array(
        Type.Object({
          table: Type.String(),
          kql: Type.String(),
          events: Type.Integer(),
          everything: Type.Integer(),
          first: Type.String(),
          last: Type.String(),
        }),
      ),
      bins: Type.Array(Type.Object({ table: Type.String(), at: Type.String(), events: Type.Integer() })),
    }),
  },
  entityHabits: {
    method: "GET",
    path: "/entities/:type/:name/habits",
    tag: "Entities",
    about:
      "The places, devices, applications, accounts and addresses that an entity was seen with, and which are new in the last day.",
    access: "reader",
    params: Entity,
    query: Looked,
    answer: Type.Object({
      ...range,
      newFrom: Type.String({ description: "What is seen from then on, and not before, is new." }),
      habits: Type.Array(
        Type.Object({
          aspect: Type.Enum(["place", "device", "account", "ip", "host", "cloudapplication"]),
          kql: Type.String(),
          rows: Type.String({
            description: "A query for the events behind it, which `only` ends with those of one value.",
          }),
          more: Type.Boolean(),
          values: Type.Array(
            Type.Object({
              value: Type.String(),
              before: Type.Integer(),
              now: Type.Integer(),
              first: Type.String(),
              last: Type.String(),
              isNew: Type.Boolean(),
              only: Type.String(),
            }),
          ),
        }),
      ),
    }),
  },
  entityPivots: {
    method: "GET",
    path: "/entities/:type/:name/pivots",
    tag: "Entities",
    about:
      "Questions that are asked of every such entity, with how many rows answer each, and what Entra ID says of its risk.",
    access: "reader",
    params: Entity,
    query: Looked,
    answer: Type.Object({
      ...range,
      pivots: Type.Array(Type.Object({ name: Type.String(), kql: Type.String(), rows: Type.Integer() })),
      risk: Type.Array(
        Type.Object({
          table: Type.String(),
          level: Type.String(),
          state: Type.String(),
          kind: Type.String(),
          events: Type.Integer(),
          last: Type.String(),
          kql: Type.String(),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Route>;
