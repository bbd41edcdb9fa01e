import { createEffect, createSignal, type JSX, on, onCleanup, onMount, Show } from "solid-js";
import { needSchema, schema } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { isDark, keep, read, theme } from "../platform/preferences.ts";
import type { EditorProps } from "./editor-handle.ts";
import type { OpenEditor } from "./monaco-editor.ts";
import { PlainEditor } from "./plain-editor.tsx";

const [plain, setPlain] = createSignal(read("editor") === "plain");
const [spoken, setSpoken] = createSignal(read("editor.spoken") === "yes");

/**
 * The editor of queries: a text field that is there at once, and from the first use of it on the one that knows KQL, which takes over
 * its text, its cursor and the focus. Whoever wants keeps the text field.
 */
export function Editor(props: EditorProps): JSX.Element {
  const [open, setOpen] = createSignal<OpenEditor>();
  let host: HTMLDivElement | undefined;
  let area: HTMLTextAreaElement | undefined;
  let isAsked = false;
  let isGone = false;

  needSchema();
  const load = async () => {
    if (isAsked || plain()) return;
    isAsked = true;
    try {
      const { openEditor } = await import("./monaco-editor.ts");
      await composed(area);
      if (isGone || plain() || host === undefined || area === undefined) return;
      const hadFocus = document.activeElement === area;
      const selection = [area.selectionStart, area.selectionEnd] as const;
      const { change, moved, language = "kusto", label = "Query" } = props;
      const beginning = { text: area.value, selection, change, moved, language, label };
      const opened = openEditor(host, beginning, manner());
      setOpen(opened);
      props.ready(opened);
      if (hadFocus) opened.focus();
    } catch {
      tell("the editor could not be loaded; the text field stays");
    }
  };
  const close = () => {
    open()?.dispose();
    setOpen(undefined);
    isAsked = false;
  };
  const manner = () => ({ dark: isDark(), spoken: spoken() });

  createEffect(() => props.text !== "" && void load());
  createEffect(() => open()?.setText(props.text));
  createEffect(() => open()?.setDiagnostics(props.diagnostics));
  createEffect(on([open, theme, spoken], ([opened]) => opened?.setManner(manner())));
  createEffect(() => {
    if (schema.state === "ready") open()?.setSchema(schema());
  });
  onMount(() => {
    const system = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => open()?.setManner(manner());
    system.addEventListener("change", follow);
    onCleanup(() => system.removeEventListener("change", follow));
  });
  onCleanup(() => {
    isGone = true;
    open()?.dispose();
  });
  offer([
    {
      name: "Write in a plain text field, or in one that knows KQL",
      run: () => {
        setPlain(!plain());
        keep("editor", plain() ? "plain" : "full");
        if (plain()) close();
        else void load();
      },
    },
    {
      name: "Tell screen readers all that is written, or only where one is found",
      run: () => {
        setSpoken(!spoken());
        keep("editor.spoken", spoken() ? "yes" : "no");
        tell(spoken() ? "the editor says all to screen readers" : "the editor looks whether there is a screen reader");
      },
    },
  ]);
  return (
    <div class="editor-host" onFocusIn={() => void load()} onPointerEnter={() => void load()}>
      <div class="editor-host" hidden={open() === undefined} ref={(element) => (host = element)} />
      <Show when={open() === undefined}>
        <PlainEditor {...props} element={(element) => (area = element)} />
      </Show>
    </div>
  );
}

/** When no character is being put together from several keys any more. */
async function composed(area: HTMLTextAreaElement | undefined): Promise<void> {
  if (area?.dataset["composing"] !== "yes") return;
  await new Promise((resolve) => area.addEventListener("compositionend", resolve, { once: true }));
}
