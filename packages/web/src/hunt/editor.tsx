import type { Diagnostic } from "@calypso/contract";
import { createEffect, type JSX } from "solid-js";

/** What the page asks of an editor, whichever it is. */
export interface EditorHandle {
  /** What is selected, or nothing. */
  readonly selected: () => string;
  readonly focus: () => void;
  /** Puts the cursor to a line and column, counted from 1. */
  readonly reveal: (line: number, column: number) => void;
}

export interface EditorProps {
  readonly text: string;
  readonly change: (text: string) => void;
  readonly diagnostics: readonly Diagnostic[];
  readonly ready: (handle: EditorHandle) => void;
}

/** The editor that is there at once, and wherever the other cannot be loaded. */
export function PlainEditor(props: EditorProps): JSX.Element {
  let area: HTMLTextAreaElement | undefined;
  createEffect(() => {
    if (area !== undefined && area.value !== props.text) area.value = props.text;
  });
  const ready = (element: HTMLTextAreaElement) => {
    area = element;
    props.ready({
      selected: () => element.value.slice(element.selectionStart, element.selectionEnd),
      focus: () => element.focus(),
      reveal: (line, column) => {
        const lines = element.value.split("\n").slice(0, line - 1);
        const at = lines.reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
        element.focus();
        element.setSelectionRange(at, at);
      },
    });
  };
  return (
    <textarea
      ref={ready}
      class="plain-editor"
      aria-label="Query"
      spellcheck={false}
      autocapitalize="off"
      autocomplete="off"
      placeholder="SigninLogs | take 100"
      onInput={(event) => props.change(event.currentTarget.value)}
    />
  );
}
