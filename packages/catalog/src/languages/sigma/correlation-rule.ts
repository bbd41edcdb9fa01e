import { entityTypes } from "../../rules/entity-types.js";
import type { EntityMapping } from "../../rules/rule.js";
import { eventsFor } from "../../vocabulary/lookup.js";
import type { EventEntity, EventKind, EventSource, Vocabulary } from "../../vocabulary/vocabulary.js";
import type { Correlation } from "./correlation.js";
import { type CorrelatedRule, correlationQuery } from "./kql/correlation-to-kql.js";
import { kqlText } from "./kql/literals.js";
import { meaningOf } from "./kql/matches.js";
import { type MadeColumns, subjectOf } from "./kql/subjects.js";
import { asText } from "./kql/tests.js";
import { logicToKql } from "./kql/to-kql.js";
import { mappingOf } from "./runnable.js";
import type { SigmaDocument } from "./sigma-file.js";
import { namesOf, readDetection, type SigmaDetection } from "./sigma-rule.js";

/** A rule that a correlation names, with what it reads. */
export interface NamedRule {
  /** As the correlation writes it. */
  readonly name: string;
  readonly document: SigmaDocument;
  readonly detection: SigmaDetection;
  readonly found?: FoundEvents;
}

export interface FoundEvents {
  readonly kind: EventKind;
  readonly source: EventSource;
}

/** The kind of event of a log source; all that the source says has to be known. */
export function foundEvents(vocabulary: Vocabulary, source: Readonly<Record<string, string>>): FoundEvents | undefined {
  const found = eventsFor(vocabulary, "Sigma", source);
  const isWhole = found !== undefined && Object.keys(found.source.where).length === Object.keys(source).length;
  return isWhole ? found : undefined;
}

/** The rules of a correlation, or those names that are of none. */
export function namedRules(
  { rules }: Correlation,
  vocabulary: Vocabulary,
  find: (name: string) => SigmaDocument | undefined,
  filters: readonly SigmaDocument[],
): { readonly known: readonly NamedRule[]; readonly refused: readonly string[] } {
  const known: NamedRule[] = [];
  const refused: string[] = [];
  for (const name of rules) {
    const document = find(name);
    if (document === undefined) refused.push(`no rule here is called \`${name}\``);
    else if (document.kind === "correlation") {
      refused.push(`\`${name}\` is a correlation itself, and correlations of correlations cannot be run`);
    } else {
      const detection = readDetection(document, filters);
      const found = foundEvents(vocabulary, detection.source);
      known.push({ name, document, detection, ...(found === undefined ? {} : { found }) });
    }
  }
  return { known, refused };
}

/** What a correlation comes to: a query with its entities, or why it has none. */
export type CorrelationResult =
  | { readonly text: string; readonly entities: readonly EntityMapping[] }
  | { readonly reasons: readonly string[] };

/** The query of a correlation over its rules. */
export function correlationResult(
  vocabulary: Vocabulary,
  correlation: Correlation,
  rules: readonly NamedRule[],
): CorrelationResult {
  const reasons: string[] = [];
  const grouped: (readonly (string | undefined)[])[] = [];
  const parts = rules.flatMap((rule): readonly CorrelatedRule[] => {
    const because = (reason: string) => {
      reasons.push(`rule \`${rule.name}\`: ${reason}`);
      return [];
    };
    const { found, detection } = rule;
    if (found === undefined) return because("its log source is that of no table here");
    if (detection.logic === undefined) return because("its detection cannot be read");
    const { lines, remarks } = logicToKql(vocabulary, found, detection.logic, detection.start);
    const errors = remarks.filter(({ severity }) => severity === "error");
    if (lines === undefined) return because(errors.map(({ message }) => message).join("; "));
    const groups = correlation.groupBy.map((name) =>
      groupValue(vocabulary, found.kind, fieldIn(correlation, name, rule)),
    );
    const value = correlation.field === undefined ? undefined : groupValue(vocabulary, found.kind, correlation.field);
    for (const [index, group] of groups.entries()) {
      if (group === undefined) because(`no column is known to hold \`${correlation.groupBy[index]}\` as one value`);
    }
    if (correlation.field !== undefined && value === undefined) {
      because(`no column is known to hold \`${correlation.field}\` as one value`);
    }
    grouped.push(groups.map((group) => group?.field));
    const texts = groups.map((group) => group?.text ?? "");
    return [{ name: rule.name, lines, groups: texts, ...(value === undefined ? {} : { value: value.text }) }];
  });
  if (reasons.length > 0) return { reasons };
  const query = correlationQuery(correlation, parts);
  return { text: query.lines.join("\n"), entities: entitiesOfGroups(rules, grouped, query.columns) };
}

/** The field of a rule that a name of `group-by` stands for. */
function fieldIn({ aliases }: Correlation, name: string, rule: NamedRule): string {
  const alias = aliases.get(name);
  const known = [rule.name, ...namesOf(rule.document.tree)].find((one) => alias?.has(one));
  return (known === undefined ? undefined : alias?.get(known)) ?? name;
}

/** A field as one text of an event; undefined where it is none. */
function groupValue(
  vocabulary: Vocabulary,
  kind: EventKind,
  name: string,
): { readonly text: string; readonly field?: string } | undefined {
  const meaning = meaningOf(vocabulary, kind, name);
  if (meaning?.kind !== "field" && meaning?.kind !== "joined") return undefined;
  const made: MadeColumns = new Map();
  const texts = (meaning.kind === "field" ? [meaning.field] : meaning.fields).map((field) => {
    const subject = subjectOf(kind, field, made);
    const { text } = asText(subject);
    return subject.list === undefined ? (made.get(text) ?? text) : undefined;
  });
  if (texts.some((text) => text === undefined)) return undefined;
  if (meaning.kind === "field") return { text: texts[0] ?? "", field: meaning.field };
  return { text: `strcat(${texts.join(`, ${kqlText(meaning.by)}, `)})` };
}

/** Entities of the first rule's events whose fields are all among the groups. */
function entitiesOfGroups(
  [first]: readonly NamedRule[],
  [groups = []]: readonly (readonly (string | undefined)[])[],
  columns: readonly string[],
): readonly EntityMapping[] {
  const entities = first?.found?.kind.entities ?? [];
  return entities.flatMap(({ type, identifiers }) => {
    const known = Object.entries(identifiers).filter(([, field]) => groups.includes(field));
    if (known.length === 0) return [];
    const entity: EventEntity = { type, identifiers: Object.fromEntries(known) };
    return isEntity(entity) ? [mappingOf(entity, (field) => columns[groups.indexOf(field)] ?? field)] : [];
  });
}

/** Enough of an entity to be one. */
function isEntity({ type, identifiers }: EventEntity): boolean {
  const names = Object.keys(identifiers);
  return entityTypes[type]?.required.some((set) => set.every((name) => names.includes(name))) ?? false;
}
