import { createMemo, For, type JSX } from "solid-js";
import type { ChartData } from "./chart-data.ts";

/** The shares of one series; what is not above zero has none. */
export function Pie(props: { readonly data: ChartData }): JSX.Element {
  const slices = createMemo(() => {
    const values = props.data.xs.map((_, index) => Math.max(0, props.data.series[0]?.ys[index] ?? 0));
    const sum = values.reduce((total, value) => total + value, 0);
    let from = 0;
    return values.flatMap((value, index) => {
      if (value === 0) return [];
      const start = from;
      from += value / sum;
      const share = ((100 * value) / sum).toFixed(1);
      return [{ index, path: slicePath(start, from), said: `${props.data.labels[index]}: ${value} (${share} %)` }];
    });
  });
  return (
    <svg
      viewBox="-105 -105 210 210"
      role="img"
      aria-label={`A pie of ${props.data.yTitle} by ${props.data.xTitle}: ${props.data.labels.length} shares; the table below has the values`}
    >
      <For each={slices()}>
        {({ index, path, said }) => (
          <path class={`box slice series-${index}`} d={path}>
            <title>{said}</title>
          </path>
        )}
      </For>
    </svg>
  );
}

/** From one share of a circle with the radius 100 to another; a whole circle is two halves. */
export function slicePath(from: number, to: number): string {
  const corner = (share: number) => {
    const angle = 2 * Math.PI * (share - 0.25);
    return `${(100 * Math.cos(angle)).toFixed(2)} ${(100 * Math.sin(angle)).toFixed(2)}`;
  };
  if (to - from > 0.9999) return "M 0 -100 A 100 100 0 1 1 0 100 A 100 100 0 1 1 0 -100 Z";
  return `M 0 0 L ${corner(from)} A 100 100 0 ${to - from > 0.5 ? 1 : 0} 1 ${corner(to)} Z`;
}
