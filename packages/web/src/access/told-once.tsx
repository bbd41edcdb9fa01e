import { createSignal, type JSX, Show } from "solid-js";
import { tell } from "../platform/commands.ts";

/** A secret that is shown now and never again. */
export function ToldOnce(props: {
  readonly about: string;
  readonly secret: string;
  /** Whether the secret is an address to open here. */
  readonly opens?: boolean;
  readonly close: () => void;
}): JSX.Element {
  const [copied, setCopied] = createSignal(false);
  const copy = async () => {
    await navigator.clipboard.writeText(props.secret);
    setCopied(true);
    tell("Copied.");
  };
  return (
    <div class="told-once" role="status">
      <p>{props.about}</p>
      <code>{props.secret}</code>
      <div class="actions">
        <Show when={props.opens}>
          <a href={props.secret}>Open it here</a>
        </Show>
        <button type="button" class="main" onClick={() => void copy()}>
          {copied() ? "Copied" : "Copy"}
        </button>
        <button type="button" onClick={() => props.close()}>
          Done
        </button>
      </div>
    </div>
  );
}
