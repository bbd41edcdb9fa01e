import { expect, test } from "vitest";
import { liveDemo, slotLength } from "./live.js";
import { liveStories } from "./live-stories.js";
import { seededRandom } from "./random.js";
import { scripts } from "./stories/stories.js";
import type { StoryEvent } from "./stories/story.js";
import { makeWorld } from "./world.js";

const from = Date.parse("2026-11-16T08:00:00Z");
const options = { seed: 3, rate: 60, storiesEvery: 10, from };
const first = from / slotLength;
const hours = (count: number) => first + (count * 3_600_000) / slotLength;

function rowsOf(demo: ReturnType<typeof liveDemo>, ...bounds: readonly number[]): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [index, start] of bounds.slice(0, -1).entries()) {
    for (const { table, text } of demo.slots(start, bounds[index + 1] ?? start))
      texts.set(table, (texts.get(table) ?? "") + text);
  }
  return texts;
}

test("a stretch of time has the same events, whoever asks for it and in whatever pieces", () => {
  const whole = rowsOf(liveDemo(options), first, hours(2));
  const pieces = rowsOf(liveDemo(options), first, first + 1, first + 7, hours(1), hours(1) + 5, hours(2));
  expect(pieces).toEqual(whole);
  expect(rowsOf(liveDemo({ ...options, seed: 4 }), first, hours(1)).get("SigninLogs")).not.toBe(
    rowsOf(liveDemo(options), first, hours(1)).get("SigninLogs"),
  );
});

test("the rate is that of a whole week, and events lie in their slots", () => {
  const demo = liveDemo({ ...options, storiesEvery: 100_000 });
  let events = 0;
  // A minute of each hour of a week.
  for (let hour = 0; hour < 7 * 24; hour++)
    for (const chunk of demo.slots(hours(hour) + 60, hours(hour) + 66)) events += chunk.events;
  expect(events / (60 * 7 * 24)).toBeCloseTo(1, 1);
  for (const { text } of demo.slots(hours(30), hours(30) + 1)) {
    const [line = "{}"] = text.split("\n");
    expect(Math.floor(Date.parse(JSON.parse(line).TimeGenerated) / slotLength)).toBe(hours(30));
  }
});

test("every story is told as it was written, in whatever pieces it is asked for, and again when all are told", () => {
  const world = makeWorld(3);
  const every = 60 * 60_000;
  const stories = liveStories(world, { from, every });
  const pieces: StoryEvent[] = [];
  const end = from + (2 * scripts.length + 24) * every;
  for (let time = from - every; time < end; time += 7 * 60_000)
    pieces.push(...stories(time, Math.min(end, time + 7 * 60_000)));
  const at = (days: number, hour: number, minute = 0) => from - days * 86_400_000 + (hour * 60 + minute) * 60_000;
  const lengths = scripts.map(({ id, play }) => play({ world, at, random: seededRandom(3, id) }).events.length);
  const once = lengths.reduce((sum, length) => sum + length, 0);
  // Those that begin in the last day are told in part.
  const whole = stories(from - every, end);
  expect(pieces).toHaveLength(whole.length);
  expect(pieces.length).toBeGreaterThanOrEqual(2 * once);
  const last = stories(from + 2 * scripts.length * every, end).length;
  expect(last).toBeGreaterThan(0);
});
