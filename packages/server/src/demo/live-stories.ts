import { mix, seededRandom } from "./random.js";
import { scripts } from "./stories/stories.js";
import type { StoryEvent } from "./stories/story.js";
import type { World } from "./world.js";

/** When stories begin: one every `every` milliseconds from `from` on. */
export interface StorySchedule {
  readonly from: number;
  readonly every: number;
}

/** Tells the events of stories that happen between two times, in their order. The same question has the same answer. */
export type StoryEventsOf = (from: number, to: number) => readonly StoryEvent[];

/** Any midnight: each story is played there first, to see how its times lie to its beginning. */
const rehearsal = Date.UTC(2026, 0, 1);
const dayLength = 86_400_000;

/** The stories as they happen one after the other, in an order of the seed's; when all are told, they begin again. */
export function liveStories(world: World, { from: start, every }: StorySchedule): StoryEventsOf {
  const order = scripts
    .map((script, index) => ({ script, rank: mix(mix(world.seed, index), 0x5170) }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ script }) => script);
  const play = (number: number, midnight: number): readonly StoryEvent[] => {
    const at = (days: number, hour: number, minute = 0) => midnight - days * dayLength + (hour * 60 + minute) * 60_000;
    const random = seededRandom(world.seed, `live story ${number}`);
    return order[number % order.length]?.play({ world, at, random }).events ?? [];
  };
  const rehearsed = order.map((_, number) => spanOf(play(number, rehearsal)));
  const longest = Math.max(...rehearsed.map(({ first, last }) => last - first));
  const known = new Map<number, ReturnType<typeof spanOf>>();
  const told = (number: number) => {
    const begins = start + number * every;
    const one =
      known.get(number) ?? spanOf(play(number, rehearsal + begins - (rehearsed[number % order.length]?.first ?? 0)));
    known.set(number, one);
    return one;
  };
  return (from, to) => {
    // Stories that follow the clock may begin or end a little off.
    const oldest = Math.max(0, Math.ceil((from - longest - slack - start) / every));
    for (const number of known.keys()) if (number < oldest) known.delete(number);
    const events: StoryEvent[] = [];
    for (let number = oldest; start + number * every < to + slack; number++) {
      const story = told(number);
      if (story.last < from || story.first >= to) continue;
      events.push(...story.events.filter(({ time }) => time >= from && time < to));
    }
    return events.sort((one, other) => one.time - other.time);
  };
}

const slack = 3_600_000;

function spanOf(events: readonly StoryEvent[]) {
  const times = events.map(({ time }) => time);
  return { events, first: Math.min(...times), last: Math.max(...times) };
}
