import { For, type JSX } from "solid-js";

/** The steps of coverage, from a claim to a proof, as people read them. */
export const steps = ["claimed", "binds", "data", "tested", "fired"] as const;
export type Step = (typeof steps)[number];

export const stepTitles: Readonly<Record<Step, string>> = {
  claimed: "claimed",
  binds: "binds here",
  data: "has data here",
  tested: "tested",
  fired: "has fired",
};

/** What each step says of a rule. */
export const stepMeanings: Readonly<Record<Step, string>> = {
  claimed: "a rule in use names it",
  binds: "and its query binds to the tables here",
  data: "and its tables have rows in the time that it looks at",
  tested: "and its scenarios pass",
  fired: "and it has raised an alert",
};

export function stepNamed(text: string | null): Step | undefined {
  return steps.find((step) => step === text);
}

/** How far something has come, as so many of five marks. */
export function StepMarks(props: { readonly reached: Step | undefined | null }): JSX.Element {
  const count = () => (props.reached == null ? 0 : steps.indexOf(props.reached) + 1);
  return (
    <span class="marks" aria-hidden="true">
      <For each={steps}>{(_step, index) => <i classList={{ on: index() < count() }} />}</For>
    </span>
  );
}
