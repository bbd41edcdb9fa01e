import { type JSX, Show } from "solid-js";
import { amend, place } from "../platform/router.ts";
import { countText } from "../text/times.ts";

/** Leads through a list that comes in pages, whose cursors stand in the address as `after`. */
export function Pager(props: {
  /** How many there are in all; absent where that is not known. */
  readonly total?: number | undefined;
  readonly shown: number;
  /** What the next page comes after; absent on the last. */
  readonly next: string | undefined;
  /** What is counted: `incidents`. */
  readonly what: string;
}): JSX.Element {
  const after = () => place().query.get("after");
  return (
    <div class="pager">
      <span>
        {countText(props.shown)}
        <Show when={props.total !== undefined}> of {countText(props.total ?? 0)}</Show> {props.what}
      </span>
      <button type="button" disabled={after() === null} onClick={() => amend({ after: undefined })}>
        First page
      </button>
      <button type="button" disabled={props.next === undefined} onClick={() => amend({ after: props.next })}>
        Next page
      </button>
    </div>
  );
}
