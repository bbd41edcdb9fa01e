/** Round values between two bounds, at most about so many. */
export function ticks(low: number, high: number, count: number): readonly number[] {
  if (!(high > low)) return [low];
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  const found: number[] = [];
  for (let at = Math.ceil(low / step); at * step <= high; at++) found.push(Number((at * step).toPrecision(12)));
  return found;
}

const spans = [
  ...[1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400],
  ...[172_800, 604_800, 1_209_600, 2_592_000, 7_776_000, 31_536_000],
].map((seconds) => seconds * 1000);

/** Round times between two bounds, in milliseconds, at most so many. */
export function timeTicks(low: number, high: number, count: number): readonly number[] {
  if (!(high > low)) return [low];
  const step = spans.find((span) => (high - low) / span <= count) ?? (high - low) / count;
  const found: number[] = [];
  for (let at = Math.ceil(low / step) * step; at <= high; at += step) found.push(at);
  return found;
}

/** A number of an axis in few characters. */
export function short(value: number): string {
  return value.toLocaleString("en-US", { notation: "compact", maximumSignificantDigits: 4 });
}
