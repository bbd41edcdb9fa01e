import { offices, type Place } from "./places.js";
import type { Device, Person } from "./population.js";
import { makePeople } from "./population.js";
import { guidOf, mix, type Random } from "./random.js";

const dayLength = 86_400_000;
const hourLength = 3_600_000;

/** Where someone is and what they hold at a moment. */
export interface Presence {
  readonly device: Device;
  readonly place: Place;
  readonly sessionId: string;
}

/** Everything that stays the same while the demo's time passes. */
export interface World {
  readonly seed: number;
  readonly people: readonly Person[];
  /** How busy the company is in the hour that begins at this time, about 0 to the number of people. */
  activity(hour: number): number;
  /** Someone who is likely to be at work in the hour that begins at this time; anyone when nobody is. */
  someoneAtWork(hour: number, random: Random): Person;
  /** Where this person is at this time: the same answer for the same question. */
  presence(person: Person, time: number, random: Random): Presence;
}

/** Makes the company; the same seed makes the same one. */
export function makeWorld(seed: number, count = 200): World {
  const people = makePeople(seed, count);
  // Two hundred people by 168 hours of the week: small enough to hold, and one search gives a person.
  const weeks = Array.from({ length: 168 }, (_, hour) => cumulativeWeights(people, hour));
  const weightsAt = (time: number) => weeks[hourOfWeek(time)]!;
  return {
    seed,
    people,
    activity: (hour) => weightsAt(hour).at(-1) ?? 0,
    someoneAtWork: (hour, random) => {
      const weights = weightsAt(hour);
      const total = weights.at(-1) ?? 0;
      if (total === 0) return random.pick(people);
      return people[firstAbove(weights, (random.uint32() / 4294967296) * total)] ?? people[0]!;
    },
    presence: (person, time, random) => presenceOf(seed, person, time, random),
  };
}

const hourOfWeek = (time: number) => Math.floor(time / hourLength) % 168;

function cumulativeWeights(people: readonly Person[], hour: number): Float64Array {
  let sum = 0;
  return Float64Array.from(people, (person) => (sum += weightOf(hour + person.office.utcOffset)));
}

/** The epoch began on a Thursday, so the days 2 and 3 of an "epoch week" are the weekend. */
function weightOf(localHourOfWeek: number): number {
  const hour = (localHourOfWeek + 168) % 168;
  const weekend = [2, 3].includes(Math.floor(hour / 24));
  const hourOfDay = hour % 24;
  if (weekend) return hourOfDay >= 9 && hourOfDay < 20 ? 0.04 : 0;
  if (hourOfDay === 12) return 0.7;
  if (hourOfDay >= 8 && hourOfDay < 18) return 1;
  if (hourOfDay === 7 || hourOfDay === 18) return 0.35;
  return hourOfDay >= 19 && hourOfDay < 22 ? 0.1 : 0;
}

function firstAbove(weights: Float64Array, value: number): number {
  let low = 0;
  let high = weights.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (weights[middle]! > value) high = middle;
    else low = middle + 1;
  }
  return low;
}

function presenceOf(seed: number, person: Person, time: number, random: Random): Presence {
  const day = Math.floor(time / dayLength);
  const onPhone = random.chance(0.25);
  const device = onPhone ? person.phone : person.laptop;
  const host = visitedOffice(seed, person, day);
  const usual = host?.egress ?? (mix(mix(seed, person.index), day) % 100 < 68 ? person.office.egress : person.home);
  const place = onPhone && host === undefined && random.chance(0.6) ? person.onTheMove : usual;
  return { device, place, sessionId: guidOf(device.id, day) };
}

/**
 * Some of the Rotterdam and Bergen people spend three days of a fortnight at another European office. Nobody works
 * between ten at night and seven in the morning, which leaves time for the journey.
 */
function visitedOffice(seed: number, person: Person, day: number) {
  if (person.office.utcOffset !== 1 || person.index % 5 !== 0) return undefined;
  const start = mix(seed, person.index + 7919) % 11;
  const dayOfFortnight = day % 14;
  if (dayOfFortnight < start || dayOfFortnight > start + 2) return undefined;
  return offices[person.office.code === "RTM" ? 2 : 1];
}
