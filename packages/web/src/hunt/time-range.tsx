import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import { serviceNow } from "../platform/client.ts";

/** From when to when a query looks; ISO 8601. */
export interface Range {
  readonly from: string;
  readonly to: string;
}

const spans: readonly (readonly [string, string, number])[] = [
  ["1h", "Last hour", 1],
  ["24h", "Last 24 hours", 24],
  ["7d", "Last 7 days", 24 * 7],
  ["30d", "Last 30 days", 24 * 30],
  ["90d", "Last 90 days", 24 * 90],
];

/** The range that a text of an address stands for (`24h`, or two times with `..` between), now; none where it names none. */
export function rangeOf(text: string): Range | undefined {
  const span = spans.find(([name]) => name === text);
  if (span !== undefined) {
    const to = serviceNow();
    return { from: new Date(to.getTime() - span[2] * 3_600_000).toISOString(), to: to.toISOString() };
  }
  const [from = "", to = ""] = text.split("..");
  const times = [Date.parse(from), Date.parse(to)];
  if (times.some(Number.isNaN)) return undefined;
  return { from: new Date(from).toISOString(), to: new Date(to).toISOString() };
}

/** Chooses a range: a span up to now, two times in UTC, or whatever the query itself says. */
export function RangePicker(props: {
  readonly value: string;
  readonly change: (value: string) => void;
  /** There has to be a range. */
  readonly isNeeded?: boolean;
  /** What it is called where no range is chosen. */
  readonly whole?: string;
}): JSX.Element {
  const own = () => props.value.includes("..");
  const [from, setFrom] = createSignal("");
  const [to, setTo] = createSignal("");
  // What was written counts until the range is another: a link, a view or a step back may have changed it.
  createEffect(
    on(
      () => props.value,
      () => {
        setFrom("");
        setTo("");
      },
      { defer: true },
    ),
  );
  const begin = () => {
    const range = rangeOf(props.value) ?? rangeOf("24h");
    if (range !== undefined) change(range.from.slice(0, 16), range.to.slice(0, 16));
  };
  const change = (first: string, last: string) => {
    setFrom(first);
    setTo(last);
    if (first !== "" && last !== "") props.change(`${first}Z..${last}Z`);
  };
  const shown = (index: number, signal: () => string) =>
    signal() || (props.value.split("..")[index] ?? "").slice(0, 16);
  return (
    <span class="range">
      <select
        aria-label="Time range"
        value={own() ? "own" : props.value}
        onChange={({ currentTarget: { value } }) => (value === "own" ? begin() : props.change(value))}
      >
        <Show when={props.isNeeded !== true}>
          <option value="">{props.whole ?? "All time, or as the query says"}</option>
        </Show>
        {spans.map(([name, text]) => (
          <option value={name}>{text}</option>
        ))}
        <option value="own">From … to (UTC)</option>
      </select>
      <Show when={own()}>
        <input
          type="datetime-local"
          aria-label="From, UTC"
          value={shown(0, from)}
          onChange={(event) => change(event.currentTarget.value, shown(1, to))}
        />
        <input
          type="datetime-local"
          aria-label="To, UTC"
          value={shown(1, to)}
          onChange={(event) => change(shown(0, from), event.currentTarget.value)}
        />
      </Show>
    </span>
  );
}
