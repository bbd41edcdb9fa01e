import { createResource, createSignal, type JSX, onCleanup, Show } from "solid-js";
import { client } from "../platform/client.ts";
import { countText } from "../text/times.ts";
import { visible } from "../text/visible.ts";

/** How often it is looked how far the import is, in milliseconds. */
const pause = 2000;

/** That the shipped rules are still coming into the catalogue, or why they do not; nothing when they are there. */
export function ShippedNote(): JSX.Element {
  const [turn, setTurn] = createSignal(0);
  const [known] = createResource(turn, async () => (await client.call("catalogueImports", {})).shipped);
  const shipped = () => (known.error === undefined ? known.latest : undefined);
  const timer = setInterval(() => {
    if (shipped()?.state === "running") setTurn(turn() + 1);
    else if (shipped() !== undefined) clearInterval(timer);
  }, pause);
  onCleanup(() => clearInterval(timer));
  return (
    <Show when={shipped()}>
      {(now) => (
        <>
          <Show when={now().state === "running"}>
            <p class="note" role="status">
              The rules that ship with Calypso are being taken in: {countText(now().done)} of {countText(now().files)}{" "}
              files.
            </p>
          </Show>
          <Show when={now().state === "failed"}>
            <p class="note" role="alert">
              The rules that ship with Calypso could not be taken in: {visible(now().message ?? "")}. The next start
              tries again.
            </p>
          </Show>
        </>
      )}
    </Show>
  );
}
