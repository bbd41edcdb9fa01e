import { createEffect, createMemo, createSignal, on, onCleanup } from "solid-js";
import type { Condition } from "../grid/conditions.ts";
import { type GroupedRows, grouped, nothingOpened, type Opened } from "../grid/groups.ts";
import { arranged, part, type Shown, type Sorting } from "../grid/order.ts";
import type { ResultRows } from "../grid/rows.ts";
import { inSlices, type Work } from "../grid/slices.ts";
import { conditionsOf, filterText, groupColumns, hiddenNames, sortingOf } from "./view.ts";

/** How the address wants the rows of a result to be looked at, and what has come of it. */
export interface Arranged {
  readonly filter: () => string;
  readonly columns: () => readonly number[];
  readonly sorting: () => Sorting | undefined;
  readonly conditions: () => readonly Condition[];
  readonly groupedBy: () => readonly number[];
  /** The rows that are shown, whether their group is open or not. */
  readonly shown: () => Shown;
  readonly groups: () => GroupedRows | undefined;
  /** How much is done, from 0 to 1, while it takes long. */
  readonly progress: () => number | undefined;
  readonly toggle: (group: number, isOpen: boolean) => void;
  readonly openAll: (isOpen: boolean) => void;
}

interface Found {
  readonly shown: Shown;
  readonly groups?: GroupedRows;
}

export function createArranged(props: {
  readonly rows: ResultRows;
  readonly count: number;
  readonly running: boolean;
}): Arranged {
  const [found, setFound] = createSignal<Found>({ shown: undefined }, { equals: false });
  const [progress, setProgress] = createSignal<number>();
  const filter = createMemo(filterText);
  const columns = createMemo(
    () => {
      const hidden = new Set(hiddenNames());
      return props.rows.columns.flatMap(({ name }, index) => (hidden.has(name) ? [] : [index]));
    },
    [],
    { equals: sameText },
  );
  const sorting = createMemo(() => sortingOf(props.rows.columns), undefined, { equals: sameText });
  const conditions = createMemo(() => conditionsOf(props.rows.columns), [], { equals: sameText });
  const groupedBy = createMemo(() => groupColumns(props.rows.columns), [], { equals: sameText });
  let opened: Opened = nothingOpened;

  createEffect(
    on(
      () => props.rows,
      () => {
        setFound({ shown: undefined });
        setProgress(undefined);
        opened = nothingOpened;
      },
      { defer: true },
    ),
  );
  createEffect(on(groupedBy, () => (opened = nothingOpened), { defer: true }));
  createEffect(() => {
    const asked = { filter: filter(), columns: columns(), sorting: sorting(), conditions: conditions() };
    const by = groupedBy();
    const isPlain = asked.filter === "" && asked.sorting === undefined && asked.conditions.length + by.length === 0;
    // More rows are taken up when they are there; all else waits for the end, as it costs a look at all rows.
    if (props.count > 0 && props.running && isPlain) return;
    const stopped = new AbortController();
    onCleanup(() => stopped.abort());
    void inSlices(work(props.rows, asked, by, opened), stopped.signal, setProgress).then((now) => {
      if (stopped.signal.aborted || now === undefined) return;
      setProgress(undefined);
      setFound(now);
    });
  });
  return {
    ...{ filter, columns, sorting, conditions, groupedBy, progress },
    shown: () => found().groups?.order ?? found().shown,
    groups: () => found().groups,
    toggle: (group, isOpen) => {
      const { groups } = found();
      if (groups === undefined) return;
      const [path, others] = [groups.path(group), new Set(opened.others)];
      if (isOpen === opened.all) others.delete(path);
      else others.add(path);
      opened = { ...opened, others };
      groups.open(group, isOpen);
      setFound(found());
    },
    openAll: (isOpen) => {
      opened = { all: isOpen, others: new Set() };
      found().groups?.openAll(isOpen);
      setFound(found());
    },
  };
}

type Asked = Parameters<typeof arranged>[1];

function* work(rows: ResultRows, asked: Asked, by: readonly number[], opened: Opened): Work<Found> {
  if (by.length === 0) return { shown: yield* arranged(rows, asked) };
  const shown = yield* part(arranged(rows, asked), 0, 0.5);
  return { shown, groups: yield* part(grouped(rows, shown, by, asked.sorting?.column, opened), 0.5, 1) };
}

/** Whether two small values without functions are the same. */
function sameText(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
