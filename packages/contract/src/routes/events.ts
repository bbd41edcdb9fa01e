import Type from "typebox";
import type { Route } from "../route.js";

/** Something that happened, whichever process did it. */
const Happened = Type.Union([
  Type.Object({
    kind: Type.Literal("incident"),
    number: Type.Integer(),
    id: Type.String(),
    title: Type.String(),
    severity: Type.String(),
    status: Type.String(),
    /** `created`, `changed`, `commented`, `alert-added`, … */
    what: Type.String(),
    by: Type.String(),
    at: Type.String(),
  }),
  Type.Object({
    kind: Type.Literal("alert"),
    id: Type.String(),
    title: Type.String(),
    severity: Type.String(),
    rule: Type.String(),
    at: Type.String(),
  }),
  Type.Object({
    kind: Type.Literal("window"),
    rule: Type.String(),
    to: Type.String(),
    state: Type.Enum(["done", "failed"]),
    alerts: Type.Integer(),
  }),
  Type.Object({
    kind: Type.Literal("drift"),
    drift: Type.Enum(["stopped", "emptied", "changed"]),
    table: Type.String(),
    field: Type.String(),
    message: Type.String(),
    over: Type.Boolean(),
  }),
  Type.Object({ kind: Type.Literal("load"), source: Type.String(), by: Type.String(), at: Type.String() }),
  Type.Object({ kind: Type.Literal("again"), why: Type.String() }),
]);

export const eventRoutes = {
  events: {
    method: "GET",
    path: "/events",
    tag: "Events",
    about:
      "What happens from now on, or since `Last-Event-ID`: incidents, alerts, windows, drifts and loads of files. An event may come twice; `again` asks to look at everything anew.",
    access: "reader",
    answer: Happened,
    stream: "events",
  },
} as const satisfies Record<string, Route>;
