import { createSignal, For, type JSX, Show } from "solid-js";
import { client, lookWhoAsks, problemOf, session } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";
import { visible } from "../text/visible.ts";
import { answerOfPasskey } from "./passkeys.ts";
import "../styles/access.css";

/** The longest address to come back to that providers carry along. */
const longest = 8000;

/** The ways to sign in, as the service offers them. */
export function SignInForm(props: { readonly returnTo: string }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  let name: HTMLInputElement | undefined;
  let password: HTMLInputElement | undefined;
  const ways = () => session.latest?.signIn;

  const attempt = async (work: () => Promise<unknown>) => {
    if (busy()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await work();
    } catch (thrown) {
      setFailure(() => thrown);
    } finally {
      setBusy(false);
    }
  };
  const withPassword = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      const body = { name: name?.value ?? "", password: password?.value ?? "" };
      if (password !== undefined) password.value = "";
      await client.call("signInWithPassword", { body });
      await lookWhoAsks();
    });
  };
  const withPasskey = () =>
    attempt(async () => {
      const { options } = await client.call("beginPasskeySignIn", {});
      await client.call("signInWithPasskey", { body: { response: await answerOfPasskey(options) } });
      await lookWhoAsks();
    });
  const withProvider = (provider: string) =>
    attempt(async () => {
      const returnTo = props.returnTo.length > longest ? "/" : props.returnTo;
      const { url } = await client.call("signInWithProvider", { params: { provider }, body: { returnTo } });
      location.assign(url);
    });

  return (
    <div class="sign-in">
      <Show when={failure() !== undefined}>
        <ProblemView problem={problemOf(failure())} />
      </Show>
      <For each={ways()?.providers ?? []}>
        {({ id, label }) => (
          <button type="button" disabled={busy()} onClick={() => void withProvider(id)}>
            Sign in with {visible(label)}
          </button>
        )}
      </For>
      <Show when={ways()?.passkeys}>
        <button type="button" disabled={busy()} onClick={() => void withPasskey()}>
          Sign in with a passkey
        </button>
      </Show>
      <form onSubmit={withPassword}>
        <label>
          Name
          <input ref={(element) => (name = element)} type="text" autocomplete="username" required />
        </label>
        <label>
          Password
          <input ref={(element) => (password = element)} type="password" autocomplete="current-password" required />
        </label>
        <button type="submit" class="main" disabled={busy()}>
          Sign in
        </button>
      </form>
    </div>
  );
}
