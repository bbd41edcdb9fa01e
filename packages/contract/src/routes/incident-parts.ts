import Type from "typebox";

/** A name that a request must not have is refused, not ignored. */
export const strict = { additionalProperties: false };

export const Instant = Type.String({ format: "date-time" });
export const SeverityName = Type.Enum(["High", "Medium", "Low", "Informational"]);
export const StatusName = Type.Enum(["New", "Active", "Closed"]);
export const ClassificationName = Type.Enum(["TruePositive", "BenignPositive", "FalsePositive", "Undetermined"]);
export const ReasonName = Type.Enum([
  "SuspiciousActivity",
  "SuspiciousButExpected",
  "IncorrectAlertLogic",
  "InaccurateData",
]);
/** How an incident stands to its targets: open ones are in time, soon over or over; closed ones met both targets or missed one. */
export const LevelState = Type.Enum(["over", "soon", "in-time", "met", "missed"]);

/** Several values of one parameter; one of them is enough. */
export const some = <Item extends Type.TSchema>(item: Item) => Type.Optional(Type.Array(item, { maxItems: 200 }));
const Short = Type.String({ maxLength: 500 });

/** What lists of alerts and incidents have in common. */
export const listQuery = {
  text: Type.Optional(Type.String({ maxLength: 500, description: "All its words stand somewhere in it." })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  entity: Type.Optional(
    Type.String({
      pattern: "^[a-z]+:[\\s\\S]+$",
      maxLength: 500,
      description: "One that it names: `account:ann@contoso.example`.",
    }),
  ),
};

export const pageQuery = {
  after: Type.Optional(Type.String({ maxLength: 500, description: "`next` of an answer with the same `sort`." })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500 })),
};

export const incidentFilter = {
  status: some(StatusName),
  severity: some(SeverityName),
  owner: some(Short),
  rule: some(Short),
  tactic: some(Short),
  label: some(Short),
  classification: some(ClassificationName),
  sla: some(LevelState),
  ...listQuery,
};

/** An entity as it is linked to: its page's type and name, and how people write it. */
export const EntityRef = Type.Object({ type: Type.String(), name: Type.String(), label: Type.String() });

export const RuleRef = Type.Object({ id: Type.String(), name: Type.String() });

/** How many there are of one value of one property, were it alone asked for there. */
export const Count = Type.Object({
  facet: Type.String(),
  value: Type.String(),
  label: Type.Optional(Type.String()),
  count: Type.Integer(),
});

const incidentFacts = {
  id: Type.String(),
  number: Type.Integer(),
  title: Type.String(),
  severity: Type.String(),
  status: StatusName,
  classification: Type.Optional(Type.String()),
  owner: Type.Optional(Type.String()),
  rule: Type.Optional(RuleRef),
  tactics: Type.Array(Type.String()),
  labels: Type.Array(Type.String()),
  created: Instant,
  modified: Instant,
  lastActivity: Type.String(),
  /** When a person first did something about it. */
  answered: Type.Optional(Instant),
  /** When its answer is due, and after that its closing. */
  due: Type.Optional(Instant),
  sla: Type.Optional(LevelState),
  /** Another one with every change: what a change names that was made after looking. */
  version: Type.String(),
};

export const QueuedIncident = Type.Object({
  ...incidentFacts,
  alerts: Type.Integer(),
  comments: Type.Integer(),
  entities: Type.Array(EntityRef, { description: "The first five." }),
});

export const ListedAlert = Type.Object({
  id: Type.String(),
  title: Type.String(),
  severity: Type.String(),
  raised: Instant,
  rule: RuleRef,
  incident: Type.Optional(Type.Object({ number: Type.Integer(), status: Type.String() })),
  start: Type.String(),
  end: Type.String(),
  rows: Type.Integer(),
  tactics: Type.Array(Type.String()),
  techniques: Type.Array(Type.String()),
  entities: Type.Array(EntityRef, { description: "The first five." }),
});

const IncidentAlert = Type.Object({
  id: Type.String(),
  title: Type.String(),
  description: Type.String(),
  severity: Type.String(),
  raised: Instant,
  rule: RuleRef,
  start: Type.String(),
  end: Type.String(),
  rows: Type.Integer(),
  entities: Type.Array(EntityRef),
  customDetails: Type.Record(Type.String(), Type.Array(Type.String())),
  notes: Type.Array(Type.String()),
});

/** All that is known of an incident, each list in the order of time. */
export const Incident = Type.Object({
  ...incidentFacts,
  description: Type.String(),
  classificationReason: Type.Optional(Type.String()),
  classificationComment: Type.Optional(Type.String()),
  techniques: Type.Array(Type.String()),
  firstActivity: Type.String(),
  closed: Type.Optional(Instant),
  alerts: Type.Array(IncidentAlert, { description: "The first 200." }),
  alertCount: Type.Integer(),
  entities: Type.Array(
    Type.Object({
      ...EntityRef.properties,
      alerts: Type.Array(Type.String()),
      elsewhere: Type.Integer({ description: "How many other incidents name it." }),
    }),
  ),
  bookmarks: Type.Array(
    Type.Object({
      id: Type.String(),
      name: Type.String(),
      notes: Type.String(),
      time: Type.Optional(Type.String()),
      query: Type.String(),
      from: Type.String(),
      to: Type.String(),
      by: Type.String(),
    }),
  ),
  tasks: Type.Array(
    Type.Object({
      id: Type.String(),
      title: Type.String(),
      description: Type.String(),
      created: Instant,
      createdBy: Type.String(),
      done: Type.Optional(Instant),
      doneBy: Type.Optional(Type.String()),
    }),
  ),
  history: Type.Array(
    Type.Object({
      id: Type.String(),
      at: Instant,
      by: Type.String(),
      kind: Type.String(),
      detail: Type.Record(Type.String(), Type.Unknown()),
    }),
  ),
});

const Label = Type.String({ minLength: 1, maxLength: 100 });

/** What a person changes; what is not named stays. */
export const incidentChange = {
  status: Type.Optional(StatusName),
  severity: Type.Optional(SeverityName),
  owner: Type.Optional(Type.String({ maxLength: 300, description: "Nobody where empty." })),
  classification: Type.Optional(ClassificationName),
  classificationReason: Type.Optional(ReasonName),
  classificationComment: Type.Optional(Type.String({ maxLength: 30_000 })),
  labels: Type.Optional(Type.Array(Label, { maxItems: 100 })),
  comment: Type.Optional(Type.String({ minLength: 1, maxLength: 30_000 })),
};

export const Seen = Type.Optional(
  Type.String({ pattern: "^\\d{1,18}$", description: "`version` of the incident when it was looked at." }),
);
