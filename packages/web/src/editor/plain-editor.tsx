import { createEffect, type JSX } from "solid-js";
import { type EditorProps, lineAndColumn } from "./editor-handle.ts";

interface PlainProps extends EditorProps {
  /** Told of the text field. */
  readonly element?: (area: HTMLTextAreaElement) => void;
}

/** The editor that is there at once, and wherever the other cannot be loaded. */
export function PlainEditor(props: PlainProps): JSX.Element {
  let area: HTMLTextAreaElement | undefined;
  createEffect(() => {
    if (area !== undefined && area.value !== props.text) area.value = props.text;
  });
  const ready = (element: HTMLTextAreaElement) => {
    area = element;
    props.element?.(element);
    props.ready({
      selected: () => {
        const text = element.value.slice(element.selectionStart, element.selectionEnd);
        return text.trim() === "" ? undefined : { text, ...lineAndColumn(element.value, element.selectionStart) };
      },
      focus: () => element.focus(),
      reveal: (line, column) => {
        const lines = element.value.split("\n").slice(0, line - 1);
        const at = lines.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
        element.focus();
        element.setSelectionRange(at, at);
      },
    });
  };
  const moved = (event: { readonly currentTarget: HTMLTextAreaElement }) =>
    props.moved(event.currentTarget.selectionStart);
  return (
    <textarea
      ref={ready}
      class="plain-editor"
      aria-label={props.label ?? "Query"}
      spellcheck={false}
      autocapitalize="off"
      autocomplete="off"
      placeholder={props.language === undefined ? "SigninLogs | take 100" : ""}
      onSelect={moved}
      onCompositionStart={(event) => (event.currentTarget.dataset["composing"] = "yes")}
      onCompositionEnd={(event) => delete event.currentTarget.dataset["composing"]}
      onInput={(event) => {
        props.change(event.currentTarget.value);
        moved(event);
      }}
    />
  );
}
