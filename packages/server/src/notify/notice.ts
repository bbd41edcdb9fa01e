import {
  type NoticeEvent,
  type NoticeField,
  type NotificationRoute,
  type RuleSeverity,
  ruleSeverities,
} from "@calypso/catalog";

/** Something to tell: the fields that texts can name, all text; those that mean nothing for the event are absent. */
export interface Notice {
  readonly event: NoticeEvent;
  /** Ids of the rules that it is about, in lower case. */
  readonly rules: readonly string[];
  readonly severity?: RuleSeverity;
  readonly fields: Readonly<Partial<Record<NoticeField, string>>>;
}

/** Whether a route tells of a notice. */
export function takes(route: NotificationRoute, notice: Notice): boolean {
  if (!route.events.includes(notice.event)) return false;
  if (route.rules.length > 0 && !notice.rules.some((id) => route.rules.includes(id))) return false;
  if (route.severity === undefined || notice.severity === undefined) return true;
  return ruleSeverities.indexOf(notice.severity) <= ruleSeverities.indexOf(route.severity);
}
