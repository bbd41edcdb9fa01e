import { expect, test } from "vitest";
import { matchAlerts } from "./match-alerts.js";
import type { Story } from "./stories/story.js";

const expected = { ruleId: "rule-a", entities: [{ type: "Account", fullName: "ada@example.org" }] };
const story: Story = { id: "s", title: "", summary: "", start: "", end: "", actors: [], expected: [expected] };
const alert = {
  ruleId: "RULE-A",
  title: "Seen",
  entities: [{ type: "Account", fullName: "Ada@example.org", name: "Ada" }],
};

test("an alert of the rule with the entities answers the label, and may name more", () => {
  expect(matchAlerts([story], [alert])).toEqual({ found: 1, missing: [], unexpected: [] });
});

test("an alert about someone else leaves the label open, and is unexpected", () => {
  const other = { ...alert, entities: [{ type: "Account", fullName: "bob@example.org" }] };
  expect(matchAlerts([story], [other])).toEqual({ found: 0, missing: [{ story: "s", expected }], unexpected: [other] });
});

test("one alert answers one label only", () => {
  const twice = [story, { ...story, id: "t" }];
  expect(matchAlerts(twice, [alert]).missing).toEqual([{ story: "t", expected }]);
  expect(matchAlerts([story], [alert, { ...alert }]).unexpected).toEqual([alert]);
});
