import { Show } from "solid-js";
import { Badge, Severity } from "../parts/badge.tsx";
import type { TableColumn } from "../parts/data-table.tsx";
import { Time } from "../parts/time.tsx";
import { serviceNow } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { EntityLinks } from "./entity-links.tsx";
import { type QueuedIncident, standingText } from "./texts.ts";

/** What the queue says of an incident. */
export const queueColumns: readonly TableColumn<QueuedIncident>[] = [
  { title: "Severity", sort: "severity", cell: (row) => <Severity of={row.severity} /> },
  {
    title: "Incident",
    isMain: true,
    cell: (row) => (
      <>
        <a class="title" href={`/incidents/${row.number}`} title={visible(row.title)}>
          <span class="aside">{row.number}</span> {visible(row.title)}
        </a>
        <div class="beneath">
          <EntityLinks of={row.entities} at={row.lastActivity} most={3} />
          <Show when={row.rule !== undefined && row.rule.name !== row.title && row.rule}>
            {(rule) => <span title={visible(rule().name)}>{visible(rule().name)}</span>}
          </Show>
          {row.labels.map((label) => (
            <Badge text={label} />
          ))}
        </div>
      </>
    ),
  },
  {
    title: "Status and owner",
    sort: "modified",
    cell: (row) => (
      <>
        <Badge text={row.status} tone={row.status === "New" ? "low" : "plain"} title={`changed ${row.modified}`} />
        <div class="beneath cut">{visible(row.owner ?? "nobody")}</div>
      </>
    ),
  },
  {
    title: "Due",
    sort: "due",
    cell: (row) => (
      <Show when={standingText(row, serviceNow())} fallback="–">
        {(standing) => <Badge text={standing().text} tone={standing().tone} title={row.due} />}
      </Show>
    ),
  },
  {
    title: "Alerts",
    sort: "alerts",
    isNumber: true,
    cell: (row) => <a href={`/incidents/${row.number}?tab=alerts`}>{countText(row.alerts)}</a>,
  },
  { title: "Created", sort: "created", cell: (row) => <Time at={row.created} ago /> },
];
