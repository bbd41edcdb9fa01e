import type { Place } from "@calypso/kql";
import type { RuleException } from "./exception.js";
import type { Problem } from "./problem.js";
import type { RuleQuery } from "./rule-query.js";

/** A value of a document, kept as it was written; an integer too large for a number is its digits. */
export type PlainValue =
  | string
  | number
  | boolean
  | null
  | readonly PlainValue[]
  | { readonly [key: string]: PlainValue };

/** Kinds of rule; those after `Hunting` have no query of the author's, and exist to be listed only. */
export const ruleKinds = [
  "Scheduled",
  "NRT",
  "Hunting",
  "Fusion",
  "MicrosoftSecurityIncidentCreation",
  "MLBehaviorAnalytics",
  "ThreatIntelligence",
] as const;
export type RuleKind = (typeof ruleKinds)[number];

/** Severities, highest first. */
export const ruleSeverities = ["High", "Medium", "Low", "Informational"] as const;
export type RuleSeverity = (typeof ruleSeverities)[number];

/** How the number of result rows is compared with the threshold. */
export type TriggerOperator = "gt" | "lt" | "eq" | "ne";

/** One detection rule or hunting query, in any of the languages it was written in. */
export interface Rule {
  /** The template's or rule's GUID; empty where the document has none. */
  readonly id: string;
  readonly name: string;
  readonly kind: RuleKind;
  readonly description: string;
  readonly severity: RuleSeverity;
  readonly query: RuleQuery;
  /** Milliseconds between runs; absent for hunts and NRT rules, and where it cannot be read. */
  readonly queryFrequency?: number;
  /** Milliseconds that each run looks back. */
  readonly queryPeriod?: number;
  readonly triggerOperator: TriggerOperator;
  readonly triggerThreshold: number;
  readonly enabled: boolean;
  /** Tokens such as `InitialAccess`; a name that is not one of ATT&CK's is kept as written. */
  readonly tactics: readonly string[];
  /** Base identifiers (`T1078`), those of the sub-techniques included. */
  readonly techniques: readonly string[];
  /** Identifiers such as `T1078.004`. */
  readonly subTechniques: readonly string[];
  readonly entityMappings: readonly EntityMapping[];
  /** Columns that hold JSON arrays of entities, as `SecurityAlert.Entities` does. */
  readonly sentinelEntitiesMappings: readonly { readonly columnName: string }[];
  readonly customDetails: readonly CustomDetail[];
  readonly alertDetailsOverride?: AlertDetailsOverride;
  readonly eventGrouping: "SingleAlert" | "AlertPerResult";
  readonly incidents: IncidentConfiguration;
  /** Milliseconds that a run waits after the end of its window; the service's own where absent. */
  readonly delay?: number;
  /** Which time cuts the windows: that of the event, or that of its arrival. */
  readonly cutBy?: "event" | "arrival";
  /** The longest that one run may take, in milliseconds; the workspace's own limit where absent. */
  readonly timeout?: number;
  /** The most memory that one run may need, in bytes; the workspace's own limit where absent. */
  readonly memory?: number;
  /** What is kept out of its alerts. */
  readonly exceptions?: readonly RuleException[];
  readonly suppression: { readonly enabled: boolean; readonly duration: number };
  readonly version: string;
  readonly status?: string;
  readonly requiredDataConnectors: readonly DataConnector[];
  readonly tags: readonly PlainValue[];
  readonly metadata?: PlainValue;
  readonly alertRuleTemplateName?: string;
  readonly templateVersion?: string;
  /** Keys that mean nothing to Calypso, kept as written. */
  readonly extra: Readonly<Record<string, PlainValue>>;
  readonly file: string;
  /** Places of keys by path (`customDetails.Address`, `entityMappings[0].fieldMappings[1]`). */
  readonly places: Readonly<Record<string, Place>>;
  /** Why the rule cannot run; also among the problems of the file. */
  readonly obstacle?: Problem;
}

/** Which columns make an entity. */
export interface EntityMapping {
  readonly entityType: string;
  readonly fieldMappings: readonly { readonly identifier: string; readonly columnName: string }[];
  /** Where `places` has it. */
  readonly path: string;
}

/** A value of the results that alerts carry under a name. */
export interface CustomDetail {
  readonly name: string;
  readonly columnName: string;
}

/** Parts of an alert that come from its result rows. */
export interface AlertDetailsOverride {
  readonly alertDisplayNameFormat?: string;
  readonly alertDescriptionFormat?: string;
  readonly alertSeverityColumnName?: string;
  readonly alertTacticsColumnName?: string;
  readonly alertDynamicProperties: readonly { readonly alertProperty: string; readonly columnName: string }[];
}

/** How alerts become incidents. */
export interface IncidentConfiguration {
  readonly createIncident: boolean;
  readonly grouping: {
    readonly enabled: boolean;
    readonly reopenClosedIncident: boolean;
    /** Milliseconds. */
    readonly lookbackDuration: number;
    readonly matchingMethod: "AllEntities" | "AnyAlert" | "Selected";
    readonly groupByEntities: readonly string[];
    readonly groupByAlertDetails: readonly string[];
    readonly groupByCustomDetails: readonly string[];
  };
}

/** A data source that the author names; a hint for people, never a condition. */
export interface DataConnector {
  readonly connectorId: string;
  readonly dataTypes: readonly string[];
}
