/** Hours are counted from 1970-01-01 UTC. */
export type HourNumber = number;

/** In which hours something came. */
export interface Activity {
  readonly active: ReadonlySet<HourNumber>;
  /** Hours in which it could have come: of a field, those in which its table has rows. All hours where absent. */
  readonly possible?: ReadonlySet<HourNumber>;
  /** The first hour that is not over yet, or in which events may still be on their way. */
  readonly end: HourNumber;
}

/** Hours without anything, the last of which is over, that are not what the past lets expect. */
export interface Silence {
  /** The last hour in which something came. */
  readonly last: HourNumber;
  readonly hours: number;
}

/** How improbable a silence has to be before it is told: the natural logarithm of one in about eight thousand. */
export const improbable = 9;

/** How many weeks to either side say what an hour is usually like. */
export const comparedWeeks = 4;

const week = 168;

/**
 * The silence at the end, where the past does not let expect it. What an hour is usually like say the same hours of other weeks
 * and those beside them, so that nights and weekends are silent by right; with less than a week of past, nothing does. Silences
 * as improbable as this one that have come three times before are usual too, and only a much longer one counts.
 */
export function unexpectedSilence(activity: Activity): Silence | undefined {
  const { active, possible, end } = activity;
  const hours = [...active].sort((a, b) => a - b);
  const [first, last] = [hours[0], hours.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const isPossible = (hour: HourNumber) => possible === undefined || possible.has(hour);
  const surprise = (from: HourNumber, to: HourNumber) => {
    let sum = 0;
    for (let hour = from; hour < to; hour += 1) {
      if (isPossible(hour)) sum += surpriseOf(hour, { first, last, active, isPossible });
    }
    return sum;
  };
  const silence = { last, hours: Math.max(0, end - last - 1) };
  const pauses = hours.slice(1).map((hour, index) => ({ from: hours[index] ?? hour, to: hour }));
  if (possible === undefined && isLate(silence.hours + 1, pauses)) return silence;
  const now = surprise(last + 1, end);
  if (now < improbable) return undefined;
  const before = pauses
    .filter(({ from, to }) => to - from > 1)
    .map(({ from, to }) => surprise(from + 1, to))
    .filter((one) => one >= improbable);
  const needed = before.length < 3 ? improbable : 1.5 * Math.max(...before);
  return now < needed ? undefined : silence;
}

interface Past {
  readonly first: HourNumber;
  readonly last: HourNumber;
  readonly active: ReadonlySet<HourNumber>;
  readonly isPossible: (hour: HourNumber) => boolean;
}

/** How improbable it is that nothing comes in an hour, as a logarithm; 0 where nothing is known. */
function surpriseOf(hour: HourNumber, { first, last, active, isPossible }: Past): number {
  let [known, filled] = [0, 0];
  for (let weeks = -comparedWeeks; weeks <= comparedWeeks; weeks += 1) {
    if (weeks === 0) continue;
    for (const beside of [-1, 0, 1]) {
      const other = hour + weeks * week + beside;
      if (other < first || other > last || !isPossible(other)) continue;
      known += 1;
      if (active.has(other)) filled += 1;
    }
  }
  return -Math.log(1 - filled / (known + 1));
}

/** Whether what comes in regular batches is late: its pauses are all alike, and this one is half as long again. */
function isLate(pause: number, pauses: readonly { readonly from: HourNumber; readonly to: HourNumber }[]): boolean {
  const lengths = pauses
    .map(({ from, to }) => to - from)
    .filter((length) => length >= 4)
    .sort((a, b) => a - b);
  const [usual, longest] = [lengths[Math.floor(lengths.length / 2)], lengths.at(-1)];
  if (lengths.length < 7 || usual === undefined || longest === undefined) return false;
  return longest <= 1.25 * usual && pause > 1.5 * longest;
}
