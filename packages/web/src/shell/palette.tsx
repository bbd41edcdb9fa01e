import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { type Command, commands } from "../platform/commands.ts";
import { visible } from "../text/visible.ts";
import { type Found, findAll } from "./finders.ts";

/** Whoever types does not ask with each letter, in milliseconds. */
const rest = 120;

/** The list of all commands and of the things that there are, found by typing parts of their names. */
export function Palette(props: { readonly open: boolean; readonly close: () => void }): JSX.Element {
  const [text, setText] = createSignal("");
  const [at, setAt] = createSignal(0);
  let dialog: HTMLDialogElement | undefined;
  let input: HTMLInputElement | undefined;

  const [things, setThings] = createSignal<readonly Found[]>([]);
  const found = createMemo<readonly (Command | Found)[]>(() => [
    ...commands().filter(({ name }) => holds(name, text())),
    ...things(),
  ]);
  const chosen = () => found()[Math.min(at(), found().length - 1)];

  createEffect(
    on(text, (wanted) => {
      // What fits another text is not to be chosen by this one.
      setThings([]);
      const asking = new AbortController();
      const timer = setTimeout(async () => {
        const answer = await findAll(wanted, asking.signal);
        if (!asking.signal.aborted) setThings(answer);
      }, rest);
      onCleanup(() => {
        clearTimeout(timer);
        asking.abort();
      });
    }),
  );

  createEffect(() => {
    if (props.open) {
      setText("");
      setAt(0);
      dialog?.showModal();
      input?.focus();
    } else dialog?.close();
  });

  const run = (command: Command | undefined) => {
    props.close();
    command?.run();
  };

  const key = (event: KeyboardEvent) => {
    const count = found().length;
    if (event.key === "ArrowDown") setAt((at() + 1) % Math.max(count, 1));
    else if (event.key === "ArrowUp") setAt((at() + count - 1) % Math.max(count, 1));
    else if (event.key === "Enter") run(chosen());
    else return;
    event.preventDefault();
  };

  return (
    <dialog class="palette" aria-label="Commands" ref={(element) => (dialog = element)} onClose={() => props.close()}>
      <input
        ref={(element) => (input = element)}
        type="text"
        role="combobox"
        aria-expanded="true"
        aria-controls="palette-list"
        aria-activedescendant={chosen() === undefined ? undefined : `palette-${found().indexOf(chosen() as Command)}`}
        aria-label="Find a page, an action, an incident, a rule, a table"
        placeholder="Find a page, an action, an incident, a rule, a table"
        autocomplete="off"
        value={text()}
        onInput={(event) => {
          setText(event.currentTarget.value);
          setAt(0);
        }}
        onKeyDown={key}
      />
      <Show when={found().length > 0} fallback={<p class="nothing">Nothing is called so.</p>}>
        <div role="listbox" id="palette-list" aria-label="Pages and actions">
          <For each={found()}>
            {(command, index) => (
              <div
                role="option"
                tabIndex={-1}
                id={`palette-${index()}`}
                aria-selected={command === chosen()}
                onMouseDown={(event) => {
                  event.preventDefault();
                  run(command);
                }}
              >
                <span>{visible(command.name)}</span>
                <Show when={command.keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
                <Show when={"kind" in command && command.kind}>{(kind) => <span class="kind">{kind()}</span>}</Show>
              </div>
            )}
          </For>
        </div>
      </Show>
    </dialog>
  );
}

/** Whether all words that were typed stand in a name. */
function holds(name: string, text: string): boolean {
  const lower = name.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}
