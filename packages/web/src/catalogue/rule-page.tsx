import type { AnswerOf, Routes } from "@calypso/contract";
import { createMemo, createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, Severity } from "../parts/badge.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { client } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { go } from "../platform/router.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { compareAddress } from "./address.ts";
import { Adopt } from "./adopt.tsx";
import { Indicators } from "./indicators.tsx";
import { VerdictBadge } from "./links.tsx";
import { About } from "./rule-about.tsx";
import { History } from "./rule-history.tsx";
import { Siblings } from "./siblings.tsx";
import { Stages } from "./stages.tsx";
import { VerdictHere } from "./verdict-here.tsx";
import "../styles/catalogue.css";

export type RuleKnown = AnswerOf<Routes["catalogueRule"]>;

/** All that is known of one rule: what it supposes, how it did here, how it works, what is like it. */
export function RulePage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const id = () => props.parameters["id"] ?? "";
  const [rule, { refetch }] = createResource(id, (of) => client.call("catalogueRule", { params: { id: of } }));
  return (
    <div class="page known">
      <Asked of={rule} what="the rule">
        {(known) => <Rule rule={known()} changed={() => void refetch()} />}
      </Asked>
    </div>
  );
}

function Rule(props: { readonly rule: RuleKnown; readonly changed: () => void }): JSX.Element {
  const id = createMemo(() => props.rule.id);
  const [siblings] = createResource(id, (of) => client.call("catalogueSiblings", { params: { id: of } }));
  const [here] = createResource(id, (of) => client.call("catalogueRuleHere", { params: { id: of } }));
  const nearest = () => (siblings.error === undefined ? siblings.latest?.siblings[0] : undefined);
  const compare = () => {
    const other = nearest();
    if (other !== undefined) go(compareAddress(id(), other.id));
  };
  offer([{ name: "Compare this rule with its nearest sibling", run: compare }]);
  return (
    <>
      <header class="known-head">
        <p class="crumbs">
          <a href="/catalogue">Catalogue</a> › {visible(props.rule.platform)} › {visible(props.rule.source.name)}
        </p>
        <h1>{visible(props.rule.name)}</h1>
        <div class="bar">
          <Show when={props.rule.severity}>{(severity) => <Severity of={severity()} />}</Show>
          <Badge text={props.rule.purpose} />
          <Badge text={`${props.rule.platform} · ${props.rule.language}`} />
          <VerdictBadge of={props.rule.verdict?.verdict.status} />
          <For each={props.rule.inUse}>
            {({ key, name }) => (
              <a href={`/rules/${encodeURIComponent(key)}`} title={visible(name)}>
                <Badge text="in use here" tone="good" />
              </a>
            )}
          </For>
          <Show when={props.rule.source.removedAt !== undefined}>
            <Badge text="its source has it no more" tone="medium" />
          </Show>
          <span class="actions">
            <Show when={props.rule.kql}>
              {(kql) => (
                <HuntLink query={kql()} title="Run its query in Hunt">
                  Open in Hunt
                </HuntLink>
              )}
            </Show>
            <Show when={nearest()}>
              {(other) => <a href={compareAddress(id(), other().id)}>Compare with the nearest</a>}
            </Show>
            <Adopt rule={props.rule} changed={props.changed} />
          </span>
        </div>
      </header>
      <div class="with-aside">
        <div class="rule-main">
          <Purpose rule={props.rule} />
          <Stages rule={props.rule} here={here.error === undefined ? here.latest : undefined} />
          <Indicators rule={props.rule} />
          <Outputs rule={props.rule} />
          <Siblings of={props.rule} siblings={siblings} />
          <Noise rule={props.rule} />
          <Logic rule={props.rule} />
          <History rule={props.rule} />
        </div>
        <aside class="rule-aside" aria-label="In short">
          <VerdictHere rule={props.rule} changed={props.changed} />
          <About rule={props.rule} />
        </aside>
      </div>
    </>
  );
}

/** What it supposes, where that is known, and else what follows from its logic. */
function Purpose(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <section aria-labelledby="purpose">
      <h2 id="purpose">What it looks for</h2>
      <Show
        when={props.rule.hypothesis}
        fallback={
          <ul class="summary">
            <For each={props.rule.summary}>{(line) => <li>{visible(line)}</li>}</For>
          </ul>
        }
      >
        {(hypothesis) => (
          <dl class="facts">
            <dt>The adversary</dt>
            <dd>{visible(hypothesis().adversary)}</dd>
            <dt>To be seen</dt>
            <dd>{visible(hypothesis().seen)}</dd>
            <dt>Where</dt>
            <dd>{visible(hypothesis().where.join(", "))}</dd>
            <dt>Refuted by</dt>
            <dd>{visible(hypothesis().refuted)}</dd>
          </dl>
        )}
      </Show>
      <Show when={props.rule.description.trim() !== ""}>
        <details>
          <summary>As its author says</summary>
          <p class="prose">{visibleLines(props.rule.description.trim())}</p>
        </details>
      </Show>
    </section>
  );
}

function Outputs(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <Show when={props.rule.outputs.length > 0}>
      <section aria-labelledby="outputs">
        <h2 id="outputs">
          What it gives <span class="count">{props.rule.outputs.length}</span>
        </h2>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Field</th>
              <th scope="col">Type</th>
              <th scope="col">Made by</th>
              <th scope="col">Stage</th>
            </tr>
          </thead>
          <tbody>
            <For each={props.rule.outputs}>
              {({ name, type, source, stage }) => (
                <tr>
                  <td class="main">
                    <code>{visible(name)}</code>
                  </td>
                  <td class="type">{visible(type ?? "")}</td>
                  <td>{visible(source)}</td>
                  <td>
                    <a href={`#stage-${stage}`}>{stage}</a>
                  </td>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </section>
    </Show>
  );
}

/** What else makes it fire, with filters that bind to its columns. */
function Noise(props: { readonly rule: RuleKnown }): JSX.Element {
  return (
    <Show when={props.rule.filters.length + props.rule.falsePositives.length > 0}>
      <section aria-labelledby="noise">
        <h2 id="noise">What else makes it fire</h2>
        <For each={props.rule.filters}>
          {({ name, explanation, filter }) => (
            <div class="noise">
              <h3>{visible(name)}</h3>
              <p>{visible(explanation)}</p>
              <p class="aside">Kept out by this exception:</p>
              <pre>{visibleLines(filter)}</pre>
            </div>
          )}
        </For>
        <Show when={props.rule.falsePositives.length > 0}>
          <p class="aside">As its author says:</p>
          <ul>
            <For each={props.rule.falsePositives}>{(text) => <li>{visible(text)}</li>}</For>
          </ul>
        </Show>
      </section>
    </Show>
  );
}

function Logic(props: { readonly rule: RuleKnown }): JSX.Element {
  const translated = () => (props.rule.language === "kql" ? undefined : props.rule.kql);
  return (
    <section aria-labelledby="logic">
      <h2 id="logic">Logic</h2>
      <Show when={translated()}>
        {(kql) => (
          <>
            <p class="aside">As it runs here, in KQL:</p>
            <pre>{visibleLines(kql())}</pre>
          </>
        )}
      </Show>
      <details open={translated() === undefined}>
        <summary>As its author wrote it, in {visible(props.rule.language)}</summary>
        <pre>{visibleLines(props.rule.logic)}</pre>
      </details>
    </section>
  );
}
