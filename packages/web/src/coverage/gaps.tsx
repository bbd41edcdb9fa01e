import { createResource, For, type JSX, Show } from "solid-js";
import { techniqueAddress } from "../catalogue/address.ts";
import { RuleLink, VerdictBadge } from "../catalogue/links.tsx";
import { StepMarks, stepNamed, steps, stepTitles } from "../catalogue/steps.tsx";
import { Asked } from "../parts/asked.tsx";
import { client } from "../platform/client.ts";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

/** What has not come to a step, why, and which rules of the catalogue would bring it there. */
export function Gaps(props: {
  readonly chosen: { readonly platform?: readonly string[]; readonly profile?: string };
}): JSX.Element {
  const step = () => stepNamed(place().query.get("to")) ?? "data";
  const query = () => {
    const { platform, ...chosen } = props.chosen;
    return { ...chosen, ...(platform === undefined ? {} : { platform: [...platform] }), step: step() };
  };
  const [known] = createResource(
    () => JSON.stringify(query()),
    () => client.call("coverageGaps", { query: query() }),
  );
  return (
    <>
      <label>
        What has not come to{" "}
        <select value={step()} onChange={(event) => amend({ to: event.currentTarget.value })}>
          <For each={steps}>{(one) => <option value={one}>{stepTitles[one]}</option>}</For>
        </select>
      </label>
      <Asked of={known} what="the gaps">
        {(answer) => (
          <Show
            when={answer().gaps.length > 0}
            fallback={
              <p class="aside">
                {props.chosen.profile === undefined
                  ? "No rule of the catalogue would bring anything further. Choose a threat profile to see all that it names."
                  : "All that the profile names has come to this step."}
              </p>
            }
          >
            <table class="data gaps">
              <thead>
                <tr>
                  <th scope="col">Technique</th>
                  <Show when={props.chosen.profile !== undefined}>
                    <th scope="col" class="number">
                      Weight
                    </th>
                  </Show>
                  <th scope="col">So far</th>
                  <th scope="col">Why</th>
                  <th scope="col">Rules that would help</th>
                </tr>
              </thead>
              <tbody>
                <For each={answer().gaps}>
                  {(gap) => (
                    <tr>
                      <td>
                        <a href={techniqueAddress(gap.id)}>{gap.id}</a> {visible(gap.name)}
                      </td>
                      <Show when={props.chosen.profile !== undefined}>
                        <td class="number">{gap.weight ?? ""}</td>
                      </Show>
                      <td>
                        <StepMarks reached={gap.reached} />{" "}
                        {gap.reached === undefined ? "nothing" : stepTitles[gap.reached]}
                      </td>
                      <td class="asks">
                        <ul>
                          <For each={gap.because.slice(0, 3)}>{(why) => <li>{visible(why)}</li>}</For>
                          <Show when={gap.because.length > 3}>
                            <li class="aside">and {gap.because.length - 3} more</li>
                          </Show>
                        </ul>
                      </td>
                      <td class="asks">
                        <Show
                          when={gap.candidates.total > 0}
                          fallback={<span class="aside">the catalogue has none</span>}
                        >
                          <ul>
                            <For each={gap.candidates.best.slice(0, 3)}>
                              {({ id, name, verdict }) => (
                                <li>
                                  <RuleLink id={id} name={name} /> <VerdictBadge of={verdict} />
                                </li>
                              )}
                            </For>
                            <Show when={gap.candidates.total > 3}>
                              <li>
                                <a href={techniqueAddress(gap.id)}>and {countText(gap.candidates.total - 3)} more</a>
                              </li>
                            </Show>
                          </ul>
                        </Show>
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Show>
        )}
      </Asked>
    </>
  );
}
