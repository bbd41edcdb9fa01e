import type { Place } from "@calypso/kql";
import type { RuleSeverity } from "../rules/rule.js";

/** What a service tells people of, and what each word of it means. */
export const noticeEvents = {
  "incident-created": "An alert opened an incident.",
  "incident-reopened": "An alert opened a closed incident again.",
  "incident-changed": "An incident got another alert, or a person changed it.",
  alert: "An alert of a rule that makes no incidents.",
  "rule-failed": "A rule cannot run; told once for each reason.",
  feed: "A table or a field that rules read has stopped, emptied or changed.",
} as const;

export type NoticeEvent = keyof typeof noticeEvents;

/** The names that stand between double braces in the texts of a route. */
export const noticeFields = [
  ...["event", "title", "description", "severity", "status", "rule", "incident", "id", "owner", "classification"],
  ...["tactics", "techniques", "entities", "alerts", "start", "end", "time", "message"],
] as const;

export type NoticeField = (typeof noticeFields)[number];

/** Where and how something is told. Addresses and secrets are as they hold, no names of variables. */
export type NotificationChannel =
  | { readonly kind: "webhook"; readonly url: string; readonly secret?: string }
  | { readonly kind: "slack" | "teams"; readonly url: string }
  | {
      readonly kind: "email";
      /** `smtp://host:port`, or `smtps://…` where the connection begins with TLS. */
      readonly server: string;
      readonly user?: string;
      readonly password?: string;
      readonly from: string;
      readonly to: readonly string[];
    }
  /** `udp://host:port`, `tcp://…` or `tls://…`. */
  | { readonly kind: "syslog"; readonly server: string };

/** Who is told what. */
export interface NotificationRoute {
  readonly name: string;
  readonly events: readonly NoticeEvent[];
  /** The least severity that is told; feeds and failing rules have none, and are told always. */
  readonly severity?: RuleSeverity;
  /** Ids of rules in lower case; all where empty. */
  readonly rules: readonly string[];
  readonly channel: NotificationChannel;
  readonly title?: string;
  readonly text?: string;
  readonly place: Place;
}
