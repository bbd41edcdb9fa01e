import { type FeedPorts, isFilled } from "../../feeds/measure.js";
import { Failure } from "../../store/failures.js";
import type { TrialOptions } from "./verdict.js";

/** What a table holds of a span. */
export interface TableInSpan {
  readonly rows: number;
  /** Rows that have a column, by its name. */
  readonly filled: ReadonlyMap<string, number>;
}

/** The most columns that one query counts. */
const mostColumns = 200;

/** Counts the rows of a table in the span, and in how many of them columns are filled; a table without a time is counted whole. */
export async function measureInSpan(
  ports: FeedPorts,
  table: string,
  columns: readonly string[],
  { span }: Pick<TrialOptions, "span">,
): Promise<TableInSpan> {
  const schema = ports.schema();
  const described = schema.table(table);
  if (described === undefined || schema.filledTables?.includes(table) === false) return { rows: 0, filled: new Map() };
  const known = new Map([...described.columns, ...(described.hidden ?? [])].map((column) => [column.name, column]));
  const wanted = columns.flatMap((name) => known.get(name) ?? []);
  const counts = new Map<string, number>();
  let rows = 0;
  for (let at = 0; at === 0 || at < wanted.length; at += mostColumns) {
    const part = wanted.slice(at, at + mostColumns);
    const filled = part.map((column, index) => `, filled${index} = countif(${isFilled(column)})`).join("");
    const text = `table(${JSON.stringify(table)}) | summarize events = count()${filled}`;
    const isTimed = known.get("TimeGenerated")?.type === "datetime" && described.timeScoped !== false;
    const compilation = await ports.compile({
      ...{ text, sourceName: "verdict", schema, now: span.to },
      ...(isTimed ? { timeScope: span } : {}),
    });
    const error = compilation.diagnostics.find(({ severity }) => severity === "error");
    if (error !== undefined) throw new Failure("engine-error", error.message);
    for await (const line of ports.rows(compilation)) {
      const [events, ...numbers]: unknown[] = JSON.parse(line);
      rows = Number(events);
      for (const [index, column] of part.entries()) counts.set(column.name, Number(numbers[index]));
    }
  }
  return { rows, filled: counts };
}
