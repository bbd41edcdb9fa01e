import type { Location, Predicate, QueryStage, TableCondition, WorkspaceSchema } from "@calypso/kql";
import type { DetectionDissection, DetectionPredicate, DetectionStage, EventRead } from "../../detections/detection.js";
import { namedFields } from "../../vocabulary/named-fields.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { compileToRead } from "./assumed-schema.js";
import { conditionOf } from "./kql-condition.js";

/** What knowing a query's names needs. */
export interface KqlReferences {
  readonly schema: WorkspaceSchema;
  readonly vocabulary: Vocabulary;
}

/** What a query says, from its bound tree; also where it reads tables that the schema does not have. */
export function dissectKql(text: string, { schema, vocabulary }: KqlReferences): DetectionDissection {
  const compilation = compileToRead(text, schema);
  const { lets, stages, predicates, outputs } = compilation.dissection();
  const facts = compilation.facts?.();
  const reads = facts?.tableConditions.map((read) => eventRead(read, text, vocabulary)) ?? [];
  return {
    stages: [
      ...lets.flatMap(({ name, stages: own }) => own.map((stage) => stageOf(stage, name))),
      ...stages.map((stage) => stageOf(stage)),
    ],
    reads,
    thresholds: (facts?.thresholds ?? []).map(({ function: called, of, by, operator, value }) => ({
      ...{ function: called, by, operator, value },
      ...(of[0] === undefined ? {} : { of: of[0].column }),
    })),
    predicates: predicates.map(predicateOf),
    outputs: outputs.map(({ name, type, source, stage }) => ({
      name,
      ...(type === "unknown" ? {} : { type }),
      source,
      stage,
    })),
    unread:
      facts === undefined
        ? [{ text, why: "the query does not parse or bind" }]
        : facts.otherConditions.map((one) => unreadAt(one, text)),
  };
}

function stageOf({ index, operator, text, location }: QueryStage, within?: string): DetectionStage {
  const { start, end } = location.span;
  return { index, operator, text, span: { start, end }, ...(within === undefined ? {} : { within }) };
}

function predicateOf({ let: within, location: _location, through, ...rest }: Predicate): DetectionPredicate {
  const more = through.length === 0 ? {} : { through };
  return { ...rest, ...more, ...(within === undefined ? {} : { within }) };
}

/** A condition on neither a table's rows nor a number of them. */
function unreadAt({ source, span }: Location, text: string): DetectionDissection["unread"][number] {
  const why = "asks something of groups, of neighbours or of both sides of a join";
  return source.text === text
    ? { text: text.slice(span.start, span.end), why, span }
    : { text: source.text.slice(span.start, span.end), why };
}

function eventRead({ table, conditions, absent }: TableCondition, text: string, vocabulary: Vocabulary): EventRead {
  const events = vocabulary.events.find(({ tables }) => tables.includes(table));
  const name = namedFields(vocabulary, "Sentinel", events?.name);
  return {
    ...(events === undefined ? {} : { events: events.name }),
    source: table,
    condition: { kind: "all", parts: conditions.map((one) => conditionOf(one, name, text)) },
    ...(absent ? { absent: true } : {}),
  };
}
