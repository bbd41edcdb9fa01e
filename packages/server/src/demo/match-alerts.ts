import type { ExpectedAlert, ExpectedEntity, Story } from "./stories/story.js";

/** As much of an alert as is compared with the labels. */
export interface RaisedAlert {
  readonly ruleId: string;
  readonly title: string;
  readonly entities: readonly Readonly<Record<string, string>>[];
}

/** How the alerts of a run compare with what the stories must raise. */
export interface AlertMatch {
  readonly found: number;
  readonly missing: readonly { readonly story: string; readonly expected: ExpectedAlert }[];
  readonly unexpected: readonly RaisedAlert[];
}

/** Compares alerts with the labels; each alert answers one expectation, which all its named entities must meet. */
export function matchAlerts(stories: readonly Story[], alerts: readonly RaisedAlert[]): AlertMatch {
  const open = new Set(alerts);
  const missing: { readonly story: string; readonly expected: ExpectedAlert }[] = [];
  let found = 0;
  for (const story of stories) {
    for (const expected of story.expected) {
      const alert = [...open].find((candidate) => answers(candidate, expected));
      if (alert === undefined) missing.push({ story: story.id, expected });
      else found++;
      if (alert !== undefined) open.delete(alert);
    }
  }
  return { found, missing, unexpected: [...open] };
}

function answers(alert: RaisedAlert, expected: ExpectedAlert): boolean {
  if (alert.ruleId.toLowerCase() !== expected.ruleId) return false;
  return expected.entities.every((entity) => alert.entities.some((each) => names(each, entity)));
}

function names(entity: Readonly<Record<string, string>>, expected: ExpectedEntity): boolean {
  return Object.entries(expected).every(
    ([identifier, value]) => entity[identifier]?.toLowerCase() === value.toLowerCase(),
  );
}
