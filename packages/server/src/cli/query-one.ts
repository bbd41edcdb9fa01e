import { printDiagnostic } from "@calypso/kql";
import { warningsOf } from "../search/query-error.js";
import { runQuery } from "../search/run-query.js";
import { writeResult } from "./query-format.js";
import { type QuerySession, requestOf } from "./query-session.js";

/** Runs one query and prints its result; false where the query is wrong. */
export async function runOne(
  session: QuerySession,
  query: { readonly text: string; readonly name: string },
): Promise<boolean> {
  const { terminal, flags } = session;
  const { compilation, rows } = runQuery(
    session.workspace.store,
    requestOf(session, query.text, { sourceName: query.name }),
  );
  for (const diagnostic of compilation.diagnostics) await terminal.err.write(`${printDiagnostic(diagnostic)}\n`);
  if (compilation.sql === undefined) return false;
  if (flags.explainSql === true) await terminal.out.write(`${compilation.sql}\n`);
  else {
    const warnings = warningsOf(compilation);
    const result = { columns: compilation.columns, warnings, ...(flags.check === true ? {} : { rows }) };
    await writeResult(terminal.out, session.format, result);
  }
  return true;
}
