import { createResource, createSignal, type JSX, Match, onCleanup, Show, Switch } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge, Severity } from "../parts/badge.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { HuntLink } from "../parts/hunt-link.tsx";
import { currentTab, Tabs } from "../parts/tabs.tsx";
import { client, serviceNow } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { go } from "../platform/router.ts";
import { counted } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import "../styles/rules.css";
import { draftOf, keepDraft } from "./drafts.ts";
import { ExceptionsTab } from "./exceptions-tab.tsx";
import { HeatStrip } from "./heat-strip.tsx";
import { OverviewTab } from "./overview-tab.tsx";
import { PreviewTab } from "./preview-tab.tsx";
import { addressOf, stateTones } from "./rules-page.tsx";
import { alertsQuery, type RuleDetail, ruleStateTitles, stateOf } from "./states.ts";
import { TestsTab } from "./tests-tab.tsx";
import { TextTab } from "./text-tab.tsx";
import { WindowsTab } from "./windows-tab.tsx";

/** How often the rule is asked for anew, in milliseconds. */
const pause = 10_000;

/** One rule: how it fares, its text, what it would do, its exceptions, scenarios and windows, each with an address of its own. */
export function RulePage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const key = () => props.parameters["key"] ?? "";
  const [rule, { refetch }] = createResource(key, (asked) => client.call("rule", { params: { key: asked } }));
  const timer = setInterval(() => document.visibilityState === "visible" && void refetch(), pause);
  onCleanup(() => clearInterval(timer));
  return (
    <div class="page rule">
      <Asked of={rule} what="the rule">
        {(answer) => <Shown rule={answer()} again={async () => void (await refetch())} />}
      </Asked>
    </div>
  );
}

function Shown(props: { readonly rule: RuleDetail; readonly again: () => Promise<void> }): JSX.Element {
  /** The text as it is being changed; nothing while it is that of the file. */
  const draft = () => draftOf(props.rule.key);
  const [turning, setTurning] = createSignal(false);
  const state = () => stateOf(props.rule);
  const turn = async () => {
    const { key, enabled, name } = props.rule;
    await client.call("overrideRule", { params: { key }, body: { enabled: !enabled } });
    tell(`${name} is ${enabled ? "off" : "on"}`);
    await props.again();
  };
  offer([
    { name: "Turn this rule on or off", run: () => setTurning(true) },
    ...tabs.map(({ name, title }) => ({
      name: `Rule: ${title}`,
      run: () => go(addressOf(props.rule.key, name === "" ? undefined : name)),
    })),
  ]);
  return (
    <>
      <p class="hint">
        <a href="/rules">Rules</a>
      </p>
      <div class="rule-head">
        <h1>{visible(props.rule.name)}</h1>
        <Severity of={props.rule.severity} />
        <Badge text={state()} tone={stateTones[state()]} title={ruleStateTitles[state()]} />
        <Show when={props.rule.health}>
          {(health) => (
            <>
              <HeatStrip hours={health().hours} now={serviceNow().toISOString()} />
              <HuntLink query={alertsQuery(props.rule.key)} range="30d" title="Show these alerts">
                {counted(health().alerts, "alert")} in 30 days
              </HuntLink>
            </>
          )}
        </Show>
        <span class="aside">
          <button type="button" onClick={() => setTurning(true)}>
            {props.rule.enabled ? "Turn off" : "Turn on"}
          </button>
        </span>
      </div>
      <Tabs
        about="Parts of the rule"
        tabs={tabs.map((tab) => ({
          ...tab,
          title: tab.name === "text" && draft() !== undefined ? "Text (changed)" : tab.title,
          ...(tab.name === "exceptions" ? { count: props.rule.exceptionList.length } : {}),
        }))}
      />
      <div class="tab-part">
        <Switch fallback={<OverviewTab rule={props.rule} again={props.again} />}>
          <Match when={currentTab() === "text"}>
            <TextTab
              rule={props.rule}
              draft={draft()}
              change={(now) => keepDraft(props.rule.key, now)}
              again={props.again}
            />
          </Match>
          <Match when={currentTab() === "preview"}>
            <PreviewTab rule={props.rule} draft={draft()?.text} />
          </Match>
          <Match when={currentTab() === "exceptions"}>
            <ExceptionsTab rule={props.rule} again={props.again} />
          </Match>
          <Match when={currentTab() === "tests"}>
            <TestsTab rule={props.rule} isChanged={draft() !== undefined} />
          </Match>
          <Match when={currentTab() === "windows"}>
            <WindowsTab rule={props.rule} />
          </Match>
        </Switch>
      </div>
      <FormDialog
        open={turning()}
        close={() => setTurning(false)}
        title={props.rule.enabled ? "Turn the rule off?" : "Turn the rule on?"}
        action={props.rule.enabled ? "Turn off" : "Turn on"}
        work={turn}
      >
        <p>
          {props.rule.enabled
            ? "It runs no more until it is turned on again; what happens meanwhile it does not look at."
            : "It runs from its next window on."}{" "}
          Its file stays as it is: an override is written.
        </p>
      </FormDialog>
    </>
  );
}

const tabs = [
  { name: "", title: "Overview" },
  { name: "text", title: "Text" },
  { name: "preview", title: "Preview" },
  { name: "exceptions", title: "Exceptions" },
  { name: "tests", title: "Tests" },
  { name: "windows", title: "Windows" },
];
