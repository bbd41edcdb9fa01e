import { computedTestsOf, type Detection, fieldOf, isAboutTime, testsOf, type Vocabulary } from "@calypso/catalog";

/** What a rule is found by. */
export interface Facet {
  readonly kind: "technique" | "tactic" | "table" | "events";
  readonly value: string;
}

/** A comparison with one value. */
export interface FieldTest {
  readonly table_name: string;
  readonly field: string;
  readonly operator: string;
  readonly value: string;
  readonly negated: boolean;
}

/** A value of an index in PostgreSQL has at most 2,700 bytes. */
const longestValue = 300;

/** The techniques (those of sub-techniques too), tactics, tables and kinds of events of a rule, each once. */
export function facetsOf(detection: Detection, vocabulary: Vocabulary): readonly Facet[] {
  const { attack, dissection } = detection;
  const facets: Facet[] = [
    ...attack.techniques
      .flatMap((value) => [value, value.replace(/\.\d+$/, "")])
      .map((value) => facet("technique", value)),
    ...attack.tactics.map((value) => facet("tactic", value)),
    ...dissection.reads.flatMap((read) => tablesOf(read, vocabulary)).map((value) => facet("table", value)),
    ...dissection.reads.flatMap(({ events }) => (events === undefined ? [] : [facet("events", events)])),
  ];
  return [...new Map(facets.map((one) => [`${one.kind} ${one.value}`, one])).values()];
}

/** Facets as a rule's row keeps them to be counted: on each line the JSON of kind and value. */
export function facetLines(facets: readonly Facet[]): string {
  return facets.map(({ kind, value }) => JSON.stringify([kind, value])).join("\n");
}

/** The comparisons of a rule, one for each value, each once. */
export function fieldTestsOf(detection: Detection, vocabulary: Vocabulary): readonly FieldTest[] {
  const found = new Map<string, FieldTest>();
  for (const { read, test, negated } of [...testsOf(detection), ...computedTestsOf(detection, vocabulary)]) {
    if (isAboutTime(test)) continue;
    const values = test.values.length === 0 ? [test.other?.field ?? test.other?.written ?? ""] : test.values;
    for (const table_name of tablesOf(read, vocabulary)) {
      for (const value of values) {
        const one = {
          table_name,
          field: cut(fieldOf(test)),
          operator: test.operator,
          value: cut(String(value)),
          negated,
        };
        found.set(JSON.stringify(one), one);
      }
    }
  }
  return [...found.values()];
}

/** The table that a rule reads: its own word for it where it is Sentinel's, else the first that holds events of the kind. */
export function tablesOf(
  { source, events }: Detection["dissection"]["reads"][number],
  vocabulary: Vocabulary,
): readonly string[] {
  const kind = vocabulary.events.find(({ name }) => name === events);
  if (kind === undefined || kind.tables.includes(source)) return [cut(source)];
  return kind.tables.slice(0, 1);
}

function facet(kind: Facet["kind"], value: string): Facet {
  return { kind, value: cut(value) };
}

function cut(text: string): string {
  return text.slice(0, longestValue);
}
