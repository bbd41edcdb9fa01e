import type { AnswerOf, Routes } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { entityAddressUntil } from "../incidents/texts.ts";
import { Badge } from "../parts/badge.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

type Answer = AnswerOf<Routes["entityHabits"]>;
type Habits = Answer["habits"][number];

const titles = {
  ...{ place: "Places", device: "Devices", account: "Users", ip: "Addresses", host: "Hosts" },
  cloudapplication: "Applications",
} as const;

/** As many are shown before one asks for more. */
const first = 8;

/** What an entity is seen with, what is new first, and by which rule it is called new. */
export function HabitsPart(props: { readonly answer: Answer }): JSX.Element {
  const some = () => props.answer.habits.filter(({ values }) => values.length > 0);
  return (
    <section aria-label="Usual and new">
      <h2>Usual and new</h2>
      <p class="aside">
        New is what was seen since <Time at={props.answer.newFrom} /> and not from <Time at={props.answer.from} /> until
        then. Where nothing was seen before, nothing is called new.
      </p>
      <Show when={some().length > 0} fallback={<p class="nothing">It was seen with nothing in this time.</p>}>
        <div class="habits">
          <For each={some()}>{(habits) => <Aspect habits={habits} in={props.answer} />}</For>
        </div>
      </Show>
    </section>
  );
}

function Aspect(props: { readonly habits: Habits; readonly in: Answer }): JSX.Element {
  const [all, setAll] = createSignal(false);
  const shown = () => (all() ? props.habits.values : props.habits.values.slice(0, first));
  const linked = () =>
    props.habits.aspect === "place" || props.habits.aspect === "device" ? undefined : props.habits.aspect;
  return (
    <table class="data">
      <caption>
        {titles[props.habits.aspect]}{" "}
        <HuntLink query={props.habits.kql} title="Show this table's query and rows">
          query
        </HuntLink>
      </caption>
      <thead>
        <tr>
          <th scope="col">
            <span class="unseen">Value</span>
          </th>
          <th scope="col" class="number">
            before
          </th>
          <th scope="col" class="number">
            last day
          </th>
          <th scope="col">first seen</th>
        </tr>
      </thead>
      <tbody>
        <For each={shown()}>
          {(habit) => (
            <tr>
              <td class="main">
                <Show when={linked()} fallback={visible(habit.value)}>
                  {(type) => (
                    <a href={entityAddressUntil({ type: type(), name: habit.value }, props.in.to)}>
                      {visible(habit.value)}
                    </a>
                  )}
                </Show>{" "}
                <Show when={habit.isNew}>
                  <Badge text="new" tone="medium" />
                </Show>
              </td>
              <td class="number">
                <Events
                  query={props.habits.rows + habit.only}
                  count={habit.before}
                  from={props.in.from}
                  to={props.in.newFrom}
                />
              </td>
              <td class="number">
                <Events
                  query={props.habits.rows + habit.only}
                  count={habit.now}
                  from={props.in.newFrom}
                  to={props.in.to}
                />
              </td>
              <td>
                <Time at={habit.first} ago />
              </td>
            </tr>
          )}
        </For>
        <Show when={!all() && props.habits.values.length > first}>
          <tr>
            <td colSpan={4}>
              <button type="button" class="link" onClick={() => setAll(true)}>
                {props.habits.values.length - first} more
              </button>
            </td>
          </tr>
        </Show>
        <Show when={all() && props.habits.more}>
          <tr>
            <td colSpan={4}>
              The <HuntLink query={props.habits.kql.replace(/\n\| take \d+$/, "")}>query</HuntLink> has them all.
            </td>
          </tr>
        </Show>
      </tbody>
    </table>
  );
}

/** How many events there are, which lead to them. */
function Events(props: {
  readonly query: string;
  readonly count: number;
  readonly from: string;
  readonly to: string;
}): JSX.Element {
  return (
    <Show when={props.count > 0} fallback="0">
      <HuntLink query={props.query} range={`${props.from}..${props.to}`}>
        {countText(props.count)}
      </HuntLink>
    </Show>
  );
}
