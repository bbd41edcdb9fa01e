import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { createSignal, type JSX, onCleanup, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { Badge } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { client, problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import type { Hides } from "./exceptions-tab.tsx";
import type { RuleDetail } from "./states.ts";

/** What nearly all rows or alerts of the rule have in common over a range, each to be measured and saved as an exception. */
export function Proposals(props: { readonly rule: RuleDetail; readonly choose: (hides: Hides) => void }): JSX.Element {
  const [answer, setAnswer] = createSignal<AnswerOf<Routes["suggestExceptions"]>>();
  const [problem, setProblem] = createSignal<Problem>();
  const [running, setRunning] = createSignal<AbortController>();
  const range = () => place().query.get("range") ?? "7d";
  const find = async () => {
    const chosen = rangeOf(range());
    if (chosen === undefined) return;
    running()?.abort();
    const mine = new AbortController();
    setRunning(mine);
    setProblem(undefined);
    setAnswer(undefined);
    try {
      const params = { key: props.rule.key };
      setAnswer(await client.call("suggestExceptions", { params, body: chosen, signal: mine.signal }));
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (running() === mine) setRunning(undefined);
    }
  };
  onCleanup(() => running()?.abort());
  return (
    <section aria-label="Proposals">
      <h2>What its alerts have in common</h2>
      <div class="rule-bar">
        <button type="button" class="main" disabled={running() !== undefined} onClick={() => void find()}>
          Propose exceptions
        </button>
        <Show when={running()}>
          {(mine) => (
            <button type="button" onClick={() => mine().abort()}>
              Stop
            </button>
          )}
        </Show>
        <RangePicker value={range()} change={(value) => amend({ range: value })} isNeeded />
        <span class="aside" role="status">
          {running() === undefined ? "" : "the rule is replayed over this range…"}
        </span>
      </div>
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show when={answer()}>
        {(found) => (
          <>
            <p class="hint">
              {counted(found().rows, "row")} and {counted(found().alerts, "alert")} in this range. Never take a proposal
              for granted: an attacker who is there every night is nearly always there too.
            </p>
            <DataTable
              caption="Proposed exceptions"
              columns={[
                {
                  ...{ title: "Hides rows with", isMain: true },
                  cell: (one) => (
                    <>
                      <code>{visible(hidesText(one))}</code>{" "}
                      <Show when={one.broad}>
                        <Badge text="broad" tone="medium" title="It may hide more than one would think" />
                      </Show>
                    </>
                  ),
                },
                {
                  title: "Rows",
                  isNumber: true,
                  cell: ({ rows }) => `${countText(rows)} of ${countText(found().rows)}`,
                },
                {
                  ...{ title: "Alerts", isNumber: true },
                  cell: ({ alerts }) => `${countText(alerts)} of ${countText(found().alerts)}`,
                },
                { title: "Users", isNumber: true, cell: ({ users }) => (users === undefined ? "" : countText(users)) },
                {
                  title: "",
                  cell: ({ fields, condition }) => (
                    <button
                      type="button"
                      onClick={() => props.choose(fields === undefined ? { condition: condition ?? "" } : { fields })}
                    >
                      Measure and save…
                    </button>
                  ),
                },
              ]}
              rows={found().proposals}
              key={hidesText}
              nothing={
                found().alerts === 0 ? "It raised no alert in this range." : "Its alerts have nothing in common."
              }
            />
          </>
        )}
      </Show>
    </section>
  );
}

/** What an exception hides, in one line. */
export function hidesText({ fields, condition }: Hides): string {
  if (fields === undefined) return condition ?? "";
  const text = (value: string | readonly string[]) => (typeof value === "string" ? value : value.join(" or "));
  return Object.entries(fields)
    .map(([column, value]) => `${column} = ${text(value)}`)
    .join(" and ");
}
