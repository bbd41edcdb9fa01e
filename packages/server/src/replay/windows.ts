import type { Window } from "../detect/ticks.js";
import { ticksOf } from "../platform/clock.js";
import { scheduleOf, windowEnds } from "../service/plan-windows.js";
import type { RuleInForce } from "../service/rules-in-force.js";

/** One window of a rule, and when the service would have run it. */
export interface ReplayWindow {
  readonly one: RuleInForce;
  readonly window: Window;
  readonly end: Date;
  readonly dueAt: Date;
}

/** The windows of rules that end in a range, in the order in which the service runs them: by when they are due. */
export function* inOrder(rules: readonly RuleInForce[], range: Window): Generator<ReplayWindow> {
  const from = Number(range.from / 10_000n);
  const to = Number(range.to / 10_000n);
  const next = rules.flatMap((one) => {
    const windows = windowsOf(one, from, to);
    const first = windows.next();
    return first.done === true ? [] : [{ windows, window: first.value }];
  });
  while (next.length > 0) {
    const earliest = next.reduce((best, other) => (isBefore(other.window, best.window) ? other : best));
    yield earliest.window;
    const following = earliest.windows.next();
    if (following.done === true) next.splice(next.indexOf(earliest), 1);
    else earliest.window = following.value;
  }
}

function* windowsOf(one: RuleInForce, from: number, to: number): Generator<ReplayWindow> {
  const schedule = scheduleOf(one);
  if (schedule === undefined) return;
  for (const end of windowEnds(one.id, schedule, from)) {
    if (end > to) return;
    yield {
      one,
      window: { from: ticksOf(new Date(end - schedule.period)), to: ticksOf(new Date(end)) },
      end: new Date(end),
      dueAt: new Date(end + one.delay),
    };
  }
}

function isBefore(one: ReplayWindow, other: ReplayWindow): boolean {
  const distance = one.dueAt.getTime() - other.dueAt.getTime();
  return distance === 0 ? one.one.id < other.one.id : distance < 0;
}
