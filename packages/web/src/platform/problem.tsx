import type { Problem } from "@calypso/contract";
import { type JSX, Show } from "solid-js";
import { visible } from "../text/visible.ts";

/** An error of the API: what happened, its code, and what can be done. */
export function ProblemView(props: { readonly problem: Pick<Problem, "code" | "detail" | "hint"> }): JSX.Element {
  return (
    <div class="problem" role="alert">
      <p>
        <strong>{visible(props.problem.detail)}</strong> <code>{props.problem.code}</code>
      </p>
      <Show when={props.problem.hint}>{(hint) => <p class="hint">{visible(hint())}</p>}</Show>
    </div>
  );
}
