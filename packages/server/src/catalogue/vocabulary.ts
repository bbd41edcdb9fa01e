import type { Vocabulary } from "@calypso/catalog";

/** The names of events and fields that ship with Calypso. */
export function shippedVocabulary(): Vocabulary {
  return { events: [] };
}
