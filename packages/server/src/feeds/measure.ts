import type { Column, Compilation, CompileRequest, WorkspaceSchema } from "@calypso/kql";
import { Failure } from "../store/failures.js";
import type { HourOfShapes } from "./shape.js";
import { comparedWeeks, type HourNumber } from "./silence.js";

/** What looking at feeds needs of a workspace. */
export interface FeedPorts {
  schema(): WorkspaceSchema;
  compile(request: Omit<CompileRequest, "scratch" | "answers">): Promise<Compilation>;
  rows(compilation: Compilation): AsyncIterable<string>;
}

/** What a table holds of one hour. */
export interface HourOfTable {
  readonly hour: HourNumber;
  readonly rows: number;
  /** In how many of them each column is filled, in the order of the columns asked for. */
  readonly filled: readonly number[];
}

/** What a column held in a stretch of time. */
export interface ValueSet {
  /** About how many different values. */
  readonly distinct: number;
  /** The values, as text of at most a hundred characters; absent where there are more than twenty. */
  readonly values?: readonly string[];
}

/** What a table holds and held. */
export interface Measurement {
  readonly hours: readonly HourOfTable[];
  /** The latest event that is not in the future. */
  readonly last?: Date;
  /** How late 95 of 100 events of the last week came, in seconds, those not counted that came more than a day late. */
  readonly lag?: number;
  /** By column: the last day, and the week before it. */
  readonly recent: readonly ValueSet[];
  readonly earlier: readonly ValueSet[];
  /** By column that is a string or dynamic; empty for others. Of the last eight days. */
  readonly shapes: readonly (readonly HourOfShapes[])[];
}

const mostValues = 20;
export const hourLength = 3_600_000;
const dayLength = 24 * hourLength;

/** Measures a table with three queries. Throws where the store cannot answer. */
export async function measureTable(
  ports: FeedPorts,
  table: string,
  columns: readonly Column[],
  now: Date,
): Promise<Measurement> {
  const run = (days: number, text: string) => rowsOf(ports, `${since(table, now, days)}\n${text}`, now);
  const hours = await run(comparedWeeks * 7 + 1, hoursQuery(columns));
  if (hours.length === 0) return { hours: [], recent: [], earlier: [], shapes: columns.map(() => []) };
  const values = await run(8, valuesQuery(columns, new Date(now.getTime() - dayLength)));
  const texts = columns.filter(hasShape);
  const shapes = texts.length === 0 ? [] : await run(8, shapesQuery(texts));
  const of = (recent: boolean) => values.find(([isRecent]) => isRecent === recent) ?? [];
  const lags = values.flatMap(([, lag]) => (typeof lag === "number" ? lag : []));
  const last = new Date(Math.max(...hours.map(([, time]) => new Date(String(time)).getTime())));
  return {
    hours: hours.map(([hour, , rows, ...filled]) => ({
      ...{ hour: hourOf(new Date(String(hour))), rows: Number(rows), filled: filled.map(Number) },
    })),
    last,
    ...(lags.length === 0 ? {} : { lag: Math.max(...lags) }),
    recent: columns.map((_, index) => valueSet(of(true), index)),
    earlier: columns.map((_, index) => valueSet(of(false), index)),
    shapes: columns.map((column) => shapesOf(shapes, texts.indexOf(column))),
  };
}

/** The hour that holds an instant. */
export function hourOf(time: Date): HourNumber {
  return Math.floor(time.getTime() / hourLength);
}

function since(table: string, now: Date, days: number): string {
  const from = new Date(now.getTime() - days * dayLength);
  return `table(${quotedText(table)}) | where TimeGenerated > ${instant(from)} and TimeGenerated <= ${instant(now)}`;
}

function hoursQuery(columns: readonly Column[]): string {
  const filled = columns.map((column, index) => `, filled${index} = countif(${isFilled(column)})`).join("");
  return `| summarize latest = max(TimeGenerated), events = count()${filled} by hour = bin(TimeGenerated, 1h)`;
}

function valuesQuery(columns: readonly Column[], recent: Date): string {
  const sets = columns.map((column, index) => {
    const value = `substring(tostring(${columnName(column)}), 0, 100)`;
    const filled = isFilled(column);
    return `, distinct${index} = dcountif(${value}, ${filled}), set${index} = make_set_if(${value}, ${filled}, ${mostValues + 1})`;
  });
  return `| extend calypso_lag = min_of(ingestion_time(), coalesce(_TimeReceived, ingestion_time())) - TimeGenerated
| summarize lag = percentile(iff(calypso_lag < 1d, calypso_lag / 1s, real(null)), 95)${sets.join("")}
  by recent = TimeGenerated > ${instant(recent)}`;
}

function shapesQuery(columns: readonly Column[]): string {
  const counts = columns.flatMap((column, index) => {
    const value = `tostring(${columnName(column)})`;
    return [
      `filled${index} = countif(${isFilled(column)})`,
      `numbers${index} = countif(${value} matches regex @'^[+-]?[0-9]+([.][0-9]+)?$')`,
      `json${index} = countif(${isFilled(column)} and (${value} startswith_cs '{' or ${value} startswith_cs '['))`,
    ];
  });
  return `| summarize ${counts.join(", ")} by hour = bin(TimeGenerated, 1h)`;
}

function hasShape({ type }: Column): boolean {
  return type === "string" || type === "dynamic";
}

/** KQL that is true of rows that have a column; an empty object or array says as much as none. */
export function isFilled(column: Column): string {
  if (column.type === "dynamic") return `tostring(${columnName(column)}) !in ('', '[]', '{}', 'null')`;
  return column.type === "string" ? `isnotempty(${columnName(column)})` : `isnotnull(${columnName(column)})`;
}

/** The name of a column, whatever characters logs have given it. */
export function columnName(column: Column): string {
  return `[${quotedText(column.name)}]`;
}

/** A text as KQL. */
export function quotedText(value: string): string {
  return JSON.stringify(value);
}

/** A time as KQL. */
export function instant(time: Date): string {
  return `datetime(${time.toISOString()})`;
}

/** The rows of a query of our own, as JSON arrays. Throws where the store cannot answer. */
export async function rowsOf(ports: FeedPorts, query: string, now: Date): Promise<readonly (readonly unknown[])[]> {
  const compilation = await ports.compile({
    ...{ text: query, sourceName: "feeds", schema: ports.schema(), now: BigInt(now.getTime()) * 10_000n },
  });
  const error = compilation.diagnostics.find(({ severity }) => severity === "error");
  if (error !== undefined) throw new Failure("engine-error", error.message);
  const rows: (readonly unknown[])[] = [];
  for await (const line of ports.rows(compilation)) rows.push(JSON.parse(line));
  return rows;
}

function valueSet(row: readonly unknown[], index: number): ValueSet {
  const [distinct, values] = row.slice(2 + 2 * index, 4 + 2 * index);
  const list: unknown = typeof values === "string" ? JSON.parse(values) : values;
  const few = Array.isArray(list) && list.length <= mostValues ? { values: list.map(String).sort() } : {};
  return { distinct: Number(distinct ?? 0), ...few };
}

function shapesOf(rows: readonly (readonly unknown[])[], index: number): readonly HourOfShapes[] {
  if (index < 0) return [];
  return rows.map((row) => {
    const [filled, numbers, json] = row.slice(1 + 3 * index, 4 + 3 * index).map(Number);
    return { hour: hourOf(new Date(String(row[0]))), filled: filled ?? 0, numbers: numbers ?? 0, json: json ?? 0 };
  });
}
