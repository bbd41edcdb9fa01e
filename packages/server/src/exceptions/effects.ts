import type { State } from "../state/open-state.js";

/** What an exception has hidden while a service ran. */
export interface ExceptionEffect {
  readonly rows: number;
  readonly windows: number;
  /** The end of the last window in which it hid something. */
  readonly last: string | null;
}

/** What a service counted of each exception, by its id. */
export async function exceptionEffects({ db }: State): Promise<ReadonlyMap<string, ExceptionEffect>> {
  const found = await db
    .selectFrom("exception_hits")
    .select(({ fn }) => [
      "exception_id",
      fn.sum<string>("rows").as("rows"),
      fn.countAll<string>().as("windows"),
      fn.max("window_to").as("last"),
    ])
    .groupBy("exception_id")
    .execute();
  return new Map(
    found.map(({ exception_id, rows, windows, last }) => [
      exception_id,
      { rows: Number(rows), windows: Number(windows), last: last.toISOString() },
    ]),
  );
}
