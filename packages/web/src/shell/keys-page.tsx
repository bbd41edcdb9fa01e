import { For, type JSX } from "solid-js";

const keys: readonly (readonly [string, string])[] = [
  ["Ctrl K or ⌘ K", "every page and action"],
  ["Shift Enter", "run the query that the cursor stands in (blank lines part queries), or what is selected"],
  ["Ctrl Space", "in the editor: what can be written here"],
  ["Ctrl .", "in the editor, on what is underlined: what can be written instead"],
  ["Ctrl M", "in the editor: whether Tab indents or moves on"],
  ["Shift Alt F", "in the editor: format"],
  ["Escape", "cancel the query that runs; leave the palette or the details"],
  ["F6", "from the editor to the results and back"],
  ["Arrows, Page Up and Down, Home, End", "move in the results; with Ctrl to the first and last row"],
  [
    "Enter",
    "on a row: all its columns, dynamics as trees; on a heading: sort; on a group: open or close it, as ← and → do",
  ],
  ["Alt ↓", "in the results: filter, sort or group by the column"],
  ["Ctrl C", "copy the cell; with Shift the row, separated by tabs"],
];

/** What can be done with keys. */
export function KeysPage(): JSX.Element {
  return (
    <div class="page text">
      <h1>Keys</h1>
      <dl class="keys">
        <For each={keys}>
          {([key, about]) => (
            <div>
              <dt>
                <kbd>{key}</kbd>
              </dt>
              <dd>{about}</dd>
            </div>
          )}
        </For>
      </dl>
    </div>
  );
}
