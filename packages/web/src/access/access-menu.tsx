import { type JSX, Show } from "solid-js";
import { session } from "../platform/client.ts";
import { offer } from "../platform/commands.ts";
import { go } from "../platform/router.ts";
import { visible } from "../text/visible.ts";
import { signOut } from "./sign-out.ts";

/** Who is here, with a link to the account; the commands about it are offered as long as it is shown. */
export function AccessMenu(): JSX.Element {
  const user = () => session.latest?.user;
  return (
    <Show when={user()} keyed>
      {({ name, role }) => {
        offer([
          { name: "Go to Account", run: () => go("/account") },
          ...(role === "admin"
            ? [
                { name: "Go to Users", run: () => go("/users") },
                { name: "Go to Audit log", run: () => go("/audit") },
              ]
            : []),
          ...(session.latest?.signIn.needed === true ? [{ name: "Sign out", run: () => void signOut() }] : []),
        ]);
        return (
          <a class="who" href="/account" title={`${visible(name)}, ${role}`}>
            {visible(name)}
          </a>
        );
      }}
    </Show>
  );
}
