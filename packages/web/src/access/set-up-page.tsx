import { createSignal, type JSX, Show } from "solid-js";
import { client, problemOf, Refused, session } from "../platform/client.ts";
import { letRequests } from "../platform/held-fetch.ts";
import { ProblemView } from "../platform/problem.tsx";
import { place } from "../platform/router.ts";
import { newPasskey } from "./passkeys.ts";
import "../styles/access.css";

/** Where the link leads that a new user is given: a password is chosen, or a passkey made, and the link is used up. */
export function SetUpPage(): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  const secret = place().hash;
  // It stands neither in the history nor in a picture of the screen any longer than needed.
  history.replaceState(null, "", "/set-up");
  let password: HTMLInputElement | undefined;
  let again: HTMLInputElement | undefined;

  const attempt = async (work: () => Promise<string>) => {
    if (busy()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      location.assign(await work());
    } catch (thrown) {
      setFailure(() => thrown);
    } finally {
      setBusy(false);
    }
  };
  const withPassword = (event: Event) => {
    event.preventDefault();
    void attempt(async () => {
      if (password?.value !== again?.value) throw new Refused("the two passwords are not the same");
      await client.call("signInWithLink", { body: { secret, password: password?.value ?? "" } });
      return "/";
    });
  };
  const withPasskey = () =>
    attempt(async () => {
      await client.call("signInWithLink", { body: { secret } });
      letRequests(true);
      // From here on there is a session; without a passkey the page of the account offers what else there is.
      const { options } = await client.call("beginPasskey", {});
      const response = await newPasskey(options).catch(() => undefined);
      if (response === undefined) return "/account";
      await client.call("addPasskey", { body: { name: "my first passkey", response } });
      return "/";
    });

  return (
    <div class="page entrance">
      <h1>Welcome</h1>
      <Show when={secret !== ""} fallback={<p>This page is opened by a link that an administrator gives you.</p>}>
        <p>This link works once. Choose how you will sign in from now on.</p>
        <Show when={failure() !== undefined}>
          <ProblemView problem={problemOf(failure())} />
        </Show>
        <div class="sign-in">
          <Show when={session.latest?.signIn.passkeys}>
            <button type="button" disabled={busy()} onClick={() => void withPasskey()}>
              Use a passkey of this device
            </button>
          </Show>
          <form onSubmit={withPassword}>
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
            <label>
              The same again
              <input ref={(element) => (again = element)} type="password" autocomplete="new-password" required />
            </label>
            <button type="submit" class="main" disabled={busy()}>
              Set the password and sign in
            </button>
          </form>
        </div>
      </Show>
    </div>
  );
}
