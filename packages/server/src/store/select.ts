import type { Ids } from "../platform/ids.js";
import type { Connection, Output } from "./connection.js";
import { Failure, failureFrom } from "./failures.js";
import { linesOf } from "./lines.js";
import type { ConnectionPool } from "./pool.js";
import { quoteText } from "./quoting.js";
import { assertNoSettings, limitsTail } from "./settings.js";
import type { QueryLimits, Reading, SelectOptions } from "./store.js";

interface SelectContext {
  readonly pool: ConnectionPool;
  readonly ids: Ids;
}

/** Runs one SELECT, read-only and within the limits, and yields the lines of its result. */
export function selectLines(
  context: SelectContext,
  sql: string,
  options: QueryLimits & SelectOptions,
): AsyncGenerator<string> {
  const { onRead, maxResultRows } = options;
  return select(context, `${sql}${limitsTail(options)}`, sql, options.signal, (chunks) => {
    const lines = linesOf(chunks);
    return atMost(maxResultRows, onRead === undefined ? lines : untilReading(lines, onRead));
  });
}

/** The same as the bytes of a Parquet file. The engine counts its rows: of one that fails no byte comes. */
export function selectParquet(
  context: SelectContext,
  sql: string,
  options: QueryLimits & SelectOptions,
): AsyncGenerator<Uint8Array> {
  return select(context, `${sql}${limitsTail(options, "parquet")}`, sql, options.signal, inPieces);
}

async function* select<Piece>(
  context: SelectContext,
  statement: string,
  sql: string,
  signal: AbortSignal | undefined,
  read: (chunks: AsyncIterable<Uint8Array>) => AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  assertNoSettings(sql);
  const tag = `/* kql:${context.ids()} */`;
  const connection = await context.pool.acquire();
  let output: Output;
  try {
    output = await untilAborted(context.pool, connection, tag, `${tag} ${statement}`, signal);
  } catch (error) {
    await context.pool.releaseAfterFailure(connection);
    throw failureFrom(error);
  }
  if (output.complete) context.pool.release(connection);
  try {
    yield* read(output.chunks);
  } catch (error) {
    throw failureFrom(error);
  } finally {
    if (!output.complete) context.pool.release(connection);
  }
}

/**
 * The output of a statement, stopped when the signal says so. Giving up the promise alone would leave the engine at work
 * and the connection blocked, so the statement is killed by the comment it begins with, and its end is awaited.
 */
async function untilAborted(
  pool: ConnectionPool,
  connection: Connection,
  tag: string,
  sql: string,
  signal: AbortSignal | undefined,
): Promise<Output> {
  if (signal === undefined) return connection.run(sql);
  if (signal.aborted) throw cancelled();
  let running = true;
  let killing: Promise<void> | undefined;
  const stop = () => {
    killing ??= killUntil(() => !running, pool, tag);
  };
  signal.addEventListener("abort", stop);
  try {
    const output = await connection.run(sql);
    if (signal.aborted) throw cancelled();
    return output;
  } finally {
    running = false;
    signal.removeEventListener("abort", stop);
    await killing;
  }
}

/** Repeated, because a signal may come before the engine has registered the statement. */
async function killUntil(done: () => boolean, pool: ConnectionPool, tag: string): Promise<void> {
  while (!done()) {
    await pool.aside(`KILL QUERY WHERE query LIKE ${quoteText(`${tag}%`)} FORMAT Null`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A result of the embedded engine is one chunk of any size. */
async function* inPieces(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += pieceBytes) yield chunk.subarray(at, at + pieceBytes);
  }
}

const pieceBytes = 1 << 20;

/** The engine checks the limit block by block; this counts the rows themselves. */
async function* atMost(limit: number, lines: AsyncIterable<string>): AsyncGenerator<string> {
  let count = 0;
  for await (const line of lines) {
    count += 1;
    if (count > limit) {
      throw new Failure("result-too-large", `the result has more than ${limit} rows`, {
        hint: "summarize, or take fewer rows",
      });
    }
    yield line;
  }
}

/** All lines but the last, which says what the engine read. */
async function* untilReading(lines: AsyncIterable<string>, onRead: (reading: Reading) => void): AsyncGenerator<string> {
  let last: string | undefined;
  for await (const line of lines) {
    if (last !== undefined) yield last;
    last = line;
  }
  const [, rows, bytes] = /^(\d+) (\d+)$/.exec(last ?? "") ?? [];
  if (rows === undefined || bytes === undefined) throw new Error("the engine does not say what it read");
  onRead({ rows: BigInt(rows), bytes: BigInt(bytes) });
}

function cancelled(): Failure {
  return new Failure("query-cancelled", "the query was stopped");
}
