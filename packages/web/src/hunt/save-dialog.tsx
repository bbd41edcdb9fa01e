import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import { FormDialog } from "../parts/dialog.tsx";
import { type Draft, keepQuery, type Saved } from "./saved.ts";

const empty: Draft = { kind: "query", name: "", folder: "", description: "", parameters: "" };

/** Keeps the text of the editor as a query or a function: as a new one, or in the place of the one that was opened. */
export function SaveDialog(props: {
  readonly open: boolean;
  readonly close: () => void;
  readonly text: string;
  /** The saved query that the text comes from. */
  readonly from: Saved | undefined;
  readonly saved: (saved: Saved | undefined) => void;
}): JSX.Element {
  const [draft, setDraft] = createSignal<Draft>(empty);
  const [isNew, setNew] = createSignal(true);
  createEffect(
    on(
      () => props.open,
      (open) => {
        if (!open) return;
        const { kind, name, folder, description, parameters } = props.from ?? empty;
        setDraft({ kind, name, folder, description, parameters });
        setNew(props.from === undefined);
      },
    ),
  );
  const set = (change: Partial<Draft>) => setDraft({ ...draft(), ...change });
  return (
    <FormDialog
      open={props.open}
      close={props.close}
      title="Save"
      action={isNew() ? "Save" : "Save the changes"}
      work={async () => props.saved(await keepQuery(draft(), props.text, isNew() ? undefined : props.from))}
    >
      <Show when={props.from}>
        <label>
          <input type="checkbox" checked={isNew()} onChange={(event) => setNew(event.currentTarget.checked)} /> as a new
          one
        </label>
      </Show>
      <label>
        What it is
        <select
          value={draft().kind}
          disabled={!isNew()}
          onChange={(event) => set({ kind: event.currentTarget.value === "function" ? "function" : "query" })}
        >
          <option value="query">a query</option>
          <option value="function">a function that queries call by its name</option>
        </select>
      </label>
      <label>
        Name
        <input
          type="text"
          required
          value={draft().name}
          onInput={(event) => set({ name: event.currentTarget.value })}
        />
      </label>
      <Show when={draft().kind === "function"}>
        <label>
          Parameters
          <input
            type="text"
            placeholder="(least: long = 2, name: string)"
            value={draft().parameters}
            onInput={(event) => set({ parameters: event.currentTarget.value })}
          />
        </label>
      </Show>
      <label>
        Folder
        <input
          type="text"
          placeholder="sign-ins/failed"
          value={draft().folder}
          onInput={(event) => set({ folder: event.currentTarget.value })}
        />
      </label>
      <label>
        What it is for
        <input
          type="text"
          value={draft().description}
          onInput={(event) => set({ description: event.currentTarget.value })}
        />
      </label>
    </FormDialog>
  );
}
