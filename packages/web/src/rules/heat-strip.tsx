import { createMemo, For, type JSX } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import { type HourState, stateNames } from "./states.ts";

/** The hours of the last day as a strip of colours. What it says is said in words too. */
export function HeatStrip(props: { readonly hours: readonly HourState[]; readonly now: string }): JSX.Element {
  const first = () => Math.floor(Date.parse(props.now) / 3_600_000) - props.hours.length + 1;
  /** Neighbours that are alike are one piece. */
  const pieces = createMemo(() => {
    const found: { readonly state: HourState; readonly from: number; to: number }[] = [];
    for (const [index, state] of props.hours.entries()) {
      const last = found.at(-1);
      if (last?.state === state) last.to = index + 1;
      else found.push({ state, from: index, to: index + 1 });
    }
    return found;
  });
  const hour = (index: number) => timeText(new Date((first() + index) * 3_600_000).toISOString(), zone()).slice(11, 16);
  return (
    <svg
      class="heat"
      role="img"
      aria-label={summaryOf(props.hours)}
      viewBox={`0 0 ${props.hours.length} 14`}
      preserveAspectRatio="none"
    >
      <For each={pieces()}>
        {({ state, from, to }) => (
          <rect class={state} x={from} width={to - from} height={14}>
            <title>
              {hour(from)} to {hour(to)}: {stateNames[state]}
            </title>
          </rect>
        )}
      </For>
    </svg>
  );
}

/** `21 hours done, 2 with alerts, 1 failed`. */
export function summaryOf(hours: readonly HourState[]): string {
  const counts = new Map<HourState, number>();
  for (const state of hours) counts.set(state, (counts.get(state) ?? 0) + 1);
  const said = Object.entries(stateNames).flatMap(([state, name]) => {
    const count = counts.get(state as HourState) ?? 0;
    return count === 0 || state === "none" ? [] : [`${count} ${count === 1 ? "hour" : "hours"} ${name}`];
  });
  return said.length === 0 ? "no window in the last day" : said.join(", ");
}
