import Type from "typebox";
import type { Route } from "../route.js";
import { Moment, strict } from "./rule-parts.js";

const TableName = Type.String({ minLength: 1, maxLength: 300 });

const RuleName = Type.Object({ id: Type.String(), name: Type.String() });

const Drift = Type.Object({
  kind: Type.Enum(["stopped", "emptied", "changed"]),
  table: Type.String(),
  /** Absent where it is about the whole table. */
  field: Type.Optional(Type.String()),
  since: Moment,
  message: Type.String(),
  /** The rules that it blinds. */
  rules: Type.Array(RuleName),
});

/** What a table holds; times and hours are absent for one without `TimeGenerated`. */
const Table = Type.Object({
  name: Type.String(),
  rows: Type.Integer(),
  /** On the disk; absent where the store does not say. */
  bytes: Type.Optional(Type.Number()),
  first: Type.Optional(Moment),
  last: Type.Optional(Moment),
  /** When the latest row was stored. */
  arrived: Type.Optional(Moment),
  volume: Type.Optional(
    Type.Object(
      {
        from: Moment,
        /** Rows of each hour from there on. */
        hours: Type.Array(Type.Integer()),
      },
      { description: "The seven days up to now, or up to the last event where that is longer ago." },
    ),
  ),
  /** Hours of those days without a row, between its first and its end; the longest first, at most ten. */
  gaps: Type.Array(Type.Object({ from: Moment, to: Moment })),
  /** Seconds between event and arrival, of rows of those days that came within a day. */
  lag: Type.Optional(Type.Object({ half: Type.Number(), most: Type.Number() })),
  /** Rows of those days that came more than a day late. */
  late: Type.Integer(),
  drifts: Type.Integer(),
  /** Why the table could not be looked at. */
  problem: Type.Optional(Type.String()),
});

const Sample = {
  /** Rows that were looked at, and whether those are all of the days that are named. */
  sampled: Type.Integer(),
  isWhole: Type.Boolean(),
  from: Type.Optional(Moment),
  to: Type.Optional(Moment),
};

const Load = Type.Object({
  id: Type.String(),
  /** The file, or the entry of an archive. */
  name: Type.String(),
  source: Type.String(),
  table: Type.String(),
  status: Type.Enum(["loading", "moving", "done", "abandoned"]),
  bytes: Type.Number(),
  read: Type.Integer(),
  stored: Type.Integer(),
  duplicates: Type.Integer(),
  rejected: Type.Integer(),
  from: Type.Optional(Type.String()),
  to: Type.Optional(Type.String()),
  started: Moment,
  /** Who handed the file in on a page; absent for other loads. */
  by: Type.Optional(Type.String()),
});

const Message = Type.Object({ line: Type.Optional(Type.Integer()), message: Type.String() });

const UploadPart = Type.Union([
  Type.Object({ kind: Type.Literal("received"), bytes: Type.Integer() }),
  Type.Object({ kind: Type.Literal("waiting") }),
  Type.Object({ kind: Type.Literal("loading") }),
  Type.Object({
    kind: Type.Literal("result"),
    name: Type.String(),
    /** Empty where nothing could be loaded. */
    table: Type.String(),
    skipped: Type.Boolean(),
    read: Type.Integer(),
    stored: Type.Integer(),
    duplicates: Type.Integer(),
    rejected: Type.Integer(),
    from: Type.Optional(Type.String()),
    to: Type.Optional(Type.String()),
    messages: Type.Array(Message),
  }),
  Type.Object({ kind: Type.Literal("done") }),
  Type.Object({
    kind: Type.Literal("failed"),
    code: Type.String(),
    detail: Type.String(),
    hint: Type.Optional(Type.String()),
  }),
]);

export const dataRoutes = {
  dataTables: {
    method: "GET",
    path: "/data/tables",
    tag: "Data",
    about: "The tables that hold rows: how many, from when to when, by hour, with gaps and lag.",
    access: "reader",
    answer: Type.Object({
      now: Moment,
      tables: Type.Array(Table),
      /** The largest file that is taken, in bytes. */
      uploadLimit: Type.Number(),
    }),
  },
  dataTable: {
    method: "GET",
    path: "/data/tables/:table",
    tag: "Data",
    about: "A table's columns: how many of its latest rows have each, and about how many different values.",
    access: "reader",
    params: Type.Object({ table: TableName }, strict),
    answer: Type.Object({
      table: Table,
      ...Sample,
      columns: Type.Array(
        Type.Object({
          name: Type.String(),
          type: Type.String(),
          /** Of the rows that were looked at, how many have it. */
          filled: Type.Integer(),
          distinct: Type.Integer(),
        }),
      ),
    }),
  },
  columnValues: {
    method: "GET",
    path: "/data/tables/:table/columns/:column",
    tag: "Data",
    about: "The twenty most frequent values of a column, in the same rows.",
    access: "reader",
    params: Type.Object({ table: TableName, column: TableName }, strict),
    answer: Type.Object({
      ...Sample,
      values: Type.Array(Type.Object({ value: Type.String(), rows: Type.Integer() })),
    }),
  },
  drifts: {
    method: "GET",
    path: "/data/drifts",
    tag: "Data",
    about:
      "Feeds and fields that are not as they were, with the rules that this blinds; those that are over come last.",
    access: "reader",
    answer: Type.Object({
      drifts: Type.Array(Type.Object({ ...Drift.properties, told: Moment, ended: Type.Optional(Moment) })),
    }),
  },
  lookAtFeeds: {
    method: "POST",
    path: "/data/feeds/look",
    tag: "Data",
    about: "Looks now at each table that enabled rules read, one after the other; leaving stops it.",
    access: "reader",
    reads: true,
    answer: Type.Object({
      table: Type.String(),
      status: Type.Enum(["flowing", "no data", "drifting", "not looked at"]),
      last: Type.Optional(Moment),
      /** Rows an hour: of the last day, and before. */
      recent: Type.Number(),
      usual: Type.Number(),
      lag: Type.Optional(Type.Number()),
      drifts: Type.Array(Drift),
      rules: Type.Array(RuleName),
      problem: Type.Optional(Type.String()),
    }),
    stream: "lines",
  },
  loads: {
    method: "GET",
    path: "/data/loads",
    tag: "Data",
    about: "What was loaded, the latest first: file, table, rows, and rows that could not be read.",
    access: "reader",
    query: Type.Object(
      {
        find: Type.Optional(Type.String({ maxLength: 200 })),
        table: Type.Optional(TableName),
        /** Only loads with rows that could not be read. */
        rejected: Type.Optional(Type.Boolean()),
        after: Type.Optional(Type.String({ pattern: "^[0-9]{1,8}$" })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      strict,
    ),
    answer: Type.Object({ loads: Type.Array(Load), total: Type.Integer(), next: Type.Optional(Type.String()) }),
  },
  rejectedRows: {
    method: "GET",
    path: "/data/loads/:load/rejected",
    tag: "Data",
    about: "Rows of a load that could not be read, with their lines and why, from the first that is named on.",
    access: "reader",
    params: Type.Object({ load: Type.String({ pattern: "^[0-9a-fx_-]{8,40}$" }) }, strict),
    query: Type.Object(
      {
        after: Type.Optional(Type.Integer({ minimum: 0 })),
        limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
      },
      strict,
    ),
    answer: Type.Object({
      source: Type.String(),
      rows: Type.Array(Type.Object({ line: Type.Integer(), reason: Type.String(), text: Type.String() })),
      next: Type.Optional(Type.Integer()),
    }),
  },
  uploadLogs: {
    method: "POST",
    path: "/data/uploads",
    tag: "Data",
    about: "Takes a file of logs, compressed or not, and loads it into the tables that its rows belong to.",
    access: "engineer",
    query: Type.Object(
      {
        name: Type.String({ minLength: 1, maxLength: 500 }),
        /** The table that all rows belong to, where that is not to be found out. */
        table: Type.Optional(Type.String({ pattern: "^[A-Za-z_][A-Za-z0-9_]{0,127}$" })),
      },
      strict,
    ),
    upload: true,
    answer: UploadPart,
    stream: "lines",
  },
} as const satisfies Record<string, Route>;
