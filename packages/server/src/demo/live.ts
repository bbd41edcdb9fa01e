import { type DemoChunk, everydayChunks, loadOf, totalLoad } from "./generate.js";
import { liveStories, type StoryEventsOf } from "./live-stories.js";
import { seededRandom } from "./random.js";
import type { StoryEvent } from "./stories/story.js";
import { everydayTraffic } from "./traffic/everyday.js";
import type { Traffic } from "./traffic/traffic.js";
import { makeWorld, type World } from "./world.js";

/** What the stream is made from: the same options make the same bytes for the same stretch of time. */
export interface LiveDemoOptions {
  readonly seed: number;
  /** Everyday events a minute, in the mean of a week. */
  readonly rate: number;
  /** Minutes from the beginning of one story to that of the next. */
  readonly storiesEvery: number;
  /** Where the stream begins, in milliseconds: the beginning of an hour. */
  readonly from: number;
}

/** The demo tenant as it lives on. */
export interface LiveDemo {
  /** Ordinary life before the stream begins, which rules compare with. */
  history(): Generator<DemoChunk>;
  /** What happens in slots `from <= n < to`, by table; a slot's events do not depend on which slots are asked for together. */
  slots(from: number, to: number): Generator<DemoChunk>;
}

/** Milliseconds of a slot; slots are counted from 1970 on. */
export const slotLength = 10_000;

const hourLength = 3_600_000;
const daysBefore = 14;
/** Beyond, a first start would take minutes: with a higher rate, the days before are quieter than those to come. */
const mostEventsBefore = 1_000_000;

/** The stream of the demo tenant. */
export function liveDemo({ seed, rate, storiesEvery, from: start }: LiveDemoOptions): LiveDemo {
  const world = makeWorld(seed);
  const stories = liveStories(world, { from: start, every: storiesEvery * 60_000 });
  const streams = everydayTraffic.map((traffic) => liveStream(world, traffic, rate));
  const events = Math.min(rate * 60 * 24 * daysBefore, mostEventsBefore);
  return {
    history: () => everydayChunks(world, { days: daysBefore, end: start, events, seed }),
    *slots(from, to) {
      const texts = streams.map(() => ({ text: "", events: 0 }));
      for (let slot = from; slot < to; slot++) {
        const told = stories(slot * slotLength, (slot + 1) * slotLength);
        for (const [index, stream] of streams.entries()) {
          const part = texts[index];
          if (part === undefined) continue;
          const { text, events } = stream(slot, told);
          part.text += text;
          part.events += events;
        }
      }
      for (const [index, { table }] of everydayTraffic.entries()) {
        const part = texts[index];
        if (part !== undefined && part.events > 0) yield { table, ...part };
      }
    },
  };
}

/** One table's rows of a slot, those of stories among them. */
function liveStream(world: World, traffic: Traffic, rate: number) {
  const { table } = traffic;
  const hours = 7 * 24;
  const perUnit = (rate * 60 * hours * traffic.share) / totalLoad(world, traffic, { days: 7, end: hours * hourLength });
  return (slot: number, told: ReturnType<StoryEventsOf>) => {
    const random = seededRandom(world.seed, `live ${table} ${slot}`);
    const rowAt = traffic.open(world, random);
    const start = slot * slotLength;
    const hour = Math.floor(start / hourLength) * hourLength;
    const expected = (perUnit * loadOf(world, traffic, hour) * slotLength) / hourLength;
    // The part of an event that is expected happens in as many slots as it is large.
    const count = Math.floor(expected) + (random.chance(expected % 1) ? 1 : 0);
    const everyday = Array.from({ length: count }, (_, index): StoryEvent => {
      const time = start + Math.floor(((index + random.uint32() / 4294967296) * slotLength) / count);
      return { table, time, text: rowAt(time, hour) };
    });
    const own = told.filter((event) => event.table === table);
    const events = [...everyday, ...own].sort((one, other) => one.time - other.time);
    return { text: events.map(({ text }) => text).join(""), events: events.length };
  };
}
