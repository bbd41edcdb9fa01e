import type { Platform } from "../detections/detection.js";
import type { EventKind, EventSource, MadeName, OtherName, Vocabulary } from "./vocabulary.js";

/** What a name of another platform stands for: one field, or something made of several. */
export type NameMeaning = ({ readonly kind: "field"; readonly field: string } & Pick<OtherName, "values">) | MadeName;

/** The kind of event that a platform's source means, by the entry that says the most about it; undefined where none does. */
export function eventsFor(
  vocabulary: Vocabulary,
  platform: Platform,
  source: Readonly<Record<string, string>>,
): { readonly kind: EventKind; readonly source: EventSource } | undefined {
  const has = ([key, value]: readonly [string, string]) => source[key]?.toLowerCase() === value.toLowerCase();
  const found = vocabulary.events.flatMap((kind) =>
    kind.sources
      .filter((one) => one.platform === platform && Object.entries(one.where).every(has))
      .map((one) => ({ kind, source: one })),
  );
  const pairs = (one: { readonly source: EventSource }) => Object.keys(one.source.where).length;
  return found.sort((a, b) => pairs(b) - pairs(a))[0];
}

/** The vocabulary's name of a platform's field (case does not count), where it is simply one field. */
export function fieldFor(
  vocabulary: Vocabulary,
  platform: Platform,
  events: string | undefined,
  name: string,
): ({ readonly field: string } & Pick<OtherName, "values">) | undefined {
  const meaning = meaningFor(vocabulary, platform, events, name);
  return meaning?.kind === "field" ? meaning : undefined;
}

/** What a platform's field name stands for among some events; undefined where the vocabulary does not know it. */
export function meaningFor(
  vocabulary: Vocabulary,
  platform: Platform,
  events: string | undefined,
  name: string,
): NameMeaning | undefined {
  const kind = vocabulary.events.find((one) => one.name === events);
  if (kind === undefined) return undefined;
  let names = namesOf.get(kind);
  if (names === undefined) {
    names = indexNames(kind);
    namesOf.set(kind, names);
  }
  return names.get(key(platform, name));
}

const namesOf = new WeakMap<EventKind, ReadonlyMap<string, NameMeaning>>();

function indexNames(kind: EventKind): ReadonlyMap<string, NameMeaning> {
  const names = new Map<string, NameMeaning>();
  for (const { name: field, otherNames } of kind.fields) {
    for (const { platform, name, values } of otherNames) {
      names.set(key(platform, name), { kind: "field", field, ...(values === undefined ? {} : { values }) });
    }
  }
  for (const made of kind.madeNames) names.set(key(made.platform, made.name), made);
  return names;
}

function key(platform: Platform, name: string): string {
  return `${platform} ${name.toLowerCase()}`;
}
