import Type from "typebox";
import { Diagnostic } from "../problem.js";
import type { Route } from "../route.js";

/** A column of a result or a table, with its KQL type. */
export const Column = Type.Object({ name: Type.String(), type: Type.String() });

/**
 * A value in JSON that loses no digit: a bool, int or real as such, a long too unless it is beyond 2^53, which is text; `NaN` and
 * `Infinity` are text; a datetime is ISO 8601 with seven digits, a timespan `[-][d.]hh:mm:ss[.fffffff]`, a dynamic the text of its JSON.
 */
export const Cell = Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]);

/** A name that a request must not have is refused, not ignored. */
export const strict = { additionalProperties: false };

const Text = Type.String({ minLength: 1, maxLength: 300_000 });

const TimeRange = Type.Object(
  {
    from: Type.String({ format: "date-time" }),
    to: Type.String({ format: "date-time" }),
  },
  strict,
);

export const QueryText = Type.Object(
  {
    text: Text,
    /** Restricts every table to `from <= TimeGenerated < to`. */
    range: Type.Optional(TimeRange),
    /** What `now()` is; the service's clock where absent. */
    now: Type.Optional(Type.String({ format: "date-time" })),
  },
  strict,
);

const QueryLimits = Type.Object(
  {
    seconds: Type.Optional(Type.Integer({ minimum: 1, maximum: 3600 })),
    rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000_000 })),
  },
  strict,
);

const RunText = Type.Object({ ...QueryText.properties, limits: Type.Optional(QueryLimits) }, strict);

const Visual = Type.Object({ kind: Type.String(), properties: Type.Record(Type.String(), Type.String()) });

/** The parts of a result, in this order: columns, rows in blocks, and the end, which a failed query has instead of its last blocks. */
const ResultPart = Type.Union([
  Type.Object({
    kind: Type.Literal("columns"),
    columns: Type.Array(Column),
    now: Type.String({ description: "What `now()` was, to ask the same again." }),
    diagnostics: Type.Array(Diagnostic),
    visual: Type.Optional(Visual),
  }),
  Type.Object({ kind: Type.Literal("rows"), rows: Type.Array(Type.Array(Cell)) }),
  Type.Object({
    kind: Type.Literal("done"),
    rows: Type.Integer(),
    seconds: Type.Number(),
    read: Type.Object({ rows: Type.String(), bytes: Type.String() }),
  }),
  Type.Object({
    kind: Type.Literal("failed"),
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
  }),
]);

const Stage = Type.Object({
  index: Type.Integer(),
  operator: Type.String(),
  text: Type.String(),
  in: Type.Array(Type.String()),
  out: Type.Array(Type.String()),
});

export const queryRoutes = {
  runQuery: {
    method: "POST",
    path: "/query",
    tag: "Queries",
    about: "Runs KQL and streams its rows as they come; leaving stops the query.",
    access: "reader",
    reads: true,
    body: RunText,
    answer: ResultPart,
    stream: "lines",
  },
  exportQuery: {
    method: "POST",
    path: "/query/parquet",
    tag: "Queries",
    about: "Gives the whole answer of KQL as a Parquet file, or says why there is none; leaving stops the query.",
    access: "reader",
    reads: true,
    body: RunText,
    answer: Type.Unknown(),
    download: "application/vnd.apache.parquet",
  },
  checkQuery: {
    method: "POST",
    path: "/query/check",
    tag: "Queries",
    about: "Says what is wrong with KQL, which columns it gives, its stages, plan and SQL, without running it.",
    access: "reader",
    reads: true,
    body: QueryText,
    answer: Type.Object({
      diagnostics: Type.Array(Diagnostic),
      columns: Type.Array(Column),
      tables: Type.Array(Type.String()),
      stages: Type.Array(Stage),
      plan: Type.Optional(Type.String()),
      sql: Type.Optional(Type.String()),
    }),
  },
  schema: {
    method: "GET",
    path: "/schema",
    tag: "Queries",
    about: "The tables and functions that queries can name.",
    access: "reader",
    answer: Type.Object({
      tables: Type.Array(Type.Object({ name: Type.String(), columns: Type.Array(Column), hasData: Type.Boolean() })),
      functions: Type.Array(Type.Object({ name: Type.String(), parameters: Type.String(), body: Type.String() })),
      watchlists: Type.Array(Type.String()),
    }),
  },
} as const satisfies Record<string, Route>;
