import { createEffect, createSignal, createUniqueId, type JSX, Show } from "solid-js";
import { problemOf } from "../platform/client.ts";
import { ProblemView } from "../platform/problem.tsx";

/** A form over the page. It stays open, with what went wrong, until its work is done or it is left with Escape. */
export function FormDialog(props: {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: string;
  /** What the button says that does it. */
  readonly action: string;
  /** Throws what the API answers as an error. */
  readonly work: () => Promise<unknown>;
  readonly children: JSX.Element;
}): JSX.Element {
  const heading = createUniqueId();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<unknown>();
  let dialog: HTMLDialogElement | undefined;
  createEffect(() => {
    if (!props.open) return dialog?.close();
    setFailure(undefined);
    dialog?.showModal();
  });
  const submit = async (event: Event) => {
    event.preventDefault();
    if (busy()) return;
    setBusy(true);
    setFailure(undefined);
    try {
      await props.work();
      props.close();
    } catch (thrown) {
      setFailure(() => thrown);
    } finally {
      setBusy(false);
    }
  };
  return (
    <dialog
      class="form"
      aria-labelledby={heading}
      ref={(element) => (dialog = element)}
      onClose={() => props.open && props.close()}
    >
      <form onSubmit={(event) => void submit(event)}>
        <h2 id={heading}>{props.title}</h2>
        <Show when={props.open}>{props.children}</Show>
        <Show when={failure() !== undefined}>
          <ProblemView problem={problemOf(failure())} />
        </Show>
        <div class="actions">
          <button type="button" onClick={() => props.close()}>
            Cancel
          </button>
          <button type="submit" class="main" disabled={busy()}>
            {props.action}
          </button>
        </div>
      </form>
    </dialog>
  );
}
