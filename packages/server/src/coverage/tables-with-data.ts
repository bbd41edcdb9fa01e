import type { FeedPorts } from "../feeds/measure.js";
import { Failure } from "../store/failures.js";

/** What a table holds up to a moment. */
export interface TableData {
  readonly rows: number;
  /** Of the first and the last event; absent where there are none, and for tables without `TimeGenerated`. */
  readonly first?: Date;
  readonly last?: Date;
}

/** Looks into tables, each of them once. Events after `now` are not there yet. */
export function tablesWithData(ports: FeedPorts, now: Date): (table: string) => Promise<TableData> {
  const known = new Map<string, Promise<TableData>>();
  return (table) => {
    const found = known.get(table) ?? lookInto(ports, table, now);
    known.set(table, found);
    return found;
  };
}

async function lookInto(ports: FeedPorts, table: string, now: Date): Promise<TableData> {
  const schema = ports.schema();
  const described = schema.table(table);
  // What a query joins to its tables of itself, such as a place for addresses, has no row to wait for.
  if (described === undefined) return { rows: 1 };
  if (schema.filledTables?.includes(table) === false) return { rows: 0 };
  const hasTime = described.columns.some(({ name }) => name === "TimeGenerated");
  const text = `table(${JSON.stringify(table)})${
    hasTime
      ? ` | where TimeGenerated <= datetime(${now.toISOString()}) | summarize count(), min(TimeGenerated), max(TimeGenerated)`
      : " | summarize count()"
  }`;
  const [row] = await rowsOf(ports, text, now);
  const [rows, first, last] = row ?? [];
  const count = Number(rows ?? 0);
  if (count === 0 || typeof first !== "string" || typeof last !== "string") return { rows: count };
  return { rows: count, first: new Date(first), last: new Date(last) };
}

/** The rows of a query of Calypso's own. Throws where the store cannot answer. */
export async function rowsOf(ports: FeedPorts, text: string, now: Date): Promise<readonly (readonly unknown[])[]> {
  const compilation = await ports.compile({
    ...{ text, sourceName: "coverage", schema: ports.schema(), now: BigInt(now.getTime()) * 10_000n },
  });
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Failure("engine-error", error.message);
  const rows: (readonly unknown[])[] = [];
  for await (const line of ports.rows(compilation)) rows.push(JSON.parse(line));
  return rows;
}
