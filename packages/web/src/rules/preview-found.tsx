import { For, type JSX, Show } from "solid-js";
import { Badge, Severity, type Tone } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { bytesText, counted, countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { AlertBars } from "./alert-bars.tsx";
import type { Difference, Preview, PreviewAlert } from "./preview-run.ts";
import { queryOfWindow } from "./states.ts";

/** How many windows of a preview have run. */
export function PreviewProgress(props: {
  readonly running: boolean;
  readonly preview: Preview | undefined;
  readonly done: number;
}): JSX.Element {
  return (
    <Show when={props.running && props.preview}>
      {(known) => (
        <div class="rule-bar">
          <progress max={known().windows} value={props.done} aria-label="Windows that have run" />
          <span class="aside" role="status">
            {countText(props.done)} of {countText(known().windows)} windows
          </span>
        </div>
      )}
    </Show>
  );
}

/** What a preview found: alerts over time and one by one, and where two versions differ. */
export function PreviewFound(props: {
  readonly preview: Preview;
  /** The query of the rule as it runs; of one that does not run yet, as it is to run. */
  readonly query: string;
}): JSX.Element {
  const found = () => props.preview;
  const of = (kind: Difference["difference"]) => found().differences.filter(({ difference }) => difference === kind);
  const linkOf = (alert: PreviewAlert, query = found().query) => (
    <HuntLink
      query={queryOfWindow(query, alert.at)}
      range={`${alert.from}..${alert.at}`}
      title="Run the query over this window"
    >
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
            ...alertColumns<Difference>(
              ({ alert }) => alert,
              // What is lost, only the rule as it runs has found.
              ({ alert, difference }) => linkOf(alert, difference === "lost" ? props.query : undefined),
            ),
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
        columns={alertColumns<PreviewAlert>(
          (alert) => alert,
          (alert) => linkOf(alert),
        )}
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
  rows: (row: Row) => JSX.Element,
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
    { title: "Rows", isNumber: true, cell: rows },
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
