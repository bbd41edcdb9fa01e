import { createEffect, type JSX, onCleanup, Show } from "solid-js";
import { session } from "../platform/client.ts";
import { signInWanted } from "../platform/held-fetch.ts";
import { place } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import { SignInForm } from "./sign-in-form.tsx";

/** Why a provider's users come back without being signed in, by the reason in the address. */
const reasons: Readonly<Record<string, string>> = {
  unfinished: "Signing in took too long, or was begun in another browser. Begin again.",
  "not-vouched": "The provider did not confirm who you are. Begin again; if it stays so, tell your administrator.",
  "no-role": "Your account has no role here. Ask your administrator for one.",
  "name-taken": "Another account here has your name. Tell your administrator.",
  disabled: "Your account here is disabled. Ask your administrator.",
};

/** Stands in place of every page until somebody has signed in, and then makes room for the page of the address. */
export function SignInPage(): JSX.Element {
  const reason = () => reasons[place().query.get("refused") ?? ""];
  const returnTo = () =>
    place().path === "/sign-in"
      ? "/"
      : `${place().path}${location.search}${place().hash === "" ? "" : `#${place().hash}`}`;
  return (
    <div class="page entrance">
      <h1>Sign in{workspaceText()}</h1>
      <Show when={reason()}>
        {(text) => (
          <p class="problem" role="alert">
            {text()}
          </p>
        )}
      </Show>
      <Show
        when={signInWanted()}
        fallback={
          <p>
            You are signed in. <a href="/">Go to the first page</a>
          </p>
        }
      >
        <SignInForm returnTo={returnTo()} />
      </Show>
    </div>
  );
}

/** Lies over a page whose session has ended: the page stays as it is, and goes on after signing in. */
export function SignInDialog(): JSX.Element {
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => dialog?.showModal());
  onCleanup(() => dialog?.close());
  // What is asked waits for it, so it cannot be left.
  return (
    <dialog
      class="form"
      aria-labelledby="ended"
      ref={(element) => (dialog = element)}
      onCancel={(event) => event.preventDefault()}
    >
      <h2 id="ended">Your session has ended</h2>
      <p>Sign in again to go on where you were.</p>
      <SignInForm returnTo={`${location.pathname}${location.search}${location.hash}`} />
    </dialog>
  );
}

function workspaceText(): string {
  const name = session.latest?.workspace;
  return name === undefined ? "" : ` to ${visible(name)}`;
}
