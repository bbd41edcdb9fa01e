import { createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { visible } from "../text/visible.ts";
import { lookUpSaved, type RuleQuery, removeSaved, type Saved, savedQueries } from "./saved.ts";

interface SavedPanelProps {
  /** Puts a text into the editor, and runs it where that is asked for. */
  readonly open: (text: string, from: Saved | undefined, run: boolean) => void;
}

/** Queries and functions that users keep, by folder, and the queries of the rules that are here. The address holds what is searched for. */
export function SavedPanel(props: SavedPanelProps): JSX.Element {
  lookUpSaved();
  const find = () => place().query.get("find") ?? "";
  const holds = (...texts: readonly string[]) => {
    const all = texts.join("\n").toLowerCase();
    return find()
      .toLowerCase()
      .split(/\s+/)
      .every((word) => all.includes(word));
  };
  return (
    <section class="listing" tabindex="0" aria-label="Saved queries">
      <SearchField about="Find a query" value={find()} change={(text) => amend({ find: text || undefined })} />
      <Asked of={savedQueries} what="the saved queries">
        {(answer) => {
          const saved = createMemo(() => {
            const found = answer().saved.filter(({ name, folder, text, description }) =>
              holds(name, folder, text, description),
            );
            const folders = [...new Set(found.map(({ folder }) => folder))];
            return folders.map((name) => [name, found.filter(({ folder }) => folder === name)] as const);
          });
          const rules = createMemo(() =>
            answer().ofRules.filter(({ name, text, description, tactics }) =>
              holds(name, text, description, tactics.join(" ")),
            ),
          );
          return (
            <>
              <Show when={answer().saved.length === 0}>
                <p class="nothing">Nothing is saved yet: write a query and press Save.</p>
              </Show>
              <For each={saved()}>
                {([folder, list]) => (
                  <>
                    <h2>{folder === "" ? "Saved" : visible(folder)}</h2>
                    <ul class="saved">
                      <For each={list}>{(one) => <SavedRow saved={one} open={props.open} />}</For>
                    </ul>
                  </>
                )}
              </For>
              <Show when={rules().length > 0}>
                <h2>Of rules and hunts</h2>
                <ul class="saved">
                  <For each={rules()}>{(rule) => <RuleRow rule={rule} open={props.open} />}</For>
                </ul>
              </Show>
            </>
          );
        }}
      </Asked>
    </section>
  );
}

function SavedRow(props: { readonly saved: Saved; readonly open: SavedPanelProps["open"] }): JSX.Element {
  const [sure, setSure] = createSignal(false);
  const remove = () => {
    if (!sure()) return setSure(true);
    return removeSaved(props.saved).catch((thrown: unknown) => tell(problemOf(thrown).detail));
  };
  const isFunction = () => props.saved.kind === "function";
  return (
    <li>
      <button type="button" class="link" onClick={() => props.open(props.saved.text, props.saved, false)}>
        {visible(props.saved.name)}
      </button>
      <Show when={isFunction()}>
        <code class="type">{visible(props.saved.parameters)}</code>
      </Show>
      <span class="about">{visible(props.saved.description)}</span>
      <span class="aside">
        {visible(props.saved.changedBy)}, {props.saved.changedAt.slice(0, 10)}
      </span>
      <Show when={!isFunction()}>
        <button type="button" class="quiet" onClick={() => props.open(props.saved.text, props.saved, true)}>
          Run
        </button>
      </Show>
      <button type="button" class="quiet" onClick={() => void remove()} onBlur={() => setSure(false)}>
        {sure() ? "Remove it now" : "Remove"}
      </button>
    </li>
  );
}

function RuleRow(props: { readonly rule: RuleQuery; readonly open: SavedPanelProps["open"] }): JSX.Element {
  return (
    <li>
      <button type="button" class="link" onClick={() => props.open(props.rule.text, undefined, false)}>
        {visible(props.rule.name)}
      </button>
      <span class="type">{props.rule.kind}</span>
      <span class="about">{visible(props.rule.description.slice(0, 200))}</span>
      <span class="aside">{props.rule.tactics.map(visible).join(", ")}</span>
      <button type="button" class="quiet" onClick={() => props.open(props.rule.text, undefined, true)}>
        Run
      </button>
    </li>
  );
}
