import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { latestOf } from "../parts/asked.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { client, session } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";

/** A severity's targets as they are written down in the form, in minutes. */
interface Written {
  readonly severity: string;
  readonly answerMinutes: number;
  readonly closeMinutes: number;
}

/** In how many minutes incidents are to be answered and closed; admins change it. */
export function Targets(props: { readonly changed: () => Promise<unknown> }): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [levels, { mutate }] = createResource(open, (isOpen) =>
    isOpen ? client.call("serviceLevels", {}) : undefined,
  );
  const [written, setWritten] = createSignal<ReadonlyMap<string, Written>>(new Map());
  const isAdmin = () => session.state === "ready" && session().user?.role === "admin";
  const shown = () => (latestOf(levels)?.levels ?? []).map((level) => written().get(level.severity) ?? level);
  const write = (level: Written) => setWritten(new Map(written()).set(level.severity, level));
  const save = async () => {
    for (const { severity, answerMinutes, closeMinutes } of written().values()) {
      const params = { severity: severity as "High" }; // One of those that the service told.
      mutate(await client.call("setServiceLevel", { params, body: { answerMinutes, closeMinutes } }));
    }
    setWritten(new Map());
    await props.changed();
  };
  offer([{ name: "Targets of incidents", run: () => setOpen(true) }]);
  return (
    <>
      <button type="button" class="quiet" onClick={() => setOpen(true)}>
        Targets…
      </button>
      <FormDialog
        open={open()}
        close={() => setOpen(false)}
        title="When incidents are to be answered and closed"
        action={isAdmin() ? "Save" : "Seen"}
        work={save}
      >
        <p class="aside">
          In minutes: answered from when an incident is made, closed from when it is made or opened again.
          <Show when={!isAdmin()}> Admins change them.</Show>
        </p>
        <table class="data">
          <thead>
            <tr>
              <th scope="col">Severity</th>
              <th scope="col">Answered within</th>
              <th scope="col">Closed within</th>
            </tr>
          </thead>
          <tbody>
            <For each={shown()}>
              {(level) => (
                <tr>
                  <th scope="row">{level.severity}</th>
                  <For each={["answerMinutes", "closeMinutes"] as const}>
                    {(name) => (
                      <td>
                        <input
                          type="number"
                          min="1"
                          max="5256000"
                          required
                          disabled={!isAdmin()}
                          aria-label={`${level.severity}: ${name === "answerMinutes" ? "answered" : "closed"} within, in minutes`}
                          value={level[name]}
                          onChange={(event) => write({ ...level, [name]: event.currentTarget.valueAsNumber })}
                        />
                      </td>
                    )}
                  </For>
                </tr>
              )}
            </For>
          </tbody>
        </table>
      </FormDialog>
    </>
  );
}
