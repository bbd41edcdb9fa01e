import { createReadStream } from "node:fs";
import { errorFrom, errorOf, type QueryError, warningsOf } from "../search/query-error.js";
import { runQuery } from "../search/run-query.js";
import { Failure } from "../store/failures.js";
import { linesOf } from "../store/lines.js";
import { exactJson } from "./exact-json.js";
import { explained } from "./explained-sql.js";
import { columnsJson } from "./query-format.js";
import { type QuerySession, requestOf } from "./query-session.js";

/** Runs the queries of a file, one JSON object a line, and prints one line for each; true, whatever became of them. */
export async function runBatch(session: QuerySession, path: string): Promise<boolean> {
  let number = 0;
  for await (const line of linesOf(batchInput(session, path))) {
    number += 1;
    const text = line.replace(/^\uFEFF/, "").trim();
    if (text !== "") await session.terminal.out.write(`${await answer(session, text, number)}\n`);
    if (session.terminal.signal.aborted) return false;
  }
  return true;
}

async function* batchInput(session: QuerySession, path: string): AsyncGenerator<Uint8Array> {
  try {
    yield* path === "-" ? session.terminal.input : createReadStream(path);
  } catch (cause) {
    throw new Failure("file-unreadable", `the batch ${path} cannot be read`, { cause });
  }
}

async function answer(session: QuerySession, line: string, number: number): Promise<string> {
  const item = readItem(line, number);
  if ("error" in item) return errorLine(item.id, item.error);
  try {
    return await run(session, item);
  } catch (error) {
    return errorLine(item.id, errorFrom(error));
  }
}

interface Item {
  /** As JSON. */
  readonly id: string;
  readonly query: string;
  readonly parameters: Readonly<Record<string, string>>;
}

async function run(session: QuerySession, item: Item): Promise<string> {
  const { compilation, rows } = await runQuery(
    session.workspace.store,
    requestOf(session, item.query, { parameters: item.parameters }),
  );
  const error = errorOf(compilation);
  if (error !== undefined) return errorLine(item.id, error);
  const warnings = warningsOf(compilation);
  const parts = [`"id":${item.id}`];
  if (session.flags.explainSql === true) parts.push(`"sql":${JSON.stringify(explained(compilation))}`);
  else {
    parts.push(`"columns":${columnsJson(compilation.columns)}`);
    if (session.flags.check !== true) parts.push(`"rows":[${(await all(rows)).join(",")}]`);
  }
  if (warnings.length > 0) parts.push(`"warnings":${JSON.stringify(warnings)}`);
  return `{${parts.join(",")}}`;
}

async function all(rows: AsyncIterable<string>): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const row of rows) lines.push(row);
  return lines;
}

function errorLine(id: string, error: QueryError): string {
  return `{"id":${id},"error":${JSON.stringify(error)}}`;
}

function readItem(line: string, number: number): Item | { readonly id: string; readonly error: QueryError } {
  const value = exactJson(line);
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  const id = "id" in fields ? JSON.stringify(fields.id) : "null";
  const query = "query" in fields ? fields.query : undefined;
  if (typeof query !== "string") {
    const message = `line ${number} of the batch is not a JSON object with a text "query"`;
    return { id, error: { code: "bad-batch-line", message, line: number, column: 1 } };
  }
  return { id, query, parameters: readParameters("params" in fields ? fields.params : undefined) };
}

/** Values are KQL literals: a text as it is, any other value in its JSON form. */
function readParameters(value: unknown): Readonly<Record<string, string>> {
  if (typeof value !== "object" || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [name, typeof entry === "string" ? entry : JSON.stringify(entry)]),
  );
}
