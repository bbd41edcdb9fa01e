import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { FormDialog } from "../parts/dialog.tsx";
import { client, problemOf, session } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible } from "../text/visible.ts";
import { CloseDialog } from "./close-dialog.tsx";
import type { QueuedIncident } from "./texts.ts";

type Change = RequestOf<Routes["changeIncidents"]>["body"]["change"];
type Refused = AnswerOf<Routes["changeIncidents"]>["refused"];

/** What can be done to all incidents that are chosen. What could not be done to some is told, and the rest is done. */
export function BulkBar(props: {
  readonly incidents: readonly QueuedIncident[];
  readonly action: "close" | "assign" | undefined;
  readonly open: (action: "close" | "assign" | undefined) => void;
  readonly clear: () => void;
  readonly done: () => Promise<unknown>;
}): JSX.Element {
  const [owner, setOwner] = createSignal("");
  const [label, setLabel] = createSignal<string>();
  const [refused, setRefused] = createSignal<Refused>([]);
  const [failure, setFailure] = createSignal<unknown>();
  const me = () => (session.state === "ready" ? session().user?.name : undefined) ?? "";
  const numberOf = (id: string, among: readonly QueuedIncident[]) => among.find((one) => one.id === id)?.number ?? id;

  const change = async (what: Change, list = props.incidents) => {
    if (list.length === 0) return;
    const incidents = list.map(({ id, version }) => ({ id, seen: version }));
    const answer = await client.call("changeIncidents", { body: { incidents, change: what } });
    setRefused([...refused(), ...answer.refused.map((one) => ({ ...one, id: `#${numberOf(one.id, list)}` }))]);
    tell(`${answer.changed} changed, ${answer.refused.length} not`);
    await props.done();
  };
  const begin = (work: Promise<void>) => {
    setFailure(undefined);
    work.catch((thrown: unknown) => setFailure(() => thrown));
  };
  /** Whoever takes what is new works on it; what is closed stays so. */
  const take = async () => {
    const [fresh, others] = [true, false].map((isNew) =>
      props.incidents.filter(({ status }) => (status === "New") === isNew),
    );
    await change({ owner: me(), status: "Active" }, fresh);
    await change({ owner: me() }, others);
  };
  const addLabel = async () => {
    const added = label()?.trim() ?? "";
    if (added === "") return;
    // Each keeps the labels that it has.
    for (const one of props.incidents) await change({ labels: [...new Set([...one.labels, added])] }, [one]);
  };
  return (
    <>
      <Show when={props.incidents.length > 0}>
        <div class="bulk" role="toolbar" aria-label="What is chosen">
          <strong>{props.incidents.length} chosen</strong>
          <button type="button" onClick={() => begin(take())}>
            Take
          </button>
          <button type="button" onClick={() => props.open("assign")}>
            Assign…
          </button>
          <button type="button" class="main" onClick={() => props.open("close")}>
            Close…
          </button>
          <select
            aria-label="Set the severity"
            onChange={({ currentTarget }) => {
              const severity = severities.find((one) => one === currentTarget.value);
              currentTarget.value = "";
              if (severity !== undefined) begin(change({ severity }));
            }}
          >
            <option value="">Severity…</option>
            <For each={severities}>{(one) => <option value={one}>{one}</option>}</For>
          </select>
          <button type="button" onClick={() => setLabel("")}>
            Label…
          </button>
          <button type="button" class="quiet" onClick={props.clear}>
            None
          </button>
        </div>
      </Show>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <Show when={refused().length > 0}>
        <div class="problem" role="alert">
          <p>Not changed, look at them again:</p>
          <ul>
            <For each={refused()}>
              {({ id, detail }) => (
                <li>
                  {id}: {visible(detail)}
                </li>
              )}
            </For>
          </ul>
          <button type="button" onClick={() => setRefused([])}>
            Seen
          </button>
        </div>
      </Show>
      <CloseDialog
        open={props.action === "close"}
        close={() => props.open(undefined)}
        title={props.incidents.length === 1 ? "Close 1 incident" : `Close ${props.incidents.length} incidents`}
        work={change}
      />
      <FormDialog
        open={props.action === "assign"}
        close={() => props.open(undefined)}
        title="Who works on it?"
        action="Assign"
        work={() => change({ owner: owner() })}
      >
        <label>
          Name; nobody where empty
          <input type="text" maxLength={300} value={owner()} onInput={(event) => setOwner(event.currentTarget.value)} />
        </label>
        <div>
          <button type="button" onClick={() => setOwner(me())}>
            Me
          </button>
        </div>
      </FormDialog>
      <FormDialog
        open={label() !== undefined}
        close={() => setLabel(undefined)}
        title="Add a label"
        action="Add"
        work={addLabel}
      >
        <label>
          Label
          <input
            type="text"
            required
            maxLength={100}
            value={label() ?? ""}
            onInput={(event) => setLabel(event.currentTarget.value)}
          />
        </label>
      </FormDialog>
    </>
  );
}

const severities = ["High", "Medium", "Low", "Informational"] as const;
