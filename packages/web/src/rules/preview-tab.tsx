import { type JSX, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { offer } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { PreviewFound, PreviewProgress } from "./preview-found.tsx";
import { createPreview } from "./preview-run.ts";
import { addressOf } from "./rules-page.tsx";
import type { RuleDetail } from "./states.ts";

/** What the rule, or its changed text, would have raised: its own windows over history, as the service runs them. */
export function PreviewTab(props: { readonly rule: RuleDetail; readonly draft: string | undefined }): JSX.Element {
  const { preview, progress, problem, running, begin, stop } = createPreview();
  const range = () => place().query.get("range") ?? "24h";
  const run = () => {
    const chosen = rangeOf(range());
    if (chosen === undefined) return;
    const text = props.draft === undefined ? {} : { text: props.draft };
    void begin({ key: props.rule.key, range: chosen, compare: props.draft !== undefined, ...text });
  };
  offer([{ name: "Preview the rule", run }]);
  return (
    <>
      <div class="rule-bar">
        <button type="button" class="main" disabled={running()} onClick={run}>
          {props.draft === undefined ? "Preview" : "Preview and compare"}
        </button>
        <Show when={running()}>
          <button type="button" onClick={stop}>
            Stop
          </button>
        </Show>
        <RangePicker value={range()} change={(value) => amend({ range: value })} isNeeded />
        <span class="aside">
          {props.draft === undefined ? (
            "the rule as it runs"
          ) : (
            <>
              the <a href={addressOf(props.rule.key, "text")}>changed text</a>, against the rule as it runs
            </>
          )}
        </span>
      </div>
      <PreviewProgress running={running()} preview={preview()} done={progress()} />
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show
        when={preview()}
        fallback={
          <Show when={!running() && problem() === undefined}>
            <p class="nothing">
              A preview runs the rule's own windows over the logs of a range, and writes nothing. Change its text first,
              and the preview says which alerts come, go and change.
            </p>
          </Show>
        }
      >
        {(known) => <PreviewFound preview={known()} query={props.rule.query} />}
      </Show>
    </>
  );
}
