import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, Severity } from "../parts/badge.tsx";
import { client } from "../platform/client.ts";
import { place } from "../platform/router.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { compareAddress } from "./address.ts";
import { RuleLink, VerdictBadge } from "./links.tsx";
import { relationTitles } from "./siblings.tsx";
import "../styles/catalogue.css";

type RuleKnown = AnswerOf<Routes["catalogueRule"]>;

interface Compared {
  readonly sides: readonly [RuleKnown, RuleKnown];
  readonly sibling: AnswerOf<Routes["catalogueSiblings"]>["siblings"][number] | undefined;
}

/** Two rules side by side. The address names both. */
export function ComparePage(): JSX.Element {
  const ids = () => [place().query.get("rule") ?? "", place().query.get("with") ?? ""] as const;
  const [compared] = createResource(
    () => JSON.stringify(ids()),
    async (): Promise<Compared> => {
      const [one, other] = ids();
      const [left, right, { siblings }] = await Promise.all([
        client.call("catalogueRule", { params: { id: one } }),
        client.call("catalogueRule", { params: { id: other } }),
        client.call("catalogueSiblings", { params: { id: one } }),
      ]);
      return { sides: [left, right], sibling: siblings.find(({ id }) => id === right.id) };
    },
  );
  return (
    <div class="page known">
      <h1>Compare two rules</h1>
      <Show
        when={ids().every((id) => id !== "")}
        fallback={
          <p>
            Open a rule of <a href="/catalogue">the catalogue</a> and choose <i>compare</i> beside one of its siblings.
          </p>
        }
      >
        <Asked of={compared} what="both rules">
          {(answer) => <Comparison of={answer()} />}
        </Asked>
      </Show>
    </div>
  );
}

function Comparison(props: { readonly of: Compared }): JSX.Element {
  const keys = (rule: RuleKnown) => new Set(rule.indicators.map(keyOf));
  const left = () => props.of.sides[0];
  const right = () => props.of.sides[1];
  const both = () => [...keys(left())].filter((key) => keys(right()).has(key));
  const only = (rule: RuleKnown, other: RuleKnown) => [...keys(rule)].filter((key) => !keys(other).has(key));
  return (
    <>
      <Show when={props.of.sibling}>
        {(sibling) => (
          <p>
            The right one is <Badge text={sibling().kind} />: {relationTitles[sibling().kind] ?? ""}. They are{" "}
            {Math.round(sibling().likeness * 100)} % alike.{" "}
            <a href={compareAddress(right().id, left().id)}>Change sides</a>
          </p>
        )}
      </Show>
      <div class="side-by-side">
        <For each={props.of.sides}>{(rule) => <Head rule={rule} />}</For>
        <section class="across" aria-labelledby="both">
          <h2 id="both">
            Both ask <span class="count">{both().length}</span>
          </h2>
          <List all={both()} nothing="no value in the same way" />
        </section>
        <Only all={only(left(), right())} />
        <Only all={only(right(), left())} />
        <For each={props.of.sides}>{(rule) => <Pipeline rule={rule} />}</For>
        <For each={props.of.sides}>
          {(rule) => (
            <section>
              <h2>Gives</h2>
              <p>{visible(rule.outputs.map(({ name }) => name).join(", ")) || "its events as they are"}</p>
            </section>
          )}
        </For>
      </div>
    </>
  );
}

function keyOf({ field, operator, value, negated }: RuleKnown["indicators"][number]): string {
  return `${negated ? "not " : ""}${field} ${operator} ${value.toLowerCase()}`;
}

function Head(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <section>
      <h2>
        <RuleLink id={props.rule.id} name={props.rule.name} />
      </h2>
      <div class="bar">
        <Show when={props.rule.severity}>{(severity) => <Severity of={severity()} />}</Show>
        <Badge text={`${props.rule.platform} · ${props.rule.language}`} />
        <VerdictBadge of={props.rule.verdict?.verdict.status} />
      </div>
      <ul class="summary">
        <For each={props.rule.summary}>{(line) => <li>{visible(line)}</li>}</For>
      </ul>
    </section>
  );
}

function Only(props: { readonly all: readonly string[] }): JSX.Element {
  return (
    <section>
      <h2>
        Only this asks <span class="count">{props.all.length}</span>
      </h2>
      <List all={props.all} nothing="nothing" />
    </section>
  );
}

function List(props: { readonly all: readonly string[]; readonly nothing: string }): JSX.Element {
  return (
    <Show when={props.all.length > 0} fallback={<p class="aside">{props.nothing}</p>}>
      <ul class="plain-list">
        <For each={props.all.slice(0, 100)}>
          {(text) => (
            <li>
              <code>{visible(text)}</code>
            </li>
          )}
        </For>
        <Show when={props.all.length > 100}>
          <li class="aside">and {props.all.length - 100} more</li>
        </Show>
      </ul>
    </Show>
  );
}

function Pipeline(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <section>
      <h2>How it works</h2>
      <ol class="pipeline">
        <For each={props.rule.stages}>
          {(stage) => (
            <li>
              <span class="number" aria-hidden="true">
                {stage.index}
              </span>
              <div>
                <Badge text={stage.within === undefined ? stage.operator : `${stage.within}: ${stage.operator}`} />
                <pre>{visibleLines(stage.text.trim())}</pre>
              </div>
            </li>
          )}
        </For>
      </ol>
    </section>
  );
}
