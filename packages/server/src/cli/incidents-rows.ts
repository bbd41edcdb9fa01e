import { printJson } from "../detect/cells.js";
import { printTicks } from "../detect/ticks.js";
import { Failure } from "../store/failures.js";
import { inState } from "./incidents.js";
import { printable } from "./printable.js";
import { type QueryFormat, queryFormats, writeResult } from "./query-format.js";
import { type Terminal, UsageError } from "./terminal.js";
import { inWorkspace, type WorkspaceFlags } from "./workspace-options.js";

/** The options of `calypso incidents rows`. */
export interface RowsFlags extends WorkspaceFlags {
  readonly state?: string;
  readonly format?: string;
}

/** Runs the query behind an alert again, as it was then and over the same window, and prints the rows of the alert. */
export async function rowsCommand(terminal: Terminal, id: string, flags: RowsFlags): Promise<void> {
  const { format: wanted, ...where } = flags;
  const format = queryFormats.find((name) => name === (wanted ?? (terminal.interactive ? "table" : "json")));
  if (format === undefined) throw new UsageError(`${wanted} is not a format: ${queryFormats.join(", ")}`);
  const { queryOfAlert } = await import("../service/alert-query.js");
  const found = await inState(terminal, where, (state) => queryOfAlert(state, id));
  await inWorkspace(terminal, flags, async ({ store }) => {
    const [{ rowsOfAlert }, { queryPorts }] = await Promise.all([
      import("../service/alert-query.js"),
      import("../search/run-query.js"),
    ]);
    const answer = await rowsOfAlert(queryPorts(store, { signal: terminal.signal }), found);
    const { columns } = answer;
    const rows = answer.rows.map(printJson);
    const { from, to } = found.window;
    await terminal.err.write(`${printable(found.one.rule.name)}: ${printTicks(from)} to ${printTicks(to)}\n`);
    await writeResult(terminal.out, format satisfies QueryFormat, { columns, warnings: [], rows: each(rows) });
    if (rows.length === found.alert.rows) return;
    const more = rows.length > found.alert.rows;
    const text = `the alert was raised for ${found.alert.rows}, and the query finds ${rows.length} now`;
    await terminal.err.write(`${text}: ${more ? "logs came later" : "logs are gone"}\n`);
    if (rows.length < found.alert.rows)
      throw new Failure("rows-gone", "not all rows behind the alert are there any more");
  });
}

async function* each(rows: readonly string[]): AsyncGenerator<string> {
  yield* rows;
}
