import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { createEffect, createSignal, type JSX, on, onCleanup, Show } from "solid-js";
import { Editor } from "../editor/editor.tsx";
import type { EditorHandle } from "../editor/editor-handle.ts";
import { client, problemOf } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { go } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import { Findings } from "./findings.tsx";
import { addressOf } from "./rules-page.tsx";
import type { RuleDetail } from "./states.ts";

type Finding = AnswerOf<Routes["checkRule"]>["findings"][number];

/** How long a text has to rest before it is checked, in milliseconds. */
const rest = 400;

/** The rule's file in an editor, what is said about it as it is written, and the way to save it. */
export function TextTab(props: {
  readonly rule: RuleDetail;
  readonly draft: string | undefined;
  readonly change: (draft: string | undefined) => void;
  readonly again: () => Promise<void>;
}): JSX.Element {
  const [findings, setFindings] = createSignal<readonly Finding[]>([]);
  const [problem, setProblem] = createSignal<Problem>();
  const [busy, setBusy] = createSignal(false);
  const [waiting, setWaiting] = createSignal(false);
  let editor: EditorHandle | undefined;
  const text = () => props.draft ?? props.rule.text;
  /** The file's version that the draft began with: what another saves meanwhile is a conflict, not lost. */
  let seen = props.rule.fileVersion;
  createEffect(() => {
    if (props.draft === undefined) seen = props.rule.fileVersion;
  });

  let leaving = new AbortController();
  const check = async (now: string) => {
    leaving.abort();
    const mine = new AbortController();
    leaving = mine;
    try {
      const body = { text: now };
      const answer = await client.call("checkRule", { params: { key: props.rule.key }, body, signal: mine.signal });
      setFindings(answer.findings);
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (leaving === mine) setWaiting(false);
    }
  };
  createEffect(
    on(text, (now, before) => {
      setWaiting(true);
      const timer = setTimeout(() => void check(now), before === undefined ? 0 : rest);
      onCleanup(() => clearTimeout(timer));
    }),
  );
  onCleanup(() => leaving.abort());

  const changed = (now: string) => props.change(now === props.rule.text ? undefined : now);
  const save = async (evenIfWrong: boolean) => {
    if (busy() || props.draft === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const params = { key: props.rule.key };
      if (props.rule.readOnly === undefined) {
        await client.call("saveRule", { params, body: { text: text(), fileVersion: seen, evenIfWrong } });
        await props.again();
        props.change(undefined);
        tell("saved; it runs from the next window on");
      } else {
        const copy = await client.call("copyRule", { params, body: { text: text(), evenIfWrong } });
        props.change(undefined);
        tell("saved as a rule of your own; the original is off");
        go(addressOf(copy.key, "text"));
      }
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  const key = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "s" || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    void save(false);
  };
  addEventListener("keydown", key, true);
  onCleanup(() => removeEventListener("keydown", key, true));
  offer([{ name: "Save the rule", keys: "Ctrl S", run: () => void save(false) }]);

  const isJson = () => props.rule.file.toLowerCase().endsWith(".json");
  const isQuery = () => /\.(kql|kusto|csl|txt|md)$/i.test(props.rule.file);
  return (
    <>
      <div class="rule-bar">
        <button
          type="button"
          class="main"
          disabled={
            busy() ||
            props.draft === undefined ||
            (props.rule.readOnly !== undefined && props.rule.writable === undefined)
          }
          onClick={() => void save(false)}
          aria-keyshortcuts="Control+S"
        >
          {props.rule.readOnly === undefined ? "Save" : "Save as a rule of your own"}
        </button>
        <button type="button" disabled={props.draft === undefined} onClick={() => props.change(undefined)}>
          Back to what is saved
        </button>
        <a href={addressOf(props.rule.key, "preview")}>Preview</a>
        <span class="aside" role="status">
          {statusOf(props.rule, props.draft !== undefined)}
          {waiting() ? " · checking…" : ` · ${countOf(findings())}`}
        </span>
      </div>
      <Show when={props.rule.readOnly}>
        {(why) => (
          <p class="hint">
            This file cannot be changed where it is: {visible(why())}.{" "}
            <Show
              when={props.rule.writable}
              fallback="Start the service with --rules and a folder of your own to change a copy."
            >
              {(folder) => (
                <>
                  A changed text is saved in <code>{visible(folder())}</code> under an id of its own, and the original
                  is turned off.
                </>
              )}
            </Show>
          </p>
        )}
      </Show>
      <Show when={problem()}>
        {(found) => (
          <>
            <ProblemView problem={found()} />
            <Show when={found().code === "rule-wrong"}>
              <button type="button" onClick={() => void save(true)}>
                Save it nevertheless
              </button>
            </Show>
          </>
        )}
      </Show>
      <div class="rule-text">
        <Editor
          text={text()}
          change={changed}
          moved={() => undefined}
          diagnostics={findings().map(({ severity, ...finding }) => ({
            ...finding,
            severity: severity === "error" ? "error" : "warning",
          }))}
          ready={(handle) => (editor = handle)}
          language={isJson() ? "json" : isQuery() ? "kusto" : "yaml"}
          label="Text of the rule"
        />
      </div>
      <Findings list={findings()} reveal={(line, column) => editor?.reveal(line, column)} />
    </>
  );
}

function statusOf({ isTakenUp }: RuleDetail, isChanged: boolean): string {
  if (isChanged) return "changed, not saved";
  return isTakenUp ? "saved, and this is what runs" : "saved; it is taken up in a moment";
}

function countOf(findings: readonly Finding[]): string {
  const errors = findings.filter(({ severity }) => severity === "error").length;
  if (findings.length === 0) return "nothing found";
  const others = findings.length - errors;
  return [
    errors === 0 ? "" : `${errors} ${errors === 1 ? "error" : "errors"}`,
    others === 0 ? "" : `${others} to look at`,
  ]
    .filter((text) => text !== "")
    .join(", ");
}
