import type { AnswerOf, Routes } from "@calypso/contract";
import { createResource, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { Pager } from "../parts/pager.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { amend, place } from "../platform/router.ts";
import { SearchField } from "../platform/search-field.tsx";
import { visible } from "../text/visible.ts";
import "../styles/access.css";

type Entry = AnswerOf<Routes["auditLog"]>["entries"][number];

/** Who did what, and what was refused; the address holds what is looked for. */
export function AuditPage(): JSX.Element {
  const asked = () => {
    const { query } = place();
    const text = (name: string) => query.get(name) || undefined;
    const [user, action, subject, after] = ["user", "action", "subject", "after"].map(text);
    return {
      ...(user === undefined ? {} : { user }),
      ...(action === undefined ? {} : { action }),
      ...(subject === undefined ? {} : { subject }),
      ...(after === undefined ? {} : { after }),
      ...(text("refused") === undefined ? {} : { refused: true }),
      ...dayOf("from", text("from"), 0),
      ...dayOf("to", text("to"), 1),
    };
  };
  const [log] = createResource(asked, (query) => client.call("auditLog", { query }));
  const filter = (name: string) => place().query.get(name) ?? "";
  const set = (name: string, value: string) => amend({ [name]: value || undefined, after: undefined });
  return (
    <div class="page">
      <h1>Audit log</h1>
      <div class="filters">
        <Choice name="user" title="Who" values={log.latest?.users ?? []} />
        <Choice name="action" title="What" values={log.latest?.actions ?? []} />
        <SearchField about="About, by its id" value={filter("subject")} change={(text) => set("subject", text)} />
        <label>
          From <input type="date" value={filter("from")} onChange={(event) => set("from", event.currentTarget.value)} />
        </label>
        <label>
          to <input type="date" value={filter("to")} onChange={(event) => set("to", event.currentTarget.value)} />
        </label>
        <span class="hint">days in UTC</span>
        <label>
          <input
            type="checkbox"
            checked={filter("refused") !== ""}
            onChange={(event) => set("refused", event.currentTarget.checked ? "1" : "")}
          />{" "}
          Only what was refused
        </label>
      </div>
      <Asked of={log} what="the audit log">
        {(found) => (
          <>
            <DataTable
              caption="Entries of the audit log, the newest first"
              rows={found().entries}
              key={({ id }) => id}
              nothing="Nothing of this kind was written down."
              columns={[
                { title: "Time", cell: ({ at }) => <Time at={at} /> },
                {
                  title: "Who",
                  cell: ({ user }) => (
                    <Show when={user !== ""} fallback={<span class="absent">nobody</span>}>
                      <a href={`/audit?user=${encodeURIComponent(user)}`}>{visible(user)}</a>
                    </Show>
                  ),
                },
                { title: "By", cell: ({ via }) => visible(via) },
                { title: "From", cell: ({ address }) => visible(address) },
                {
                  title: "What",
                  cell: ({ action }) => <a href={`/audit?action=${encodeURIComponent(action)}`}>{visible(action)}</a>,
                },
                {
                  title: "Outcome",
                  cell: ({ refusal }) => (
                    <Show when={refusal}>{(code) => <Badge text={`refused: ${code()}`} tone="bad" />}</Show>
                  ),
                },
                { title: "About", isMain: true, cell: (entry) => <code class="about">{aboutText(entry)}</code> },
              ]}
            />
            <Pager shown={found().entries.length} next={found().next} what="entries" />
          </>
        )}
      </Asked>
    </div>
  );
}

/** A value of those that there are; all where none is chosen. */
function Choice(props: {
  readonly name: string;
  readonly title: string;
  readonly values: readonly string[];
}): JSX.Element {
  const chosen = () => place().query.get(props.name) ?? "";
  const values = () => [
    ...new Set([...props.values.filter((value) => value !== ""), ...(chosen() === "" ? [] : [chosen()])]),
  ];
  return (
    <label>
      {props.title}{" "}
      <select onChange={(event) => amend({ [props.name]: event.currentTarget.value || undefined, after: undefined })}>
        <option value="" selected={chosen() === ""}>
          all
        </option>
        <For each={values()}>
          {(value) => (
            <option value={value} selected={value === chosen()}>
              {visible(value)}
            </option>
          )}
        </For>
      </select>
    </label>
  );
}

/** The beginning of a day in UTC, or of the day after; nothing for what is no day. */
function dayOf(name: "from" | "to", text: string | undefined, later: number): { readonly [name: string]: string } {
  const time = /^\d{4}-\d\d-\d\d$/.test(text ?? "") ? Date.parse(`${text}T00:00:00Z`) : Number.NaN;
  return Number.isNaN(time) ? {} : { [name]: new Date(time + later * 86_400_000).toISOString() };
}

/** What an entry is about, and what changed: `id=…  role=reader before=admin`. */
function aboutText({ subject, detail }: Entry): string {
  const pairs = [...Object.entries(subject), ...Object.entries(detail)];
  return visible(pairs.map(([name, value]) => `${name}=${String(value)}`).join("  "));
}
