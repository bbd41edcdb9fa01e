import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { createSignal, For, type JSX, onCleanup, Show } from "solid-js";
import { Badge } from "../parts/badge.tsx";
import { durationText } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible, visibleLines } from "../text/visible.ts";
import type { RuleDetail } from "./states.ts";

/** The scenarios beside the rule's file, run from here, each with what came of it. */
export function TestsTab(props: { readonly rule: RuleDetail; readonly isChanged: boolean }): JSX.Element {
  const [answer, setAnswer] = createSignal<AnswerOf<Routes["testRule"]>>();
  const [problem, setProblem] = createSignal<Problem>();
  const [running, setRunning] = createSignal<AbortController>();
  const run = async () => {
    running()?.abort();
    const mine = new AbortController();
    setRunning(mine);
    setProblem(undefined);
    try {
      const found = await client.call("testRule", { params: { key: props.rule.key }, signal: mine.signal });
      setAnswer(found);
      const failed = found.scenarios.filter(({ passed }) => !passed).length;
      tell(`${found.scenarios.length - failed} scenarios passed, ${failed} failed`);
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (running() === mine) setRunning(undefined);
    }
  };
  onCleanup(() => running()?.abort());
  offer([{ name: "Run the rule's scenarios", run: () => void run() }]);
  return (
    <>
      <Show
        when={props.rule.testsFile}
        fallback={
          <p class="nothing">
            There are no scenarios beside the rule. Write events and the alerts that they must raise into{" "}
            <code>{visible(props.rule.file.replace(/^.*[\\/]|\.\w+$/g, ""))}.tests.yaml</code> beside its file, or let{" "}
            <code>calypso rules derive-tests</code> propose some.
          </p>
        }
      >
        {(file) => (
          <div class="rule-bar">
            <button type="button" class="main" disabled={running() !== undefined} onClick={() => void run()}>
              Run the scenarios
            </button>
            <Show when={running()}>
              {(mine) => (
                <button type="button" onClick={() => mine().abort()}>
                  Stop
                </button>
              )}
            </Show>
            <span class="aside" role="status">
              {running() === undefined ? "" : "running… "}
              <code>{visible(file())}</code>
            </span>
          </div>
        )}
      </Show>
      <Show when={props.isChanged}>
        <p class="hint">The scenarios run on what is saved; your changes are not saved yet.</p>
      </Show>
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show when={answer()}>
        {(found) => (
          <>
            <For each={found().problems}>
              {({ message, file, line }) => (
                <div class="problem">
                  <code>
                    {visible(file)}:{line}
                  </code>{" "}
                  {visible(message)}
                </div>
              )}
            </For>
            <ul class="scenarios" aria-label="Scenarios">
              <For each={found().scenarios}>
                {({ name, line, passed, seconds, why, warnings }) => (
                  <li>
                    <Badge text={passed ? "passed" : "failed"} tone={passed ? "good" : "bad"} /> {visible(name)}{" "}
                    <span class="hint">
                      line {line}, {durationText(seconds)}
                    </span>
                    <Show when={!passed}>
                      <section class="why" tabindex="0" aria-label={`Why ${visible(name)} failed`}>
                        <pre>{visibleLines(why.join("\n"))}</pre>
                      </section>
                    </Show>
                    <Show when={passed && warnings.length > 0}>
                      <div class="hint">{visible(warnings.join("; "))}</div>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </>
        )}
      </Show>
    </>
  );
}
