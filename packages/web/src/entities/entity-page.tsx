import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, type JSX, Show } from "solid-js";
import { entityAddress, typeText } from "../incidents/texts.ts";
import { Asked, latestOf } from "../parts/asked.tsx";
import { Severity } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { listen } from "../platform/live.ts";
import { amend, place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import "../styles/incidents.css";
import { ActivityPart } from "./activity-part.tsx";
import { HabitsPart } from "./habits-part.tsx";
import { PivotsPart } from "./pivots-part.tsx";

type Row = AnswerOf<Routes["incidents"]>["incidents"][number];

const kinds = ["account", "ip", "host", "cloudapplication"] as const;
const spans = ["7", "14", "30", "90"];

/** An account, address, host or application: when it was seen, what is usual for it and what is new, and every incident about it. */
export function EntityPage(props: { readonly parameters: Readonly<Record<string, string>> }): JSX.Element {
  const type = () => props.parameters["type"] ?? "";
  const name = () => props.parameters["name"] ?? "";
  const kind = () => kinds.find((one) => one === type());
  const days = () => Number(spans.find((one) => one === place().query.get("days")) ?? "14");
  const to = () => place().query.get("to") ?? undefined;
  /** The same for the same question. */
  const asked = () => {
    const found = kind();
    if (found === undefined) return undefined;
    const until = to();
    return {
      params: { type: found, name: name() },
      query: { days: days(), ...(until === undefined ? {} : { to: until }) },
    };
  };
  const key = () => JSON.stringify(asked());
  const [activity] = createResource(key, () => request("entityActivity"));
  const [habits] = createResource(key, () => request("entityHabits"));
  const [pivots] = createResource(key, () => request("entityPivots"));
  async function request<Name extends "entityActivity" | "entityHabits" | "entityPivots">(route: Name) {
    const call = asked();
    return call === undefined ? undefined : client.call(route, call as never);
  }
  const entity = () => `${type()}:${name()}`;
  const [incidents, { refetch }] = createResource(entity, (one) =>
    client.call("incidents", { query: { entity: one, sort: "-created", limit: 50 } }),
  );
  const [alerts] = createResource(entity, (one) => client.call("alertCounts", { query: { entity: one } }));
  listen((happening) => {
    if (happening.kind === "incident" || happening.kind === "again") void refetch();
  });
  const all = () => encodeURIComponent(entity());
  return (
    <div class="page entity">
      <div class="filters">
        <h1>
          <span class="aside">{typeText(type())}</span> {visible(name())}
        </h1>
        <label>
          <span class="aside">last </span>
          <select
            aria-label="How far to look back"
            value={String(days())}
            onChange={({ currentTarget }) => amend({ days: currentTarget.value })}
          >
            {spans.map((span) => (
              <option value={span}>{span} days</option>
            ))}
          </select>
        </label>
        <Show when={to()} fallback={<span class="aside">until now</span>}>
          {(until) => (
            <>
              <span class="aside">
                until <Time at={until()} />
              </span>
              <a href={entityAddress({ type: type(), name: name() })}>until now</a>
            </>
          )}
        </Show>
      </div>
      <Show
        when={kind() !== undefined}
        fallback={
          <p class="hint">The logs are not searched for this kind of entity; its incidents and alerts are below.</p>
        }
      >
        <Asked of={activity} what="its activity">
          {(answer) => <Show when={answer()}>{(found) => <ActivityPart answer={found() as never} />}</Show>}
        </Asked>
        <Asked of={habits} what="what is usual">
          {(answer) => <Show when={answer()}>{(found) => <HabitsPart answer={found() as never} />}</Show>}
        </Asked>
        <Asked of={pivots} what="its risk and the usual questions">
          {(answer) => <Show when={answer()}>{(found) => <PivotsPart answer={found() as never} />}</Show>}
        </Asked>
      </Show>
      <section aria-label="Incidents">
        <h2>Incidents</h2>
        <p>
          <a href={`/incidents?sort=-created&entity=${all()}`}>All incidents that name it</a>,{" "}
          <a href={`/alerts?entity=${all()}`}>{latestOf(alerts)?.total ?? "…"} alerts</a>
        </p>
        <Asked of={incidents} what="its incidents">
          {(answer) => (
            <DataTable
              caption="Incidents"
              columns={columns}
              rows={answer().incidents}
              key={({ id }) => id}
              address={({ number }) => `/incidents/${number}`}
              nothing="No incident names it."
            />
          )}
        </Asked>
      </section>
    </div>
  );
}

const columns: readonly TableColumn<Row>[] = [
  { title: "#", isNumber: true, cell: ({ number }) => <a href={`/incidents/${number}`}>{number}</a> },
  { title: "Severity", cell: ({ severity }) => <Severity of={severity} /> },
  { title: "Incident", isMain: true, cell: (row) => <a href={`/incidents/${row.number}`}>{visible(row.title)}</a> },
  { title: "Status", cell: ({ status, classification }) => classification ?? status },
  { title: "Owner", cell: ({ owner }) => visible(owner ?? "–") },
  { title: "Last activity", cell: ({ lastActivity }) => <Time at={lastActivity} /> },
];
