import { createResource, createSignal, type JSX, Show } from "solid-js";
import { Asked } from "../parts/asked.tsx";
import { Badge } from "../parts/badge.tsx";
import { DataTable } from "../parts/data-table.tsx";
import { FormDialog } from "../parts/dialog.tsx";
import { Time } from "../parts/time.tsx";
import { client, problemOf } from "../platform/client.ts";
import { tell } from "../platform/commands.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible } from "../text/visible.ts";
import { type Account, methodText, type SectionProps, Used } from "./account-parts.tsx";
import { newPasskey } from "./passkeys.ts";
import { signOut } from "./sign-out.ts";
import { TokenSection } from "./token-section.tsx";
import "../styles/access.css";

/** The user's own account: how one signs in, where one is signed in, and the tokens of one's programs. */
export function AccountPage(): JSX.Element {
  const [account, { refetch }] = createResource(() => client.call("account", {}));
  const [failure, setFailure] = createSignal<unknown>();
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
  const parts = (found: () => Account) => ({ account: found, act, again: async () => void (await refetch()) });
  return (
    <div class="page account">
      <h1>Account</h1>
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <Asked of={account} what="your account">
        {(found) => (
          <>
            <dl class="facts">
              <dt>Name</dt>
              <dd>{visible(found().user.name)}</dd>
              <dt>Role</dt>
              <dd>{found().user.role}</dd>
            </dl>
            <Show when={found().user.role === "admin"}>
              <p>
                <a href="/users">Users</a> · <a href="/audit">Audit log</a>
              </p>
            </Show>
            <Show
              when={found().kind !== "local"}
              fallback={
                <p>
                  Nobody has to sign in here yet, and nothing but this machine is answered. With the first user, whom
                  you add among the <a href="/users">users</a>, everybody has to sign in.
                </p>
              }
            >
              <p>
                <button type="button" onClick={() => void signOut()}>
                  Sign out
                </button>
              </p>
              <SessionSection {...parts(found)} />
              <Show when={found().kind === "own"}>
                <PasskeySection {...parts(found)} />
                <PasswordSection {...parts(found)} />
              </Show>
              <TokenSection {...parts(found)} />
            </Show>
          </>
        )}
      </Asked>
    </div>
  );
}

function SessionSection(props: SectionProps): JSX.Element {
  const end = (id: string) => props.act("The session has ended.", () => client.call("endSession", { params: { id } }));
  return (
    <section aria-labelledby="sessions">
      <h2 id="sessions">Where you are signed in</h2>
      <DataTable
        caption="Your sessions"
        rows={props.account().sessions}
        key={({ id }) => id}
        nothing="No session."
        columns={[
          { title: "Browser", isMain: true, cell: ({ agent }) => visible(agent) },
          { title: "Address", cell: ({ address }) => visible(address) },
          { title: "By", cell: ({ method }) => visible(methodText(method)) },
          { title: "Begun", cell: ({ createdAt }) => <Time at={createdAt} /> },
          { title: "Used", cell: ({ seenAt }) => <Time at={seenAt} ago /> },
          {
            title: "Action",
            cell: ({ id, current, address }) => (
              <Show when={!current} fallback={<Badge text="this one" tone="good" />}>
                <button
                  type="button"
                  aria-label={`End the session from ${visible(address)}`}
                  onClick={() => void end(id)}
                >
                  End
                </button>
              </Show>
            ),
          },
        ]}
      />
      <Show when={props.account().sessions.length > 1}>
        <button
          type="button"
          onClick={() => void props.act("All other sessions have ended.", () => client.call("endOtherSessions", {}))}
        >
          End all others
        </button>
      </Show>
    </section>
  );
}

function PasskeySection(props: SectionProps): JSX.Element {
  const [open, setOpen] = createSignal(false);
  let name: HTMLInputElement | undefined;
  const add = async () => {
    const { options } = await client.call("beginPasskey", {});
    const response = await newPasskey(options);
    await client.call("addPasskey", { body: { name: name?.value ?? "", response } });
    tell("The passkey was added.");
    await props.again();
  };
  const remove = (id: string) =>
    props.act("The passkey was removed.", () => client.call("removePasskey", { params: { id } }));
  return (
    <section aria-labelledby="passkeys">
      <h2 id="passkeys">Passkeys</h2>
      <DataTable
        caption="Your passkeys"
        rows={props.account().passkeys}
        key={({ id }) => id}
        nothing="None yet. A passkey of this device lets you in with a PIN, a finger or your face."
        columns={[
          { title: "Name", isMain: true, cell: (passkey) => visible(passkey.name) },
          { title: "Made", cell: ({ createdAt }) => <Time at={createdAt} /> },
          { title: "Used", cell: ({ lastUsedAt }) => <Used at={lastUsedAt} /> },
          {
            title: "Action",
            cell: (passkey) => (
              <button
                type="button"
                aria-label={`Remove the passkey ${visible(passkey.name)}`}
                onClick={() => void remove(passkey.id)}
              >
                Remove
              </button>
            ),
          },
        ]}
      />
      <button type="button" onClick={() => setOpen(true)}>
        Add a passkey
      </button>
      <FormDialog open={open()} close={() => setOpen(false)} title="Add a passkey" action="Add" work={add}>
        <label>
          What you call it, such as the device
          <input ref={(element) => (name = element)} type="text" maxLength={100} required />
        </label>
      </FormDialog>
    </section>
  );
}

function PasswordSection(props: SectionProps): JSX.Element {
  const [open, setOpen] = createSignal(false);
  let current: HTMLInputElement | undefined;
  let password: HTMLInputElement | undefined;
  const change = async () => {
    const body = { current: current?.value ?? "", password: password?.value ?? "" };
    await client.call("changePassword", { body });
    tell("The password was changed; your other sessions have ended.");
    await props.again();
  };
  const action = () => (props.account().hasPassword ? "Change the password" : "Set a password");
  return (
    <section aria-labelledby="password">
      <h2 id="password">Password</h2>
      <p>{props.account().hasPassword ? "You have a password." : "You have none."}</p>
      <button type="button" onClick={() => setOpen(true)}>
        {action()}
      </button>
      <FormDialog open={open()} close={() => setOpen(false)} title={action()} action="Save" work={change}>
        <Show when={props.account().hasPassword}>
          <label>
            The password that you have now
            <input ref={(element) => (current = element)} type="password" autocomplete="current-password" required />
          </label>
        </Show>
        <label>
          New password, of 12 characters or more
          <input
            ref={(element) => (password = element)}
            type="password"
            autocomplete="new-password"
            minLength={12}
            required
          />
        </label>
      </FormDialog>
    </section>
  );
}
