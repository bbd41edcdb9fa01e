import type { RequestOf, Routes } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { Badge, Severity } from "../parts/badge.tsx";
import { Time } from "../parts/time.tsx";
import { client, problemOf, serviceNow, session } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { Attack } from "./attack.tsx";
import { CloseDialog } from "./close-dialog.tsx";
import { EntityLinks } from "./entity-links.tsx";
import { type Incident, judgementText, standingText } from "./texts.ts";

type Change = RequestOf<Routes["changeIncident"]>["body"];

/** What the incident is in one glance, and what can be done about it. */
export function IncidentHead(props: {
  readonly incident: Incident;
  readonly changed: (now: Incident) => void;
}): JSX.Element {
  const [failure, setFailure] = createSignal<unknown>();
  const [closing, setClosing] = createSignal(false);
  const me = () => (session.state === "ready" ? session().user?.name : undefined) ?? "";
  const change = async (body: Change) => {
    setFailure(undefined);
    const { id, version } = props.incident;
    props.changed(await client.call("changeIncident", { params: { id }, body: { ...body, seen: version } }));
    tell("changed");
  };
  const at = (body: Change) => {
    change(body).catch((thrown: unknown) => setFailure(() => thrown));
  };
  /** Whoever takes an incident works on it. */
  const take = () => at({ owner: me(), ...(props.incident.status === "New" ? { status: "Active" } : {}) });
  const lookAgain = async () => {
    setFailure(undefined);
    props.changed(await client.call("incident", { params: { id: props.incident.id } }));
  };
  offer([
    { name: "Take this incident", run: take },
    { name: "Close this incident", run: () => setClosing(true) },
    { name: "Open this incident again", run: () => at({ status: "Active" }) },
  ]);
  const choose = (select: HTMLSelectElement, values: readonly string[], set: (value: never) => void) => {
    const value = values.find((one) => one === select.value);
    if (value !== undefined) set(value as never); // One of the values that the caller gave.
  };
  const isOpen = () => props.incident.status !== "Closed";
  return (
    <>
      <div class="incident-head">
        <h1>
          <span class="aside">#{props.incident.number}</span> {visible(props.incident.title)}
        </h1>
        <div class="facts-line">
          <Severity of={props.incident.severity} />
          <Badge text={props.incident.status} tone={props.incident.status === "New" ? "low" : "plain"} />
          <Show when={props.incident.classification}>
            {(name) => <Badge text={judgementText(name(), props.incident.classificationReason)} />}
          </Show>
          <Show when={standingText(props.incident, serviceNow())}>
            {(standing) => <Badge text={standing().text} tone={standing().tone} title={props.incident.due} />}
          </Show>
          <span>owner {visible(props.incident.owner ?? "nobody")}</span>
          <span class="grow" />
          <Show when={props.incident.owner !== me()}>
            <button type="button" onClick={take}>
              Take
            </button>
          </Show>
          <select
            aria-label="Status"
            value={props.incident.status}
            onChange={({ currentTarget }) => {
              if (currentTarget.value === "Closed") setClosing(true);
              else choose(currentTarget, ["New", "Active"], (status) => at({ status }));
              currentTarget.value = props.incident.status;
            }}
          >
            <For each={["New", "Active", "Closed"]}>{(one) => <option value={one}>{one}</option>}</For>
          </select>
          <select
            aria-label="Severity"
            value={props.incident.severity}
            onChange={({ currentTarget }) => choose(currentTarget, severities, (severity) => at({ severity }))}
          >
            <For each={severities}>{(one) => <option value={one}>{one}</option>}</For>
          </select>
          <Show
            when={isOpen()}
            fallback={
              <button type="button" onClick={() => at({ status: "Active" })}>
                Open again
              </button>
            }
          >
            <button type="button" class="main" onClick={() => setClosing(true)}>
              Close…
            </button>
          </Show>
        </div>
        <Glance incident={props.incident} />
      </div>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
        <button type="button" onClick={() => void lookAgain()}>
          Show it as it is now
        </button>
      </Show>
      <CloseDialog
        open={closing()}
        close={() => setClosing(false)}
        title={`Close incident ${props.incident.number}`}
        work={change}
      />
    </>
  );
}

const severities = ["High", "Medium", "Low", "Informational"];

/** What happened, to whom, when, and what kind of attack that is: from facts alone. */
function Glance(props: { readonly incident: Incident }): JSX.Element {
  const alerts = () => props.incident.alertCount;
  return (
    <div class="glance">
      <p>
        <Show when={props.incident.rule} fallback="It was made of bookmarks">
          {(rule) => (
            <>
              The rule <a href={`/rules/${encodeURIComponent(rule().id)}`}>{visible(rule().name)}</a> raised{" "}
              <a href={`/incidents/${props.incident.number}?tab=alerts`}>
                {alerts() === 1 ? "one alert" : `${countText(alerts())} alerts`}
              </a>
            </>
          )}
        </Show>
        <Show when={props.incident.entities.length > 0}>
          {" "}
          about <EntityLinks of={props.incident.entities} at={props.incident.lastActivity} most={6} />
        </Show>
        , for what happened <Stretch incident={props.incident} />.
      </p>
      <Show when={props.incident.description !== ""}>
        <p class="aside said">{visibleLines(props.incident.description)}</p>
      </Show>
      <Attack tactics={props.incident.tactics} techniques={props.incident.techniques} />
    </div>
  );
}

function Stretch(props: { readonly incident: Incident }): JSX.Element {
  const isMoment = () => props.incident.firstActivity === props.incident.lastActivity;
  return (
    <Show
      when={!isMoment()}
      fallback={
        <>
          at <Time at={props.incident.firstActivity} />
        </>
      }
    >
      from <Time at={props.incident.firstActivity} /> to <Time at={props.incident.lastActivity} />
    </Show>
  );
}
