import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Severity } from "../parts/badge.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { place } from "../platform/router.ts";
import { countText } from "../text/times.ts";
import { visible, visibleLines } from "../text/visible.ts";
import { AlertEvidence } from "./alert-evidence.tsx";
import { EntityLinks } from "./entity-links.tsx";
import type { Incident } from "./texts.ts";

/** The alerts of an incident; the first, or the one that the address names, with the very rows behind it. */
export function AlertsTab(props: { readonly incident: Incident }): JSX.Element {
  const chosen = () => {
    const named = place().query.get("alert");
    return props.incident.alerts.find(({ id }) => id === named) ?? props.incident.alerts[0];
  };
  const address = (id: string) => `/incidents/${props.incident.number}?tab=alerts&alert=${encodeURIComponent(id)}`;
  return (
    <Show when={chosen()} fallback={<p class="nothing">It was made of bookmarks, and has no alert.</p>}>
      {(alert) => (
        <>
          <Show when={props.incident.alertCount > props.incident.alerts.length}>
            <p class="hint">
              The first {props.incident.alerts.length} of {countText(props.incident.alertCount)} alerts; the list of
              alerts has all of the rule.
            </p>
          </Show>
          <Show when={props.incident.alerts.length > 1}>
            <ul class="plain alerts">
              <For each={props.incident.alerts}>
                {(one) => (
                  <li>
                    <a href={address(one.id)} aria-current={one.id === alert().id ? "true" : undefined}>
                      <Severity of={one.severity} /> {visible(one.title)}
                    </a>{" "}
                    <span class="aside">
                      <Time at={one.raised} />, {countText(one.rows)} {one.rows === 1 ? "row" : "rows"}
                    </span>
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <AlertBody alert={alert()} alone={props.incident.alerts.length === 1} />
        </>
      )}
    </Show>
  );
}

function AlertBody(props: {
  readonly alert: Incident["alerts"][number];
  /** Whether the incident says the same already. */
  readonly alone: boolean;
}): JSX.Element {
  const [evidence] = createResource(
    () => props.alert.id,
    (id) => client.call("alertRows", { params: { id }, query: { limit: 1000 } }),
  );
  return (
    <article aria-label={visible(props.alert.title)}>
      <Show when={!props.alone}>
        <h2>{visible(props.alert.title)}</h2>
        <p class="aside said">{visibleLines(props.alert.description)}</p>
        <p>
          <EntityLinks of={props.alert.entities} at={props.alert.end} />
        </p>
      </Show>
      <Show when={Object.keys(props.alert.customDetails).length > 0}>
        <dl class="facts">
          <For each={Object.entries(props.alert.customDetails)}>
            {([name, values]) => (
              <>
                <dt>{visible(name)}</dt>
                <dd>{values.map(visible).join(", ")}</dd>
              </>
            )}
          </For>
        </dl>
      </Show>
      <For each={props.alert.notes}>{(note) => <p class="hint">{visible(note)}</p>}</For>
      <Asked of={evidence} what="the rows">
        {(answer) => <AlertEvidence evidence={answer()} />}
      </Asked>
    </article>
  );
}
