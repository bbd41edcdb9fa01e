import type { Problem } from "@calypso/contract";
import { createEffect, createSignal, type JSX, on, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { client, problemOf } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, go, place } from "../platform/router.ts";
import { packed, unpacked } from "../text/packed.ts";
import { visible } from "../text/visible.ts";
import "../styles/rules.css";
import { PreviewFound, PreviewProgress } from "./preview-found.tsx";
import { createPreview } from "./preview-run.ts";
import { RuleText } from "./rule-text.tsx";
import { addressOf } from "./rules-page.tsx";
import { saveWithKeys } from "./save-key.ts";
import { createTextCheck } from "./text-check.ts";

/** A rule that is written: checked as it grows, tried over history, and saved. The address holds its text, or the query that it begins with. */
export function NewRulePage(): JSX.Element {
  const [text, setText] = createSignal<string>();
  const [folder, setFolder] = createSignal<string>();
  const [problem, setProblem] = createSignal<Problem>();
  let written = "";
  createEffect(
    on(
      () => place().hash,
      async (hash) => {
        if (hash === written && text() !== undefined) return;
        written = hash;
        const part = await unpacked(hash.slice(2));
        try {
          const query = hash.startsWith("q=") ? (part ?? "") : "";
          const draft = await client.call("draftRule", { body: { query } });
          setFolder(draft.folder);
          setText(hash.startsWith("r=") && part !== undefined ? part : draft.text);
        } catch (thrown) {
          setProblem(problemOf(thrown));
        }
      },
    ),
  );
  return (
    <div class="page rule">
      <p class="hint">
        <a href="/rules">Rules</a>
      </p>
      <div class="rule-head">
        <h1>A new rule</h1>
      </div>
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show when={text() !== undefined} fallback={<p class="nothing">Loading the rule…</p>}>
        <NewRule
          text={text() ?? ""}
          folder={folder()}
          change={setText}
          keep={(hash) => {
            written = hash;
            amend({}, hash);
          }}
        />
      </Show>
    </div>
  );
}

function NewRule(props: {
  readonly text: string;
  readonly folder: string | undefined;
  readonly change: (text: string) => void;
  /** Keeps the text as a part of the address, so that going back finds it. */
  readonly keep: (hash: string) => void;
}): JSX.Element {
  const [problem, setProblem] = createSignal<Problem>();
  const [busy, setBusy] = createSignal(false);
  const check = createTextCheck(
    () => props.text,
    async (text, signal) => {
      const hash = `r=${await packed(text)}`;
      if (!signal.aborted) props.keep(hash);
      return client.call("checkNewRule", { body: { text }, signal });
    },
  );
  const { preview, progress, problem: previewProblem, running, begin, stop } = createPreview();
  const range = () => place().query.get("range") ?? "24h";
  let results: HTMLElement | undefined;
  const tryIt = async () => {
    const chosen = rangeOf(range());
    if (chosen === undefined) return;
    await begin({ range: chosen, text: props.text, compare: false });
    results?.scrollIntoView({ block: "nearest" });
  };
  const save = async (evenIfWrong: boolean) => {
    if (busy()) return;
    setBusy(true);
    setProblem(undefined);
    try {
      const { key, file } = await client.call("createRule", { body: { text: props.text, evenIfWrong } });
      tell(`saved as ${file}; it runs from its next window on`);
      go(addressOf(key));
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  saveWithKeys(() => void save(false));
  offer([{ name: "Preview the rule", run: () => void tryIt() }]);
  return (
    <>
      <div class="rule-bar">
        <button
          type="button"
          class="main"
          disabled={busy() || props.folder === undefined}
          onClick={() => void save(false)}
          aria-keyshortcuts="Control+S"
        >
          Save the rule
        </button>
        <button type="button" disabled={running()} onClick={() => void tryIt()}>
          Preview
        </button>
        <Show when={running()}>
          <button type="button" onClick={stop}>
            Stop
          </button>
        </Show>
        <RangePicker value={range()} change={(value) => amend({ range: value })} isNeeded />
        <span class="aside" role="status">
          not saved · {check.status()}
        </span>
      </div>
      <p class="hint">
        <Show
          when={props.folder}
          fallback="It can be tried, and not saved: start the service with --rules and a folder of your own."
        >
          {(folder) => (
            <>
              It is saved in <code>{visible(folder())}</code>, in a file that is named after it.
            </>
          )}
        </Show>
      </p>
      <Show when={problem() ?? check.problem()}>
        {(found) => (
          <>
            <ProblemView problem={found()} />
            <Show when={found().code === "rule-wrong" && check.rules().length === 1}>
              <button type="button" onClick={() => void save(true)}>
                Save it nevertheless
              </button>
            </Show>
          </>
        )}
      </Show>
      <RuleText text={props.text} change={props.change} findings={check.findings()} language="yaml" />
      <section aria-label="What it would have raised" ref={(element) => (results = element)}>
        <PreviewProgress running={running()} preview={preview()} done={progress()} />
        <Show when={previewProblem()}>{(found) => <ProblemView problem={found()} />}</Show>
        <Show when={preview()}>
          {(known) => <PreviewFound preview={known()} query={check.rules()[0]?.query ?? ""} />}
        </Show>
      </section>
    </>
  );
}
