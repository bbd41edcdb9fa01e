import * as monaco from "monaco-editor/esm/vs/editor/editor.api";

/** The editor in the page's colours; those of words are in `editor.css`. */
export function defineThemes(): void {
  monaco.editor.defineTheme("calypso-light", { base: "vs", inherit: true, rules: [], colors: light });
  monaco.editor.defineTheme("calypso-dark", { base: "vs-dark", inherit: true, rules: [], colors: dark });
}

const light = {
  "editor.background": "#ffffff",
  "editor.foreground": "#16202a",
  "editorLineNumber.foreground": "#4d5b66",
  "editorLineNumber.activeForeground": "#16202a",
  "editor.placeholder.foreground": "#4d5b66",
  "editor.selectionBackground": "#d9edf1",
  "editorSuggestWidget.selectedBackground": "#d9edf1",
  "editorSuggestWidget.selectedForeground": "#16202a",
  "editorSuggestWidget.highlightForeground": "#0b5c6b",
  "editorSuggestWidget.focusHighlightForeground": "#0b5c6b",
  "editorError.foreground": "#a11d12",
  "editorWarning.foreground": "#7a4b00",
  focusBorder: "#0b66c3",
};

const dark = {
  "editor.background": "#12181d",
  "editor.foreground": "#e4eaee",
  "editorLineNumber.foreground": "#a3b1bb",
  "editorLineNumber.activeForeground": "#e4eaee",
  "editor.placeholder.foreground": "#a3b1bb",
  "editor.selectionBackground": "#17414b",
  "editorWidget.background": "#1a2229",
  "editorSuggestWidget.background": "#1a2229",
  "editorSuggestWidget.selectedBackground": "#17414b",
  "editorSuggestWidget.selectedForeground": "#e4eaee",
  "editorSuggestWidget.highlightForeground": "#6fc7d6",
  "editorSuggestWidget.focusHighlightForeground": "#6fc7d6",
  "editorError.foreground": "#ff9d92",
  "editorWarning.foreground": "#efc274",
  focusBorder: "#7db7ff",
};
