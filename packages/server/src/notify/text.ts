import type { NoticeEvent, NoticeField, NotificationRoute } from "@calypso/catalog";
import type { Notice } from "./notice.js";

/** What a person reads: one line, and some. */
export interface NoticeText {
  readonly title: string;
  readonly text: string;
}

/** The texts of a notice in the words of a route, or in our own. Nothing in them can hide text or move a cursor. */
export function textOfNotice(route: Pick<NotificationRoute, "title" | "text">, notice: Notice): NoticeText {
  const filled = (template: string) => fill(template, notice.fields);
  const title = filled(route.title ?? usualTitles[notice.event])
    .replace(/\s+/g, " ")
    .trim();
  return {
    title: cut(title, 200),
    text: cut(
      filled(route.text ?? usualText)
        .replace(/\n{3,}/g, "\n\n")
        .trim(),
      8000,
    ),
  };
}

const usualTitles: Readonly<Record<NoticeEvent, string>> = {
  "incident-created": "{{severity}} incident {{incident}}: {{title}}",
  "incident-reopened": "{{severity}} incident {{incident}} is open again: {{title}}",
  "incident-changed": "Incident {{incident}} ({{status}}): {{title}}",
  alert: "{{severity}} alert: {{title}}",
  "rule-failed": "A rule cannot run: {{rule}}",
  feed: "{{title}}",
};

const usualText = `{{message}}
{{description}}

{{entities}}
`;

function fill(template: string, fields: Notice["fields"]): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (_, name: NoticeField) => harmless(fields[name] ?? ""));
}

/** Text from logs without control characters and marks that turn the direction of writing. */
export function harmless(text: string): string {
  return text.replace(/\r\n?/g, "\n").replace(unsafe, "\uFFFD");
}

const unsafe = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g;

/** The first part of a text that is too long, with a sign that something is missing. */
export function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
