import type { IKustoWorkerImpl } from "@kusto/monaco-kusto/release/esm/kustoWorker";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";

/** What the language service calls the words of a query, in the order of its numbers; classes of `editor.css`. */
const kinds = [
  ...["", "comment", "", "directive", "literal", "string", "type", "column", "table", "table", "function", "parameter"],
  ...["variable", "", "parameter", "parameter", "keyword", "", "operator", "keyword", "keyword", "table", "column"],
  ...["parameter", ""],
];

/** How long a text has to rest before its words get their colours, in milliseconds. */
const rest = 150;
/** Longer texts stay as they are: the thread has better things to do. */
const longest = 100_000;

/** Gives the words of a text their colours whenever it has changed; ends with the text. `again` asks for it too. */
export function colour(
  model: monaco.editor.ITextModel,
  editor: monaco.editor.ICodeEditor,
  worker: (uri: monaco.Uri) => Promise<IKustoWorkerImpl>,
): { readonly again: () => void } {
  const decorations = editor.createDecorationsCollection();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const draw = async () => {
    const version = model.getVersionId();
    const { doColorization } = await worker(model.uri);
    const ranges = await doColorization(model.uri.toString(), []);
    if (model.isDisposed() || model.getVersionId() !== version) return;
    decorations.set(
      ranges.flatMap(({ classifications }) =>
        classifications.flatMap(({ kind, start, length }) => {
          const name = kinds[kind] ?? "";
          if (name === "") return [];
          const [from, to] = [model.getPositionAt(start), model.getPositionAt(start + length)];
          return { range: monaco.Range.fromPositions(from, to), options: { inlineClassName: `kql-${name}` } };
        }),
      ),
    );
  };
  const again = () => {
    clearTimeout(timer);
    // The tables may come after the page was left.
    if (model.isDisposed()) return;
    if (model.getValueLength() <= longest) timer = setTimeout(() => void draw().catch(() => undefined), rest);
    else decorations.clear();
  };
  model.onDidChangeContent(again);
  model.onWillDispose(() => clearTimeout(timer));
  again();
  return { again };
}
