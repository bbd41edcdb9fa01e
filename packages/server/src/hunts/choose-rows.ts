import { Failure } from "../store/failures.js";
import type { FoundRow } from "./run-hunt.js";

/** The most rows that are kept at a time. */
export const mostChosen = 1000;

/**
 * The rows whose keys begin as one of those that are named, or all where none are named; of rows that are the same, one.
 * Refused where a key meets no row or several, and where there are too many rows.
 */
export async function chooseRows(
  rows: AsyncIterable<FoundRow>,
  keys: readonly string[] | undefined,
): Promise<readonly FoundRow[]> {
  const wanted = keys?.map((key) => key.toLowerCase());
  const chosen = new Map<string, FoundRow>();
  for await (const row of rows) {
    if (wanted !== undefined && !wanted.some((key) => row.key.startsWith(key))) continue;
    const known = chosen.get(row.key);
    if (known === undefined) chosen.set(row.key, row);
    else if (known.line !== row.line) throw new Failure("bookmark-refused", `${row.key} is the key of two rows`);
    if (chosen.size > mostChosen)
      throw new Failure("bookmark-refused", `more than ${mostChosen} rows are chosen`, {
        hint: "narrow the condition",
      });
  }
  for (const key of wanted ?? []) {
    const met = [...chosen.keys()].filter((known) => known.startsWith(key)).length;
    if (met === 1) continue;
    const hint =
      met > 1 ? "write more of it" : "give the same --from and --to as to `calypso hunts run`, which prints the keys";
    const text = met > 1 ? `${key} begins the keys of ${met} rows` : `no row of the result has the key ${key}`;
    throw new Failure("bookmark-refused", text, { hint });
  }
  if (chosen.size === 0) throw new Failure("bookmark-refused", "no row is chosen: the result has none that is wanted");
  return [...chosen.values()];
}
