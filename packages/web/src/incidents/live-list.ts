import type { Problem } from "@calypso/contract";
import { createEffect, createSignal, on, onCleanup } from "solid-js";
import { createStore, reconcile, unwrap } from "solid-js/store";
import { problemOf } from "../platform/client.ts";

/** A page of a list. */
export interface ListPage<Row> {
  readonly rows: readonly Row[];
  readonly next?: string;
}

/** A list that is looked at while others change it: rows take on new values where they are, and new rows wait until they are asked for. */
export interface LiveList<Row> {
  readonly rows: readonly Row[];
  readonly next: () => string | undefined;
  readonly state: () => "loading" | "there" | "failed";
  readonly problem: () => Problem | undefined;
  /** How many rows have come that are not shown. */
  readonly waiting: () => number;
  /** Shows the list as it is now. */
  readonly show: () => Promise<void>;
  /** Says that something has changed. */
  readonly stir: () => void;
}

/** Changes that come together are looked at together, in milliseconds. */
const calm = 700;

export function createLiveList<Row extends { readonly id: string }>(
  key: () => string,
  ask: () => Promise<ListPage<Row>>,
): LiveList<Row> {
  const [rows, setRows] = createStore<Row[]>([]);
  const [next, setNext] = createSignal<string>();
  const [state, setState] = createSignal<"loading" | "there" | "failed">("loading");
  const [problem, setProblem] = createSignal<Problem>();
  const [waiting, setWaiting] = createSignal(0);
  let asked = 0;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const look = async (take: (page: ListPage<Row>) => void) => {
    asked += 1;
    const mine = asked;
    try {
      const page = await ask();
      if (mine !== asked) return;
      take(page);
      setProblem(undefined);
      setState("there");
    } catch (thrown) {
      if (mine !== asked) return;
      setProblem(problemOf(thrown));
      setState("failed");
    }
  };
  const show = () =>
    look((page) => {
      setRows(reconcile([...page.rows], { key: "id" }));
      setNext(page.next);
      setWaiting(0);
    });
  const renew = () =>
    look((page) => {
      const known = new Set(rows.map(({ id }) => id));
      const now = new Map(page.rows.map((row) => [row.id, row]));
      setRows(
        reconcile(
          unwrap(rows).map((row) => now.get(row.id) ?? row),
          { key: "id" },
        ),
      );
      setWaiting(page.rows.filter(({ id }) => !known.has(id)).length);
    });
  createEffect(
    on(key, () => {
      setState("loading");
      void show();
    }),
  );
  onCleanup(() => {
    asked += 1;
    clearTimeout(timer);
  });
  return {
    ...{ rows, next, state, problem, waiting, show },
    stir() {
      timer ??= setTimeout(() => {
        timer = undefined;
        void (rows.length === 0 ? show() : renew());
      }, calm);
    },
  };
}
