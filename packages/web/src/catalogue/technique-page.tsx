import { createMemo, createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { client } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { searchAddress, techniqueAddress } from "./address.ts";
import { PlatformLinks } from "./links.tsx";
import { RuleList } from "./rule-list.tsx";
import { TechniqueRules } from "./technique-rules.tsx";
import "../styles/catalogue.css";

/** A technique of ATT&CK: what it is part of, how far rules in use cover it, and every rule that claims it. */
export function TechniquePage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const id = createMemo(() => (props.parameters["id"] ?? "").toUpperCase());
  const [technique] = createResource(id, (of) => client.call("catalogueTechnique", { params: { id: of } }));
  return (
    <div class="page known">
      <Asked of={technique} what="the technique">
        {(known) => (
          <>
            <p class="crumbs">
              <a href="/coverage">Coverage</a> ›{" "}
              <Show when={known().parent} fallback={<>ATT&CK {visible(known().attack.version)}</>}>
                {(parent) => (
                  <a href={techniqueAddress(parent().id)}>
                    {parent().id} {visible(parent().name)}
                  </a>
                )}
              </Show>
            </p>
            <h1>
              {known().id} {visible(known().name)}
            </h1>
            <Show when={known().withdrawn}>
              <p class="note">
                ATT&CK has it no more
                <Show when={known().successor}>
                  {(successor) => (
                    <>
                      : see <a href={techniqueAddress(successor())}>{successor()}</a>
                    </>
                  )}
                </Show>
                .
              </p>
            </Show>
            <dl class="facts">
              <dt>Tactics</dt>
              <dd>
                <For each={known().tactics}>
                  {({ token, name }, index) => (
                    <>
                      <Show when={index() > 0}>, </Show>
                      <a href={searchAddress({ tactic: token })}>{visible(name)}</a>
                    </>
                  )}
                </For>
              </dd>
              <Show when={known().platforms.length > 0}>
                <dt>Platforms</dt>
                <dd>{visible(known().platforms.join(", "))}</dd>
              </Show>
              <Show when={known().dataComponents.length > 0}>
                <dt>Seen in</dt>
                <dd>{visible(known().dataComponents.join(", "))}</dd>
              </Show>
              <dt>Rules</dt>
              <dd>
                <Show when={Object.keys(known().rules).length > 0} fallback="no rule of the catalogue claims it">
                  <PlatformLinks counts={known().rules} conditions={{ technique: known().id }} />
                </Show>
              </dd>
            </dl>
            <Show when={known().subTechniques.length > 0}>
              <h2>Sub-techniques</h2>
              <ul class="columns-list">
                <For each={known().subTechniques}>
                  {(sub) => (
                    <li>
                      <a href={techniqueAddress(sub.id)}>{sub.id}</a> {visible(sub.name)}{" "}
                      <span class="count">{countText(sub.rules)}</span>
                    </li>
                  )}
                </For>
              </ul>
            </Show>
            <Show when={!known().withdrawn}>
              <h2>Covered here</h2>
              <TechniqueRules id={known().id} step={undefined} />
            </Show>
            <h2>Rules of the catalogue</h2>
            <RuleList conditions={{ technique: [known().id] }} />
            <p class="aside source">{visible(known().attack.source)}</p>
          </>
        )}
      </Asked>
    </div>
  );
}
