import type { Problem } from "@calypso/contract";
import { createSignal, type JSX, Show } from "solid-js";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { go } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import type { Draft } from "./drafts.ts";
import { RuleText } from "./rule-text.tsx";
import { addressOf } from "./rules-page.tsx";
import { saveWithKeys } from "./save-key.ts";
import type { RuleDetail } from "./states.ts";
import { createTextCheck } from "./text-check.ts";

/** The rule's file in an editor, what is said about it as it is written, and the way to save it. */
export function TextTab(props: {
  readonly rule: RuleDetail;
  readonly draft: Draft | undefined;
  readonly change: (draft: Draft | undefined) => void;
  readonly again: () => Promise<void>;
}): JSX.Element {
  const [problem, setProblem] = createSignal<Problem>();
  const [busy, setBusy] = createSignal(false);
  const text = () => props.draft?.text ?? props.rule.text;

  const check = createTextCheck(text, (now, signal) =>
    client.call("checkRule", { params: { key: props.rule.key }, body: { text: now }, signal }),
  );

  const changed = (now: string) =>
    props.change(
      now === props.rule.text ? undefined : { text: now, seen: props.draft?.seen ?? props.rule.fileVersion },
    );
  const save = async (evenIfWrong: boolean) => {
    const saved = props.draft;
    if (busy() || saved === undefined) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const params = { key: props.rule.key };
      if (props.rule.readOnly === undefined) {
        const body = { text: saved.text, fileVersion: saved.seen, evenIfWrong };
        const { fileVersion } = await client.call("saveRule", { params, body });
        await props.again();
        // What was written meanwhile is a change of what was saved.
        props.change(props.draft?.text === saved.text ? undefined : { text: text(), seen: fileVersion });
        tell("saved; it runs from the next window on");
      } else {
        const copy = await client.call("copyRule", { params, body: { text: saved.text, evenIfWrong } });
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
  saveWithKeys(() => void save(false));

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
          {` · ${check.status()}`}
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
      <Show when={problem() ?? check.problem()}>
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
      <RuleText
        text={text()}
        change={changed}
        findings={check.findings()}
        language={isJson() ? "json" : isQuery() ? "kusto" : "yaml"}
      />
    </>
  );
}

function statusOf({ isTakenUp }: RuleDetail, isChanged: boolean): string {
  if (isChanged) return "changed, not saved";
  return isTakenUp ? "saved, and this is what runs" : "saved; it is taken up in a moment";
}
