// Modules that ship no types and are imported for what they do.
declare module "monaco-editor/esm/vs/editor/edcore.main";
declare module "@kusto/language-service/bridge.min.js";
declare module "@kusto/monaco-kusto/release/esm/kusto.worker.js";
declare module "monaco-editor/esm/vs/basic-languages/yaml/yaml" {
  import type { languages } from "monaco-editor/esm/vs/editor/editor.api";
  export const language: languages.IMonarchLanguage;
  export const conf: languages.LanguageConfiguration;
}
