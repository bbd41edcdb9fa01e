import type { Clock } from "../platform/clock.js";

/** How long something that was asked for waits for its answer, in seconds. */
const lifetime = 300;

/** So many wait at most; the oldest give way. */
const most = 10_000;

/** Values that can be taken once, and not for long: challenges, and sign-ins that are under way elsewhere. */
export class OneUse<Value> {
  readonly #clock: Clock;
  readonly #waiting = new Map<string, { readonly value: Value; readonly until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  put(key: string, value: Value): void {
    const now = this.#clock().getTime();
    for (const [old, { until }] of this.#waiting) {
      if (until > now && this.#waiting.size < most) break;
      this.#waiting.delete(old);
    }
    this.#waiting.set(key, { value, until: now + lifetime * 1000 });
  }

  take(key: string): Value | undefined {
    const found = this.#waiting.get(key);
    this.#waiting.delete(key);
    return found !== undefined && found.until > this.#clock().getTime() ? found.value : undefined;
  }
}
