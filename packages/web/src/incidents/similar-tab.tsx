import type { AnswerOf, Routes } from "@calypso/contract";
import { For, type JSX, Show } from "solid-js";
import { Badge, Severity } from "../parts/badge.tsx";
import { DataTable, type TableColumn } from "../parts/data-table.tsx";
import { Time } from "../parts/time.tsx";
import { visible } from "../text/visible.ts";
import { judgementText } from "./texts.ts";

type Answer = AnswerOf<Routes["similarIncidents"]>;
type Similar = Answer["incidents"][number];

/** Incidents of the same rule or about the same, and how they ended. */
export function SimilarTab(props: { readonly answer: Answer }): JSX.Element {
  return (
    <DataTable
      caption="Similar incidents"
      columns={columns}
      rows={props.answer.incidents}
      key={({ number }) => String(number)}
      address={({ number }) => `/incidents/${number}`}
      nothing="No other incident is of this rule or names these entities."
    />
  );
}

const columns: readonly TableColumn<Similar>[] = [
  { title: "#", isNumber: true, cell: ({ number }) => <a href={`/incidents/${number}`}>{number}</a> },
  { title: "Severity", cell: ({ severity }) => <Severity of={severity} /> },
  {
    title: "Incident",
    isMain: true,
    cell: (row) => (
      <>
        <a href={`/incidents/${row.number}`}>{visible(row.title)}</a>
        <div class="beneath">
          <Show when={row.sameRule}>
            <Badge text="same rule" />
          </Show>
          <For each={row.shared}>{(label) => <span>{visible(label)}</span>}</For>
        </div>
      </>
    ),
  },
  {
    title: "How it ended",
    cell: (row) => (
      <Show when={row.classification} fallback={row.status}>
        {(name) => <span title={row.classificationComment}>{judgementText(name(), row.classificationReason)}</span>}
      </Show>
    ),
  },
  { title: "Owner", cell: ({ owner }) => visible(owner ?? "–") },
  { title: "Created", cell: ({ created }) => <Time at={created} /> },
];
