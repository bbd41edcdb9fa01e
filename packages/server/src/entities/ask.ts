import { parseRow, textOfCell } from "../detect/cells.js";
import { ticksOf } from "../platform/clock.js";
import { runQuery } from "../search/run-query.js";
import type { Store } from "../store/store.js";

/** What questions about an entity are put to. */
export interface Logs {
  readonly store: Store;
  readonly now: Date;
}

/** A page waits no longer for one of its questions, in seconds. */
const patience = 30;

/** The rows of a query of our own, every cell as text. */
export async function ask({ store, now }: Logs, text: string): Promise<readonly (readonly string[])[]> {
  const limits = { maxSeconds: patience, maxResultRows: 50_000 };
  const { compilation, rows } = await runQuery(store, { text, now: ticksOf(now), limits });
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Error(`a query of a page is wrong: ${error.message}\n${text}`);
  const found: (readonly string[])[] = [];
  for await (const line of rows) found.push(parseRow(line, compilation.columns).map(textOfCell));
  return found;
}
