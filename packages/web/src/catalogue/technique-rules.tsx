import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { client } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { searchAddress } from "./address.ts";
import { RuleLink, VerdictBadge } from "./links.tsx";
import { type Step, StepMarks, steps, stepTitles } from "./steps.tsx";

type Known = AnswerOf<Routes["coverageTechnique"]>;
type RuleSteps = Known["rules"][number];

/** The rules in use that claim a technique, with what each step says; only those that came to `step`, where one is given. */
export function TechniqueRules(props: { readonly id: string; readonly step: Step | undefined }): JSX.Element {
  const [known] = createResource(
    () => props.id,
    (id) => client.call("coverageTechnique", { params: { id } }),
  );
  const shown = (rules: Known["rules"]) => {
    const { step } = props;
    return step === undefined || step === "claimed" ? rules : rules.filter((rule) => rule.steps[step].reached === true);
  };
  return (
    <Asked of={known} what="how far it is covered">
      {(answer) => (
        <>
          <Show
            when={shown(answer().rules).length > 0}
            fallback={
              <p class="aside">
                {answer().rules.length === 0
                  ? "No rule in use claims it."
                  : `None of the ${answer().rules.length} rules in use that claim it came to this step.`}
              </p>
            }
          >
            <ul class="rule-steps">
              <For each={shown(answer().rules)}>{(rule) => <OneRule rule={rule} />}</For>
            </ul>
          </Show>
          <Candidates of={answer().candidates} id={props.id} />
        </>
      )}
    </Asked>
  );
}

function OneRule(props: { readonly rule: RuleSteps }): JSX.Element {
  const findings = () => steps.flatMap((step) => (step === "claimed" ? [] : [{ step, ...props.rule.steps[step] }]));
  return (
    <li>
      <div>
        <StepMarks reached={props.rule.reached} />{" "}
        <a href={`/rules/${encodeURIComponent(props.rule.key)}`}>{visible(props.rule.name)}</a>
        <Show when={!props.rule.own}>
          <span class="aside"> claims only a sub-technique</span>
        </Show>
      </div>
      <ul>
        <For each={findings()}>
          {({ step, reached, why }) => (
            <li>
              <b classList={{ yes: reached === true, no: reached === false }}>
                {reached === undefined ? "–" : reached ? "✓" : "✗"}
              </b>{" "}
              <span class="unseen">{reached === undefined ? "not looked at:" : reached ? "yes:" : "no:"}</span>{" "}
              {stepTitles[step]}: <span class="aside">{visible(why)}</span>
            </li>
          )}
        </For>
      </ul>
    </li>
  );
}

/** Rules of the catalogue that would bring it further. */
export function Candidates(props: { readonly of: Known["candidates"]; readonly id: string }): JSX.Element {
  return (
    <Show when={props.of.total > 0}>
      <h3>Rules of the catalogue that would bring it further</h3>
      <ul class="plain-list">
        <For each={props.of.best}>
          {({ id, name, platform, verdict }) => (
            <li>
              <RuleLink id={id} name={name} /> <span class="aside">{visible(platform)}</span>{" "}
              <VerdictBadge of={verdict} />
            </li>
          )}
        </For>
        <Show when={props.of.total > props.of.best.length}>
          <li>
            <a href={searchAddress({ technique: props.id })}>
              and {countText(props.of.total - props.of.best.length)} more
            </a>
          </li>
        </Show>
      </ul>
    </Show>
  );
}
