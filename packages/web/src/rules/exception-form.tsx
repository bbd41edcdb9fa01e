import type { AnswerOf, Problem, Routes } from "@calypso/contract";
import { createEffect, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { client, problemOf, serviceNow, session } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { fieldsOf, type Pair } from "./exception-fields.ts";
import type { Hides } from "./exceptions-tab.tsx";
import { Measured } from "./measured.tsx";
import type { RuleDetail } from "./states.ts";

type Measurement = AnswerOf<Routes["measureException"]>;

/** How long an exception holds that says nothing else, in days. */
const usualDays = 90;

/** An exception as it is written: measured first, and saved then. */
export function ExceptionForm(props: {
  readonly rule: RuleDetail;
  readonly begun: Hides;
  readonly close: () => void;
  readonly saved: (id: string) => Promise<void>;
}): JSX.Element {
  const [pairs, setPairs] = createSignal<readonly Pair[]>([["", ""]]);
  const [condition, setCondition] = createSignal("");
  const [byCondition, setByCondition] = createSignal(false);
  const [owner, setOwner] = createSignal(session.state === "ready" ? (session().user?.name ?? "") : "");
  const [reason, setReason] = createSignal("");
  const [ticket, setTicket] = createSignal("");
  const [expiry, setExpiry] = createSignal(dayAfter(usualDays));
  const [measured, setMeasured] = createSignal<Measurement>();
  const [confirmed, setConfirmed] = createSignal(false);
  const [problem, setProblem] = createSignal<Problem>();
  const [running, setRunning] = createSignal<AbortController>();
  const range = () => place().query.get("range") ?? "7d";

  createEffect(
    on(
      () => props.begun,
      (begun) => {
        setByCondition(begun.condition !== undefined);
        setCondition(begun.condition ?? "");
        const known = Object.entries(begun.fields ?? {}).map(
          ([name, value]): Pair => [name, [value].flat().join(", "), value],
        );
        setPairs(known.length === 0 ? [["", ""]] : known);
      },
    ),
  );
  // What was measured is not what is there any more.
  createEffect(on([pairs, condition, byCondition, range], () => setMeasured(undefined), { defer: true }));
  onCleanup(() => running()?.abort());

  const exception = () => ({
    ...(byCondition() ? { condition: condition() } : { fields: fieldsOf(pairs()) }),
    ...{ owner: owner(), reason: reason(), expiry: expiry() },
    ...(ticket() === "" ? {} : { ticket: ticket() }),
  });
  const work = async (what: (signal: AbortSignal) => Promise<void>) => {
    running()?.abort();
    const mine = new AbortController();
    setRunning(mine);
    setProblem(undefined);
    try {
      await what(mine.signal);
    } catch (thrown) {
      if (!mine.signal.aborted) setProblem(problemOf(thrown));
    } finally {
      if (running() === mine) setRunning(undefined);
    }
  };
  const params = () => ({ key: props.rule.key });
  const measure = () =>
    work(async (signal) => {
      const chosen = rangeOf(range());
      if (chosen === undefined) return;
      setConfirmed(false);
      setMeasured(
        await client.call("measureException", {
          params: params(),
          body: { ...chosen, exception: exception() },
          signal,
        }),
      );
    });
  const save = () =>
    work(async (signal) => {
      const body = { exception: exception(), confirmTruePositives: confirmed() };
      await props.saved((await client.call("saveException", { params: params(), body, signal })).id);
    });
  const hidesAttacks = () => (measured()?.past.truePositives ?? 0) > 0 || problem()?.code === "exception-hides-attacks";
  const lacks = () => owner().trim() === "" || reason().trim() === "" || expiry() === "";

  return (
    <section class="stack" aria-label="An exception">
      <h2>An exception</h2>
      <fieldset class="facet">
        <legend>It hides rows</legend>
        <label>
          <input type="radio" name="hides" checked={!byCondition()} onChange={() => setByCondition(false)} />
          <span>whose columns have these values</span>
        </label>
        <label>
          <input type="radio" name="hides" checked={byCondition()} onChange={() => setByCondition(true)} />
          <span>that meet a condition in KQL</span>
        </label>
      </fieldset>
      <Show when={byCondition()} fallback={<Fields pairs={pairs()} change={setPairs} />}>
        <label>
          Condition over the columns of its result
          <textarea
            class="condition"
            rows="3"
            spellcheck={false}
            value={condition()}
            onInput={(event) => setCondition(event.currentTarget.value)}
          />
        </label>
      </Show>
      <div class="rule-bar">
        <button type="button" class="main" disabled={running() !== undefined} onClick={() => void measure()}>
          Measure its effect
        </button>
        <RangePicker value={range()} change={(value) => amend({ range: value })} isNeeded />
        <Show when={running()}>
          <button type="button" onClick={() => running()?.abort()}>
            Stop
          </button>
          <span class="aside" role="status">
            working…
          </span>
        </Show>
      </div>
      <Show when={problem()}>{(found) => <ProblemView problem={found()} />}</Show>
      <Show when={measured()}>{(found) => <Measured found={found()} />}</Show>
      <label>
        Reason
        <input type="text" value={reason()} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <label>
        Owner
        <input type="text" value={owner()} onInput={(event) => setOwner(event.currentTarget.value)} />
      </label>
      <label>
        Ticket, if there is one
        <input type="text" value={ticket()} onInput={(event) => setTicket(event.currentTarget.value)} />
      </label>
      <label>
        Its last day
        <input type="date" value={expiry()} onInput={(event) => setExpiry(event.currentTarget.value)} />
      </label>
      <Show when={hidesAttacks()}>
        <label class="confirm">
          <span>
            <input
              type="checkbox"
              checked={confirmed()}
              onChange={(event) => setConfirmed(event.currentTarget.checked)}
            />{" "}
            It hides alerts that were found to be about an attack, and that is meant
          </span>
        </label>
      </Show>
      <div class="actions">
        <button type="button" onClick={() => props.close()}>
          Cancel
        </button>
        <button
          type="button"
          class="main"
          disabled={measured() === undefined || lacks() || running() !== undefined || (hidesAttacks() && !confirmed())}
          onClick={() => void save()}
          title={
            measured() === undefined ? "Measure its effect first" : lacks() ? "Say why, who, and how long" : undefined
          }
        >
          Save the exception
        </button>
      </div>
    </section>
  );
}

function Fields(props: {
  readonly pairs: readonly Pair[];
  readonly change: (pairs: readonly Pair[]) => void;
}): JSX.Element {
  const set = (index: number, pair: Pair) => props.change(props.pairs.map((old, at) => (at === index ? pair : old)));
  return (
    <>
      <For each={props.pairs.map((_, index) => index)}>
        {(index) => (
          <div class="pairs">
            <input
              type="text"
              aria-label={`Column ${index + 1}`}
              placeholder="Column"
              value={props.pairs[index]?.[0] ?? ""}
              onChange={(event) => {
                const [, value = "", ...proposed] = props.pairs[index] ?? ["", ""];
                set(index, [event.currentTarget.value.trim(), value, ...proposed]);
              }}
            />
            <input
              type="text"
              aria-label={`Value ${index + 1}`}
              placeholder="Value, or values with commas between; networks as 192.0.2.0/24"
              value={props.pairs[index]?.[1] ?? ""}
              onChange={(event) => set(index, [props.pairs[index]?.[0] ?? "", event.currentTarget.value])}
            />
            <button
              type="button"
              aria-label={`Take column ${index + 1} away`}
              disabled={props.pairs.length === 1}
              onClick={() => props.change(props.pairs.filter((_, at) => at !== index))}
            >
              ×
            </button>
          </div>
        )}
      </For>
      <div>
        <button type="button" onClick={() => props.change([...props.pairs, ["", ""]])}>
          And a column more
        </button>
      </div>
    </>
  );
}

function dayAfter(days: number): string {
  return new Date(serviceNow().getTime() + days * 86_400_000).toISOString().slice(0, 10);
}
