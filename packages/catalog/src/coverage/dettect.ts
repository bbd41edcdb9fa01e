import { stringify } from "yaml";
import type { AttackFacts } from "./attack-facts.js";
import { type CoverageMatrix, type CoverageStep, furthestStep, type RuleCoverage } from "./matrix.js";

/** A table of the workspace, and what it shows of an attack. */
export interface DataTable {
  readonly table: string;
  /** Names of ATT&CK's data components. */
  readonly components: readonly string[];
  /** `2026-04-01`: its first and its last event; absent where it has none. */
  readonly first?: string;
  readonly last?: string;
}

/** Above 1, a score of DeTT&CT is a judgement of quality, which nothing here can make. */
const scores: Readonly<Record<CoverageStep, number>> = { claimed: -1, binds: -1, data: 1, tested: 2, fired: 2 };

/** DeTT&CT's file of detections (`technique-administration`, version 1.2), for techniques that rules claim. */
export function dettectTechniques(attack: AttackFacts, matrix: CoverageMatrix, date: string): string {
  const platforms = platformsOf(attack, matrix);
  const techniques = matrix.all.flatMap(({ id, name, ownRules: own }) => {
    if (own.length === 0) return [];
    const best = Math.max(-1, ...own.map((rule) => scores[furthestStep(rule)]));
    return [
      {
        technique_id: id,
        technique_name: name,
        detection: [
          {
            applicable_to: ["all"],
            location: own.map((rule) => rule.name),
            comment: own.map(reasonOf).join("\n"),
            score_logbook: [{ date: new Unquoted(date), score: best, comment: "by calypso coverage" }],
          },
        ],
        visibility: [
          {
            applicable_to: ["all"],
            comment: "not looked at",
            score_logbook: [{ date: null, score: 0, comment: "", auto_generated: true }],
          },
        ],
      },
    ];
  });
  return document({
    ...{ version: 1.2, file_type: "technique-administration", name: "calypso", domain: "enterprise-attack" },
    ...{ platform: platforms, techniques },
  });
}

/** DeTT&CT's file of data sources (`data-source-administration`, version 1.1). What is judged by people is 0, but for what arrives. */
export function dettectDataSources(attack: AttackFacts, matrix: CoverageMatrix, tables: readonly DataTable[]): string {
  const components = [...new Set(tables.flatMap(({ components }) => components))].sort();
  const sources = components.map((component) => {
    const own = tables.filter((table) => table.components.includes(component));
    const filled = own.filter(({ last }) => last !== undefined);
    const first = filled.flatMap(({ first }) => first ?? []).sort()[0];
    const last = filled
      .flatMap(({ last }) => last ?? [])
      .sort()
      .at(-1);
    const connected = first === undefined ? null : new Unquoted(first);
    const score = filled.length === 0 ? 0 : 1;
    return {
      data_source_name: component,
      data_source: [
        {
          applicable_to: ["default"],
          date_registered: connected,
          date_connected: connected,
          products: filled.length === 0 ? ["None"] : filled.map(({ table }) => table),
          available_for_data_analytics: filled.length > 0,
          comment: last === undefined ? "no events" : `events until ${last}; the quality has to be judged by people`,
          data_quality: {
            ...{ device_completeness: score, data_field_completeness: score, timeliness: score },
            ...{ consistency: score, retention: score },
          },
        },
      ],
    };
  });
  return document({
    ...{ version: 1.1, file_type: "data-source-administration", name: "calypso", domain: "enterprise-attack" },
    systems: [{ applicable_to: "default", platform: platformsOf(attack, matrix) }],
    data_sources: sources,
    exceptions: [],
  });
}

/** A date, which DeTT&CT takes for one only without quotes. */
class Unquoted {
  constructor(date: string) {
    this.date = date;
  }
  readonly date: string;
}

function document(value: object): string {
  const text = stringify(value, { version: "1.1", lineWidth: 0, customTags: [dateTag] });
  return `%YAML 1.2\n---\n${text}`;
}

const dateTag = {
  tag: "tag:yaml.org,2002:timestamp",
  default: true as const,
  identify: (value: unknown) => value instanceof Unquoted,
  test: /^$/,
  resolve: (text: string) => text,
  stringify: ({ value }: { readonly value?: unknown }) => (value instanceof Unquoted ? value.date : ""),
};

function reasonOf(rule: RuleCoverage): string {
  const failed = (["binds", "data", "tested", "fired"] as const).find((step) => rule.steps[step].reached === false);
  return `${rule.name}: ${failed === undefined ? "all steps reached" : rule.steps[failed].why}`;
}

function platformsOf({ techniques }: AttackFacts, { platforms, all }: CoverageMatrix): readonly string[] {
  if (platforms.length > 0) return platforms;
  const claimed = all.filter(({ rules }) => rules.length > 0).map(({ id }) => techniques[id]);
  return [...new Set(claimed.flatMap((technique) => technique?.platforms ?? []))].sort();
}
