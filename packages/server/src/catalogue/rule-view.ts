import {
  type AttackFacts,
  currentTechnique,
  type Detection,
  type DetectionPredicate,
  fieldOf,
  type Rule,
  type RuleGuidance,
  summaryOf,
  type TestValue,
  testsOf,
  type Vocabulary,
} from "@calypso/catalog";
import { differenceLines } from "./difference-lines.js";
import { tablesOf } from "./facts.js";
import type { RuleDetails } from "./show-rule.js";

/** What a rule is shown with. */
export interface ViewParts {
  readonly attack: AttackFacts;
  readonly vocabulary: Vocabulary;
  readonly guidance: RuleGuidance | undefined;
  /** The rules of the service. */
  readonly inForce: readonly Rule[];
  /** By which the service knows them. */
  readonly keyOf: (rule: Rule) => string;
}

/** A rule of the catalogue as the API shows it, but for its siblings. */
export function ruleView(details: Omit<RuleDetails, "siblings">, parts: ViewParts) {
  const { id, detection, provenance, indicators, history, verdict } = details;
  const { dissection, rule } = detection;
  const { name, platform, language, purpose, description, severity, status, version, created, updated } = detection;
  return {
    ...{ id, authorId: detection.id, name, platform, language, purpose, description },
    ...known({ severity, status, version, created, updated }),
    ...{ authors: detection.authors, references: detection.references, falsePositives: detection.falsePositives },
    ...{ dataSources: detection.dataSources, tags: detection.tags },
    ...attackOf(detection, parts.attack),
    summary: summaryOf(detection),
    ...guidanceOf(parts.guidance),
    logic: detection.text,
    ...known({ kql: rule?.query.text.trim() === "" ? undefined : rule?.query.text, obstacle: rule?.obstacle?.message }),
    stages: stagesOf(detection),
    reads: dissection.reads.map((read) => ({
      ...{ source: read.source, table: tablesOf(read, parts.vocabulary)[0] ?? read.source },
      ...known({ events: read.events }),
      absent: read.absent === true,
    })),
    thresholds: dissection.thresholds.map(
      ({ function: called, of, by, operator, value }) =>
        `${called}(${of ?? ""}) ${operator} ${value}${by.length === 0 ? "" : ` by ${by.join(", ")}`}`,
    ),
    outputs: dissection.outputs.map(({ type, ...output }) => ({ ...output, ...known({ type }) })),
    unread: dissection.unread.map(({ why, text }) => ({ why, text })),
    entities: (rule?.entityMappings ?? []).map(({ entityType, fieldMappings }) => ({
      type: entityType,
      fields: fieldMappings.map(({ identifier, columnName }) => ({ identifier, column: columnName })),
    })),
    indicators,
    ...known({ frequency: detection.frequency, period: detection.period, trigger: triggerOf(detection) }),
    source: {
      ...{ name: provenance.source, file: detection.file, line: detection.place.line, licence: provenance.licence },
      ...{ commit: provenance.commit, retrievedAt: provenance.retrievedAt },
      firstSeen: provenance.firstSeen.toISOString(),
      changedAt: provenance.changedAt.toISOString(),
      ...known({ removedAt: provenance.removedAt?.toISOString() }),
    },
    history: history.map(({ at, kind, commit, difference }) => ({
      ...{ at: at.toISOString(), kind, commit },
      lines: difference === undefined ? [] : differenceLines(difference),
    })),
    ...(verdict === undefined
      ? {}
      : { verdict: { at: verdict.at.toISOString(), workspace: verdict.workspace, verdict: verdict.document } }),
    inUse: rulesOf(details, parts.inForce).map((one) => ({ id: one.id, name: one.name, key: parts.keyOf(one) })),
  };
}

/** The rules of the service that are one of the catalogue: by the author's id, or as that which was adopted. */
export function rulesOf({ id, detection }: Pick<RuleDetails, "id" | "detection">, inForce: readonly Rule[]) {
  const ids = [detection.id, detection.rule?.id ?? ""].flatMap((one) => (one === "" ? [] : [one.toLowerCase()]));
  return inForce.filter((rule) => ids.includes(rule.id.toLowerCase()) || adoptedFrom(rule) === id);
}

/** The id in the catalogue that a rule of the service says it was adopted from. */
function adoptedFrom({ metadata }: Rule): string | undefined {
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return undefined;
  const adopted: unknown = Reflect.get(metadata, "adopted");
  const id: unknown = typeof adopted === "object" && adopted !== null ? Reflect.get(adopted, "id") : undefined;
  return typeof id === "string" ? id : undefined;
}

function attackOf({ attack: claims }: Detection, attack: AttackFacts) {
  const nameOf = (id: string) => (Object.hasOwn(attack.techniques, id) ? attack.techniques[id]?.name : undefined) ?? "";
  return {
    tactics: claims.tactics.map((token) => ({
      token,
      name: attack.tactics.find((tactic) => tactic.token === token)?.name ?? token,
    })),
    techniques: claims.techniques.map((id) => {
      const now = currentTechnique(attack, id);
      return { id, name: nameOf(now ?? id), ...(now === undefined || now === id ? {} : { now }) };
    }),
  };
}

function guidanceOf(guidance: RuleGuidance | undefined) {
  if (guidance === undefined) return { filters: [] };
  const { adversary, seen, where, refuted } = guidance.hypothesis;
  return {
    hypothesis: { adversary, seen, where, refuted },
    filters: guidance.falsePositives.map(({ name, explanation, filter }) => ({
      ...{ name, explanation, filter: filter.text.trim() },
    })),
  };
}

function triggerOf({ rule, purpose }: Detection): string | undefined {
  if (rule === undefined || purpose === "hunt") return undefined;
  return `${rule.triggerOperator} ${rule.triggerThreshold}`;
}

/** The stages, each with the conditions that stand in it. */
function stagesOf({ dissection, ...detection }: Detection) {
  const { stages } = dissection;
  const predicates = dissection.predicates ?? predicatesIn({ dissection, ...detection });
  const isIn = (one: DetectionPredicate, stage: (typeof stages)[number]) =>
    one.stage === stage.index && one.within === stage.within;
  return stages.map((stage) => ({
    ...{ index: stage.index, operator: stage.operator, text: stage.text, ...known({ within: stage.within }) },
    predicates: predicates
      .filter((one) => isIn(one, stage))
      .map(({ field, operator, values, comparedWith, negated, through = [] }) => ({
        ...{ field, operator, negated, through, values: values.map(valueText), ...known({ comparedWith }) },
      })),
  }));
}

/** The comparisons of a language that does not list them, in the stages that hold their text. */
function predicatesIn(detection: Pick<Detection, "dissection">): readonly DetectionPredicate[] {
  const { stages } = detection.dissection;
  return testsOf(detection).flatMap(({ test, negated }) => {
    const { span, other, operator, values, through } = test;
    const stage = stages.find(
      (one) => span !== undefined && one.span !== undefined && one.span.start <= span.start && span.end <= one.span.end,
    );
    if (stage === undefined) return [];
    return [
      {
        ...{ field: fieldOf(test), operator, values, negated, stage: stage.index, ...known({ within: stage.within }) },
        ...(through === undefined ? {} : { through }),
        ...known({ comparedWith: other?.field ?? other?.written }),
      },
    ];
  });
}

function valueText(value: TestValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The properties that have a value. */
function known<All extends object>(all: All): { readonly [Name in keyof All]?: Exclude<All[Name], undefined> } {
  const found: { [Name in keyof All]?: Exclude<All[Name], undefined> } = {};
  for (const name of Object.keys(all) as (keyof All)[]) if (all[name] !== undefined) found[name] = all[name] as never;
  return found;
}
