import { createMemo, For, type JSX, Show } from "solid-js";
import { type Step, StepMarks, stepNamed, steps, stepTitles } from "../catalogue/steps.tsx";
import { place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import type { CoverageKnown } from "./coverage-page.tsx";

type Technique = CoverageKnown["all"][number];

/**
 * Tactics as columns, techniques as cells that are shaded and marked by how far a rule has come. Each cell is a link to what is behind
 * it; the arrow keys go from cell to cell, Home and End to the ends of a column.
 */
export function Matrix(props: { readonly of: CoverageKnown }): JSX.Element {
  let grid: HTMLDivElement | undefined;
  const onlyClaimed = () => place().query.has("claimed");
  const withSubs = () => place().query.has("subs");
  const columns = createMemo(() =>
    props.of.tactics.map((tactic) => ({
      tactic,
      cells: props.of.all.filter(
        (one) =>
          Object.hasOwn(one.tactics, tactic.token) &&
          (withSubs() || !one.id.includes(".")) &&
          (!onlyClaimed() || one.tactics[tactic.token] != null),
      ),
    })),
  );
  const weights = createMemo(() => new Map(props.of.profile?.techniques.map(({ id, weight }) => [id, weight])));
  const move = (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => {
    const from = event.currentTarget;
    const step = moves[event.key];
    if (step === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    const lists = [...(grid?.querySelectorAll("ol") ?? [])].map((list) => [
      ...list.querySelectorAll<HTMLElement>("a.cell"),
    ]);
    const column = lists.findIndex((cells) => cells.includes(from));
    const row = lists[column]?.indexOf(from) ?? 0;
    focus(grid, target(lists, column, row, step));
  };
  return (
    <div class="matrix" ref={(element) => (grid = element)}>
      <For each={columns()}>
        {({ tactic, cells }) => (
          <section aria-labelledby={tactic.id}>
            <h2 id={tactic.id}>
              {visible(tactic.name)}
              <span class="aside">
                {tactic.techniques.reached.claimed} of {tactic.techniques.total}
              </span>
            </h2>
            <ol>
              <For each={cells} fallback={<li class="aside">none</li>}>
                {(technique) => (
                  <li>
                    <Cell
                      technique={technique}
                      token={tactic.token}
                      isFirst={tactic === props.of.tactics[0] && technique === cells[0]}
                      weight={weights().get(technique.id)}
                      hasProfile={props.of.profile !== undefined}
                      move={move}
                    />
                  </li>
                )}
              </For>
            </ol>
          </section>
        )}
      </For>
    </div>
  );
}

function Cell(props: {
  readonly technique: Technique;
  readonly token: string;
  readonly isFirst: boolean;
  readonly weight: number | undefined;
  readonly hasProfile: boolean;
  readonly move: (event: KeyboardEvent & { readonly currentTarget: HTMLElement }) => void;
}): JSX.Element {
  const reached = () => props.technique.tactics[props.token] ?? undefined;
  const address = () => {
    const query = new URLSearchParams(place().query);
    query.set("technique", props.technique.id);
    return `/coverage?${query}`;
  };
  const isCurrent = () => place().query.get("technique") === props.technique.id;
  const wanted = () => stepNamed(place().query.get("step"));
  const isFaint = () => {
    const step = wanted();
    return (step !== undefined && !isAtLeast(reached(), step)) || (props.hasProfile && props.weight === undefined);
  };
  /** How far it has come, in words. */
  const far = () => {
    const { counts, hunts } = props.technique;
    const step = reached() === undefined ? "no rule claims it" : stepTitles[reached() ?? "claimed"];
    const rules = reached() === undefined ? "" : `, ${counts.claimed} ${counts.claimed === 1 ? "rule" : "rules"}`;
    const hunting = hunts === 0 ? "" : `, ${hunts} hunts`;
    const weight = props.weight === undefined ? "" : `, weight ${props.weight} in the profile`;
    return `${step}${rules}${hunting}${weight}`;
  };
  const said = () => `${props.technique.id} ${props.technique.name}: ${far()}`;
  return (
    <a
      class={`cell ${reached() ?? "none"}`}
      classList={{
        sub: props.technique.id.includes("."),
        faint: isFaint(),
        gap: props.weight !== undefined && reached() === undefined,
      }}
      href={address()}
      tabIndex={props.isFirst || isCurrent() ? 0 : -1}
      aria-current={isCurrent() ? "true" : undefined}
      title={said()}
      onKeyDown={(event) => props.move(event)}
    >
      <span class="cell-id">
        {props.technique.id}
        <Show when={reached()}>
          <span class="count" aria-hidden="true">
            {props.technique.counts.claimed}
          </span>
        </Show>
      </span>
      <span class="cell-name">{visible(props.technique.name)}</span>
      <span class="unseen">{`, ${far()}`}</span>
      <Show when={reached() !== undefined || props.weight !== undefined}>
        <StepMarks reached={reached()} />
      </Show>
    </a>
  );
}

function isAtLeast(step: Step | undefined, wanted: Step): boolean {
  return step !== undefined && steps.indexOf(step) >= steps.indexOf(wanted);
}

type Move = { readonly across: number } | { readonly down: number } | { readonly end: "first" | "last" };

const moves: Readonly<Record<string, Move>> = {
  ArrowLeft: { across: -1 },
  ArrowRight: { across: 1 },
  ArrowUp: { down: -1 },
  ArrowDown: { down: 1 },
  Home: { end: "first" },
  End: { end: "last" },
};

/** The cell that a key leads to; beside a cell is the one of the next column that has any, as far down as that goes. */
function target(
  lists: readonly (readonly HTMLElement[])[],
  column: number,
  row: number,
  move: Move,
): HTMLElement | undefined {
  const own = lists[column] ?? [];
  if ("end" in move) return move.end === "first" ? own[0] : own.at(-1);
  if ("down" in move) return own[row + move.down];
  for (let at = column + move.across; at >= 0 && at < lists.length; at += move.across) {
    const cells = lists[at] ?? [];
    if (cells.length > 0) return cells[Math.min(row, cells.length - 1)];
  }
  return undefined;
}

/** One cell of the matrix is reached with the tab key: the one that was last looked at. */
function focus(grid: HTMLElement | undefined, cell: HTMLElement | undefined): void {
  if (cell === undefined) return;
  for (const other of grid?.querySelectorAll<HTMLElement>('a.cell[tabindex="0"]') ?? []) other.tabIndex = -1;
  cell.tabIndex = 0;
  cell.focus();
}
