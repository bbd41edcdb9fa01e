import Type from "typebox";
import type { Route } from "../route.js";
import { Count, ListedAlert, listQuery, pageQuery, SeverityName, some, strict } from "./incident-parts.js";
import { Cell, Column } from "./queries.js";

const filter = {
  severity: some(SeverityName),
  rule: some(Type.String({ maxLength: 500 })),
  incident: some(Type.Enum(["New", "Active", "Closed", "none"])),
  ...listQuery,
};

export const alertRoutes = {
  alerts: {
    method: "GET",
    path: "/alerts",
    tag: "Alerts",
    about: "Alerts by what raised them and what they name, in pages.",
    access: "reader",
    query: Type.Object(
      {
        ...filter,
        ...pageQuery,
        sort: Type.Optional(Type.Enum(["raised", "-raised", "severity", "-severity"])),
      },
      strict,
    ),
    answer: Type.Object({ alerts: Type.Array(ListedAlert), next: Type.Optional(Type.String()) }),
  },
  alertCounts: {
    method: "GET",
    path: "/alerts/counts",
    tag: "Alerts",
    about: "How many alerts there are, and of each severity, rule and status of their incidents.",
    access: "reader",
    query: Type.Object(filter, strict),
    answer: Type.Object({ total: Type.Integer(), counts: Type.Array(Count) }),
  },
  alertRows: {
    method: "GET",
    path: "/alerts/:id/rows",
    tag: "Alerts",
    about: "Runs the query behind an alert again, as it was and over the same window: its rows, stages and conditions.",
    access: "reader",
    params: Type.Object({ id: Type.String({ description: "`SystemAlertId`." }) }),
    query: Type.Object({ limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })) }, strict),
    answer: Type.Object({
      rule: Type.Object({ id: Type.String(), name: Type.String(), file: Type.String() }),
      from: Type.String(),
      to: Type.String(),
      /** The query as the rule has it; `now()` in it was `to`. */
      query: Type.String(),
      raisedFor: Type.Integer({ description: "How many rows there were when the alert was raised." }),
      columns: Type.Array(Column),
      rows: Type.Array(Type.Array(Cell)),
      more: Type.Boolean({ description: "Whether there are more rows than were asked for." }),
      stages: Type.Array(Type.Object({ index: Type.Integer(), operator: Type.String(), text: Type.String() })),
      conditions: Type.Array(
        Type.Object({
          stage: Type.Integer(),
          let: Type.Optional(Type.String()),
          text: Type.String(),
          /** What the first rows hold in its column, where that is still what the condition saw. */
          values: Type.Array(Type.String()),
        }),
      ),
    }),
  },
} as const satisfies Record<string, Route>;
