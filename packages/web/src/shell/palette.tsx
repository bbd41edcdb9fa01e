import { createEffect, createMemo, createSignal, For, type JSX, Show } from "solid-js";
import { type Command, commands } from "../platform/commands.ts";

/** The list of all commands, found by typing parts of their names. */
export function Palette(props: { readonly open: boolean; readonly close: () => void }): JSX.Element {
  const [text, setText] = createSignal("");
  const [at, setAt] = createSignal(0);
  let dialog: HTMLDialogElement | undefined;
  let input: HTMLInputElement | undefined;

  const found = createMemo(() => commands().filter(({ name }) => holds(name, text())));
  const chosen = () => found()[Math.min(at(), found().length - 1)];

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
        aria-label="Find a page or an action"
        placeholder="Find a page or an action"
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
                <span>{command.name}</span>
                <Show when={command.keys}>{(keys) => <kbd>{keys()}</kbd>}</Show>
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
