import { createResource, type JSX, Match, Show, Switch } from "solid-js";
import { Asked, latestOf } from "../parts/asked.tsx";
import { currentTab, Tabs } from "../parts/tabs.tsx";
import { client } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { listen } from "../platform/live.ts";
import { visible } from "../text/visible.ts";
import "../styles/incidents.css";
import { AlertsTab } from "./alerts-tab.tsx";
import { Comments } from "./comments.tsx";
import { EntityGraph } from "./entity-graph.tsx";
import { HistoryTab } from "./history-tab.tsx";
import { IncidentHead } from "./incident-head.tsx";
import { SideFacts } from "./side-facts.tsx";
import { SimilarTab } from "./similar-tab.tsx";
import { Tasks } from "./tasks.tsx";
import type { Incident } from "./texts.ts";
import { Timeline } from "./timeline.tsx";

/** One incident: what happened, what it is about, and what is done about it. Changes of others appear by themselves. */
export function IncidentPage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const id = () => props.parameters["id"] ?? "";
  const [incident, { mutate }] = createResource(id, (one) => client.call("incident", { params: { id: one } }));
  const [similar] = createResource(id, (one) => client.call("similarIncidents", { params: { id: one } }));
  /** Takes up what others have changed; where that fails, what is there stays. */
  const renew = async () => {
    const asked = id();
    const now = await client.call("incident", { params: { id: asked } }).catch(() => undefined);
    if (now === undefined) tell("the incident could not be looked at again");
    else if (asked === id()) mutate(now);
  };
  listen((happening) => {
    const ours = happening.kind === "incident" && happening.id === latestOf(incident)?.id;
    if (!ours && happening.kind !== "again") return;
    if (ours) tell(`${happening.by}: ${happening.what}`);
    void renew();
  });
  const changed = (now: Incident) => void mutate(now);
  return (
    <div class="page incident">
      <Show when={latestOf(incident) === undefined}>
        <h1>Incident {visible(id())}</h1>
      </Show>
      <Asked of={incident} what="the incident">
        {(found) => (
          <>
            <IncidentHead incident={found()} changed={changed} />
            <div class="incident-columns">
              <div>
                <Tabs
                  about="Parts of the incident"
                  tabs={[
                    { name: "", title: "Timeline" },
                    { name: "alerts", title: "Alerts and rows", count: found().alertCount },
                    { name: "entities", title: "Entities", count: found().entities.length },
                    { name: "similar", title: "Similar", count: latestOf(similar)?.incidents.length },
                    { name: "history", title: "History", count: found().history.length },
                  ]}
                />
                <Switch fallback={<Timeline incident={found()} />}>
                  <Match when={currentTab() === "alerts"}>
                    <AlertsTab incident={found()} />
                  </Match>
                  <Match when={currentTab() === "entities"}>
                    <EntityGraph incident={found()} />
                  </Match>
                  <Match when={currentTab() === "similar"}>
                    <Asked of={similar} what="incidents like it">
                      {(answer) => <SimilarTab answer={answer()} />}
                    </Asked>
                  </Match>
                  <Match when={currentTab() === "history"}>
                    <HistoryTab incident={found()} />
                  </Match>
                </Switch>
              </div>
              <aside aria-label="About the incident">
                <SideFacts incident={found()} verdicts={latestOf(similar)?.verdicts ?? []} changed={changed} />
                <Tasks incident={found()} changed={changed} />
                <Comments incident={found()} changed={changed} />
              </aside>
            </div>
          </>
        )}
      </Asked>
      <Show when={incident.error}>
        <p>
          <a href="/incidents">Go to the queue</a>
        </p>
      </Show>
    </div>
  );
}
