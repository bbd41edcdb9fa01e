import { For, type JSX, Show } from "solid-js";
import { techniqueAddress } from "../catalogue/address.ts";
import { StepMarks, stepNamed, steps, stepTitles } from "../catalogue/steps.tsx";
import { TechniqueRules } from "../catalogue/technique-rules.tsx";
import { amend, place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import type { CoverageKnown } from "./coverage-page.tsx";

/** What is behind a cell: the rules that claim the technique, by step, and what would bring it further. */
export function TechniquePanel(props: { readonly id: string; readonly of: CoverageKnown }): JSX.Element {
  const technique = () => props.of.all.find(({ id }) => id === props.id);
  const step = () => stepNamed(place().query.get("of"));
  const close = () => amend({ technique: undefined, of: undefined });
  return (
    <aside
      class="technique-panel"
      aria-label={`Technique ${props.id}`}
      onKeyDown={(event) => {
        if (event.key === "Escape") close();
      }}
    >
      <div class="bar">
        <h2>
          <a href={techniqueAddress(props.id)}>
            {visible(props.id)} {visible(technique()?.name ?? "")}
          </a>
        </h2>
        <button type="button" class="quiet close" onClick={close} aria-label="Close">
          ✕
        </button>
      </div>
      <Show when={technique()} fallback={<p>It is not among the techniques that count here.</p>}>
        {(known) => (
          <>
            <fieldset class="step-choice">
              <legend class="unseen">Rules that came to a step</legend>
              <For each={steps}>
                {(one) => (
                  <button
                    type="button"
                    aria-pressed={step() === one}
                    onClick={() => amend({ of: step() === one ? undefined : one })}
                  >
                    <StepMarks reached={one} /> {stepTitles[one]} <strong>{known().counts[one]}</strong>
                  </button>
                )}
              </For>
            </fieldset>
            <TechniqueRules id={props.id} step={step()} />
            <Show when={known().hunts + known().feeds > 0}>
              <p class="aside">
                {known().hunts} hunts and {known().feeds} feeds claim it too, and cover nothing.
              </p>
            </Show>
          </>
        )}
      </Show>
    </aside>
  );
}
