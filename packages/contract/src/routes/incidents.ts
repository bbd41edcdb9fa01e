import Type from "typebox";
import type { Route } from "../route.js";
import {
  ClassificationName,
  Count,
  Incident,
  incidentChange,
  incidentFilter,
  pageQuery,
  QueuedIncident,
  ReasonName,
  Seen,
  strict,
} from "./incident-parts.js";

const One = Type.Object({ id: Type.String({ description: "The number, or the id." }) });

export const incidentRoutes = {
  incidents: {
    method: "GET",
    path: "/incidents",
    tag: "Incidents",
    about: "The queue: incidents by what they are and how they stand, in pages.",
    access: "reader",
    query: Type.Object(
      {
        ...incidentFilter,
        ...pageQuery,
        sort: Type.Optional(
          Type.Enum(
            ["created", "modified", "severity", "due", "alerts"].flatMap((name) => [name, `-${name}`]),
            { description: "The largest or newest first with `-`; `-created` where absent." },
          ),
        ),
      },
      strict,
    ),
    answer: Type.Object({ incidents: Type.Array(QueuedIncident), next: Type.Optional(Type.String()) }),
  },
  incidentCounts: {
    method: "GET",
    path: "/incidents/counts",
    tag: "Incidents",
    about:
      "How many incidents there are, and of each status, severity, owner, rule, tactic, label, classification and standing.",
    access: "reader",
    query: Type.Object(incidentFilter, strict),
    answer: Type.Object({ total: Type.Integer(), counts: Type.Array(Count) }),
  },
  incident: {
    method: "GET",
    path: "/incidents/:id",
    tag: "Incidents",
    about: "An incident with its alerts, entities, bookmarks, tasks and history.",
    access: "reader",
    params: One,
    answer: Incident,
  },
  similarIncidents: {
    method: "GET",
    path: "/incidents/:id/similar",
    tag: "Incidents",
    about: "Incidents of the same rule or entities, and how those of the rule were judged.",
    access: "reader",
    params: One,
    answer: Type.Object({
      incidents: Type.Array(
        Type.Object({
          number: Type.Integer(),
          title: Type.String(),
          severity: Type.String(),
          status: Type.String(),
          owner: Type.Optional(Type.String()),
          classification: Type.Optional(Type.String()),
          classificationReason: Type.Optional(Type.String()),
          classificationComment: Type.Optional(Type.String()),
          created: Type.String(),
          sameRule: Type.Boolean(),
          shared: Type.Array(Type.String()),
        }),
      ),
      verdicts: Type.Array(
        Type.Object({
          classification: ClassificationName,
          reason: Type.Optional(ReasonName),
          count: Type.Integer(),
        }),
      ),
    }),
  },
  changeIncident: {
    method: "PATCH",
    path: "/incidents/:id",
    tag: "Incidents",
    about: "Changes an incident or comments on it; refused with 409 where others have changed since what was seen.",
    access: "responder",
    params: One,
    body: Type.Object({ ...incidentChange, seen: Seen }, { ...strict, minProperties: 1 }),
    answer: Incident,
  },
  changeIncidents: {
    method: "POST",
    path: "/incidents/changes",
    tag: "Incidents",
    about: "Changes many incidents alike, each by itself, and says which could not be changed and why.",
    access: "responder",
    body: Type.Object(
      {
        incidents: Type.Array(Type.Object({ id: Type.String(), seen: Seen }, strict), { minItems: 1, maxItems: 500 }),
        change: Type.Object(incidentChange, { ...strict, minProperties: 1 }),
      },
      strict,
    ),
    answer: Type.Object({
      changed: Type.Integer(),
      refused: Type.Array(
        Type.Object({
          id: Type.String(),
          code: Type.String(),
          detail: Type.String(),
          hint: Type.Optional(Type.String()),
        }),
      ),
    }),
  },
  addTask: {
    method: "POST",
    path: "/incidents/:id/tasks",
    tag: "Incidents",
    about: "Adds a task to an incident.",
    access: "responder",
    params: One,
    body: Type.Object(
      {
        title: Type.String({ minLength: 1, maxLength: 300 }),
        description: Type.Optional(Type.String({ maxLength: 30_000 })),
      },
      strict,
    ),
    answer: Incident,
  },
  markTask: {
    method: "PATCH",
    path: "/incidents/:id/tasks/:task",
    tag: "Incidents",
    about: "Says that a task is done, or that it is not after all.",
    access: "responder",
    params: Type.Object({ ...One.properties, task: Type.String() }),
    body: Type.Object({ done: Type.Boolean() }, strict),
    answer: Incident,
  },
} as const satisfies Record<string, Route>;
