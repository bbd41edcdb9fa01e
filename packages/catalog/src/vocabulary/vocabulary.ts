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
  /** How other platforms say that they read it. */
  readonly sources: readonly EventSource[];
  readonly fields: readonly EventField[];
}

/** How one platform says that it reads a kind of event. */
export interface EventSource {
  readonly platform: Platform;
  /** Key and value pairs that all have to be there: `product: azure`, `service: signinlogs`; a dataset; a sourcetype; a log type. */
  readonly where: Readonly<Record<string, string>>;
}

/** A field, by the column of the first table, with the path into it. */
export interface EventField {
  readonly name: string;
  /** What the other platforms call it. */
  readonly otherNames: readonly { readonly platform: Platform; readonly name: string }[];
  /** What its values mean elsewhere: another platform's value to ours, lower case (`success` of an outcome to `0` of ResultType). */
  readonly values?: Readonly<Partial<Record<Platform, Readonly<Record<string, string>>>>>;
  /** The field says what was done: an operation, an action, an event's number. Rules that want the same are siblings. */
  readonly isAction?: true;
}
