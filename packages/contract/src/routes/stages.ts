import Type from "typebox";
import { Diagnostic, Place } from "../problem.js";
import type { Route } from "../route.js";
import { Cell, Column, QueryText, strict } from "./queries.js";

const PipelineStage = Type.Object({
  index: Type.Integer({ description: "From 1." }),
  operator: Type.String(),
  text: Type.String(),
  place: Type.Optional(Place),
  let: Type.Optional(Type.String({ description: "The `let` that the stage stands in." })),
  table: Type.Optional(Type.String({ description: "The table that the source is." })),
  isArbitrary: Type.Boolean({
    description: "Which of the rows it leaves is not said: numbers after it may be others in another run.",
  }),
});

const Predicate = Type.Object({
  text: Type.String(),
  place: Type.Optional(Place),
  depth: Type.Integer({ description: "0 for whole predicates, which `and` joins; their parts follow them." }),
  joins: Type.Optional(Type.Enum(["and", "or", "not"])),
  alone: Type.Integer({ description: "How many of the rows that came meet it." }),
  together: Type.Optional(
    Type.Integer({ description: "How many of them meet it and all whole predicates before it." }),
  ),
});

const counts = {
  stage: Type.Integer(),
  left: Type.Integer({ description: "How many rows leave the stage." }),
  came: Type.Optional(Type.Integer({ description: "How many rows come to a `where`." })),
  predicates: Type.Array(Predicate),
};

const Refused = Type.Object({ kind: Type.Literal("refused"), stage: Type.Integer(), detail: Type.String() });
const Failed = Type.Object({
  kind: Type.Literal("failed"),
  code: Type.String(),
  detail: Type.String(),
  hint: Type.Optional(Type.String()),
});

/** What a predicate was for a row of an event, and the values that it looked at. */
const Verdict = Type.Object({
  value: Type.Union([Type.Boolean(), Type.Null()]),
  saw: Type.Array(Type.Object({ text: Type.String(), type: Type.String(), value: Cell })),
});

export const stageRoutes = {
  traceQuery: {
    method: "POST",
    path: "/query/stages",
    tag: "Queries",
    about: "Tells how many rows leave each stage of a query, and how many meet each predicate of every `where`.",
    access: "reader",
    reads: true,
    body: QueryText,
    answer: Type.Union([
      Type.Object({
        kind: Type.Literal("stages"),
        diagnostics: Type.Array(Diagnostic),
        stages: Type.Array(PipelineStage),
      }),
      Type.Object({ kind: Type.Literal("counts"), ...counts }),
      Refused,
      Failed,
      Type.Object({ kind: Type.Literal("done") }),
    ]),
    stream: "lines",
  },
  stageRows: {
    method: "POST",
    path: "/query/stages/rows",
    tag: "Queries",
    about: "Gives some rows that a stage of a query leaves, or that a predicate of a `where` lost.",
    access: "reader",
    reads: true,
    body: Type.Object(
      {
        ...QueryText.properties,
        stage: Type.Integer({ minimum: 1 }),
        /** The predicate, by its number from 0; rows that the stage leaves where absent. */
        lostAt: Type.Optional(Type.Integer({ minimum: 0 })),
        rows: Type.Integer({ minimum: 1, maximum: 100 }),
      },
      strict,
    ),
    answer: Type.Object({ columns: Type.Array(Column), rows: Type.Array(Type.Array(Cell)) }),
  },
  traceEvent: {
    method: "POST",
    path: "/query/stages/event",
    tag: "Queries",
    about: "Follows one event of a table through a query: at which stage, and at which predicate, it is lost, and why.",
    access: "reader",
    reads: true,
    body: Type.Object(
      {
        ...QueryText.properties,
        event: Type.Object(
          { table: Type.String({ minLength: 1, maxLength: 200 }), cells: Type.Record(Type.String(), Cell) },
          strict,
        ),
      },
      strict,
    ),
    answer: Type.Union([
      Type.Object({
        kind: Type.Literal("found"),
        rows: Type.Integer({ description: "How many rows of the table have these values; 100 for more." }),
        isOne: Type.Boolean({ description: "They are equal in all columns: it does not matter which is meant." }),
        ignored: Type.Array(Type.String(), {
          description: "Names that are not compared: dynamics, and what the table has not.",
        }),
      }),
      Type.Object({
        kind: Type.Literal("counts"),
        ...counts,
        isGroup: Type.Boolean({ description: "Counted are rows of the groups that the event is in." }),
        verdicts: Type.Array(Type.Array(Verdict), {
          description: "For each of its rows that came, at most ten, each predicate.",
        }),
      }),
      Refused,
      Failed,
      Type.Object({ kind: Type.Literal("done") }),
    ]),
    stream: "lines",
  },
} as const satisfies Record<string, Route>;
