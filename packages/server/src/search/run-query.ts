import { type Compilation, type CompileRequest, compile } from "@calypso/kql";
import type { QueryLimits, Store } from "../store/store.js";

/** A query to run on a store. */
export interface QueryRequest extends Omit<CompileRequest, "schema"> {
  readonly limits?: Partial<QueryLimits>;
  readonly signal?: AbortSignal;
}

/** A compiled query and its rows, which are computed when they are first asked for. */
export interface QueryRun {
  readonly compilation: Compilation;
  /** One JSON array a row, in the command line's spelling; none where the compilation has an error. */
  readonly rows: AsyncIterable<string>;
}

/** Compiles a query against the store's tables, and runs it there. Failures come out of `rows`. */
export function runQuery(store: Store, request: QueryRequest): QueryRun {
  const { limits, signal, ...text } = request;
  const compilation = compile({ ...text, schema: store.schema() });
  return { compilation, rows: rowsOf(store, compilation, { ...limits, ...(signal === undefined ? {} : { signal }) }) };
}

/** The rows of a query that is already compiled against the store's schema. */
export async function* rowsOf(
  store: Store,
  compilation: Compilation,
  options: Partial<QueryLimits> & { readonly signal?: AbortSignal } = {},
): AsyncGenerator<string> {
  const { rowsSql } = compilation;
  if (rowsSql === undefined) return;
  await makeTables(store, compilation);
  // The tables of `externaldata` are needed until the engine has read them, which it has when the first row is there.
  const started = await store.withExternals(compilation.externals, async () => {
    const rows = store.lines(rowsSql, options)[Symbol.asyncIterator]();
    return { rows, first: await rows.next() };
  });
  try {
    for (let next = started.first; !next.done; next = await started.rows.next()) yield next.value;
  } finally {
    await started.rows.return?.();
  }
}

/** A shipped table that no data has come for yet is empty, not missing. */
async function makeTables(store: Store, compilation: Compilation): Promise<void> {
  const schema = store.schema();
  for (const name of compilation.tables) await store.ensureTable(name, schema.table(name)?.columns ?? []);
}
