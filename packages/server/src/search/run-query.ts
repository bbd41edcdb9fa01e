import { type Compilation, type CompileRequest, compile, compileAnswered } from "@calypso/kql";
import { Failure } from "../store/failures.js";
import type { QueryLimits, SelectOptions, Store } from "../store/store.js";
import { type StepLimits, withSteps } from "./hybrid/run-steps.js";

/** What to compile; against the store's tables, where no others are given. */
type Request = Omit<CompileRequest, "schema" | "scratch" | "answers"> & Partial<Pick<CompileRequest, "schema">>;

type Readable = Pick<Compilation, "rowsSql" | "externals" | "steps" | "tables">;

/** A query to run on a store. */
export interface QueryRequest extends Request {
  readonly limits?: Partial<QueryLimits>;
  readonly signal?: AbortSignal;
}

/** What bounds, stops and watches a query; `onRead` is told of each SELECT, questions and steps included. */
export type QueryOptions = SelectOptions;

/** A compiled query and its rows, which are computed when they are first asked for. */
export interface QueryRun {
  readonly compilation: Compilation;
  /** One JSON array a row, in the command line's spelling; none where the compilation has an error. */
  readonly rows: AsyncIterable<string>;
}

/** Compiles a query against the store's tables, and runs it there. Failures come out of `rows`. */
export async function runQuery(store: Store, request: QueryRequest): Promise<QueryRun> {
  const { limits, signal, ...text } = request;
  const options = { ...limits, ...(signal === undefined ? {} : { signal }) };
  const compilation = await compileQuery(store, text, options);
  return { compilation, rows: rowsOf(store, compilation, options) };
}

/** Compiles a query against the store's tables, and looks up there what only the data knows. Options are read for each SELECT. */
export async function compileQuery(store: Store, request: Request, options: QueryOptions = {}): Promise<Compilation> {
  const whole = { schema: store.schema(), ...request, scratch: store.scratchPrefix() };
  return compileAnswered(whole, asking(store, options), compile);
}

/** What looks up in the data what only that knows. */
function asking(store: Store, options: QueryOptions) {
  return async (question: Readable): Promise<readonly string[]> => {
    const rows: string[] = [];
    for await (const row of rowsOf(store, question, options)) rows.push(row);
    return rows;
  };
}

/** What running rules needs of a store. */
export function queryPorts(store: Store, options: QueryOptions = {}) {
  return {
    schema: () => store.schema(),
    compile: (request: Request) => compileQuery(store, request, options),
    rows: (compilation: Compilation) => rowsOf(store, compilation, options),
  };
}

/** A query that was compiled by another thread: without what only rules need. */
export type CompiledApart = Omit<Compilation, "facts" | "fields" | "emptiness">;

/** Compiles as `compileQuery`, elsewhere: what a query costs before it runs then has a bound, and keeps nobody waiting. */
export async function compileApart(
  store: Store,
  request: Request,
  {
    compileOnce,
    ...options
  }: QueryOptions & { readonly compileOnce: (whole: CompileRequest) => Promise<CompiledApart> },
): Promise<CompiledApart> {
  const whole = { schema: store.schema(), ...request, scratch: store.scratchPrefix() };
  return compileAnswered(whole, asking(store, options), compileOnce);
}

/** The rows of a query that is already compiled against the store's schema. */
export async function* rowsOf(store: Store, compilation: Readable, options: QueryOptions = {}): AsyncGenerator<string> {
  const { rowsSql } = compilation;
  if (rowsSql !== undefined) yield* begun(store, compilation, options, (left) => store.lines(rowsSql, left));
}

/**
 * The bytes of a Parquet file with the rows of a query that was compiled to be `portable`; what a file cannot hold, and what goes wrong
 * on the way, is thrown before the first.
 */
export async function* parquetOf(
  store: Store,
  compilation: Readable & Pick<Compilation, "sql" | "columns">,
  options: QueryOptions = {},
): AsyncGenerator<Uint8Array> {
  const { sql, columns } = compilation;
  if (columns.length === 0) throw new Failure("no-columns", "the result has no columns, and a Parquet file needs one");
  if (sql !== undefined) yield* begun(store, compilation, options, (left) => store.parquet(sql, left));
}

/** What a SELECT of a query gives, piece by piece, with all that it needs beside it. */
async function* begun<Piece>(
  store: Store,
  compilation: Readable,
  options: QueryOptions,
  select: (left: StepLimits) => AsyncIterable<Piece>,
): AsyncGenerator<Piece> {
  await makeTables(store, compilation);
  // The tables of `externaldata` are needed until the engine has read them, which it has when the first piece is there.
  // So are those of steps.
  const limits = { ...store.limits, ...options };
  const started = await store.withExternals(compilation.externals, () =>
    withSteps(store, compilation.steps, limits, async (left) => {
      const pieces = select(left)[Symbol.asyncIterator]();
      return { pieces, first: await pieces.next() };
    }),
  );
  try {
    for (let next = started.first; !next.done; next = await started.pieces.next()) yield next.value;
  } finally {
    await started.pieces.return?.();
  }
}

/** A shipped table that no data has come for yet is empty, not missing. */
async function makeTables(store: Store, compilation: Readable): Promise<void> {
  const schema = store.schema();
  for (const name of compilation.tables) await store.ensureTable(name, schema.table(name)?.columns ?? []);
}
