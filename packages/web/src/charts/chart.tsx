import { createMemo, createSignal, For, type JSX, lazy, Match, onCleanup, Show, Suspense, Switch } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { counted, timeText } from "../text/times.ts";
import type { ChartData } from "./chart-data.ts";
import type { MapData } from "./map-data.ts";
import { Pie } from "./pie.tsx";
import { short, ticks, timeTicks } from "./scale.ts";

const EarthMap = lazy(async () => ({ default: (await import("./earth-map.tsx")).EarthMap }));

/** The room for the texts of the axes, in pixels. */
const edge = { left: 64, right: 44, top: 10, bottom: 28 };

/** A chart with its legend; the rows stand in the table below. */
export function Chart(props: { readonly data: ChartData | MapData }): JSX.Element {
  const names = () => namesOf(props.data);
  const map = () => (props.data.kind === "map" ? props.data : undefined);
  const plot = () => (props.data.kind === "map" ? undefined : props.data);
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
          <Show when={plot()?.series.some(({ anomalies }) => anomalies.size > 0)}>
            <li>
              <span class="swatch anomaly" />
              anomaly
            </li>
          </Show>
        </ul>
        <For each={props.data.notes}>{(note) => <p class="hint">{note}</p>}</For>
      </figcaption>
      <Switch>
        <Match when={map()}>
          {(data) => (
            <Suspense>
              <EarthMap data={data()} />
            </Suspense>
          )}
        </Match>
        <Match when={plot()}>
          {(data) => (data().kind === "pie" ? <Pie data={data()} /> : <Plot data={data()} />)}
        </Match>
      </Switch>
    </figure>
  );
}

/** What the legend tells apart by colours. */
function namesOf(data: ChartData | MapData): readonly string[] {
  if (data.kind === "map") return data.series.length > 1 ? data.series : [];
  if (!data.legend) return [];
  return data.kind === "pie" ? data.labels : data.series.map(({ name }) => name);
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
    if (props.data.stacked === "shares") return { low: Math.max(-100, low), high: top > 0 || low === 0 ? 100 : 0 };
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
              {props.data.stacked === "shares" ? `${value} %` : short(value)}
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
        {(layer, index) => (
          <g class={`series-${index()}`}>
            {drawn(props.data, { ...layer, index: index(), count: layers().length }, { x, y, place: place() })}
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
  readonly anomalies: ReadonlySet<number>;
}

function layersOf({ series, xs, stacked }: ChartData): readonly Layer[] {
  const above = xs.map(() => 0);
  const below = xs.map(() => 0);
  const wholes = stacked === "shares" ? wholesOf(series, xs) : [];
  return series.map(({ name, ys, anomalies }) => ({
    ...{ name, anomalies },
    ends: xs.map((_, index) => {
      const own = ys[index];
      if (own === undefined) return undefined;
      if (stacked === "no") return [0, own] as const;
      const value = stacked === "shares" ? (100 * own) / (wholes[index] || 1) : own;
      const tops = value < 0 ? below : above;
      const from = tops[index] ?? 0;
      tops[index] = from + value;
      return [from, from + value] as const;
    }),
  }));
}

/** What is 100 % at each position: all that stands there, below zero too. */
function wholesOf(series: ChartData["series"], xs: ChartData["xs"]): readonly number[] {
  return xs.map((_, index) => series.reduce((sum, { ys }) => sum + Math.abs(ys[index] ?? 0), 0));
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
        {points
          .filter(({ index }) => layer.anomalies.has(index))
          .map(({ ends, at, said }) => anomaly(frame, ends[1], at, said))}
      </>
    );
  }
  if (kind === "scatter") return points.map(({ ends, at, said }) => dot(frame, ends[1], at, said));
  const room = 0.8 / xs.length;
  const isStacked = data.stacked !== "no";
  const width = isStacked ? room : room / layer.count;
  return points.map(({ ends, at, said }) => {
    const from = at - room / 2 + (isStacked ? 0 : layer.index * width);
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

/** A value that is an anomaly, told from others by its form too. */
function anomaly(frame: Frame, value: number, at: number, text: string): JSX.Element {
  const [x, y] = [frame.x(value, at), frame.y(value, at)];
  return (
    <path class="anomaly" d={`M ${x} ${y - 6} L ${x + 6} ${y} L ${x} ${y + 6} L ${x - 6} ${y} Z`}>
      <title>{`${text}, an anomaly`}</title>
    </path>
  );
}

function said(data: ChartData, name: string, index: number): string {
  const value = data.series.find((one) => one.name === name)?.ys[index];
  const whole = data.stacked === "shares" ? (wholesOf(data.series, data.xs)[index] ?? 0) : 0;
  const share = value === undefined || whole === 0 ? "" : ` (${((100 * value) / whole).toFixed(1)} %)`;
  return `${name}, ${positionText(data, data.xs[index] ?? 0)}: ${value ?? ""}${share}`;
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
  const anomalies = series.reduce((sum, one) => sum + one.anomalies.size, 0);
  const marked = anomalies === 0 ? "" : `, ${counted(anomalies, "value")} marked as anomalous`;
  return `A ${kind} chart of ${yTitle} by ${xTitle}: ${series.length} series, ${xs.length} positions${marked}; the table below has the values`;
}
