import type { Compilation, CompileRequest } from "./compilation.js";

/** Turns a KQL query into ClickHouse SQL. */
export function compile(request: CompileRequest): Compilation {
  throw new Error(`not written yet: ${request.text}`);
}
