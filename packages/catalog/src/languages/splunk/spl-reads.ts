import { allOf } from "../../detections/combine.js";
import type { Condition, Test } from "../../detections/condition.js";
import type { EventRead } from "../../detections/detection.js";
import { eventsFor, meaningFor } from "../../vocabulary/lookup.js";
import type { Vocabulary } from "../../vocabulary/vocabulary.js";
import { type FieldNames, withVocabulary } from "../vocabulary-names.js";
import type { ReadSpl } from "./read-spl.js";

/** What a search reads and the searches within it, and the names of the first. */
export interface SplReads {
  readonly reads: readonly EventRead[];
  readonly names: FieldNames;
}

/** Fields that say where events come from: they go into the source and not into the condition. */
const sourceFields = new Set(["index", "sourcetype", "source", "eventtype", "tag"]);
/** Fields that tell the kind of event, and stay. */
const kindFields = new Set(["category", "operationname", "workload"]);

export function splReads(search: ReadSpl, vocabulary: Vocabulary): SplReads {
  const { pipeline, sources, lostPrefixes } = search;
  const parts = pipeline.condition.kind === "all" ? pipeline.condition.parts : [pipeline.condition];
  const facts: Record<string, readonly string[]> = Object.fromEntries(
    Object.entries(sources).map(([key, value]) => [key, [value.toLowerCase()]]),
  );
  const rest: Condition[] = [];
  const written: string[] = Object.entries(sources).map(([key, value]) => (key === "macro" ? `\`${value}\`` : value));
  for (const part of parts) {
    const field = isNaming(part) ? part.field.written.toLowerCase() : "";
    if (isNaming(part) && (sourceFields.has(field) || kindFields.has(field))) {
      facts[field] ??= part.values.map((value) => String(value).toLowerCase());
    }
    if (isNaming(part) && sourceFields.has(field)) written.push(`${field}=${part.values.join(" or ")}`);
    else rest.push(part);
  }
  const events = kindOf(facts, vocabulary);
  const names: FieldNames = { vocabulary, platform: "Splunk", events, lostPrefixes };
  const left = rest.filter((part) => !isSaidByKind(part, events, vocabulary));
  const read: EventRead = {
    ...(events === undefined ? {} : { events }),
    source: written.join(" "),
    condition: withVocabulary(allOf(left), names),
  };
  const inner = search.inner.flatMap((one) => splReads(one, vocabulary).reads);
  // A search that only puts others together has no events of its own.
  const isEmpty = written.length === 0 && rest.length === 0 && inner.length > 0;
  return { reads: isEmpty ? inner : [read, ...inner], names };
}

/** A test that has told the kind of event, and that is no field of these events. */
function isSaidByKind(part: Condition, events: string | undefined, vocabulary: Vocabulary): boolean {
  if (events === undefined || !isNaming(part)) return false;
  const key = part.field.written.toLowerCase();
  if (!kindFields.has(key) || meaningFor(vocabulary, "Splunk", events, key) !== undefined) return false;
  const sources = vocabulary.events.find(({ name }) => name === events)?.sources ?? [];
  const said = new Set(
    sources.flatMap(({ platform, where }) => (platform === "Splunk" ? [where[key]?.toLowerCase()] : [])),
  );
  return part.values.every((value) => said.has(String(value).toLowerCase()));
}

/** A comparison of an event's own field with texts, such as `sourcetype=a`. */
function isNaming(part: Condition): part is Test {
  return (
    part.kind === "test" && (part.operator === "equals" || part.operator === "wildcard") && part.other === undefined
  );
}

/** The kind of event of which all the values tell; a name of an operation tells even where it is none of the listed ones. */
function kindOf(facts: Readonly<Record<string, readonly string[]>>, vocabulary: Vocabulary): string | undefined {
  let choices: Record<string, string>[] = [{}];
  for (const [key, values] of Object.entries(facts)) {
    if (values.length * choices.length > 200) return undefined;
    choices = values.flatMap((value) => choices.map((choice) => ({ ...choice, [key]: value })));
  }
  const kinds = new Set(
    choices.map((choice) => {
      const own = eventsFor(vocabulary, "Splunk", choice);
      const anyName = choice["category"] === undefined && choice["operationname"] !== undefined;
      const other = anyName ? eventsFor(vocabulary, "Splunk", { ...choice, operationname: "*" }) : undefined;
      const size = (found: typeof own) => Object.keys(found?.source.where ?? {}).length;
      return (size(other) > size(own) ? other : own)?.kind.name;
    }),
  );
  return kinds.size === 1 ? [...kinds][0] : undefined;
}
