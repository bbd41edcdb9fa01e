import type { AnswerOf, Routes } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { HuntLink } from "../parts/hunt-link.tsx";
import { Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible } from "../text/visible.ts";
import { entityAddress, type Incident, judgementText, typeText } from "./texts.ts";

type Verdicts = AnswerOf<Routes["similarIncidents"]>["verdicts"];

/** Who and what it is about, how others like it were judged, when things happened, its labels. */
export function SideFacts(props: {
  readonly incident: Incident;
  readonly verdicts: Verdicts;
  readonly changed: (now: Incident) => void;
}): JSX.Element {
  const [label, setLabel] = createSignal("");
  const [failure, setFailure] = createSignal<unknown>();
  const setLabels = async (labels: readonly string[]) => {
    setFailure(undefined);
    const { id, version } = props.incident;
    const body = { labels: [...new Set(labels)], seen: version };
    await client.call("changeIncident", { params: { id }, body }).then(
      (now) => {
        props.changed(now);
        setLabel("");
      },
      (thrown: unknown) => setFailure(() => thrown),
    );
  };
  return (
    <>
      <h2>Entities</h2>
      <ul class="plain">
        <For each={props.incident.entities} fallback={<li class="aside">The rule names none.</li>}>
          {(entity) => (
            <li>
              <span class="aside">{typeText(entity.type)}</span>{" "}
              <a href={entityAddress(entity, props.incident.lastActivity)}>{visible(entity.label)}</a>
              <Show when={entity.elsewhere > 0}>
                {" "}
                <a
                  class="aside"
                  href={`/incidents?sort=-created&entity=${encodeURIComponent(`${entity.type}:${entity.name}`)}`}
                  title="Show all incidents that name it"
                >
                  {entity.elsewhere} more {entity.elsewhere === 1 ? "incident" : "incidents"}
                </a>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.verdicts.length > 0}>
        <h2>The rule so far</h2>
        <ul class="plain">
          <For each={props.verdicts}>
            {({ classification, reason, count }) => (
              <li>
                {count} × {judgementText(classification, reason)}
              </li>
            )}
          </For>
        </ul>
      </Show>
      <h2>Times</h2>
      <dl class="facts">
        <dt>Created</dt>
        <dd>
          <Time at={props.incident.created} />
        </dd>
        <dt>Answered</dt>
        <dd>
          <Show when={props.incident.answered} fallback="not yet">
            {(at) => <Time at={at()} />}
          </Show>
        </dd>
        <Show when={props.incident.closed}>
          {(at) => (
            <>
              <dt>Closed</dt>
              <dd>
                <Time at={at()} />
              </dd>
            </>
          )}
        </Show>
        <Show when={props.incident.classificationComment}>
          {(note) => (
            <>
              <dt>Note</dt>
              <dd>{visible(note())}</dd>
            </>
          )}
        </Show>
      </dl>
      <h2>Labels</h2>
      <div class="labels">
        <For each={props.incident.labels}>
          {(one) => (
            <button
              type="button"
              title="Take this label away"
              onClick={() => void setLabels(props.incident.labels.filter((other) => other !== one))}
            >
              {visible(one)} ✕
            </button>
          )}
        </For>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (label().trim() !== "") void setLabels([...props.incident.labels, label().trim()]);
          }}
        >
          <input
            type="text"
            aria-label="Add a label"
            placeholder="Add a label"
            maxLength={100}
            value={label()}
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
        </form>
      </div>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <p>
        <HuntLink
          query={`SecurityIncident\n| where IncidentNumber == ${props.incident.number}\n| order by TimeGenerated asc`}
          title="Show every state that the incident had, from the logs"
        >
          Its states among the logs
        </HuntLink>
      </p>
    </>
  );
}
