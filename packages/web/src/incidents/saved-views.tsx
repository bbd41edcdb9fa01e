import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { latestOf } from "../parts/asked.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { client, problemOf } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { go, place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";

/** Ways to look at a list that people keep: links, since a view is an address. */
export function SavedViews(props: { readonly page: "incidents" | "alerts" }): JSX.Element {
  const params = () => ({ page: props.page });
  const [views, { mutate }] = createResource(() => client.call("views", { params: params() }));
  const [saving, setSaving] = createSignal(false);
  const [name, setName] = createSignal("");
  const [shared, setShared] = createSignal(false);
  const address = () => {
    const query = new URLSearchParams(place().query);
    query.delete("after");
    return query.toString();
  };
  const known = () => latestOf(views)?.views ?? [];
  const save = async () => {
    const body = { name: name(), address: address(), shared: shared() };
    mutate(await client.call("saveView", { params: params(), body }));
    setName("");
  };
  const remove = async (id: string) => {
    mutate(await client.call("removeView", { params: { ...params(), id } }));
  };
  offer([
    { name: "Save this view", run: () => setSaving(true) },
    {
      name: "Go to the first saved view",
      run: () => known()[0] !== undefined && go(`/${props.page}?${known()[0]?.address}`),
    },
  ]);
  return (
    <>
      <details class="menu">
        <summary>
          Views <span class="count">{known().length}</span>
        </summary>
        <div class="views">
          <Show when={views.error}>{(thrown) => <ProblemView problem={problemOf(thrown())} />}</Show>
          <Show when={known().length > 0} fallback={<p class="nothing">None is kept yet.</p>}>
            <ul>
              <For each={known()}>
                {(view) => (
                  <li>
                    <a href={`/${props.page}?${view.address}`}>{visible(view.name)}</a>
                    <Show when={view.shared}>
                      <span class="aside"> shared by {visible(view.owner)}</span>
                    </Show>
                    <Show when={view.mine}>
                      <button
                        type="button"
                        class="quiet"
                        aria-label={`Remove the view ${visible(view.name)}`}
                        onClick={() => void remove(view.id)}
                      >
                        ✕
                      </button>
                    </Show>
                  </li>
                )}
              </For>
            </ul>
          </Show>
          <button type="button" onClick={() => setSaving(true)}>
            Save this view…
          </button>
        </div>
      </details>
      <FormDialog open={saving()} close={() => setSaving(false)} title="Save this view" action="Save" work={save}>
        <label>
          Name
          <input
            type="text"
            required
            maxLength={100}
            value={name()}
            onInput={(event) => setName(event.currentTarget.value)}
          />
        </label>
        <label class="line">
          <input type="checkbox" checked={shared()} onChange={(event) => setShared(event.currentTarget.checked)} />
          Everybody sees it
        </label>
      </FormDialog>
    </>
  );
}
