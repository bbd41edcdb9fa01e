import type { Diagnostic } from "@calypso/contract";
import { createEffect, createMemo, createSignal, For, type JSX, on, onCleanup, Show } from "solid-js";
import { Chart } from "../charts/chart.tsx";
import { chartOf, type Visual } from "../charts/chart-data.ts";
import { Editor } from "../editor/editor.tsx";
import { type EditorHandle, inWhole, type TextPart } from "../editor/editor-handle.ts";
import { queryAt } from "../editor/query-at.ts";
import type { ResultRows } from "../grid/rows.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { amend, go, place } from "../platform/router.ts";
import { StagesPanel } from "../stages/stages-panel.tsx";
import { packed, unpacked } from "../text/packed.ts";
import { bytesText, countText } from "../text/times.ts";
import { createCheck } from "./check.ts";
import { Diagnostics } from "./diagnostics.tsx";
import { type Past, remember } from "./history.ts";
import { PastQueries } from "./past-queries.tsx";
import { Results } from "./results.tsx";
import { createRun, type Run } from "./run.ts";
import { copyText } from "./save.ts";
import { SaveDialog } from "./save-dialog.tsx";
import type { Saved } from "./saved.ts";
import { SavedPanel } from "./saved-panel.tsx";
import { type Range, RangePicker, rangeOf } from "./time-range.tsx";
import { plainView } from "./view.ts";

const tabs = [
  ["results", "Results"],
  ["stages", "Stages"],
  ["plan", "Plan"],
  ["sql", "SQL"],
  ["saved", "Saved"],
  ["history", "History"],
] as const;

/** Asks questions of the logs. The address holds the text, the range, the tab, and how the rows are looked at. */
export function HuntPage(): JSX.Element {
  const [text, setText] = createSignal("");
  const [cursor, setCursor] = createSignal(0);
  /** The query that the cursor stands in: it is checked, and run where nothing is selected. */
  const current = createMemo(() => queryAt(text(), cursor()), undefined, { equals: samePart });
  const run = createRun();
  const checked = createCheck(() => current().text);
  let editor: EditorHandle | undefined;
  let focusResults: (() => void) | undefined;

  const range = () => place().query.get("range") ?? "";
  const tab = () => place().query.get("tab") ?? "results";
  const [diagnostics, setDiagnostics] = createSignal<readonly Diagnostic[]>([]);
  // The last word counts: that of a check, or that of a run of the same part of the text.
  createEffect(on(checked, (answer) => setDiagnostics(inWhole(answer?.diagnostics ?? [], current()))));
  createEffect(
    on(run.diagnostics, (list) => run.text() === current().text && setDiagnostics(inWhole(list, current())), {
      defer: true,
    }),
  );
  const problem = createMemo(() => {
    const found = run.problem();
    return diagnostics().some(({ message }) => message === found?.detail) ? undefined : found;
  });

  /** The part of the address that was written or read here, and its text. */
  let written = "";
  let linked = "";
  createEffect(
    on(
      () => place().hash,
      async (hash) => {
        if (hash === written) return;
        written = hash;
        if (!hash.startsWith("q=")) return;
        const found = await unpacked(hash.slice(2));
        if (found === undefined) return tell("the link holds no query");
        setText(found);
        linked = found;
        if (place().atOnce) start(queryAt(found, 0));
      },
    ),
  );

  const start = ({ text: asked }: Pick<TextPart, "text">) => {
    if (asked.trim() === "") return tell("there is no query to run");
    const whole = text();
    const view = whole === linked ? {} : plainView;
    linked = whole;
    amend({ tab: undefined, ...view });
    void packed(whole).then((part) => {
      if (linked !== whole) return;
      written = `q=${part}`;
      amend({}, written);
    });
    remember({ text: text(), range: range(), at: new Date().toISOString() });
    void run.begin(asked, rangeOf(range()));
  };
  const runHere = () => start(editor?.selected() ?? current());
  const share = async () => {
    const url = new URL(location.href);
    url.hash = `q=${await packed(text())}`;
    await copyText(url.href, "a link to this query");
  };
  const makeRule = async () => {
    const query = range() === "" ? "" : `?${new URLSearchParams({ range: range() })}`;
    go(`/new-rule${query}#q=${await packed(current().text)}`);
  };
  const again = ({ text: old, range: oldRange }: Past) => {
    setText(old);
    amend({ range: oldRange || undefined, tab: undefined });
    editor?.focus();
  };

  const [savedFrom, setSavedFrom] = createSignal<Saved>();
  const [saving, setSaving] = createSignal(false);
  /** What is written after a function is another text, while a query is worked on. */
  const kept = (saved: Saved | undefined) =>
    setSavedFrom(saved?.kind === "query" || saved?.id === savedFrom()?.id ? saved : undefined);
  const openSaved = (found: string, from: Saved | undefined, run: boolean) => {
    setSavedFrom(from);
    setText(found);
    if (run) start({ text: found });
    else {
      amend({ tab: undefined });
      editor?.focus();
    }
  };

  const key = (event: KeyboardEvent) => {
    if (event.key === "Enter" && event.shiftKey) runHere();
    else if (event.key === "F6") {
      if (document.activeElement?.closest(".editor") === null) editor?.focus();
      else focusResults?.();
    } else if (event.key === "Escape" && run.state() === "running" && document.querySelector("dialog[open]") === null) {
      run.cancel();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  // Before the editor gets it.
  addEventListener("keydown", key, true);
  onCleanup(() => {
    removeEventListener("keydown", key, true);
    run.cancel();
  });
  offer([
    { name: "Run the query at the cursor, or what is selected", keys: "Shift Enter", run: runHere },
    { name: "Run the whole text", run: () => start({ text: text() }) },
    { name: "Cancel the query", keys: "Escape", run: run.cancel },
    { name: "Save the query, or make a function of it", run: () => setSaving(true) },
    { name: "Make a rule of this query", run: () => void makeRule() },
    { name: "Copy a link to this query", run: () => void share() },
    { name: "Go to the editor", keys: "F6", run: () => editor?.focus() },
    ...tabs.map(([name, title]) => ({ name: `Show: ${title}`, run: () => amend({ tab: name }) })),
  ]);

  return (
    <div class="page hunt">
      <h1 class="unseen">Hunt</h1>
      <div class="bar">
        <button type="button" class="main" onClick={runHere} aria-keyshortcuts="Shift+Enter">
          Run
        </button>
        <Show when={run.state() === "running"}>
          <button type="button" onClick={run.cancel}>
            Cancel
          </button>
        </Show>
        <RangePicker value={range()} change={(value) => amend({ range: value || undefined })} />
        <button type="button" class="quiet" onClick={() => setSaving(true)} disabled={text().trim() === ""}>
          Save…
        </button>
        <button type="button" class="quiet" onClick={() => void makeRule()} disabled={current().text.trim() === ""}>
          Make a rule
        </button>
        <button type="button" class="quiet" onClick={() => void share()}>
          Copy link
        </button>
        <RunStatus run={run} />
      </div>
      <div class="editor">
        <Editor
          text={text()}
          change={setText}
          moved={setCursor}
          diagnostics={diagnostics()}
          ready={(handle) => (editor = handle)}
        />
      </div>
      <Show when={diagnostics().length > 0}>
        <Diagnostics list={diagnostics()} reveal={(line, column) => editor?.reveal(line, column)} />
      </Show>
      <Show when={problem()}>{(problem) => <ProblemView problem={problem()} />}</Show>
      <div class="tabs" role="tablist" aria-label="What is shown of the query">
        <For each={tabs}>
          {([name, title]) => (
            <button
              type="button"
              role="tab"
              id={`tab-${name}`}
              aria-selected={tab() === name}
              aria-controls="tab-panel"
              onClick={() => amend({ tab: name === "results" ? undefined : name })}
            >
              {title}
            </button>
          )}
        </For>
      </div>
      <section class="panel" id="tab-panel" role="tabpanel" aria-labelledby={`tab-${tab()}`}>
        <Show when={tab() === "results"}>
          <Show when={run.rows()?.columns.length ? run.rows() : undefined} fallback={<Nothing run={run} />}>
            {(rows) => (
              <>
                <Show when={run.state() === "done" && run.visual()}>
                  {(visual) => <Rendered rows={rows()} visual={visual()} />}
                </Show>
                <Results
                  rows={rows()}
                  count={run.count()}
                  running={run.state() === "running"}
                  asked={run.asked()}
                  tables={checked()?.tables ?? []}
                  ready={(focus) => (focusResults = focus)}
                />
              </>
            )}
          </Show>
        </Show>
        <Show when={tab() === "stages"}>
          <StagesPanel
            query={() => ({ text: current().text, ...timesOf(rangeOf(range())) })}
            reveal={(line, column) => editor?.reveal(line + current().line - 1, column)}
          />
        </Show>
        <Show when={tab() === "plan" || tab() === "sql"}>
          {/* A region that scrolls has to be reached by keys. */}
          <section class="listing" tabindex="0" aria-label={tab() === "plan" ? "Plan" : "SQL"}>
            <Show
              when={tab() === "plan" ? checked()?.plan : checked()?.sql}
              fallback={<p class="nothing">There is none while the query is empty or has errors.</p>}
            >
              {(listing) => <pre>{listing()}</pre>}
            </Show>
          </section>
        </Show>
        <Show when={tab() === "saved"}>
          <SavedPanel open={openSaved} />
        </Show>
        <Show when={tab() === "history"}>
          <PastQueries choose={again} />
        </Show>
      </section>
      <SaveDialog open={saving()} close={() => setSaving(false)} text={text()} from={savedFrom()} saved={kept} />
    </div>
  );
}

function timesOf(range: Range | undefined): { readonly range?: Range } {
  return range === undefined ? {} : { range };
}

function samePart(one: TextPart | undefined, other: TextPart): boolean {
  return one?.text === other.text && one.line === other.line && one.column === other.column;
}

/** The chart that the query asks for, or why there is none. */
function Rendered(props: { readonly rows: ResultRows; readonly visual: Visual }): JSX.Element {
  const chart = createMemo(() => chartOf(props.rows, props.visual));
  return (
    <Show when={chart()}>
      {(found) => {
        const drawn = found();
        return typeof drawn === "string" ? <p class="hint">{drawn}</p> : <Chart data={drawn} />;
      }}
    </Show>
  );
}

/** How the run stands and what it cost. */
function RunStatus(props: { readonly run: Run }): JSX.Element {
  return (
    <span class="aside">
      <Show when={props.run.state() === "running"}>running… {countText(props.run.count())} rows</Show>
      <Show when={props.run.state() === "failed"}>failed after {countText(props.run.count())} rows</Show>
      <Show when={props.run.state() === "cancelled"}>cancelled after {countText(props.run.count())} rows</Show>
      <Show when={props.run.cost()}>
        {(cost) => (
          <>
            {countText(cost().rows)} rows · {cost().seconds.toFixed(2)} s · read {countText(Number(cost().read.rows))}{" "}
            rows, {bytesText(Number(cost().read.bytes))}
          </>
        )}
      </Show>
    </span>
  );
}

function Nothing(props: { readonly run: Run }): JSX.Element {
  return (
    <p class="nothing">
      <Show when={props.run.state() === "none"}>
        Write a query above and press <kbd>Shift Enter</kbd>. <a href="/tables">Tables</a> shows what there is to ask
        of.
      </Show>
      <Show when={props.run.state() === "running"}>Waiting for the first rows…</Show>
    </p>
  );
}
