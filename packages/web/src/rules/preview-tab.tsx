import { For, type JSX, Show } from "solid-js";
import { RangePicker, rangeOf } from "../hunt/time-range.tsx";
import { Badge, Severity, type Tone } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { offer } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, place } from "../platform/router.ts";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { AlertBars } from "./alert-bars.tsx";
import { createPreview, type Difference, type Preview, type PreviewAlert } from "./preview-run.ts";
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
      <Show when={running() && preview()}>
        {(known) => (
          <div class="rule-bar">
            <progress max={known().windows} value={progress()} aria-label="Windows that have run" />
            <span class="aside" role="status">
              {countText(progress())} of {countText(known().windows)} windows
            </span>
          </div>
        )}
      </Show>
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
        {(known) => <Found preview={known()} rule={props.rule} />}
      </Show>
    </>
  );
}

function Found(props: { readonly preview: Preview; readonly rule: RuleDetail }): JSX.Element {
  const found = () => props.preview;
  const of = (kind: Difference["difference"]) => found().differences.filter(({ difference }) => difference === kind);
  const linkOf = (alert: PreviewAlert) => (
    <HuntLink query={props.rule.query} range={`${alert.from}..${alert.at}`} title="Run the query over this window">
      {countText(alert.rows)}
    </HuntLink>
  );
  return (
    <>
      <For each={found().told}>
        {({ severity, message, version }) => (
          <p class={severity === "error" ? "problem" : "hint"}>
            {version === "before" ? "The rule as it runs: " : ""}
            {visible(message)}
          </p>
        )}
      </For>
      <Show when={found().done}>{(done) => <Summary preview={found()} done={done()} />}</Show>
      <AlertBars about="Alerts over time" at={found().alerts.map(({ at }) => at)} range={found().range} />
      <Show when={found().compared}>
        <h2>What is another</h2>
        <For each={differences.filter(([kind]) => of(kind).length > 0)}>
          {([kind, title, tone]) => (
            <>
              <p class="hint">{title}</p>
              <AlertBars about={title} at={of(kind).map(({ alert }) => alert.at)} range={found().range} tone={tone} />
            </>
          )}
        </For>
        <DataTable
          caption="Alerts that differ between the versions"
          columns={[
            {
              title: "What",
              cell: ({ difference, because }) => (
                <>
                  <Badge text={difference} tone={differenceTones[difference]} /> {reasons[because ?? ""] ?? ""}
                </>
              ),
            },
            ...alertColumns<Difference>(({ alert }) => alert, linkOf),
            {
              title: "Changes",
              cell: ({ changes }) => (
                <For each={changes ?? []}>
                  {({ field, before, now }) => (
                    <div>{visible(`${field}: ${before.slice(0, 60)} → ${now.slice(0, 60)}`)}</div>
                  )}
                </For>
              ),
            },
          ]}
          rows={found().differences}
          key={({ difference, alert }) => `${difference} ${alert.at} ${alert.title} ${alert.entities}`}
          nothing={found().done === undefined ? "Compared when all windows have run." : "Both raise the same alerts."}
        />
      </Show>
      <h2>Alerts</h2>
      <DataTable
        caption="Alerts that the rule would have raised"
        columns={alertColumns<PreviewAlert>((alert) => alert, linkOf)}
        rows={found().alerts.slice(0, mostShown)}
        key={({ at, title, entities }) => `${at} ${title} ${entities}`}
        nothing={found().done === undefined ? "None yet." : "It would have raised none in this range."}
      />
      <Show when={found().alerts.length > mostShown}>
        <p class="hint">The first {mostShown} are listed; all that were told are in the bars above.</p>
      </Show>
    </>
  );
}

const mostShown = 200;

function Summary(props: { readonly preview: Preview; readonly done: NonNullable<Preview["done"]> }): JSX.Element {
  const parts = () => {
    const { cost, before, same, more } = props.done;
    return [
      ...(cost === undefined
        ? []
        : [
            `${counted(cost.alerts, "alert")} in ${counted(cost.windows, "window")}`,
            ...(cost.suppressed > 0 ? [`${countText(cost.suppressed)} passed over`] : []),
            ...(cost.failed > 0 ? [`${countText(cost.failed)} failed`] : []),
            `${durationText(cost.seconds)}, ${bytesText(cost.bytesRead)} read`,
          ]),
      ...(before === undefined ? [] : [`before: ${counted(before.alerts, "alert")}, ${durationText(before.seconds)}`]),
      ...(same === undefined ? [] : [`${countText(same)} the same`]),
      ...(more > 0 ? [`${countText(more)} more alerts or differences were counted only`] : []),
    ];
  };
  return (
    <p role="status">
      <strong>{parts()[0]}</strong>
      {parts()
        .slice(1)
        .map((part) => ` · ${part}`)
        .join("")}
    </p>
  );
}

function alertColumns<Row>(
  of: (row: Row) => PreviewAlert,
  rows: (alert: PreviewAlert) => JSX.Element,
): readonly TableColumn<Row>[] {
  return [
    { title: "Window's end", cell: (row) => <Time at={of(row).at} /> },
    { title: "Severity", cell: (row) => <Severity of={of(row).severity} /> },
    {
      ...{ title: "Alert", isMain: true },
      cell: (row) => (
        <>
          {visible(of(row).title)}
          <div class="hint">{visible(of(row).entities)}</div>
        </>
      ),
    },
    { title: "Rows", isNumber: true, cell: (row) => rows(of(row)) },
  ];
}

const differences = [
  ["added", "Alerts that come", "plain"],
  ["lost", "Alerts that go", "bad"],
  ["changed", "Alerts that change", "plain"],
] as const;

const differenceTones: Readonly<Record<Difference["difference"], Tone>> = {
  added: "good",
  lost: "bad",
  changed: "medium",
};

const reasons: Readonly<Record<string, string>> = {
  "no-window": "no window ended then",
  failed: "the window failed",
  suppressed: "the window was passed over",
};
