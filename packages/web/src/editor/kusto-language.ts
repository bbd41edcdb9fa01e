import type { IKustoWorkerImpl } from "@kusto/monaco-kusto/release/esm/kustoWorker";
import {
  CompletionAdapter,
  DocumentFormatAdapter,
  FoldingAdapter,
  FormatAdapter,
  HoverAdapter,
  RenameAdapter,
} from "@kusto/monaco-kusto/release/esm/languageFeatures";
import { WorkerManager } from "@kusto/monaco-kusto/release/esm/workerManager";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";
import EditorWorker from "monaco-editor/esm/vs/editor/editor.worker?worker";
import type { Schema } from "../platform/client.ts";
import { kustoSchema } from "./kusto-schema.ts";
import KustoWorker from "./kusto-worker.ts?worker";

export const languageId = "kusto";

const changed = new monaco.Emitter<never>();

/** What the language service does; diagnostics are the service's own and come from there. */
const defaults = {
  onDidChange: changed.event,
  languageSettings: {
    includeControlCommands: false,
    newlineAfterPipe: false,
    useIntellisenseV2: true,
    useSemanticColorization: true,
    enableHover: true,
    formatter: { indentationSize: 4, pipeOperatorStyle: "Smart" as const },
    completionOptions: { includeExtendedSyntax: true },
    disabledCompletionItems: [],
  },
  setLanguageSettings: () => undefined,
  setMaximumWorkerIdleTime: () => undefined,
  // A thread that ends would have to be told the schema again.
  getWorkerMaxIdleTime: () => 0,
};

let workers: WorkerManager | undefined;

/** The language service's thread, with the text that this address names. */
export async function kustoWorker(...uris: monaco.Uri[]): Promise<IKustoWorkerImpl> {
  if (workers === undefined) throw new Error("the language is not registered");
  return workers.getLanguageServiceWorker(...uris);
}

let aliases: readonly string[] = [];

/** Makes the language known to the editor, once; its thread begins with the first text. */
export function registerKusto(): void {
  if (workers !== undefined) return;
  self.MonacoEnvironment = {
    getWorker: (_id, label) => (label === languageId ? new KustoWorker() : new EditorWorker()),
  };
  workers = new WorkerManager(monaco, defaults);
  const { languages } = monaco;
  // The library's own type of a thread names methods that its managers add and nothing here calls.
  const worker = kustoWorker as never;
  languages.register({ id: languageId });
  languages.registerCompletionItemProvider(languageId, new CompletionAdapter(worker, defaults.languageSettings));
  languages.registerCompletionItemProvider(languageId, {
    triggerCharacters: ["'", '"'],
    provideCompletionItems: named,
  });
  languages.registerHoverProvider(languageId, new HoverAdapter(worker));
  languages.registerFoldingRangeProvider(languageId, new FoldingAdapter(worker));
  languages.registerRenameProvider(languageId, new RenameAdapter(worker));
  languages.registerDocumentFormattingEditProvider(languageId, new DocumentFormatAdapter(worker));
  languages.registerDocumentRangeFormattingEditProvider(languageId, new FormatAdapter(worker));
  languages.setLanguageConfiguration(languageId, {
    comments: { lineComment: "//" },
    brackets: [
      ["{", "}"],
      ["[", "]"],
      ["(", ")"],
    ],
    autoClosingPairs: [
      { open: "{", close: "}" },
      { open: "[", close: "]" },
      { open: "(", close: ")" },
      { open: "'", close: "'", notIn: ["string", "comment"] },
      { open: '"', close: '"', notIn: ["string", "comment"] },
    ],
  });
}

/** Tells the language service what queries can name. */
export async function setKustoSchema(schema: Schema): Promise<void> {
  aliases = schema.watchlists;
  const { setSchema } = await kustoWorker();
  await setSchema(kustoSchema(schema));
}

/** The names of watchlists, inside the call that reads one. */
function named(model: monaco.editor.ITextModel, { lineNumber, column }: monaco.Position) {
  const before = model.getLineContent(lineNumber).slice(0, column - 1);
  const [, typed] = /_GetWatchlist\(\s*['"]([^'"]*)$/.exec(before) ?? [];
  if (typed === undefined) return undefined;
  const range = new monaco.Range(lineNumber, column - typed.length, lineNumber, column);
  const kind = monaco.languages.CompletionItemKind.Value;
  return { suggestions: aliases.map((alias) => ({ label: alias, insertText: alias, kind, range })) };
}
