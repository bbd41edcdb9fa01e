import { seededRandom } from "./random.js";
import { daysOfStories, playStories } from "./stories/stories.js";
import type { Story, StoryEvent } from "./stories/story.js";
import type { DemoTable } from "./tables.js";
import { everydayTraffic } from "./traffic/everyday.js";
import type { Traffic } from "./traffic/traffic.js";
import { makeWorld, type World } from "./world.js";

/** What the demo is made from: the same options make the same bytes. */
export interface DemoOptions {
  readonly seed: number;
  /** Everyday events to make, about; the stories come on top. */
  readonly events: number;
  readonly days: number;
  /** The logs end before this time. */
  readonly end: Date;
}

/** Some rows of one table as lines of JSON, in order of time with what was yielded for the table before. */
export interface DemoChunk {
  readonly table: DemoTable;
  readonly text: string;
  /** Events in the text. */
  readonly events: number;
}

/** The logs of the demo tenant and the labels of what happened in them. */
export interface Demo {
  readonly stories: readonly Story[];
  /** From where on the stories happen, and the end of the logs; what is before is ordinary life. */
  readonly eventful: { readonly from: Date; readonly to: Date };
  /** Makes the logs piece by piece; no more than a piece is held at a time. */
  chunks(): Generator<DemoChunk>;
}

/** The fewest days: those of the stories, and as many before them, which rules compare with. */
export const fewestDays = 2 * daysOfStories;

const hourLength = 3_600_000;
const longestChunk = 1 << 18;

/** Prepares the demo: the company, and the stories that happen in it. */
export function makeDemo(options: DemoOptions): Demo {
  if (options.days < fewestDays) throw new RangeError(`The stories of the demo need at least ${fewestDays} days`);
  const end = Math.floor(options.end.getTime() / hourLength) * hourLength;
  const world = makeWorld(options.seed);
  const { stories, events, from } = playStories(world, end);
  const eventful = { from: new Date(from), to: new Date(end) };
  return { stories, eventful, chunks: () => chunksOf(world, { ...options, end }, events) };
}

/** A stretch of everyday traffic: so many days up to the end, which is that of an hour. */
export interface Span {
  readonly days: number;
  readonly end: number;
  readonly events: number;
  readonly seed: number;
}

/** Ordinary life alone, hour by hour. */
export function everydayChunks(world: World, span: Span): Generator<DemoChunk> {
  return chunksOf(world, span, []);
}

function* chunksOf(world: World, span: Span, storyEvents: readonly StoryEvent[]): Generator<DemoChunk> {
  const start = span.end - span.days * 24 * hourLength;
  const streams = everydayTraffic.map((traffic) => openStream(world, traffic, span, storyEvents));
  for (let hour = start; hour < span.end; hour += hourLength) {
    for (const stream of streams) yield* stream(hour);
  }
}

/** One table's rows, an hour at a time. */
function openStream(world: World, traffic: Traffic, span: Span, storyEvents: readonly StoryEvent[]) {
  const { table } = traffic;
  const random = seededRandom(span.seed, table);
  const rowAt = traffic.open(world, random);
  const perUnit = (span.events * traffic.share) / totalLoad(world, traffic, span);
  const waiting = storyEvents.filter((event) => event.table === table);
  let told = 0;
  let owed = 0;

  return function* (hour: number): Generator<DemoChunk> {
    owed += perUnit * loadOf(world, traffic, hour);
    const count = Math.floor(owed);
    owed -= count;
    let text = "";
    let events = 0;
    const tellStories = (until: number) => {
      for (; told < waiting.length && waiting[told]!.time < until; told++, events++) text += waiting[told]!.text;
    };
    for (let index = 0; index < count; index++) {
      // One moment in each of `count` equal parts of the hour: in order without sorting.
      const time = hour + Math.floor(((index + random.uint32() / 4294967296) * hourLength) / count);
      tellStories(time);
      text += rowAt(time, hour);
      events++;
      if (text.length >= longestChunk) {
        yield { table, text, events };
        text = "";
        events = 0;
      }
    }
    tellStories(hour + hourLength);
    if (events > 0) yield { table, text, events };
  };
}

/** What all hours of a span take of the table's traffic. */
export function totalLoad(world: World, traffic: Traffic, span: Pick<Span, "days" | "end">): number {
  let total = 0;
  for (let index = 1; index <= span.days * 24; index++) total += loadOf(world, traffic, span.end - index * hourLength);
  return total;
}

/** How much of the table's traffic the hour takes, against the other hours. */
export function loadOf(world: World, traffic: Traffic, hour: number): number {
  const busiest = world.people.length;
  return traffic.byPeople * (world.activity(hour) / busiest) + (1 - traffic.byPeople) * 0.3;
}
