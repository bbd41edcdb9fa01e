import {
  type Compilation,
  type Predicate,
  placeAt,
  type QueryStage,
  type TableCondition,
  type WorkspaceSchema,
} from "@calypso/kql";
import type {
  Detection,
  DetectionDissection,
  DetectionPredicate,
  DetectionStage,
  EventRead,
} from "../../detections/detection.js";
import type { PlainValue, Rule } from "../../rules/rule.js";
import { placeInFile } from "../../rules/rule-query.js";
import { namedFields } from "../../vocabulary/named-fields.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { compileToRead } from "./assumed-schema.js";
import { conditionOf } from "./kql-condition.js";

/** What knowing a query's names needs. */
export interface KqlReferences {
  readonly schema: WorkspaceSchema;
  readonly vocabulary: Vocabulary;
}

/** A rule of Sentinel as the catalogue has rules of every platform; what its query says comes from the bound tree. */
export function kqlDetection(rule: Rule, references: KqlReferences): Detection {
  const compilation = compileToRead(rule.query.text, references.schema);
  const [author] = authorsOf(rule.metadata);
  return {
    ...{ platform: "Sentinel", language: rule.query.text.trim() === "" ? "none" : "kql", id: rule.id, name: rule.name },
    purpose: rule.kind === "Hunting" ? "hunt" : "rule",
    description: rule.description,
    ...(rule.kind === "Hunting" ? {} : { severity: rule.severity }),
    ...(rule.status === undefined ? {} : { status: rule.status }),
    ...(rule.version === "" ? {} : { version: rule.version }),
    authors: author === undefined ? [] : [author],
    references: [],
    falsePositives: [],
    attack: { tactics: rule.tactics, techniques: [...new Set([...rule.techniques, ...rule.subTechniques])].sort() },
    dataSources: [
      ...new Set(
        rule.requiredDataConnectors.flatMap(({ connectorId, dataTypes }) =>
          dataTypes.length > 0 ? dataTypes : [connectorId],
        ),
      ),
    ],
    tags: rule.tags.flatMap((tag) => (typeof tag === "string" ? [tag] : [])),
    text: rule.query.text,
    dissection: dissectionOf(rule.query.text, compilation, references.vocabulary),
    ...(rule.queryFrequency === undefined ? {} : { frequency: rule.queryFrequency }),
    ...(rule.queryPeriod === undefined ? {} : { period: rule.queryPeriod }),
    rule,
    file: rule.file,
    place: placeInFile(rule.query, placeAt(rule.query.text, 0)),
    problems: rule.obstacle === undefined ? [] : [rule.obstacle],
  };
}

function authorsOf(metadata: PlainValue | undefined): readonly string[] {
  const author =
    metadata !== null && typeof metadata === "object" && !Array.isArray(metadata) && "author" in metadata
      ? metadata.author
      : undefined;
  const name =
    author !== null && typeof author === "object" && !Array.isArray(author) && "name" in author ? author.name : author;
  return typeof name === "string" ? [name] : [];
}

function dissectionOf(text: string, compilation: Compilation, vocabulary: Vocabulary): DetectionDissection {
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
    unread: facts === undefined ? [{ text, why: "the query does not parse or bind" }] : [],
  };
}

function stageOf({ index, operator, text, location }: QueryStage, within?: string): DetectionStage {
  const { start, end } = location.span;
  return { index, operator, text, span: { start, end }, ...(within === undefined ? {} : { within }) };
}

function predicateOf({ let: within, location: _location, through: _through, ...rest }: Predicate): DetectionPredicate {
  return within === undefined ? rest : { ...rest, within };
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
