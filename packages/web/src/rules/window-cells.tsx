import { createMemo, For, type JSX } from "solid-js";
import { zone } from "../platform/preferences.ts";
import { timeText } from "../text/times.ts";
import { type HourState, type RuleWindow, stateNames } from "./states.ts";

/** Every window as a cell, those of an hour or a day in one row. The arrow keys move between cells, Enter shows one. */
export function WindowCells(props: {
  readonly windows: readonly RuleWindow[];
  readonly lookOf: (window: RuleWindow) => HourState;
  readonly chosen: string | undefined;
  readonly choose: (to: string) => void;
}): JSX.Element {
  let host: HTMLFieldSetElement | undefined;
  /** Where there are few, a day's are in one row, else an hour's. */
  const part = () => (props.windows.length > 1 && gapOf(props.windows) >= 1_800_000 ? 10 : 13);
  const groups = createMemo(() => {
    const found = new Map<string, RuleWindow[]>();
    for (const one of props.windows) {
      const name = timeText(one.to, zone()).slice(0, part());
      const own = found.get(name);
      if (own === undefined) found.set(name, [one]);
      else own.push(one);
    }
    return [...found];
  });
  const key = (event: KeyboardEvent) => {
    const cells = [...(host?.querySelectorAll("button") ?? [])];
    const at = cells.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: cells.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    cells[Math.min(Math.max(to, 0), cells.length - 1)]?.focus();
  };
  const first = () => props.chosen ?? props.windows.at(-1)?.to;
  return (
    <fieldset class="cells" ref={(element) => (host = element)} onKeyDown={key}>
      <legend class="unseen">Windows by time</legend>
      <For each={groups()}>
        {([name, windows]) => (
          <div class="hour">
            <span>{part() === 13 ? `${name.slice(5)}h` : name}</span>
            <div class="row">
              <For each={windows}>
                {(one) => (
                  <button
                    type="button"
                    class={props.lookOf(one)}
                    tabIndex={one.to === first() ? 0 : -1}
                    aria-pressed={one.to === props.chosen}
                    aria-label={titleOf(one, props.lookOf(one))}
                    title={titleOf(one, props.lookOf(one))}
                    onClick={() => props.choose(one.to)}
                  />
                )}
              </For>
            </div>
          </div>
        )}
      </For>
    </fieldset>
  );
}

function titleOf({ to, alerts, error }: RuleWindow, look: HourState): string {
  const raised = (alerts ?? 0) > 0 ? `, ${alerts} alerts` : "";
  const why = error === undefined ? "" : `: ${error.message.slice(0, 80)}`;
  return `${timeText(to, zone()).slice(0, 16)} ${look === "alerts" ? "done" : stateNames[look]}${raised}${why}`;
}

function gapOf(windows: readonly RuleWindow[]): number {
  const [first, last] = [windows[0], windows.at(-1)];
  if (first === undefined || last === undefined) return 0;
  return (Date.parse(last.to) - Date.parse(first.to)) / (windows.length - 1);
}
