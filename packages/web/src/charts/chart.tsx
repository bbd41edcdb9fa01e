import { createMemo, createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import type { ChartData } from "./chart-data.ts";
import { Pie } from "./pie.tsx";
import { short, ticks, timeTicks } from "./scale.ts";

/** The room for the texts of the axes, in pixels. */
const edge = { left: 64, right: 44, top: 10, bottom: 28 };

/** A chart with its legend; the rows stand in the table below. */
export function Chart(props: { readonly data: ChartData }): JSX.Element {
  const names = () => (props.data.kind === "pie" ? props.data.labels : props.data.series.map(({ name }) => name));
  return (
    <figure class="chart">
      <figcaption>
        <Show when={props.data.title}>{(title) => <strong>{title()}</strong>}</Show>
        <ul aria-label="Legend">
          <For each={names()}>
            {(name, index) => (
              <li>
                <span class={`swatch series-${index()}`} />
                {name || "(empty)"}
              </li>
            )}
          </For>
        </ul>
        <For each={props.data.notes}>{(note) => <p class="hint">{note}</p>}</For>
      </figcaption>
      <Show when={props.data.kind !== "pie"} fallback={<Pie data={props.data} />}>
        <Plot data={props.data} />
      </Show>
    </figure>
  );
}

/** Everything but pies: an axis of values and one of positions. Bars are columns that lie. */
function Plot(props: { readonly data: ChartData }): JSX.Element {
  const isBar = () => props.data.kind === "bar";
  // In pixels of the page, so that texts are as large here as elsewhere.
  const [size, setSize] = createSignal({ width: 1000, height: 300 });
  const observer = new ResizeObserver(([entry]) => {
    if (entry === undefined) return;
    setSize({ width: Math.max(200, entry.contentRect.width), height: Math.max(100, entry.contentRect.height) });
  });
  onCleanup(() => observer.disconnect());
  const wide = () => size().width - edge.left - edge.right;
  const high = () => size().height - edge.top - edge.bottom;
  const layers = createMemo(() => layersOf(props.data));
  const bounds = createMemo(() => {
    const values = layers().flatMap(({ ends }) => ends.flatMap((end) => (end === undefined ? [] : end)));
    const low = values.reduce((least, value) => Math.min(least, value), 0);
    const top = values.reduce((most, value) => Math.max(most, value), 0);
    return { low, high: top > low ? top : low + 1 };
  });
  /** From 0 to 1 along the axis of values. */
  const share = (value: number) => (value - bounds().low) / (bounds().high - bounds().low);
  const place = createMemo(() => {
    const { xs, scale } = props.data;
    if (scale === "label") return (x: number) => (x + 0.5) / xs.length;
    const [first, last] = [xs[0] ?? 0, xs[xs.length - 1] ?? 0];
    return (x: number) => (last > first ? (x - first) / (last - first) : 0.5);
  });
  const x = (value: number, at: number) => edge.left + wide() * (isBar() ? share(value) : at);
  const y = (value: number, at: number) => edge.top + high() * (isBar() ? at : 1 - share(value));
  const marks = createMemo(() => positionMarks(props.data, { wide: wide(), high: high() }));

  return (
    <svg
      ref={(element) => observer.observe(element)}
      viewBox={`0 0 ${size().width} ${size().height}`}
      role="img"
      aria-label={summary(props.data)}
    >
      <For each={ticks(bounds().low, bounds().high, 5)}>
        {(value) => (
          <>
            <line class="rule" x1={x(value, 0)} x2={x(value, 1)} y1={y(value, 0)} y2={y(value, 1)} />
            <text
              x={isBar() ? x(value, 0) : edge.left - 6}
              y={isBar() ? size().height - 8 : y(value, 0) + 4}
              text-anchor={isBar() ? "middle" : "end"}
            >
              {short(value)}
            </text>
          </>
        )}
      </For>
      <For each={marks()}>
        {({ at, text }) => (
          <text
            x={isBar() ? edge.left - 6 : edge.left + wide() * place()(at)}
            y={isBar() ? edge.top + high() * place()(at) + 4 : size().height - 8}
            text-anchor={isBar() ? "end" : "middle"}
          >
            {text}
          </text>
        )}
      </For>
      <For each={layers()}>
        {({ name, ends }, index) => (
          <g class={`series-${index()}`}>
            {drawn(props.data, { name, ends, index: index(), count: layers().length }, { x, y, place: place() })}
          </g>
        )}
      </For>
    </svg>
  );
}

/** A series with the two ends of each of its values: zero, or the top of the series below it. */
interface Layer {
  readonly name: string;
  readonly ends: readonly (readonly [number, number] | undefined)[];
}

function layersOf({ series, xs, stacked }: ChartData): readonly Layer[] {
  const above = xs.map(() => 0);
  const below = xs.map(() => 0);
  return series.map(({ name, ys }) => ({
    name,
    ends: xs.map((_, index) => {
      const value = ys[index];
      if (value === undefined) return undefined;
      if (!stacked) return [0, value] as const;
      const tops = value < 0 ? below : above;
      const from = tops[index] ?? 0;
      tops[index] = from + value;
      return [from, from + value] as const;
    }),
  }));
}

interface Frame {
  readonly x: (value: number, at: number) => number;
  readonly y: (value: number, at: number) => number;
  readonly place: (x: number) => number;
}

function drawn(
  data: ChartData,
  layer: Layer & { readonly index: number; readonly count: number },
  frame: Frame,
): JSX.Element {
  const { kind, xs } = data;
  const points = layer.ends.flatMap((ends, index) =>
    ends === undefined ? [] : [{ index, ends, at: frame.place(xs[index] ?? 0), said: said(data, layer.name, index) }],
  );
  const corner = (value: number, at: number) => `${frame.x(value, at).toFixed(1)},${frame.y(value, at).toFixed(1)}`;
  if (kind === "line" || kind === "area") {
    const line = points.map(({ ends, at }) => corner(ends[1], at)).join(" ");
    const back = [...points].reverse().map(({ ends, at }) => corner(ends[0], at));
    return (
      <>
        <Show when={kind === "area"}>
          <polygon class="area" points={`${line} ${back.join(" ")}`} />
        </Show>
        <polyline class="line" points={line} />
        <Show when={points.length <= 200}>{points.map(({ ends, at, said }) => dot(frame, ends[1], at, said))}</Show>
      </>
    );
  }
  if (kind === "scatter") return points.map(({ ends, at, said }) => dot(frame, ends[1], at, said));
  const room = 0.8 / xs.length;
  const width = data.stacked ? room : room / layer.count;
  return points.map(({ ends, at, said }) => {
    const from = at - room / 2 + (data.stacked ? 0 : layer.index * width);
    const [x1, x2] = [frame.x(ends[0], from), frame.x(ends[1], from + width)].sort((one, other) => one - other);
    const [y1, y2] = [frame.y(ends[0], from), frame.y(ends[1], from + width)].sort((one, other) => one - other);
    return (
      <rect class="box" x={x1} y={y1} width={(x2 ?? 0) - (x1 ?? 0)} height={(y2 ?? 0) - (y1 ?? 0)}>
        <title>{said}</title>
      </rect>
    );
  });
}

function dot(frame: Frame, value: number, at: number, text: string): JSX.Element {
  return (
    <circle class="box" cx={frame.x(value, at)} cy={frame.y(value, at)} r="2.5">
      <title>{text}</title>
    </circle>
  );
}

function said(data: ChartData, name: string, index: number): string {
  return `${name}, ${positionText(data, data.xs[index] ?? 0)}: ${data.series.find((one) => one.name === name)?.ys[index] ?? ""}`;
}

function positionText({ scale, labels }: ChartData, x: number): string {
  if (scale === "label") return labels[x] ?? "";
  return scale === "time" ? timeOf(x) : String(x);
}

function timeOf(x: number): string {
  return timeText(`${new Date(x).toISOString().slice(0, 19)}Z`, zone());
}

/** What stands along the axis of positions: as much as can be read in so many pixels. */
function positionMarks(
  data: ChartData,
  { wide, high }: { readonly wide: number; readonly high: number },
): readonly { readonly at: number; readonly text: string }[] {
  const { scale, xs, labels, kind } = data;
  const [first, last] = [xs[0] ?? 0, xs[xs.length - 1] ?? 0];
  if (scale === "time") {
    const whole = last - first >= 86_400_000 * 4;
    return timeTicks(first, last, Math.floor(wide / 140)).map((at) => ({
      at,
      text: whole ? timeOf(at).slice(0, 10) : timeOf(at).slice(5, 16),
    }));
  }
  if (scale === "number") return ticks(first, last, wide / 100).map((at) => ({ at, text: short(at) }));
  const every = Math.ceil(labels.length / Math.max(1, kind === "bar" ? high / 16 : wide / 130));
  const longest = kind === "bar" ? 9 : 18;
  return labels.flatMap((label, at) => {
    const text = label.length > longest ? `${label.slice(0, longest - 1)}…` : label;
    return at % every === 0 ? [{ at, text }] : [];
  });
}

function summary({ kind, series, xs, xTitle, yTitle }: ChartData): string {
  return `A ${kind} chart of ${yTitle} by ${xTitle}: ${series.length} series, ${xs.length} positions; the table below has the values`;
}
