import type { Compilation, CompileRequest, WorkspaceSchema } from "@calypso/kql";
import { parseRow } from "./cells.js";
import { parseTicks, type Window } from "./ticks.js";

/** What running a rule needs of the store. */
export interface QueryPorts {
  schema(): WorkspaceSchema;
  /** Compiles a query against that schema. */
  compile(request: Omit<CompileRequest, "schema" | "scratch" | "answers">): Promise<Compilation>;
  /** The rows of a compiled query, one JSON array each. */
  rows(compilation: Compilation): AsyncIterable<string>;
}

/** Tells the stretch of time that a table's rows cover; undefined for a table without rows or without `TimeGenerated`. */
export type ExtentOf = (table: string) => Promise<Window | undefined>;

/** Extents of tables, each computed once. */
export function extentsIn(ports: QueryPorts): ExtentOf {
  const known = new Map<string, Promise<Window | undefined>>();
  return (table) => {
    const extent = known.get(table) ?? readExtent(ports, table);
    known.set(table, extent);
    return extent;
  };
}

async function readExtent(ports: QueryPorts, table: string): Promise<Window | undefined> {
  const column = ports
    .schema()
    .table(table)
    ?.columns.find(({ name }) => name === "TimeGenerated");
  if (column?.type !== "datetime") return undefined;
  const name = `["${table.replaceAll("\\", "\\\\").replaceAll('"', '\\"')}"]`;
  const text = `${name} | summarize First = min(TimeGenerated), Last = max(TimeGenerated)`;
  const compilation = await ports.compile({ text, now: 0n });
  for await (const line of ports.rows(compilation)) {
    const [first, last] = parseRow(line, compilation.columns);
    const from = typeof first === "string" ? parseTicks(first) : undefined;
    const to = typeof last === "string" ? parseTicks(last) : undefined;
    if (from !== undefined && to !== undefined) return { from, to: to + 1n };
  }
  return undefined;
}
