import Type from "typebox";
import type { Route } from "../route.js";
import { SeverityName, strict } from "./incident-parts.js";

const View = Type.Object({
  id: Type.String(),
  name: Type.String(),
  address: Type.String({ description: "The query of the page's address, without its question mark." }),
  owner: Type.String(),
  shared: Type.Boolean(),
  mine: Type.Boolean({ description: "Whether the user may change it." }),
});

const Views = Type.Object({ views: Type.Array(View) });
const ListName = Type.Enum(["incidents", "alerts"]);

const Levels = Type.Object({
  levels: Type.Array(
    Type.Object({
      severity: Type.String(),
      answerMinutes: Type.Integer(),
      closeMinutes: Type.Integer(),
      changed: Type.Optional(Type.String()),
      changedBy: Type.Optional(Type.String()),
    }),
  ),
});

/** More than ten years are no target. */
const Minutes = Type.Integer({ minimum: 1, maximum: 5_256_000 });

export const workRoutes = {
  views: {
    method: "GET",
    path: "/views/:page",
    tag: "Views",
    about: "The user's own views of a list, and those that are shared.",
    access: "reader",
    params: Type.Object({ page: ListName }),
    answer: Views,
  },
  saveView: {
    method: "POST",
    path: "/views/:page",
    tag: "Views",
    about: "Keeps a view of a list under a name; sharing it needs the role responder.",
    access: "reader",
    params: Type.Object({ page: ListName }),
    body: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 100 }),
        address: Type.String({ maxLength: 8000 }),
        shared: Type.Boolean(),
      },
      strict,
    ),
    answer: Views,
  },
  removeView: {
    method: "DELETE",
    path: "/views/:page/:id",
    tag: "Views",
    about: "Removes a view of one's own; admins remove those of others too.",
    access: "reader",
    params: Type.Object({ page: ListName, id: Type.String() }),
    answer: Views,
  },
  serviceLevels: {
    method: "GET",
    path: "/service-levels",
    tag: "Incidents",
    about: "In how many minutes incidents of each severity are to be answered and closed.",
    access: "reader",
    answer: Levels,
  },
  setServiceLevel: {
    method: "PUT",
    path: "/service-levels/:severity",
    tag: "Incidents",
    about: "Sets the targets of a severity, for incidents that exist too.",
    access: "admin",
    params: Type.Object({ severity: SeverityName }),
    body: Type.Object({ answerMinutes: Minutes, closeMinutes: Minutes }, strict),
    answer: Levels,
  },
} as const satisfies Record<string, Route>;
