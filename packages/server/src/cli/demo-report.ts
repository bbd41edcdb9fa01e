import { type AlertMatch, matchAlerts, type RaisedAlert } from "../demo/match-alerts.js";
import type { Story } from "../demo/stories/story.js";
import type { Entity } from "../detect/alert.js";
import { entityNames } from "../detect/entity-names.js";

/** An alert as the demo prints it. */
export interface ReportedAlert extends RaisedAlert {
  readonly ruleName: string;
  readonly entities: readonly Entity[];
  readonly severity: string;
  readonly start: string;
}

/** The alerts as a table, the gravest first. */
export function alertTable(alerts: readonly ReportedAlert[]): string {
  const ordered = [...alerts].sort(
    (one, other) => gravity(one.severity) - gravity(other.severity) || one.start.localeCompare(other.start),
  );
  const rows = ordered.map(({ severity, start, ruleName, entities }) => [
    severity,
    start.slice(0, 16).replace("T", " "),
    ruleName,
    entityNames(entities),
  ]);
  const header = ["SEVERITY", "FIRST SEEN (UTC)", "ALERT", "ENTITIES"];
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  return [header, ...rows]
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column]!))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** How many of the stories were seen, and each alert that was missing or is nobody's. */
export function storyReport(stories: readonly Story[], alerts: readonly ReportedAlert[]): string {
  const match: AlertMatch = matchAlerts(stories, alerts);
  const expected = match.found + match.missing.length;
  const lines = [
    `${match.found} of ${expected} expected alerts for ${stories.length} attack stories, ${match.unexpected.length} others.`,
  ];
  for (const { story, expected: alert } of match.missing)
    lines.push(`missing: rule ${alert.ruleId} for the story ${story}`);
  for (const { title } of match.unexpected) lines.push(`not part of a story: ${title}`);
  return lines.join("\n");
}

const severities = ["High", "Medium", "Low", "Informational"];
const gravity = (severity: string) => severities.indexOf(severity);
