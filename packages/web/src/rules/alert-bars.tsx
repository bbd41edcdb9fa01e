import { createMemo, type JSX } from "solid-js";
import { type Bar, Bars } from "../parts/bars.tsx";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";

const most = 96;
const lengths = [5, 15, 30, 60, 120, 360, 720, 1440].map((minutes) => minutes * 60_000);

/** Moments on a time axis: how many fell into each piece of it. */
export function AlertBars(props: {
  readonly about: string;
  readonly at: readonly string[];
  readonly range: { readonly from: string; readonly to: string };
  readonly tone?: Bar["tone"];
}): JSX.Element {
  const [first, last] = [() => Date.parse(props.range.from), () => Date.parse(props.range.to)];
  const length = () => lengths.find((one) => (last() - first()) / one <= most) ?? (last() - first()) / most;
  const bars = createMemo(() => {
    const counts = Array.from({ length: Math.max(1, Math.ceil((last() - first()) / length())) }, () => 0);
    for (const at of props.at) {
      const index = Math.min(counts.length - 1, Math.max(0, Math.floor((Date.parse(at) - first()) / length())));
      counts[index] = (counts[index] ?? 0) + 1;
    }
    return counts.map((value, index): Bar => {
      const title = `${text(new Date(first() + index * length()))}: ${value}`;
      return { value, title, ...(props.tone === undefined ? {} : { tone: props.tone }) };
    });
  });
  return (
    <figure class="alert-bars">
      <Bars about={`${props.about}: ${props.at.length}`} bars={bars()} height={48} />
      <div class="bars-axis" aria-hidden="true">
        <span>{text(new Date(first()))}</span>
        <span>{text(new Date(last()))}</span>
      </div>
    </figure>
  );
}

function text(at: Date): string {
  return timeText(at.toISOString(), zone()).slice(0, 16);
}
