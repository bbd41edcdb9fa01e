import type { Wanted } from "../compiler/messages.js";
import { ticksOf } from "../platform/clock.js";
import { type CompiledApart, compileApart, type QueryOptions, type QueryRequest } from "../search/run-query.js";
import type { Served } from "./served.js";

/** How a query that a user has typed is compiled: beside the service, with what is wanted of it. */
export function compiling(
  { workspace, compiler }: Served,
  options: QueryOptions,
  wanted: Wanted = {},
): (request: Omit<QueryRequest, "limits" | "signal">) => Promise<CompiledApart> {
  const compileOnce = (whole: Parameters<typeof compiler.compile>[0]) =>
    compiler.compile(whole, wanted, options.signal);
  return (request) => compileApart(workspace.store, request, { ...options, compileOnce });
}

/** Fails for a query that costs too much to be understood: others compile it where the service would wait for them. */
export async function refuseCostly(served: Served, text: string, signal?: AbortSignal): Promise<void> {
  await compiling(served, signal === undefined ? {} : { signal })({ text, now: ticksOf(served.workspace.clock()) });
}
