import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { visible, visibleLines } from "../text/visible.ts";
import { searchAddress } from "./address.ts";
import type { RuleKnown } from "./rule-page.tsx";

type Here = AnswerOf<Routes["catalogueRuleHere"]>;
type Stage = RuleKnown["stages"][number];
type Predicate = Stage["predicates"][number];

/** The most columns that are named at once. */
const mostColumns = 8;

/** The logic as a numbered pipeline: each stage with its text, its conditions, and the columns that it adds and drops here. */
export function Stages(props: { readonly rule: RuleKnown; readonly here: Here | undefined }): JSX.Element {
  const parts = () => [...new Set(props.rule.stages.map(({ within }) => within))];
  const errors = () => props.here?.diagnostics.filter(({ severity }) => severity === "error") ?? [];
  return (
    <section aria-labelledby="stages">
      <h2 id="stages">
        How it works <span class="count">{props.rule.stages.length} stages</span>
      </h2>
      <Show when={errors()[0]}>
        {(error) => (
          <p class="note" role="note">
            Here it does not bind: {visible(error().message)}
            <Show when={error().place}>
              {(place) => (
                <>
                  {" "}
                  (line {place().line}, column {place().column})
                </>
              )}
            </Show>
          </p>
        )}
      </Show>
      <For each={parts()}>
        {(within) => (
          <>
            <Show when={within} fallback={<Show when={parts().length > 1}>{<h3>Result</h3>}</Show>}>
              {(name) => (
                <h3>
                  let <code>{visible(name())}</code>
                </h3>
              )}
            </Show>
            <ol class="pipeline">
              <For each={props.rule.stages.filter((stage) => stage.within === within)}>
                {(stage) => <OneStage stage={stage} here={props.here} />}
              </For>
            </ol>
          </>
        )}
      </For>
      <Show when={props.rule.unread.length > 0}>
        <h3>Not followed</h3>
        <ul>
          <For each={props.rule.unread}>
            {({ why, text }) => (
              <li>
                {visible(why)}: <code>{visible(text.length > 200 ? `${text.slice(0, 199)}…` : text)}</code>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

function OneStage(props: { readonly stage: Stage; readonly here: Here | undefined }): JSX.Element {
  const columns = () =>
    props.here?.stages.find(({ index, within }) => index === props.stage.index && within === props.stage.within);
  return (
    <li id={props.stage.within === undefined ? `stage-${props.stage.index}` : undefined}>
      <span class="number" aria-hidden="true">
        {props.stage.index}
      </span>
      <div>
        <Badge text={props.stage.operator} />
        <pre>{visibleLines(props.stage.text.trim())}</pre>
        <Show when={props.stage.predicates.length > 0}>
          <ul class="conditions" aria-label="Conditions">
            <For each={props.stage.predicates}>{(one) => <Condition of={one} />}</For>
          </ul>
        </Show>
        <Show when={columns()}>{(known) => <Columns in={known().in} out={known().out} />}</Show>
      </div>
    </li>
  );
}

function Condition(props: { readonly of: Predicate }): JSX.Element {
  const isNamedNot = () => /^(?:!|<>)/.test(props.of.operator);
  return (
    <li>
      <Show when={props.of.negated}>
        <Badge text={isNamedNot() ? "leaves out" : "not"} tone="medium" />
      </Show>{" "}
      <Show when={props.of.through.length > 0}>
        <span class="aside">{visible(props.of.through.join(" of "))} of </span>
      </Show>
      <a href={searchAddress({ field: props.of.field })} title="Rules that compare this field">
        <code>{visible(props.of.field)}</code>
      </a>{" "}
      <b>{visible(props.of.operator)}</b>{" "}
      <For each={props.of.values.slice(0, 12)}>
        {(value) => (
          <>
            <code class="value">{visible(value)}</code>{" "}
          </>
        )}
      </For>
      <Show when={props.of.values.length > 12}>
        <span class="aside">and {props.of.values.length - 12} more</span>
      </Show>
      <Show when={props.of.comparedWith}>{(other) => <code>{visible(other())}</code>}</Show>
    </li>
  );
}

/** What a stage does to the columns, and all of them on demand. */
function Columns(props: { readonly in: readonly string[]; readonly out: readonly string[] }): JSX.Element {
  const added = () => props.out.filter((name) => !props.in.includes(name));
  const dropped = () => props.in.filter((name) => !props.out.includes(name));
  const isSource = () => props.in.length === 0;
  return (
    <details class="columns-of">
      <summary>
        <Show when={!isSource()} fallback={<>{props.out.length} columns</>}>
          {props.in.length} → {props.out.length} columns
          <Show when={added().length > 0}>
            , <ins>+ {visible(some(added()))}</ins>
          </Show>
          <Show when={dropped().length > 0}>
            , <del>− {visible(some(dropped()))}</del>
          </Show>
        </Show>
      </summary>
      <p>{visible(props.out.join(", "))}</p>
    </details>
  );
}

function some(names: readonly string[]): string {
  if (names.length <= mostColumns) return names.join(", ");
  return `${names.slice(0, mostColumns - 1).join(", ")} and ${names.length - mostColumns + 1} more`;
}
