import * as yaml from "monaco-editor/esm/vs/basic-languages/yaml/yaml";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";

let registered = false;

/** Makes the languages of rules' files known to the editor, once: their words have colours, and comments a key. */
export function registerDocuments(): void {
  if (registered) return;
  registered = true;
  monaco.languages.register({ id: "yaml" });
  monaco.languages.setMonarchTokensProvider("yaml", yaml.language);
  monaco.languages.setLanguageConfiguration("yaml", yaml.conf);
  monaco.languages.register({ id: "json" });
}
