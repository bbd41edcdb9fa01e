import type { Diagnostic } from "@calypso/contract";
import * as monaco from "monaco-editor/esm/vs/editor/editor.api";
import { visible, visibleLines } from "../text/visible.ts";
import { languageId } from "./kusto-language.ts";

const owner = "calypso";

/** What is said about each text, for its fixes. */
const said = new WeakMap<monaco.editor.ITextModel, readonly Diagnostic[]>();

/** Underlines what diagnostics are about. */
export function underline(model: monaco.editor.ITextModel, list: readonly Diagnostic[]): void {
  said.set(model, list);
  monaco.editor.setModelMarkers(
    model,
    owner,
    list.flatMap(({ severity, code, message, hint, place }) =>
      place === undefined
        ? []
        : {
            ...rangeOf(place),
            code,
            severity: severity === "error" ? monaco.MarkerSeverity.Error : monaco.MarkerSeverity.Warning,
            message: visibleLines(hint === undefined ? message : `${message}\n${hint}`),
          },
    ),
  );
}

let offered = false;

/** Offers, for what is underlined, what can stand in its place. */
export function offerFixes(): void {
  if (offered) return;
  offered = true;
  monaco.languages.registerCodeActionProvider(languageId, {
    provideCodeActions: (model, range) => {
      const actions = (said.get(model) ?? []).flatMap(({ place, replacements = [] }) => {
        if (place === undefined || !monaco.Range.areIntersectingOrTouching(rangeOf(place), range)) return [];
        return replacements.map((text, index) => ({
          title: `Write \`${visible(text)}\` instead`,
          kind: "quickfix",
          isPreferred: index === 0,
          edit: { edits: [{ resource: model.uri, versionId: undefined, textEdit: { range: rangeOf(place), text } }] },
        }));
      });
      return { actions, dispose: () => undefined };
    },
  });
}

function rangeOf({ line, column, endLine, endColumn }: NonNullable<Diagnostic["place"]>): monaco.IRange {
  return { startLineNumber: line, startColumn: column, endLineNumber: endLine, endColumn };
}
