import { createMemo, createResource, createSignal, For, type JSX, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { Asked } from "../parts/asked.tsx";
import { Badge, type Tone } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { alertsQuery, type HourState, queryOfWindow, type RuleDetail, type RuleWindow, stateNames } from "./states.ts";
import { WindowCells } from "./window-cells.tsx";

const mostRows = 200;

/** The ledger of a rule: each window of a range as a cell and as a row, and those that failed run again. */
export function WindowsTab(props: { readonly rule: RuleDetail }): JSX.Element {
  const range = () => place().query.get("range") ?? "24h";
  const asked = createMemo(() => ({ key: props.rule.key, range: range(), of: props.rule.health }), undefined, {
    equals: (a, b) => a.key === b.key && a.range === b.range && JSON.stringify(a.of) === JSON.stringify(b.of),
  });
  const [windows, { refetch }] = createResource(asked, ({ key, range: text }) => {
    const { from, to } = rangeOf(text) ?? rangeOf("24h") ?? { from: "", to: "" };
    return client.call("ruleWindows", { params: { key }, query: { from, to } });
  });
  const [failure, setFailure] = createSignal<unknown>();
  const retry = async () => {
    const chosen = rangeOf(range());
    if (chosen === undefined) return;
    setFailure(undefined);
    try {
      const { owed } = await client.call("retryWindows", { params: { key: props.rule.key }, body: chosen });
      tell(`${counted(owed, "window")} owed again`);
      await refetch();
    } catch (thrown) {
      setFailure(() => thrown);
    }
  };
  return (
    <Asked of={windows} what="the windows">
      {(answer) => (
        <>
          <div class="rule-bar">
            <RangePicker value={range()} change={(value) => amend({ range: value, window: undefined })} isNeeded />
            <button
              type="button"
              disabled={!answer().windows.some(({ state }) => state === "failed")}
              onClick={() => void retry()}
            >
              Run failed windows again
            </button>
            <span class="aside">
              {counted(answer().windows.length, "window")}
              {answer().total > answer().windows.length ? `, the latest of ${countText(answer().total)}` : ""}
            </span>
          </div>
          <Show when={failure() !== undefined}>
            <ProblemView problem={problemOf(failure())} />
          </Show>
          <Ledger rule={props.rule} windows={answer().windows} />
        </>
      )}
    </Asked>
  );
}

function Ledger(props: { readonly rule: RuleDetail; readonly windows: readonly RuleWindow[] }): JSX.Element {
  const chosen = () => props.windows.find(({ to }) => to === place().query.get("window"));
  const wanted = () => place().query.getAll("state");
  const rows = createMemo(() => {
    const all = props.windows.filter((one) => wanted().length === 0 || wanted().includes(lookOf(one)));
    return [...all].reverse();
  });
  const counts = () => {
    const found = new Map<HourState, number>();
    for (const one of props.windows) found.set(lookOf(one), (found.get(lookOf(one)) ?? 0) + 1);
    return (Object.keys(stateNames) as HourState[]).flatMap((state) => {
      const count = found.get(state);
      return count === undefined ? [] : [{ state, count }];
    });
  };
  const toggle = (state: HourState) =>
    amend({ state: wanted().includes(state) ? wanted().filter((other) => other !== state) : [...wanted(), state] });
  return (
    <Show when={props.windows.length > 0} fallback={<p class="nothing">No window of the rule ends in this range.</p>}>
      <WindowCells
        windows={props.windows}
        lookOf={lookOf}
        chosen={chosen()?.to}
        choose={(to) => amend({ window: to })}
      />
      <fieldset class="rule-bar states">
        <legend class="unseen">Show windows that are</legend>
        <For each={counts()}>
          {({ state, count }) => (
            <label class={`legend ${state}`}>
              <input type="checkbox" checked={wanted().includes(state)} onChange={() => toggle(state)} />
              <span class={state}>
                <i aria-hidden="true" />
                {stateNames[state]} {countText(count)}
              </span>
            </label>
          )}
        </For>
      </fieldset>
      <Show when={chosen()}>{(window) => <Details rule={props.rule} window={window()} />}</Show>
      <DataTable
        caption="Windows of the rule, the latest first"
        columns={[
          { title: "Ends", isMain: true, cell: ({ to }) => <Time at={to} /> },
          { title: "State", cell: (one) => <StateBadge of={one} /> },
          { title: "Rows", isNumber: true, cell: (one) => <Rows rule={props.rule} window={one} /> },
          { title: "Hidden", isNumber: true, cell: ({ hidden }) => countOf(hidden) },
          { title: "Alerts", isNumber: true, cell: ({ alerts }) => countOf(alerts) },
          {
            title: "Time",
            isNumber: true,
            cell: ({ seconds }) => (seconds === undefined ? "" : durationText(seconds)),
          },
          {
            title: "Read",
            isNumber: true,
            cell: ({ bytesRead }) => (bytesRead === undefined ? "" : bytesText(bytesRead)),
          },
          { title: "Version", cell: ({ version }) => <code>{version?.slice(0, 8) ?? ""}</code> },
          { title: "Why", cell: ({ error }) => visible(error?.message.slice(0, 80) ?? "") },
        ]}
        rows={rows().slice(0, mostRows)}
        key={({ to }) => to}
        address={({ to }) => windowAddress(to)}
        nothing="No window of this range is so."
      />
      <Show when={rows().length > mostRows}>
        <p class="hint">
          The latest {mostRows} of {countText(rows().length)} are listed; each of them is a cell above.
        </p>
      </Show>
    </Show>
  );
}

function windowAddress(to: string): string {
  const query = new URLSearchParams(place().query);
  query.set("window", to);
  return `${place().path}?${query}`;
}

function Details(props: { readonly rule: RuleDetail; readonly window: RuleWindow }): JSX.Element {
  const one = () => props.window;
  return (
    <section class="measured" aria-label="The chosen window" aria-live="polite">
      <p>
        <StateBadge of={one()} /> <Time at={one().from} /> to <Time at={one().to} />, due <Time at={one().due} />
        <Show when={one().finished}>
          {(at) => (
            <>
              , ended <Time at={at()} />
            </>
          )}
        </Show>
        {one().attempts > 1 ? `, tried ${one().attempts} times` : ""}
      </p>
      <p>
        <Rows rule={props.rule} window={one()} /> rows, {countOf(one().hidden) || "0"} hidden by exceptions,{" "}
        <HuntLink
          query={`${alertsQuery(props.rule.key)}\n| where todatetime(parse_json(ExtendedProperties)["Query End Time UTC"]) == datetime(${one().to})`}
          title="Show the alerts of this window"
        >
          {counted(one().alerts ?? 0, "alert")}
        </HuntLink>
        {(one().heldBack ?? 0) > 0 ? `, ${countOf(one().heldBack)} rows held back` : ""}
      </p>
      <Show when={one().error}>
        {(error) => (
          <p>
            <code>{error().code}</code> {visible(error().message)}
          </p>
        )}
      </Show>
      <Show when={one().retryAt}>
        {(at) => (
          <p>
            It is tried again <Time at={at()} ago />.
          </p>
        )}
      </Show>
    </section>
  );
}

/** How many rows the query gave, with the way to them. */
function Rows(props: { readonly rule: RuleDetail; readonly window: RuleWindow }): JSX.Element {
  const query = () =>
    props.rule.versions.find(({ version }) => version === props.window.version)?.query ?? props.rule.query;
  return (
    <Show when={props.window.rows !== undefined}>
      <HuntLink
        query={queryOfWindow(query(), props.window.to)}
        range={`${props.window.from}..${props.window.to}`}
        title="Run the query over this window, in the version that ran"
      >
        {countOf(props.window.rows)}
      </HuntLink>
    </Show>
  );
}

function StateBadge(props: { readonly of: RuleWindow }): JSX.Element {
  return <Badge text={stateNames[props.of.state]} tone={tones[props.of.state]} />;
}

function lookOf({ state, alerts }: RuleWindow): HourState {
  return state === "done" && (alerts ?? 0) > 0 ? "alerts" : state;
}

function countOf(count: number | undefined): string {
  return count === undefined ? "" : countText(count);
}

const tones: Readonly<Record<RuleWindow["state"], Tone>> = {
  ...{ done: "good", failed: "bad", owed: "medium", running: "low", planned: "plain", suppressed: "plain" },
};
