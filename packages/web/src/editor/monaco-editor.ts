import "monaco-editor/esm/vs/editor/edcore.main";
import type { Diagnostic } from "@calypso/contract";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";
import type { Schema } from "../platform/client.ts";
import { colour } from "./colours.ts";
import { registerDocuments } from "./documents.ts";
import type { EditorHandle, EditorLanguage } from "./editor-handle.ts";
import { kustoWorker, languageId, registerKusto, setKustoSchema } from "./kusto-language.ts";
import { offerFixes, underline } from "./quick-fixes.ts";
import { defineThemes } from "./themes.ts";

/** The beginning of an editor: what the text field held that it takes the place of. */
export interface Beginning {
  readonly text: string;
  readonly selection: readonly [number, number];
  readonly change: (text: string) => void;
  readonly moved: (offset: number) => void;
  readonly language: EditorLanguage;
  readonly label: string;
}

/** How the editor looks and behaves. */
export interface Manner {
  readonly dark: boolean;
  /** Says all to screen readers, even where none is found. */
  readonly spoken: boolean;
}

/** An editor that stands on the page. */
export interface OpenEditor extends EditorHandle {
  readonly setText: (text: string) => void;
  readonly setDiagnostics: (list: readonly Diagnostic[]) => void;
  readonly setManner: (manner: Manner) => void;
  readonly setSchema: (schema: Schema) => void;
  readonly dispose: () => void;
}

/** Puts an editor into an element. */
export function openEditor(host: HTMLElement, beginning: Beginning, manner: Manner): OpenEditor {
  const isQuery = beginning.language === "kusto";
  registerKusto();
  registerDocuments();
  offerFixes();
  defineThemes();
  const model = monaco.editor.createModel(beginning.text, isQuery ? languageId : beginning.language);
  const editor = monaco.editor.create(host, {
    ...options,
    ...(isQuery ? {} : { placeholder: "", tabSize: 2, quickSuggestions: false }),
    ariaLabel: beginning.label,
    model,
    theme: themeOf(manner),
    accessibilitySupport: manner.spoken ? "on" : "auto",
  });
  model.updateOptions({ bracketColorizationOptions: { enabled: false, independentColorPoolPerBracketType: false } });
  const again = isQuery ? colour(model, editor, kustoWorker).again : () => undefined;
  const offsetOf = (position: monaco.Position | null) => (position === null ? 0 : model.getOffsetAt(position));
  const [from, to] = beginning.selection.map((offset) => model.getPositionAt(offset));
  if (from !== undefined && to !== undefined) editor.setSelection(monaco.Selection.fromPositions(from, to));
  editor.onDidChangeModelContent(() => beginning.change(model.getValue(lineEnd)));
  editor.onDidChangeCursorPosition(({ position }) => beginning.moved(offsetOf(position)));
  host.querySelector("textarea")?.setAttribute("aria-description", "Tab indents; Ctrl M lets it move on, and back");
  return {
    selected: () => {
      const selection = editor.getSelection();
      const text = selection === null ? "" : model.getValueInRange(selection, lineEnd);
      if (selection === null || text.trim() === "") return undefined;
      return { text, line: selection.startLineNumber, column: selection.startColumn };
    },
    focus: () => editor.focus(),
    reveal: (lineNumber, column) => {
      editor.setPosition({ lineNumber, column });
      editor.revealLineInCenterIfOutsideViewport(lineNumber);
      editor.focus();
    },
    setText: (text) => {
      if (model.getValue(lineEnd) !== text) model.setValue(text);
    },
    setDiagnostics: (list) => underline(model, list),
    setManner: (next) => {
      monaco.editor.setTheme(themeOf(next));
      editor.updateOptions({ accessibilitySupport: next.spoken ? "on" : "auto" });
    },
    setSchema: (schema) => {
      if (isQuery) void setKustoSchema(schema).then(again);
    },
    dispose: () => {
      editor.dispose();
      model.dispose();
    },
  };
}

/** Texts have `\n` at the ends of their lines, whatever was pasted. */
const lineEnd = monaco.editor.EndOfLinePreference.LF;

function themeOf({ dark }: Manner): string {
  return dark ? "calypso-dark" : "calypso-light";
}

const options: monaco.editor.IStandaloneEditorConstructionOptions = {
  automaticLayout: true,
  fixedOverflowWidgets: true,
  fontFamily: "var(--mono)",
  fontSize: 13,
  lineNumbersMinChars: 3,
  minimap: { enabled: false },
  overviewRulerLanes: 0,
  padding: { top: 6, bottom: 6 },
  placeholder: "SigninLogs | take 100",
  renderControlCharacters: true,
  renderFinalNewline: "on",
  renderLineHighlight: "none",
  scrollBeyondLastLine: false,
  stickyScroll: { enabled: false },
  tabSize: 4,
  wordBasedSuggestions: "off",
  wordWrap: "on",
  links: false,
  acceptSuggestionOnCommitCharacter: false,
  // Enter is a line of its own where nothing was chosen from the list.
  acceptSuggestionOnEnter: "smart",
  suggestOnTriggerCharacters: true,
  quickSuggestions: { other: true, comments: false, strings: false },
  pasteAs: { enabled: false },
  dropIntoEditor: { enabled: false },
};
