import { createMemo, For, type JSX } from "solid-js";

/** One bar: how much, what it says on hover, and how it looks. */
export interface Bar {
  readonly value: number;
  readonly title: string;
  readonly tone?: "plain" | "bad" | "missing";
}

/** Amounts over time as small bars of one row. The numbers themselves stand near it as text, or behind a link around it. */
export function Bars(props: {
  /** What the bars say, in one sentence. */
  readonly about: string;
  readonly bars: readonly Bar[];
  /** In pixels. */
  readonly height?: number;
}): JSX.Element {
  const height = () => props.height ?? 24;
  const most = createMemo(() => Math.max(1, ...props.bars.map(({ value }) => value)));
  const tall = (value: number) => (value === 0 ? 1 : Math.max(2, (value / most()) * height()));
  return (
    <svg
      class="bars"
      role="img"
      aria-label={props.about}
      viewBox={`0 0 ${Math.max(1, props.bars.length)} ${height()}`}
      preserveAspectRatio="none"
      height={height()}
    >
      <For each={props.bars}>
        {(bar, index) => (
          <rect
            class={bar.tone ?? "plain"}
            x={index() + 0.08}
            width={0.84}
            y={height() - tall(bar.value)}
            height={tall(bar.value)}
          >
            <title>{bar.title}</title>
          </rect>
        )}
      </For>
    </svg>
  );
}
