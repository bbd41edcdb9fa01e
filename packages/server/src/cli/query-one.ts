import { printDiagnostic } from "@calypso/kql";
import { warningsOf } from "../search/query-error.js";
import { runQuery } from "../search/run-query.js";
import { explained } from "./explained-sql.js";
import { writeResult } from "./query-format.js";
import { type QuerySession, requestOf } from "./query-session.js";

/** Runs one query and prints its result; false where the query is wrong. */
export async function runOne(
  session: QuerySession,
  query: { readonly text: string; readonly name: string },
): Promise<boolean> {
  const { terminal, flags } = session;
  const { compilation, rows } = await runQuery(
    session.workspace.store,
    requestOf(session, query.text, { sourceName: query.name }),
  );
  for (const diagnostic of compilation.diagnostics) await terminal.err.write(`${printDiagnostic(diagnostic)}\n`);
  if (compilation.sql === undefined) return false;
  if (flags.explainSql === true) await terminal.out.write(`${explained(compilation)}\n`);
  else {
    const result = {
      columns: compilation.columns,
      warnings: warningsOf(compilation),
      ...(flags.check === true ? {} : { rows: await started(rows) }),
    };
    await writeResult(terminal.out, session.format, result);
  }
  return true;
}

/** The same rows, once there is a first one: a query that fails prints no part of a result. */
export async function started(rows: AsyncIterable<string>): Promise<AsyncIterable<string>> {
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  return (async function* () {
    for (let next = first; !next.done; next = await iterator.next()) yield next.value;
  })();
}
