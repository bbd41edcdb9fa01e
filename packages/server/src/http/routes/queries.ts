import type { AnswerOf, RequestOf, Routes } from "@calypso/contract";
import type { Column, Diagnostic, TableSchema } from "@calypso/kql";
import { printTicks } from "../../detect/ticks.js";
import { secondsSince, ticksOf } from "../../platform/clock.js";
import { errorFrom } from "../../search/query-error.js";
import { parquetOf, type QueryOptions, rowsOf } from "../../search/run-query.js";
import { Failure } from "../../store/failures.js";
import type { Reading } from "../../store/store.js";
import { compiling } from "../compiling.js";
import { type Handlers, JsonText } from "../handler.js";
import type { Served } from "../served.js";
import { ticksOfText, told } from "../texts.js";

export type QueryText = RequestOf<Routes["checkQuery"]>["body"];

/** Rows are sent in blocks of at most this many; the first of a result goes out as soon as it is there. */
const rowsInBlock = 2000;

export function queryHandlers(served: Served): Handlers<"runQuery" | "exportQuery" | "checkQuery" | "schema"> {
  const { store } = served.workspace;
  /** What is wrong with the request itself is thrown before there is a stream. */
  async function* answered(
    request: ReturnType<typeof requestOf>,
    body: RequestOf<Routes["runQuery"]>["body"],
    signal: AbortSignal,
  ): AsyncGenerator<AnswerOf<Routes["runQuery"]> | JsonText> {
    const elapsed = secondsSince();
    const read = { rows: 0n, bytes: 0n };
    const options = {
      ...optionsOf(body, signal),
      onRead: ({ rows, bytes }: Reading) => {
        read.rows += rows;
        read.bytes += bytes;
      },
    };
    try {
      const compilation = await compiling(served, options)(request);
      yield {
        kind: "columns",
        columns: compilation.columns.map(({ name, type }) => ({ name, type })),
        now: printTicks(request.now),
        diagnostics: compilation.diagnostics.map(told),
        ...(compilation.visual === undefined
          ? {}
          : { visual: { kind: compilation.visual.kind, properties: { ...compilation.visual.properties } } }),
      };
      const error = compilation.diagnostics.find(({ severity }) => severity === "error");
      if (error !== undefined) {
        yield { kind: "failed", code: error.code, detail: error.message, ...hintOf(error) };
        return;
      }
      let rows = 0;
      for await (const block of blocks(rowsOf(store, compilation, options))) {
        rows += block.length;
        yield new JsonText(`{"kind":"rows","rows":[${block.join(",")}]}`);
      }
      yield { kind: "done", rows, seconds: elapsed(), read: { rows: String(read.rows), bytes: String(read.bytes) } };
    } catch (thrown) {
      const { code, message, hint } = errorFrom(thrown);
      yield { kind: "failed", code, detail: message, ...hintOf({ hint }) };
    }
  }
  async function* exported(request: ReturnType<typeof requestOf>, options: QueryOptions): AsyncGenerator<Uint8Array> {
    const compilation = await compiling(served, options)({ ...request, portable: true });
    const error = compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) throw new Failure("query-wrong", `${placeText(error)}${error.message}`, hintOf(error));
    yield* parquetOf(store, compilation, options);
  }
  return {
    exportQuery: ({ body }, { signal }) => exported(requestOf(served, body), optionsOf(body, signal)),
    runQuery: ({ body }, { signal }) => answered(requestOf(served, body), body, signal),

    checkQuery: async ({ body }, { signal }) => {
      const compilation = await compiling(served, { signal }, { dissection: true })(requestOf(served, body));
      const { plan, sql } = compilation;
      return {
        diagnostics: compilation.diagnostics.map(told),
        columns: compilation.columns.map(({ name, type }) => ({ name, type })),
        tables: [...compilation.tables],
        stages: compilation.dissection().stages.map(({ index, operator, text, in: before, out }) => ({
          index,
          operator,
          text,
          in: [...before],
          out: [...out],
        })),
        ...(plan === undefined ? {} : { plan }),
        ...(sql === undefined ? {} : { sql }),
      };
    },

    schema: async () => {
      const schema = store.schema();
      const filled = new Set(schema.filledTables ?? []);
      const tables = schema.tableNames.flatMap((name) => {
        const table = schema.table(name);
        return table === undefined ? [] : [tableText(table, filled.has(name))];
      });
      const functions = (schema.functionNames ?? []).flatMap((name) => {
        const found = schema.function?.(name);
        return found === undefined ? [] : [{ name, parameters: found.parameters, body: found.body }];
      });
      const rest = JSON.stringify({ functions, watchlists: [...(schema.watchlistAliases ?? [])] });
      return new JsonText(`{"tables":[${tables.join(",")}],${rest.slice(1)}`);
    },
  };
}

/** What was written of columns, which are many and seldom change. */
const columnTexts = new WeakMap<readonly Column[], string>();

function tableText({ name, columns }: TableSchema, hasData: boolean): string {
  const text =
    columnTexts.get(columns) ?? JSON.stringify(columns.map((column) => ({ name: column.name, type: column.type })));
  columnTexts.set(columns, text);
  return `{"name":${JSON.stringify(name)},"columns":${text},"hasData":${hasData}}`;
}

/** What to compile, of a request. */
export function requestOf({ workspace }: Served, { text, range, now }: QueryText) {
  const at = now === undefined ? ticksOf(workspace.clock()) : ticksOfText(now);
  if (range === undefined) return { text, now: at, dynamicsAsText: true };
  return {
    ...{ text, now: at, dynamicsAsText: true },
    timeScope: { from: ticksOfText(range.from), to: ticksOfText(range.to) },
  };
}

/** The bounds that a request names, and what stops it. */
function optionsOf({ limits }: RequestOf<Routes["runQuery"]>["body"], signal: AbortSignal): QueryOptions {
  return {
    signal,
    ...(limits?.seconds === undefined ? {} : { maxSeconds: limits.seconds }),
    ...(limits?.rows === undefined ? {} : { maxResultRows: limits.rows }),
  };
}

function placeText(diagnostic: Diagnostic): string {
  const { place } = told(diagnostic);
  return place === undefined ? "" : `line ${place.line}, column ${place.column}: `;
}

function hintOf({ hint }: { readonly hint?: string | undefined }): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/** Rows as they come: a single one first, then as many as have come together, within the size of a block. */
async function* blocks(rows: AsyncIterable<string>): AsyncGenerator<readonly string[]> {
  let block: string[] = [];
  let size = 1;
  for await (const row of rows) {
    block.push(row);
    if (block.length < size) continue;
    yield block;
    block = [];
    size = Math.min(size * 4, rowsInBlock);
  }
  if (block.length > 0) yield block;
}
