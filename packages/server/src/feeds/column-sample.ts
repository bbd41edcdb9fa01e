import type { Column } from "@calypso/kql";
import { columnName, type FeedPorts, instant, isFilled, quotedText, rowsOf } from "./measure.js";
import { lastDays, type Stretch } from "./table-volumes.js";

/** Which rows of a table were looked at. */
export interface Sample {
  readonly rows: number;
  /** Whether those are all of its stretch, or of the table where that has no times. */
  readonly isWhole: boolean;
  readonly stretch?: Stretch;
}

/** How a column is filled in those rows. */
export interface ColumnFill extends Column {
  readonly filled: number;
  /** About how many different values. */
  readonly distinct: number;
}

/** More rows than these are not looked at: those that the engine comes upon first. */
const mostRows = 200_000;
/** In so many columns at a time, as each takes memory. */
const atOnce = 40;
const mostValues = 20;
const longestValue = 200;

/** How the columns of a table are filled in the rows of its last seven days. */
export async function columnFills(
  ports: FeedPorts,
  table: string,
  columns: readonly Column[],
  last: Date | undefined,
  now: Date,
): Promise<{ readonly sample: Sample; readonly columns: readonly ColumnFill[] }> {
  const from = sampleOf(table, last, now);
  const found: ColumnFill[] = [];
  let rows = 0;
  for (let index = 0; index < columns.length; index += atOnce) {
    const part = columns.slice(index, index + atOnce);
    const counts = part.flatMap((column, at) => [
      `filled${at} = countif(${isFilled(column)})`,
      `distinct${at} = dcountif(substring(tostring(${columnName(column)}), 0, ${longestValue}), ${isFilled(column)})`,
    ]);
    const [row] = await rowsOf(ports, `${from.query} | summarize looked = count(), ${counts.join(", ")}`, now);
    rows = Number(row?.[0] ?? 0);
    found.push(
      ...part.map(({ name, type }, at) => ({
        ...{ name, type },
        filled: Number(row?.[1 + 2 * at] ?? 0),
        distinct: Number(row?.[2 + 2 * at] ?? 0),
      })),
    );
  }
  return { sample: sampled(rows, from.stretch), columns: found };
}

/** The most frequent values of a column in such rows, as text of at most two hundred characters. */
export async function frequentValues(
  ports: FeedPorts,
  table: string,
  column: Column,
  last: Date | undefined,
  now: Date,
): Promise<{ readonly sample: Sample; readonly values: readonly { readonly value: string; readonly rows: number }[] }> {
  const from = sampleOf(table, last, now);
  const value = `substring(tostring(${columnName(column)}), 0, ${longestValue})`;
  const [all] = await rowsOf(ports, `${from.query} | count`, now);
  const found = await rowsOf(
    ports,
    `${from.query} | summarize looked = count() by value = ${value} | order by looked desc, value asc | take ${mostValues}`,
    now,
  );
  return {
    sample: sampled(Number(all?.[0] ?? 0), from.stretch),
    values: found.map(([text, rows]) => ({ value: String(text ?? ""), rows: Number(rows) })),
  };
}

function sampled(rows: number, stretch: Stretch | undefined): Sample {
  return { rows, isWhole: rows < mostRows, ...(stretch === undefined ? {} : { stretch }) };
}

function sampleOf(table: string, last: Date | undefined, now: Date) {
  const whole = `table(${quotedText(table)})`;
  if (last === undefined) return { query: `${whole} | take ${mostRows}`, stretch: undefined };
  const stretch = lastDays(last, now);
  const within = `where TimeGenerated >= ${instant(stretch.from)} and TimeGenerated < ${instant(stretch.to)}`;
  return { query: `${whole} | ${within} | take ${mostRows}`, stretch };
}
