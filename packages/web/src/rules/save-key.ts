import { onCleanup } from "solid-js";
import { offer } from "../platform/commands.ts";

/** Ctrl+S saves the rule, also where the editor has the focus. */
export function saveWithKeys(save: () => void): void {
  const key = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    save();
  };
  addEventListener("keydown", key, true);
  onCleanup(() => removeEventListener("keydown", key, true));
  offer([{ name: "Save the rule", keys: "Ctrl S", run: save }]);
}
