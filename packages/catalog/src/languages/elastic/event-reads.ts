import { allOf, always, isNever, leavesOf, mapTests, never } from "../../detections/combine.js";
import type { Condition, Test } from "../../detections/condition.js";
import type { EventRead } from "../../detections/detection.js";
import { eventsFor } from "../../vocabulary/lookup.js";
import type { EventKind, Vocabulary } from "../../vocabulary/vocabulary.js";
import { type FieldNames, withVocabulary } from "../vocabulary-names.js";

/** What a query reads, one kind of event after the other, and the names of the first. */
export interface ReadEvents {
  readonly reads: readonly EventRead[];
  readonly names: FieldNames;
}

/** The most data sets that a condition is parted by. */
const mostDatasets = 50;

const datasetFields = new Set(["data_stream.dataset", "event.dataset"]);

/**
 * Parts a condition by the kinds of events it is about: what it says of each data set that it names, and of the indices beside them.
 * Tests of the data set go into what is read; all others stay.
 */
export function eventReads(condition: Condition, indices: readonly string[], vocabulary: Vocabulary): ReadEvents {
  const all = new Set(
    leavesOf(condition).flatMap((leaf) => (isDatasetTest(leaf) ? leaf.values.map((value) => String(value)) : [])),
  );
  const named = all.size > mostDatasets ? new Set<string>() : all;
  const found: { kind: EventKind | undefined; source: string; condition: Condition; key: string }[] = [];
  const add = (source: string, dataset: string, whole: Condition) => {
    if (isNever(whole)) return;
    const facts = { ...(dataset === "" ? {} : { dataset: dataset.toLowerCase() }), ...categoryFacts(whole) };
    const kind = eventsFor(vocabulary, "Elastic", facts)?.kind;
    const names = { vocabulary, platform: "Elastic", events: kind?.name } as const;
    const own = withVocabulary(kind === undefined ? whole : withoutCategory(whole, kind), names);
    const key = JSON.stringify(own);
    const same = found.find((read) => read.kind === kind && read.key === key);
    if (same === undefined) found.push({ kind, source, condition: own, key });
    else same.source += `, ${source}`;
  };
  for (const dataset of named) add(dataset, dataset, specialised(condition, dataset));
  const rest = named.size === 0 ? condition : specialised(condition, undefined);
  const covered = (index: string) => [...named].some((dataset) => index.startsWith(`logs-${dataset}`));
  for (const index of indices.filter((name) => named.size === 0 || !covered(name))) add(index, datasetOf(index), rest);
  if (indices.length === 0 && named.size === 0) add("", "", rest);
  const reads = found.map(
    ({ kind, source, condition: own }): EventRead => ({
      ...(kind === undefined ? {} : { events: kind.name }),
      source,
      condition: own,
    }),
  );
  return {
    reads,
    names: { vocabulary, platform: "Elastic", events: found.find(({ kind }) => kind !== undefined)?.kind?.name },
  };
}

/** The data set of an index pattern such as `logs-azure.signinlogs-*`. */
function datasetOf(index: string): string {
  return /^(?:[^:]*:)?logs-([\w.]+?)-?\*?(?:-default\*?)?$/.exec(index)?.[1] ?? "";
}

function isDatasetTest(leaf: Condition): leaf is Test {
  return (
    leaf.kind === "test" &&
    datasetFields.has(leaf.field.written) &&
    leaf.operator === "equals" &&
    leaf.other === undefined
  );
}

/** What the condition says of events of one data set, or of none that it names. */
function specialised(condition: Condition, dataset: string | undefined): Condition {
  return mapTests(condition, (leaf) => {
    if (!isDatasetTest(leaf)) return leaf;
    return dataset !== undefined && leaf.values.some((value) => String(value) === dataset) ? always : never;
  });
}

const categoryFields: Readonly<Record<string, string>> = { "event.category": "category", "event.type": "type" };

/** The category and type that all the events have. */
function categoryFacts(condition: Condition): Readonly<Record<string, string>> {
  const facts: Record<string, string> = {};
  for (const part of condition.kind === "all" ? condition.parts : [condition]) {
    const key = part.kind === "test" && part.operator === "equals" ? categoryFields[part.field.written] : undefined;
    if (key === undefined || part.kind !== "test") continue;
    const [value, ...others] = namesOf(part);
    if (value !== undefined && others.length === 0) facts[key] = value;
  }
  return facts;
}

/** The condition without the category and type that say nothing beside the kind of event. */
function withoutCategory(condition: Condition, kind: EventKind): Condition {
  const said = new Set(
    kind.sources.flatMap(({ platform, where }) =>
      platform === "Elastic" ? Object.entries(where).map(([key, value]) => `${key} ${value.toLowerCase()}`) : [],
    ),
  );
  const parts = condition.kind === "all" ? condition.parts : [condition];
  const left = parts.filter((part) => {
    const key = part.kind === "test" && part.operator === "equals" ? categoryFields[part.field.written] : undefined;
    return key === undefined || part.kind !== "test" || !namesOf(part).every((name) => said.has(`${key} ${name}`));
  });
  return allOf(left);
}

/** The values in lower case, without the older names of the same. */
function namesOf({ values }: Test): string[] {
  return values.map((value) => String(value).toLowerCase()).filter((name) => name !== "process_started");
}
