import { allOf, leavesOf } from "../../detections/combine.js";
import type { Condition } from "../../detections/condition.js";
import type { DetectionDissection, DetectionStage, DetectionThreshold, EventRead } from "../../detections/detection.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { ConditionReader } from "../expressions/condition-reader.js";
import { Scope } from "../expressions/scope.js";
import { parsing } from "../parsing/tokens.js";
import { thresholdWithVocabulary } from "../vocabulary-names.js";
import { eqlDialect } from "./dialects.js";
import { type EqlEvent, type EqlQuery, parseEql } from "./eql.js";
import { parseEsql } from "./esql.js";
import { eventReads } from "./event-reads.js";
import { parseKuery } from "./kuery.js";
import { parseLucene } from "./lucene.js";
import { readEsql } from "./read-esql.js";

/** The languages of Elastic's queries. */
export type ElasticLanguage = "kuery" | "lucene" | "eql" | "esql";

/** A query's logic, and where it does not follow its grammar. */
export interface QueryLogic {
  readonly dissection: DetectionDissection;
  /** Index patterns that the query itself names. */
  readonly sources: readonly string[];
  readonly failure?: { readonly message: string; readonly offset: number };
}

/** Takes a query apart; one that does not follow its grammar is unread as a whole. */
export function queryLogic(
  text: string,
  language: ElasticLanguage,
  indices: readonly string[],
  vocabulary: Vocabulary,
): QueryLogic {
  if (language === "esql") return esqlLogic(text, vocabulary);
  if (language === "eql") return eqlLogic(text, indices, vocabulary);
  const parsed = language === "kuery" ? parseKuery(text) : parseLucene(text);
  if (parsed.kind === "failed") return unreadLogic(text, indices, parsed);
  const stage: DetectionStage = { index: 1, operator: "query", text, span: { start: 0, end: text.length } };
  const { reads } = eventReads(parsed.tree, indices, vocabulary);
  return { dissection: { stages: [stage], reads, thresholds: [], outputs: [], unread: unreadOf(reads) }, sources: [] };
}

function esqlLogic(text: string, vocabulary: Vocabulary): QueryLogic {
  const parsed = parseEsql(text);
  const read = parsed.kind === "failed" ? parsed : parsing(() => readEsql(text, parsed.tree));
  if (read.kind === "failed") return unreadLogic(text, [], read);
  const { sources, condition, stages, outputs, thresholds, unread } = read.tree;
  const { reads, names } = eventReads(condition, sources, vocabulary);
  return {
    dissection: {
      ...{ stages, outputs, reads, unread },
      thresholds: thresholds.map((threshold) => thresholdWithVocabulary(threshold, names)),
    },
    sources,
  };
}

function eqlLogic(text: string, indices: readonly string[], vocabulary: Vocabulary): QueryLogic {
  const parsed = parseEql(text);
  if (parsed.kind === "failed") return unreadLogic(text, indices, parsed);
  const query = parsed.tree;
  const reader = new ConditionReader(text, eqlDialect);
  const events = [...query.events, ...(query.until === undefined ? [] : [query.until])];
  const read = events.map((event) => eventReads(eventCondition(reader, event), indices, vocabulary));
  const stages = [
    ...events.map((event) => ({
      operator:
        event === query.until
          ? "until"
          : query.kind === "event"
            ? "event"
            : event.isMissing
              ? "missing event"
              : "event",
      span: event.span,
    })),
    ...query.pipes.map(({ name, span }) => ({ operator: name.toLowerCase(), span })),
  ].map(
    ({ operator, span }, index): DetectionStage => ({
      index: index + 1,
      operator,
      text: text.slice(span.start, span.end),
      span,
    }),
  );
  const reads = read.flatMap((one, index) => {
    const event = events[index];
    const isAbsent = event === query.until || event?.isMissing === true;
    return isAbsent ? one.reads.map((part): EventRead => ({ ...part, absent: true })) : one.reads;
  });
  const names = read[0]?.names ?? ({ vocabulary, platform: "Elastic", events: undefined } as const);
  const thresholds = eqlThresholds(query).map((threshold) => thresholdWithVocabulary(threshold, names));
  const pipes = query.pipes.flatMap(({ name, span }) =>
    /^(?:head|tail)$/i.test(name)
      ? []
      : [{ text: text.slice(span.start, span.end), why: `the pipe \`${name}\` is not followed`, span }],
  );
  return {
    dissection: { stages, reads, thresholds, outputs: [], unread: [...unreadOf(reads), ...pipes] },
    sources: [],
  };
}

/** What has to be true of an event of the query, its category included. */
function eventCondition(reader: ConditionReader, event: EqlEvent): Condition {
  const own = reader.condition(event.condition, new Scope());
  if (event.category.toLowerCase() === "any") return own;
  const category: Condition = {
    kind: "test",
    field: { written: "event.category" },
    operator: "equals",
    values: [event.category],
    caseSensitive: true,
    span: event.span,
  };
  return allOf([category, own]);
}

/** Several events in their order, and one that has to come several times. */
function eqlThresholds({ kind, by, maxspan, events }: EqlQuery): DetectionThreshold[] {
  if (kind === "event") return [];
  const [first] = events;
  const keys = [...by, ...(first?.by ?? [])];
  const within = maxspan === undefined ? {} : { within: maxspan };
  const present = events.filter(({ isMissing }) => !isMissing);
  const runs = events.flatMap(({ runs: times }) =>
    times === undefined ? [] : [{ function: "count", by: keys, operator: ">=", value: times, ...within }],
  );
  if (present.length < 2) return runs;
  return [{ function: "sequence", by: keys, operator: ">=", value: present.length, ...within }, ...runs];
}

function unreadOf(reads: readonly EventRead[]): DetectionDissection["unread"] {
  const found = reads
    .flatMap(({ condition }) => leavesOf(condition))
    .flatMap((leaf) => (leaf.kind === "unread" ? [leaf] : []));
  const unique = new Map(found.map((part) => [`${part.span?.start} ${part.why}`, part]));
  return [...unique.values()].map(({ text, why, span }) => ({ text, why, ...(span === undefined ? {} : { span }) }));
}

function unreadLogic(
  text: string,
  indices: readonly string[],
  failure: { readonly message: string; readonly offset: number },
): QueryLogic {
  const span = { start: 0, end: text.length };
  const part = { text, why: `the query does not follow its grammar: ${failure.message}`, span };
  const reads = [{ source: indices.join(", "), condition: { kind: "unread", ...part } as const }];
  return { dissection: { stages: [], reads, thresholds: [], outputs: [], unread: [part] }, sources: [], failure };
}
