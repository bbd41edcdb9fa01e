import { type KqlType, kqlTypeNamed } from "@calypso/kql";
import { type Platform, platforms } from "../detections/detection.js";
import { entityTypeNamed, identifierNamed } from "../rules/entity-types.js";
import { type Field, fieldProblem, listFields, mapFields, type NodeReading, textOf, textsOf } from "../rules/fields.js";
import { type Problem, report } from "../rules/problem.js";
import type { RuleFile } from "../rules/read-rules.js";
import { readYamlDocument } from "../rules/yaml-document.js";
import { type NamedOnes, readNames } from "./read-names.js";
import type { EventEntity, EventField, EventKind, EventSource, Vocabulary } from "./vocabulary.js";

/** The columns of a table with their KQL types; undefined for a table that is not known. */
export type TableColumns = (table: string) => ReadonlyMap<string, string> | undefined;

export interface ReadVocabulary {
  readonly vocabulary: Vocabulary;
  readonly problems: readonly Problem[];
}

/**
 * Reads `events.yaml`, which says what kinds of events there are, and a file for each platform, which says how it names
 * them and their fields. What makes no sense, and a field that the table does not have, is told with its place and left out.
 */
export function readVocabulary(files: readonly RuleFile[], columns: TableColumns): ReadVocabulary {
  const problems: Problem[] = [];
  const isKinds = ({ name }: RuleFile) => /(?:^|[\\/])events\.ya?ml$/.test(name);
  const kinds = files.filter(isKinds).flatMap((file) => readKinds(file, columns, problems));
  const byName = new Map(kinds.map((kind) => [kind.name, { kind, named: [] as NamedEvents[] }]));
  for (const file of files.filter((one) => !isKinds(one))) {
    for (const named of readPlatform(file, byName, problems)) byName.get(named.events)?.named.push(named);
  }
  return { vocabulary: { events: [...byName.values()].map(({ kind, named }) => withNames(kind, named)) }, problems };
}

/** What one platform's file says of a kind of event. */
interface NamedEvents extends NamedOnes {
  readonly events: string;
  readonly sources: readonly EventSource[];
}

function withNames(kind: EventKind, named: readonly NamedEvents[]): EventKind {
  const fields = new Map<string, EventField>(kind.fields.map((field) => [field.name, field]));
  for (const { names } of named) {
    for (const { field, other } of names) {
      const known = fields.get(field) ?? { name: field, otherNames: [] };
      fields.set(field, { ...known, otherNames: [...known.otherNames, other] });
    }
  }
  return {
    ...kind,
    sources: named.flatMap(({ sources }) => sources),
    fields: [...fields.values()],
    madeNames: named.flatMap(({ madeNames }) => madeNames),
  };
}

function readKinds(file: RuleFile, columns: TableColumns, problems: Problem[]): EventKind[] {
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return [];
  const entries = mapFields(reading, reading.document.contents, "");
  if (entries === undefined) refuseWhole(reading, "a map from the names of kinds of events to what they are");
  return (entries ?? []).flatMap((entry) => readKind(reading, entry, columns) ?? []);
}

function readKind(reading: NodeReading, entry: Field, columnsOf: TableColumns): EventKind | undefined {
  const keys = keysOf(reading, entry, ["title", "family", "tables", "actions", "lists", "xml", "text", "entities"]);
  const tables = textsOf(reading, keys.get("tables"));
  const [first] = tables;
  const written = first === undefined ? undefined : columnsOf(first);
  for (const table of tables.filter((one) => columnsOf(one) === undefined)) {
    refuse(reading, keys.get("tables") ?? entry, `there is no table \`${table}\``);
  }
  if (written === undefined) {
    if (first === undefined)
      refuse(reading, entry, "a kind of event has `tables`, the first of which names its fields");
    return undefined;
  }
  const columns = new Map([...written].flatMap(([name, type]) => typed(name, type)));
  const fieldsUnder = (key: string) => fieldsOfTable(reading, keys.get(key), columns);
  const family = textOf(reading, keys.get("family"));
  return {
    name: entry.key,
    title: textOf(reading, keys.get("title")) ?? entry.key,
    ...(family === undefined ? {} : { family }),
    tables,
    columns,
    lists: fieldsUnder("lists"),
    xml: fieldsUnder("xml"),
    text: fieldsUnder("text"),
    entities: readEntities(reading, keys.get("entities"), columns),
    sources: [],
    fields: fieldsUnder("actions").map((name) => ({ name, otherNames: [], isAction: true })),
    madeNames: [],
  };
}

function typed(name: string, type: string): readonly (readonly [string, KqlType])[] {
  const known = kqlTypeNamed(type);
  return known === undefined ? [] : [[name, known]];
}

function fieldsOfTable(reading: NodeReading, field: Field | undefined, columns: EventKind["columns"]): string[] {
  const items = field === undefined ? [] : listFields(reading, field);
  return items.flatMap((item) => {
    const name = textOf(reading, item) ?? "";
    if (isFieldOf(columns, name)) return [name];
    refuse(reading, item, notThere(name));
    return [];
  });
}

/** Each entity is a map of its `type` and the fields that identify it. */
function readEntities(reading: NodeReading, field: Field | undefined, columns: EventKind["columns"]): EventEntity[] {
  const items = field === undefined ? [] : listFields(reading, field);
  return items.flatMap((item) => {
    const keys = mapFields(reading, item.node, item.path) ?? [];
    const written = keys.find(({ key }) => key === "type");
    const type = entityTypeNamed(textOf(reading, written) ?? "");
    if (type === undefined) {
      refuse(reading, item, "an entity is a map of a `type` and of fields by their identifiers");
      return [];
    }
    const identifiers = keys
      .filter((key) => key !== written)
      .flatMap((key) => {
        const name = textOf(reading, key) ?? "";
        if (identifierNamed(type, key.key) === undefined)
          refuse(reading, key, `\`${type}\` has no identifier \`${key.key}\``);
        else if (isFieldOf(columns, name)) return [[key.key, name] as const];
        else refuse(reading, key, notThere(name));
        return [];
      });
    return [{ type, identifiers: Object.fromEntries(identifiers) }];
  });
}

/** True for a column of the table, and for a path into one that can hold such. */
export function isFieldOf(columns: EventKind["columns"], field: string): boolean {
  const [column = "", ...path] = field.split(".");
  const type = columns.get(column);
  return type !== undefined && (path.length === 0 || type === "dynamic" || type === "string");
}

function notThere(field: string): string {
  return `the first table of these events has no column for \`${field}\``;
}

function readPlatform(
  file: RuleFile,
  kinds: ReadonlyMap<string, { readonly kind: EventKind }>,
  problems: Problem[],
): NamedEvents[] {
  const reading = readYamlDocument(file, problems);
  if (reading === undefined) return [];
  const whole = mapFields(reading, reading.document.contents, "") ?? [];
  const key = (name: string) => whole.find((field) => field.key === name);
  const written = textOf(reading, key("platform"));
  const platform = platforms.find((one) => one === written);
  const events = mapFields(reading, key("events")?.node, "events");
  if (platform === undefined || events === undefined) {
    refuseWhole(reading, `a map of \`platform\` (${platforms.join(", ")}) and \`events\``);
    return [];
  }
  return events.flatMap((entry) => {
    const kind = kinds.get(entry.key)?.kind;
    if (kind !== undefined) return [readEvents(reading, entry, platform, kind)];
    refuse(reading, entry, `\`${entry.key}\` is no kind of event of events.yaml`);
    return [];
  });
}

function readEvents(reading: NodeReading, entry: Field, platform: Platform, kind: EventKind): NamedEvents {
  const keys = keysOf(reading, entry, ["sources", "fields"]);
  const sources = keys.get("sources");
  const check = (item: Field, name: string) => {
    if (isFieldOf(kind.columns, name)) return true;
    refuse(reading, item, notThere(name));
    return false;
  };
  return {
    events: entry.key,
    sources:
      sources === undefined
        ? []
        : listFields(reading, sources).map((item) => readSource(reading, item, platform, check)),
    ...readNames(reading, keys.get("fields"), platform, check),
  };
}

function readSource(
  reading: NodeReading,
  item: Field,
  platform: Platform,
  check: (item: Field, name: string) => boolean,
): EventSource {
  const pairs = mapFields(reading, item.node, item.path);
  if (pairs === undefined)
    refuse(reading, item, "a source is a map, such as `{ product: azure, service: signinlogs }`");
  const only = pairs?.find(({ key }) => key === "only");
  const wanted = only === undefined ? [] : (mapFields(reading, only.node, only.path) ?? []);
  return {
    platform,
    where: Object.fromEntries(
      (pairs ?? []).filter((pair) => pair !== only).map((pair) => [pair.key, textOf(reading, pair) ?? ""]),
    ),
    only: Object.fromEntries(
      wanted.filter((field) => check(field, field.key)).map((field) => [field.key, textsOf(reading, field)]),
    ),
  };
}

/** The keys of an entry; one that means nothing is told. */
function keysOf(reading: NodeReading, entry: Field, known: readonly string[]): ReadonlyMap<string, Field> {
  const fields = mapFields(reading, entry.node, entry.path);
  if (fields === undefined) refuse(reading, entry, `takes a map of ${known.join(", ")}`);
  for (const field of fields ?? []) {
    if (!known.includes(field.key)) refuse(reading, field, `\`${field.key}\` is not one of ${known.join(", ")}`);
  }
  return new Map(fields?.map((field) => [field.key, field]));
}

function refuse(reading: NodeReading, field: Field, message: string): void {
  fieldProblem(reading, field, { code: "bad-vocabulary", severity: "error", message });
}

function refuseWhole(reading: NodeReading, form: string): void {
  report(reading, 0, { code: "bad-vocabulary", severity: "error", message: `the file is ${form}` });
}
