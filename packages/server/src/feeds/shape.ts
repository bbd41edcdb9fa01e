import type { HourNumber } from "./silence.js";

/** What the values of an hour look like, as counts. */
export interface HourOfShapes {
  readonly hour: HourNumber;
  /** Values that are there. */
  readonly filled: number;
  readonly numbers: number;
  /** Objects and arrays. */
  readonly json: number;
}

/** What values look like when nearly all of them look the same. */
export type Shape = "numbers" | "JSON" | "text";

/** Values that have another look since an hour. */
export interface ShapeChange {
  readonly since: HourNumber;
  readonly from: Shape;
  readonly to: Shape;
}

/** The fewest values, and hours that have some, after a change; before it there have to be as many, in a day's hours. */
const fewestValues = 50;
const fewestHours = 3;

/**
 * The change after which all values look different from nearly all before it. A look that has been there before for half as many
 * hours in a row is no change.
 */
export function shapeChange(hours: readonly HourOfShapes[]): ShapeChange | undefined {
  const looks = hours
    .filter(({ filled }) => filled > 0)
    .sort((a, b) => a.hour - b.hour)
    .map((one) => ({ ...one, shape: shapeOf([one]) }));
  const to = looks.at(-1)?.shape;
  if (to === undefined) return undefined;
  const begin = looks.findLastIndex(({ shape }) => shape !== to) + 1;
  const [before, after] = [looks.slice(0, begin), looks.slice(begin)];
  const [first] = after;
  const from = shapeOf(before, 0.8);
  if (first === undefined || from === undefined || from === to) return undefined;
  if (after.length < fewestHours || before.length < 24) return undefined;
  if (Math.min(valuesIn(before), valuesIn(after)) < fewestValues) return undefined;
  if (2 * longestRun(before, to) >= after.length) return undefined;
  return { since: first.hour, from, to };
}

function shapeOf(hours: readonly HourOfShapes[], share = 0.95): Shape | undefined {
  const all = valuesIn(hours);
  const numbers = hours.reduce((sum, one) => sum + one.numbers, 0);
  const json = hours.reduce((sum, one) => sum + one.json, 0);
  if (numbers >= share * all) return "numbers";
  if (json >= share * all) return "JSON";
  return all - numbers - json >= share * all ? "text" : undefined;
}

function valuesIn(hours: readonly HourOfShapes[]): number {
  return hours.reduce((sum, { filled }) => sum + filled, 0);
}

function longestRun(hours: readonly { readonly shape: Shape | undefined }[], wanted: Shape): number {
  let [longest, run] = [0, 0];
  for (const { shape } of hours) {
    run = shape === wanted ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}
