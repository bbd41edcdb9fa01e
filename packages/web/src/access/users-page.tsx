import { type AnswerOf, type Role, type Routes, roles } from "@calypso/contract";
import { createResource, createSignal, For, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { client, lookWhoAsks, problemOf, session } from "../platform/client.ts";
import { offer, tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";
import { Used } from "./account-parts.tsx";
import { ToldOnce } from "./told-once.tsx";
import "../styles/access.css";

type User = AnswerOf<Routes["users"]>["users"][number];

/** Everybody who may sign in, and what each may do. */
export function UsersPage(): JSX.Element {
  const [users, { refetch }] = createResource(() => client.call("users", {}));
  const [failure, setFailure] = createSignal<unknown>();
  const [link, setLink] = createSignal<{ readonly name: string; readonly link: string }>();
  const [adding, setAdding] = createSignal(false);
  const [role, setRole] = createSignal<Role>("reader");
  let name: HTMLInputElement | undefined;
  const isFirst = () => session.latest?.signIn.needed === false;
  const open = () => {
    setRole(isFirst() ? "admin" : "reader");
    setAdding(true);
  };
  offer([{ name: "Add a user", run: open }]);

  const act = async (done: string, work: () => Promise<unknown>) => {
    setFailure(undefined);
    try {
      await work();
      tell(done);
    } catch (thrown) {
      setFailure(() => thrown);
    }
    await refetch();
  };
  const change = (user: User, body: { readonly role?: Role; readonly disabled?: boolean }) =>
    act(`${user.name} was changed.`, () => client.call("changeUser", { params: { id: user.id }, body }));
  const newLink = (user: User) =>
    act("There is a new link.", async () => {
      const made = await client.call("makeSetUpLink", { params: { id: user.id } });
      setLink({ name: user.name, link: made.link });
    });
  const add = async () => {
    const made = await client.call("addUser", { body: { name: name?.value ?? "", role: role() } });
    setLink({ name: made.user.name, link: made.link });
    if (!isFirst()) await refetch();
  };
  const closeLink = () => {
    setLink(undefined);
    // With the first user everybody has to sign in, who is here too.
    if (isFirst()) void lookWhoAsks();
  };

  return (
    <div class="page">
      <h1>Users</h1>
      <Show when={isFirst()}>
        <p>
          Nobody has to sign in yet. The first user has the role admin, and from then on everybody has to sign in: open
          the user's link before you leave this page.
        </p>
      </Show>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <Show when={link()}>
        {(made) => (
          <ToldOnce
            about={`Give this link to ${visible(made().name)}. It works once, within three days, and is not shown again.`}
            secret={made().link}
            opens={isFirst()}
            close={closeLink}
          />
        )}
      </Show>
      <p>
        <button type="button" onClick={open}>
          Add a user
        </button>{" "}
        <a href="/audit">Audit log</a>
      </p>
      <Asked of={users} what="the users">
        {(found) => (
          <DataTable
            caption="Users"
            rows={found().users}
            key={({ id }) => id}
            nothing="No user yet."
            columns={[
              {
                title: "Name",
                isMain: true,
                cell: (user) => (
                  <>
                    <a href={`/audit?user=${encodeURIComponent(user.name)}`}>{visible(user.name)}</a>{" "}
                    <Show when={user.disabledAt}>
                      <Badge text="disabled" tone="medium" />
                    </Show>
                  </>
                ),
              },
              { title: "Role", cell: (user) => <RoleChoice user={user} change={change} /> },
              { title: "Signs in with", cell: (user) => visible(waysOf(user)) },
              { title: "Sessions", isNumber: true, cell: ({ sessions }) => countText(sessions) },
              { title: "Tokens", isNumber: true, cell: ({ tokens }) => countText(tokens) },
              { title: "Seen", cell: ({ seenAt }) => <Used at={seenAt} /> },
              {
                title: "Action",
                cell: (user) => (
                  <div class="actions">
                    <Show when={user.provider === undefined && user.disabledAt === undefined}>
                      <button type="button" onClick={() => void newLink(user)}>
                        New link<span class="unseen"> for {visible(user.name)}</span>
                      </button>
                    </Show>
                    <button
                      type="button"
                      onClick={() => void change(user, { disabled: user.disabledAt === undefined })}
                    >
                      {user.disabledAt === undefined ? "Disable" : "Let in again"}
                      <span class="unseen"> {visible(user.name)}</span>
                    </button>
                  </div>
                ),
              },
            ]}
          />
        )}
      </Asked>
      <FormDialog open={adding()} close={() => setAdding(false)} title="Add a user" action="Add" work={add}>
        <label>
          Name, such as a mail address
          <input ref={(element) => (name = element)} type="text" maxLength={100} required />
        </label>
        <label>
          Role
          <select value={role()} onChange={(event) => setRole(roles[event.currentTarget.selectedIndex] ?? "reader")}>
            <For each={roles}>{(one) => <option value={one}>{one}</option>}</For>
          </select>
        </label>
      </FormDialog>
    </div>
  );
}

function RoleChoice(props: {
  readonly user: User;
  readonly change: (user: User, body: { readonly role: Role }) => Promise<void>;
}): JSX.Element {
  return (
    <Show when={props.user.provider === undefined} fallback={props.user.role}>
      <select
        aria-label={`Role of ${visible(props.user.name)}`}
        value={props.user.role}
        onChange={(event) =>
          void props.change(props.user, { role: roles[event.currentTarget.selectedIndex] ?? "reader" })
        }
      >
        <For each={roles}>{(one) => <option value={one}>{one}</option>}</For>
      </select>
    </Show>
  );
}

function waysOf({ provider, hasPassword, passkeys }: User): string {
  if (provider !== undefined) return provider;
  const count = passkeys === 1 ? "a passkey" : `${passkeys} passkeys`;
  const ways = [...(hasPassword ? ["password"] : []), ...(passkeys === 0 ? [] : [count])];
  return ways.length === 0 ? "nothing yet" : ways.join(", ");
}
