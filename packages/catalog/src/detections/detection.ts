import type { Place } from "@calypso/kql";
import type { Problem } from "../rules/problem.js";
import type { Rule, RuleSeverity } from "../rules/rule.js";
import type { Condition, TestValue, TextSpan } from "./condition.js";

/** Whose rules the catalogue reads. */
export const platforms = ["Sentinel", "Sigma", "Elastic", "Splunk", "Panther", "Chronicle"] as const;
export type Platform = (typeof platforms)[number];

/** The language that a rule's logic is written in. */
export const ruleLanguages = [
  "kql",
  "sigma",
  "kuery",
  "lucene",
  "eql",
  "esql",
  "spl",
  "python",
  "sql",
  "yaral",
  /** Machine learning and other kinds whose logic is not in the file. */
  "none",
] as const;
export type RuleLanguage = (typeof ruleLanguages)[number];

/** What a rule is for. Hunts are looked at by people and raise nothing; feeds only make what others read (building blocks, risk events). */
export const rulePurposes = ["rule", "hunt", "feed"] as const;

/** One detection rule or hunting query of any platform, as its author wrote it, with its logic taken apart. */
export interface Detection {
  readonly platform: Platform;
  readonly language: RuleLanguage;
  /** The author's identifier; empty where the document has none. */
  readonly id: string;
  readonly name: string;
  readonly purpose: (typeof rulePurposes)[number];
  readonly description: string;
  readonly severity?: RuleSeverity;
  /** As written: `test`, `production`, `deprecated`. */
  readonly status?: string;
  readonly version?: string;
  readonly authors: readonly string[];
  readonly references: readonly string[];
  readonly falsePositives: readonly string[];
  /** ISO dates, as written. */
  readonly created?: string;
  readonly updated?: string;
  readonly attack: AttackClaims;
  /** What the author says that it needs: a Sigma logsource, indices, connectors, data models. */
  readonly dataSources: readonly string[];
  readonly tags: readonly string[];
  /** The logic as written: the query, the `detection` of Sigma, the Python. */
  readonly text: string;
  readonly dissection: DetectionDissection;
  /** How often it runs and how far it looks back, in milliseconds. */
  readonly frequency?: number;
  readonly period?: number;
  /** The rule that can run: of Sentinel's own, and of Sigma once it is translated. */
  readonly rule?: Rule;
  /** The path within what was imported. */
  readonly file: string;
  /** Where the rule begins in its file. */
  readonly place: Place;
  readonly problems: readonly Problem[];
}

/** What the author claims to cover. */
export interface AttackClaims {
  /** Tokens such as `InitialAccess`. */
  readonly tactics: readonly string[];
  /** `T1078` and `T1078.004`, as claimed; mapping of revoked ones is the coverage's business. */
  readonly techniques: readonly string[];
}

/** A rule's logic, as far as a parser follows it. */
export interface DetectionDissection {
  /** Steps in their order: of a pipeline, the events of a sequence, the named parts of a Sigma detection. */
  readonly stages: readonly DetectionStage[];
  /** What it reads, with all that a row or event has to meet. */
  readonly reads: readonly EventRead[];
  /** Conditions on groups of events. */
  readonly thresholds: readonly DetectionThreshold[];
  /** Every comparison as the language writes it, also in what is computed; absent where they are the tests of the reads. */
  readonly predicates?: readonly DetectionPredicate[];
  /** Fields that the result has. */
  readonly outputs: readonly DetectionOutput[];
  /** Parts that no parser follows, each with its reason. */
  readonly unread: readonly { readonly text: string; readonly why: string; readonly span?: TextSpan }[];
}

export interface DetectionStage {
  /** From 1. */
  readonly index: number;
  /** The operator's keyword, `source`, or the name of a Sigma selection. */
  readonly operator: string;
  readonly text: string;
  readonly span?: TextSpan;
  /** The named part that it belongs to: a `let` of KQL. */
  readonly within?: string;
}

/** A comparison, for those who read the rule. */
export interface DetectionPredicate {
  readonly field: string;
  /** Functions that are applied to the field first, the innermost first; absent where there are none. */
  readonly through?: readonly string[];
  /** As written. */
  readonly operator: string;
  readonly values: readonly TestValue[];
  /** What else it is compared with, as written. */
  readonly comparedWith?: string;
  readonly negated: boolean;
  readonly stage: number;
  /** The `let` whose stage that is. */
  readonly within?: string;
}

/** One kind of event that a rule reads. */
export interface EventRead {
  /** The vocabulary's name of the events (`entra-sign-in`); absent where it has none. */
  readonly events?: string;
  /** As written: a table, an index pattern, a log source. */
  readonly source: string;
  readonly condition: Condition;
  /** The rule asks that there is no such event. */
  readonly absent?: true;
}

/** A condition on a group of events: `count > 20 by user`. */
export interface DetectionThreshold {
  /**
   * `count`, `dcount`, `sum`, … by KQL's names; `computed` for an expression of several; `sequence` for as many events in their order,
   * `new` for values that were not there within the time before.
   */
  readonly function: string;
  /** What it is computed of, where that is a field. */
  readonly of?: string;
  readonly by: readonly string[];
  readonly operator: string;
  readonly value: number;
  /** Milliseconds. */
  readonly within?: number;
  /** Thresholds with the same number hold together, and those of one number are enough; without one it always counts. */
  readonly alternative?: number;
}

export interface DetectionOutput {
  readonly name: string;
  /** Where known. */
  readonly type?: string;
  /** The operator that makes it. */
  readonly source: string;
  /** The stage, from 1. */
  readonly stage: number;
}
