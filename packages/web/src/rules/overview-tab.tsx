import { createSignal, For, type JSX, Show } from "solid-js";
import { DataTable } from "../parts/data-table.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { durationText, Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { bytesText, countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { OverrideFields, type OverrideValues } from "./override-fields.tsx";
import type { RuleDetail } from "./states.ts";

const operators: Readonly<Record<string, string>> = {
  gt: "more than",
  lt: "fewer than",
  eq: "exactly",
  ne: "other than",
};

/** What the rule is, how it fares, what is set beside its file, and what was changed. */
export function OverviewTab(props: { readonly rule: RuleDetail; readonly again: () => Promise<void> }): JSX.Element {
  const rule = () => props.rule;
  return (
    <div class="two">
      <section aria-label="What it is">
        <h2>What it is</h2>
        <p>{visibleLines(rule().description)}</p>
        <dl class="facts">
          <dt>Runs</dt>
          <dd>{scheduleText(rule())}</dd>
          <dt>Alerts when</dt>
          <dd>
            there are {operators[rule().triggerOperator]} {rule().triggerThreshold} rows
          </dd>
          <dt>Tactics</dt>
          <dd>{rule().tactics.map(visible).join(", ") || "none"}</dd>
          <dt>Techniques</dt>
          <dd>{rule().techniques.map(visible).join(", ") || "none"}</dd>
          <dt>Entities</dt>
          <dd>
            <Show when={rule().entities.length > 0} fallback="none">
              <For each={rule().entities}>
                {({ type, columns }) => (
                  <div>
                    {visible(type)}:{" "}
                    {columns.map(({ identifier, column }) => visible(`${identifier} from ${column}`)).join(", ")}
                  </div>
                )}
              </For>
            </Show>
          </dd>
          <dt>File</dt>
          <dd>
            <code>{visible(rule().file)}</code>
          </dd>
          <dt>Id</dt>
          <dd>
            <code>{visible(rule().id || "none")}</code>
          </dd>
          <dt>Query</dt>
          <dd>
            <HuntLink query={rule().query} range="24h">
              Run it over the last day
            </HuntLink>
          </dd>
        </dl>
        <SetBeside rule={rule()} again={props.again} />
      </section>
      <section aria-label="How it fares">
        <h2>How it fares</h2>
        <Fares rule={rule()} />
        <h2>What was changed</h2>
        <DataTable
          caption="What people changed"
          columns={[
            { title: "When", cell: ({ at }) => <Time at={at} ago /> },
            { title: "Who", cell: ({ by }) => visible(by) },
            { title: "What", cell: ({ kind }) => kind.replace("-", " ") },
            { title: "Details", isMain: true, cell: ({ detail }) => visible(detail) },
          ]}
          rows={rule().changes}
          key={({ at, kind, detail }) => `${at} ${kind} ${detail}`}
          nothing="Nothing yet. What is changed on these pages is kept here, with who did it."
        />
        <h2>Versions that ran</h2>
        <DataTable
          caption="Versions that ran"
          columns={[
            { title: "Since", cell: ({ seen }) => <Time at={seen} /> },
            {
              ...{ title: "Version", isMain: true },
              cell: ({ version }) => (
                <code>
                  {version.slice(0, 12)}
                  {version === rule().version ? " (runs now)" : ""}
                </code>
              ),
            },
          ]}
          rows={rule().versions}
          key={({ version }) => version}
          nothing="It has not been taken up yet."
        />
      </section>
    </div>
  );
}

function Fares(props: { readonly rule: RuleDetail }): JSX.Element {
  return (
    <Show when={props.rule.health} fallback={<p class="hint">No window of it has been planned.</p>}>
      {(health) => (
        <dl class="facts">
          <dt>Last good run</dt>
          <dd>
            <Show when={health().lastGood} fallback="none yet">
              {(good) => <Time at={good().at} />}
            </Show>
          </dd>
          <dt>Last failure</dt>
          <dd>
            <Show when={health().lastFailure} fallback="none in 30 days">
              {(failure) => (
                <>
                  <Time at={failure().to} /> <code>{failure().code}</code> {visible(failure().message)}
                </>
              )}
            </Show>
          </dd>
          <dt>Owed, failed</dt>
          <dd>
            {countText(health().owed)} windows owed, {countText(health().failed)} failed in 30 days
          </dd>
          <dt>Cost of a day</dt>
          <dd>
            {durationText(health().seconds)}, {bytesText(health().bytesRead)} read
          </dd>
          <Show when={health().suppressedUntil}>
            {(until) => (
              <>
                <dt>Rests until</dt>
                <dd>
                  <Time at={until()} />
                </dd>
              </>
            )}
          </Show>
        </dl>
      )}
    </Show>
  );
}

/** What is set for the rule beside its file, and the form that changes it. */
function SetBeside(props: { readonly rule: RuleDetail; readonly again: () => Promise<void> }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [values, setValues] = createSignal<OverrideValues>({});
  const set = () => Object.entries(props.rule.override?.values ?? {});
  const begin = () => {
    setValues(Object.fromEntries(set().map(([name, value]) => [name, String(value)])));
    setOpen(true);
  };
  const save = async () => {
    const before = Object.fromEntries(set().map(([name, value]) => [name, String(value)]));
    const names = [...new Set([...Object.keys(before), ...Object.keys(values())])].filter((name) => name !== "enabled");
    const changes = names.flatMap((name): [string, string | null][] => {
      const now = values()[name] ?? "";
      return now === (before[name] ?? "") ? [] : [[name, now === "" ? null : now]];
    });
    if (changes.length === 0) return;
    await client.call("overrideRule", { params: { key: props.rule.key }, body: Object.fromEntries(changes) });
    tell("the override is saved");
    await props.again();
  };
  return (
    <>
      <h2>Set beside its file</h2>
      <Show when={set().length > 0} fallback={<p class="hint">Nothing: it runs as its file says.</p>}>
        <dl class="facts">
          <For each={set()}>
            {([name, value]) => (
              <>
                <dt>{visible(name)}</dt>
                <dd>{visible(String(value))}</dd>
              </>
            )}
          </For>
          <dt>In</dt>
          <dd>
            <code>{visible(props.rule.override?.file ?? "")}</code>
          </dd>
        </dl>
      </Show>
      <button type="button" onClick={begin}>
        Change how it runs
      </button>
      <FormDialog
        open={open()}
        close={() => setOpen(false)}
        title="How the rule runs"
        action="Save the override"
        work={save}
      >
        <p class="hint">An empty field means what the rule's file says. The file stays as it is.</p>
        <OverrideFields values={values()} change={setValues} />
      </FormDialog>
    </>
  );
}

function scheduleText({ kind, frequency, period }: RuleDetail): string {
  if (kind === "NRT") return "every minute, over what arrived in it";
  if (frequency === undefined || period === undefined) return "by no clock";
  return `every ${durationText(frequency / 1000)}, over ${durationText(period / 1000)}`;
}
