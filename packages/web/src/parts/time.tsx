import type { JSX } from "solid-js";
import { serviceNow } from "../platform/client.ts";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";

/** A moment, to the second in the zone that was chosen or as how long ago it was; the exact value is shown on hover. */
export function Time(props: { readonly at: string; readonly ago?: boolean }): JSX.Element {
  const shown = () =>
    props.ago === true ? agoText(props.at, serviceNow()) : timeText(props.at, zone()).replace(/\.\d+$/, "");
  return (
    <time dateTime={props.at} title={`${timeText(props.at, "utc")} UTC`}>
      {shown()}
    </time>
  );
}

/** How far a moment is from now, in its largest unit: `3 min ago`, `in 2 h`. */
export function agoText(at: string, now: Date): string {
  const seconds = (now.getTime() - Date.parse(at)) / 1000;
  if (!Number.isFinite(seconds)) return at;
  const text = durationText(Math.abs(seconds));
  if (Math.abs(seconds) < 1) return "now";
  return seconds < 0 ? `in ${text}` : `${text} ago`;
}

/** A length of time in its largest unit, cut to whole ones: `42 s`, `3 min`, `5 h`, `12 d`; parts of seconds where it is shorter. */
export function durationText(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${Math.floor(seconds * 10) / 10} s`;
  if (seconds < 60) return `${Math.floor(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}
