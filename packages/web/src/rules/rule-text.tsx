import type { JSX } from "solid-js";
import { Editor } from "../editor/editor.tsx";
import type { EditorHandle } from "../editor/editor-handle.ts";
import { Findings } from "./findings.tsx";
import type { Finding } from "./text-check.ts";

/** A text of rules in the editor, with what is said about it underlined and listed. */
export function RuleText(props: {
  readonly text: string;
  readonly change: (text: string) => void;
  readonly findings: readonly Finding[];
  readonly language: "yaml" | "json" | "kusto";
}): JSX.Element {
  let editor: EditorHandle | undefined;
  return (
    <>
      <div class="rule-text">
        <Editor
          text={props.text}
          change={props.change}
          moved={() => undefined}
          diagnostics={props.findings.map(({ severity, ...finding }) => ({
            ...finding,
            severity: severity === "error" ? "error" : "warning",
          }))}
          ready={(handle) => (editor = handle)}
          language={props.language}
          label="Text of the rule"
        />
      </div>
      <Findings list={props.findings} reveal={(line, column) => editor?.reveal(line, column)} />
    </>
  );
}
