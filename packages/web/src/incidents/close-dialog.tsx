import { createSignal, For, type JSX } from "solid-js";
import { FormDialog } from "../parts/dialog.tsx";
import { judgements } from "./texts.ts";

/** What closes an incident. */
export interface Closing {
  readonly status: "Closed";
  readonly classification: (typeof judgements)[number][0];
  readonly classificationReason?: Exclude<(typeof judgements)[number][1], undefined>;
  readonly classificationComment?: string;
}

/** Asks how what is closed is judged: one choice, and a note for those who come after. */
export function CloseDialog(props: {
  readonly open: boolean;
  readonly close: () => void;
  readonly title: string;
  readonly work: (closing: Closing) => Promise<unknown>;
}): JSX.Element {
  const [chosen, setChosen] = createSignal(0);
  const [note, setNote] = createSignal("");
  const closing = (): Closing => {
    const [classification, classificationReason] = judgements[chosen()] ?? judgements[0];
    return {
      ...{ status: "Closed" as const, classification },
      ...(classificationReason === undefined ? {} : { classificationReason }),
      ...(note().trim() === "" ? {} : { classificationComment: note() }),
    };
  };
  return (
    <FormDialog {...props} action="Close" work={() => props.work(closing()).then(() => setNote(""))}>
      <fieldset class="choices">
        <legend>What was it?</legend>
        <For each={judgements}>
          {([, , title], index) => (
            <label>
              <input type="radio" name="judgement" checked={chosen() === index()} onChange={() => setChosen(index())} />
              {title}
            </label>
          )}
        </For>
      </fieldset>
      <label>
        Note
        <textarea rows={3} maxLength={30_000} value={note()} onInput={(event) => setNote(event.currentTarget.value)} />
      </label>
    </FormDialog>
  );
}
