import { mayDo, type Role, roles } from "@calypso/contract";
import { createSignal, For, type JSX, Show } from "solid-js";
import { DataTable } from "../parts/data-table.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Time } from "../parts/time.tsx";
import { client } from "../platform/client.ts";
import { visible } from "../text/visible.ts";
import { type SectionProps, Used } from "./account-parts.tsx";
import { ToldOnce } from "./told-once.tsx";

/** The API tokens of the user: made, shown once, and taken back. */
export function TokenSection(props: SectionProps): JSX.Element {
  const [open, setOpen] = createSignal(false);
  const [secret, setSecret] = createSignal<string>();
  const [role, setRole] = createSignal<Role>("reader");
  let name: HTMLInputElement | undefined;
  let days: HTMLInputElement | undefined;
  const possible = () => roles.filter((one) => mayDo(props.account().user.role, one));
  const make = async () => {
    const body = { name: name?.value ?? "", role: role(), days: days?.valueAsNumber ?? 90 };
    const made = await client.call("createToken", { body });
    setSecret(made.secret);
    await props.again();
  };
  const revoke = (id: string) =>
    props.act("The token was taken back.", () => client.call("revokeToken", { params: { id } }));
  return (
    <section aria-labelledby="tokens">
      <h2 id="tokens">API tokens</h2>
      <Show when={secret()}>
        {(shown) => (
          <ToldOnce
            about="This is the token. It is not shown again: copy it now."
            secret={shown()}
            close={() => setSecret(undefined)}
          />
        )}
      </Show>
      <DataTable
        caption="Your API tokens"
        rows={props.account().tokens}
        key={({ id }) => id}
        nothing="None. Programs that ask the API send one."
        columns={[
          { title: "Name", isMain: true, cell: (token) => visible(token.name) },
          { title: "At most", cell: (token) => token.role },
          { title: "Made", cell: ({ createdAt }) => <Time at={createdAt} /> },
          { title: "Used", cell: ({ lastUsedAt }) => <Used at={lastUsedAt} /> },
          { title: "Ends", cell: ({ expiresAt }) => <Time at={expiresAt} ago /> },
          {
            title: "Action",
            cell: (token) => (
              <button
                type="button"
                aria-label={`Take back the token ${visible(token.name)}`}
                onClick={() => void revoke(token.id)}
              >
                Take back
              </button>
            ),
          },
        ]}
      />
      <button type="button" onClick={() => setOpen(true)}>
        Make a token
      </button>
      <FormDialog open={open()} close={() => setOpen(false)} title="Make an API token" action="Make it" work={make}>
        <label>
          What it is for
          <input ref={(element) => (name = element)} type="text" maxLength={100} required />
        </label>
        <label>
          The most that it may do
          <select
            value={role()}
            onChange={(event) => setRole(possible()[event.currentTarget.selectedIndex] ?? "reader")}
          >
            <For each={possible()}>{(one) => <option value={one}>{one}</option>}</For>
          </select>
        </label>
        <label>
          Days until it ends
          <input ref={(element) => (days = element)} type="number" min={1} max={366} value={90} required />
        </label>
      </FormDialog>
    </section>
  );
}
