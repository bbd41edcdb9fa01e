import type { AnswerOf, Routes } from "@calypso/contract";
import { type JSX, Show } from "solid-js";
import { Time } from "../parts/time.tsx";

export type Account = AnswerOf<Routes["account"]>;

/** How somebody signed in, for people. */
export function methodText(method: string): string {
  return method === "set-up" ? "link" : method;
}

/** What each part of the page is given. */
export interface SectionProps {
  readonly account: () => Account;
  /** Does something, says that it is done, and asks for the account anew. */
  readonly act: (done: string, work: () => Promise<unknown>) => Promise<void>;
  readonly again: () => Promise<void>;
}

/** When something was last used. */
export function Used(props: { readonly at: string | undefined }): JSX.Element {
  return (
    <Show when={props.at} fallback={<span class="absent">never</span>}>
      {(at) => <Time at={at()} ago />}
    </Show>
  );
}
