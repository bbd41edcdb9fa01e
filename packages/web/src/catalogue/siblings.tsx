import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX, type Resource, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { visible } from "../text/visible.ts";
import { compareAddress } from "./address.ts";
import { RuleLink } from "./links.tsx";
import type { RuleKnown } from "./rule-page.tsx";

export type SiblingsKnown = AnswerOf<Routes["catalogueSiblings"]>;

/** What each relation says of the other rule. */
export const relationTitles: Readonly<Record<string, string>> = {
  equal: "the same events meet both",
  stricter: "every event that meets it meets this rule",
  looser: "every event that meets this rule meets it",
  overlapping: "an event can meet both, and both ask for a value that is the same",
  "same action": "both look for the same operation, program or kind of sign-in",
};

/** Rules that detect the same action on any platform, with what each asks that the other does not. */
export function Siblings(props: { readonly of: RuleKnown; readonly siblings: Resource<SiblingsKnown> }): JSX.Element {
  return (
    <section aria-labelledby="siblings">
      <h2 id="siblings">Rules detecting the same action</h2>
      <Asked of={props.siblings} what="its siblings">
        {(known) => (
          <Show when={known().siblings.length > 0} fallback={<p class="aside">No other rule detects what it does.</p>}>
            <table class="data siblings">
              <thead>
                <tr>
                  <th scope="col">Rule</th>
                  <th scope="col">It is</th>
                  <th scope="col" class="number">
                    Alike
                  </th>
                  <th scope="col">It asks, and this does not</th>
                  <th scope="col">This asks, and it does not</th>
                </tr>
              </thead>
              <tbody>
                <For each={known().siblings}>
                  {(sibling) => (
                    <tr>
                      <td class="name">
                        <RuleLink id={sibling.id} name={sibling.name} />
                        <br />
                        <span class="aside">{visible(sibling.platform)}</span> ·{" "}
                        <a href={compareAddress(props.of.id, sibling.id)}>compare</a>
                      </td>
                      <td>
                        <Badge text={sibling.kind} title={relationTitles[sibling.kind] ?? ""} />
                      </td>
                      <td class="number">{Math.round(sibling.likeness * 100)} %</td>
                      <td class="asks">
                        <Clauses all={sibling.adds} />
                      </td>
                      <td class="asks">
                        <Clauses all={sibling.lacks} />
                      </td>
                    </tr>
                  )}
                </For>
              </tbody>
            </table>
          </Show>
        )}
      </Asked>
    </section>
  );
}

function Clauses(props: { readonly all: readonly string[] }): JSX.Element {
  return (
    <Show when={props.all.length > 0} fallback={<span class="aside">nothing</span>}>
      <ul>
        <For each={props.all.slice(0, 3)}>
          {(clause) => <li>{visible(clause.length > 110 ? `${clause.slice(0, 109)}…` : clause)}</li>}
        </For>
        <Show when={props.all.length > 3}>
          <li class="aside">and {props.all.length - 3} more</li>
        </Show>
      </ul>
    </Show>
  );
}
