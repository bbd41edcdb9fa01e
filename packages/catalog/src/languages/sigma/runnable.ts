import type { Problem } from "../../rules/problem.js";
import type { EntityMapping, Rule, RuleSeverity } from "../../rules/rule.js";
import type { EventEntity, EventKind } from "../../vocabulary/vocabulary.js";
import { kqlName } from "./kql/literals.js";
import { subjectOf } from "./kql/subjects.js";
import type { SigmaFile } from "./sigma-file.js";

const minute = 60_000;

/** What a rule is made of, beside its query. */
export interface RunnableParts {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly severity?: RuleSeverity;
  readonly status?: string;
  readonly tactics: readonly string[];
  readonly techniques: readonly string[];
  readonly tags: readonly string[];
  readonly file: SigmaFile;
  readonly places: Rule["places"];
  /** Where the detection stands. */
  readonly offset: number;
}

/** The rule that runs: the query of what was translated, or the reason why there is none. */
export function runnableRule(
  parts: RunnableParts,
  query: { readonly text: string; readonly entities: readonly EntityMapping[]; readonly timespan?: number },
  obstacle?: Problem,
): Rule {
  const { file, offset, techniques, severity = "Medium", status } = parts;
  const frequency = severity === "High" ? 15 * minute : 60 * minute;
  return {
    ...{ id: parts.id, name: parts.name, kind: "Scheduled", description: parts.description, severity },
    query: { text: query.text, file: file.name, key: "detection", origin: { kind: "start", ...file.place(offset) } },
    queryFrequency: frequency,
    // What a group of events needs may lie before the last run.
    queryPeriod: frequency + (query.timespan ?? 0),
    ...{ triggerOperator: "gt", triggerThreshold: 0, enabled: true },
    tactics: parts.tactics,
    techniques: [...new Set(techniques.map((technique) => technique.slice(0, 5)))],
    subTechniques: techniques.filter((technique) => technique.includes(".")),
    entityMappings: query.entities,
    ...{ sentinelEntitiesMappings: [], customDetails: [], eventGrouping: "SingleAlert" },
    incidents: {
      createIncident: true,
      grouping: {
        ...{ enabled: false, reopenClosedIncident: false, lookbackDuration: 5 * 60 * minute },
        ...{ matchingMethod: "AllEntities", groupByEntities: [], groupByAlertDetails: [], groupByCustomDetails: [] },
      },
    },
    suppression: { enabled: false, duration: 5 * 60 * minute },
    ...{ version: "1.0.0", ...(status === undefined ? {} : { status }) },
    ...{ requiredDataConnectors: [], tags: parts.tags, extra: {}, file: file.name, places: parts.places },
    ...(obstacle === undefined ? {} : { obstacle }),
  };
}

/** The entities of a kind of event, and the lines that make the columns which hold them. */
export function entitiesOf(kind: EventKind): {
  readonly lines: readonly string[];
  readonly mappings: readonly EntityMapping[];
} {
  const made = new Map<string, string>();
  const mappings = kind.entities.map((entity) =>
    mappingOf(entity, (field) => {
      if (!field.includes(".")) return field;
      const words = field.split(".").map((word) => word.charAt(0).toUpperCase() + word.slice(1));
      const short = words.at(-1) ?? field;
      const name = kind.columns.has(short) ? words.join("") : short;
      made.set(name, subjectOf(kind, field, new Map()).text);
      return name;
    }),
  );
  return { lines: [...made].map(([name, text]) => `| extend ${kqlName(name)} = ${text}`), mappings };
}

/** A mapping of an entity to columns. */
export function mappingOf(entity: EventEntity, columnOf: (field: string) => string): EntityMapping {
  const fieldMappings = Object.entries(entity.identifiers).map(([identifier, field]) => ({
    identifier,
    columnName: columnOf(field),
  }));
  return { entityType: entity.type, fieldMappings, path: "detection" };
}
