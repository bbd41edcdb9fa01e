import type { KqlType } from "@calypso/kql";
import type { Platform } from "../detections/detection.js";

/** The one set of names for events and their fields, and how each platform calls them; read from `content/vocabulary`. */
export interface Vocabulary {
  readonly events: readonly EventKind[];
}

/** A kind of event, and the tables that hold it. */
export interface EventKind {
  /** `entra-sign-in`, `entra-audit`, `azure-activity`, `office-activity`, `windows-security`, `process-creation`. */
  readonly name: string;
  readonly title: string;
  /** Kinds that tell of the same actions have one; the name itself where absent. */
  readonly family?: string;
  /** Sentinel's tables, the first of which names the fields. */
  readonly tables: readonly string[];
  /** The columns of the first table, with their types. */
  readonly columns: ReadonlyMap<string, KqlType>;
  /** Fields whose values are lists, so that a path through them means any element. */
  readonly lists: readonly string[];
  /** String columns that hold XML of named values, as `EventData` of Windows does; other string columns with a path hold JSON. */
  readonly xml: readonly string[];
  /** The columns that a search for a word without a field reads; all columns where empty. */
  readonly text: readonly string[];
  /** What an event of the kind is about. */
  readonly entities: readonly EventEntity[];
  /** How other platforms say that they read it. */
  readonly sources: readonly EventSource[];
  readonly fields: readonly EventField[];
  /** Names of other platforms that are not simply one field here. */
  readonly madeNames: readonly MadeName[];
}

/** An entity of an event, by Sentinel's type and identifiers, each with the field that holds it. */
export interface EventEntity {
  readonly type: string;
  readonly identifiers: Readonly<Record<string, string>>;
}

/** How one platform says that it reads a kind of event. */
export interface EventSource {
  readonly platform: Platform;
  /** Key and value pairs that all have to be there: `product: azure`, `service: signinlogs`; a dataset; a sourcetype; a log type. */
  readonly where: Readonly<Record<string, string>>;
  /** Which events of the kind those are, by our fields, each with the values it may have; all of them where empty. */
  readonly only: Readonly<Record<string, readonly string[]>>;
}

/** A field, by the column of the first table, with the path into it. */
export interface EventField {
  readonly name: string;
  /** What the other platforms call it. */
  readonly otherNames: readonly OtherName[];
  /** The field says what was done: an operation, an action, an event's number. Rules that want the same are siblings. */
  readonly isAction?: true;
}

/** What another platform calls a field. */
export interface OtherName {
  readonly platform: Platform;
  readonly name: string;
  /** Its values, in lower case, that are others here: `success` of an outcome is `0` of ResultType. */
  readonly values?: Readonly<Record<string, ValueMeaning>>;
}

/** What another platform's value is here: one of some values, or none of them. */
export interface ValueMeaning {
  readonly values: readonly string[];
  readonly negated: boolean;
}

/** A name of another platform that stands for several fields, or for none. */
export type MadeName = { readonly platform: Platform; readonly name: string } & (
  | {
      /** A test of the name is met where one of the fields meets it. */
      readonly kind: "any";
      readonly fields: readonly string[];
    }
  | {
      /** The fields one behind the other: a domain, a backslash and a user. */
      readonly kind: "joined";
      readonly fields: readonly string[];
      readonly by: string;
    }
  | {
      /** A text of `KEY=value` pairs, each of which is a field here; without one where no column holds it. */
      readonly kind: "parts";
      readonly parts: Readonly<Record<string, string | undefined>>;
    }
  | {
      /** No column holds it. */
      readonly kind: "absent";
      readonly why: string;
    }
);
