import type { Column, TableSchema } from "@calypso/kql";
import { clickHouseTypes } from "@calypso/kql";
import { quoteName, quoteText } from "../store/quoting.js";
import { castText } from "./casts.js";
import { type MappedColumn, mapColumns, type SourceKey } from "./columns.js";
import type { Reader } from "./reader.js";

/** How the rows of one source fill one table: the columns, and the SQL that gives each its value. */
export interface LoadPlan {
  readonly columns: readonly string[];
  readonly values: readonly string[];
  /** The values with a check that runs on every row, where one of them can carry it. */
  readonly guarded?: (check: string) => readonly string[];
  /** Text of the event's time; undefined where neither the table nor the data has one. */
  readonly time?: TimeSource;
  /** Columns whose values may fail to be of their type. */
  readonly typed: readonly TypedColumn[];
  /** Keys of dynamic columns. */
  readonly dynamicKeys: readonly string[];
}

/** The keys that may hold the time of an event, in order. */
export interface TimeSource {
  readonly keys: readonly string[];
  readonly text: string;
  readonly value: string;
}

/** A column that is not text, with its source. */
export interface TypedColumn extends Column {
  readonly text: string;
  readonly value: string;
}

/** What the plan takes from outside the data. */
export interface LoadFacts {
  readonly id: string;
  readonly table: string;
  readonly arrival: Date;
}

/** Plans the load of a reader's rows into a table that already has all columns; keys without one have no value in these rows. */
export function planLoad(reader: Reader, schema: TableSchema, keys: readonly SourceKey[], facts: LoadFacts): LoadPlan {
  const mapped = mapColumns(schema, keys);
  const arrival = `toDateTime64(${quoteText(facts.arrival.toISOString().replace("T", " ").replace("Z", ""))}, 7, 'UTC')`;
  const all = new Map([...schema.columns, ...(schema.hidden ?? [])].map((column) => [column.name, column.type]));
  const values = new Map<string, string>();
  const typed: TypedColumn[] = [];
  const dynamicKeys: string[] = [];
  const time = all.has("TimeGenerated") ? timeSource(reader, mapped, keys) : undefined;
  for (const column of mapped) {
    if (column.name === "TimeGenerated" || column.name === "Type" || column.isNew) continue;
    if (column.type === "dynamic") {
      dynamicKeys.push(...column.keys);
      values.set(column.name, firstText(column.keys.map(reader.dynamic)));
      continue;
    }
    if (column.type === "string") {
      values.set(column.name, firstText(column.keys.map(reader.written)));
      continue;
    }
    const text = firstText(column.keys.map(reader.text));
    const value = castText(column.type, text);
    values.set(column.name, value);
    typed.push({ name: column.name, type: column.type, text, value });
  }
  if (all.has("TimeGenerated"))
    values.set("TimeGenerated", time === undefined ? arrival : `ifNull(${time.value}, ${arrival})`);
  if (all.has("Type")) values.set("Type", quoteText(facts.table));
  if (all.has("SourceSystem") && !values.has("SourceSystem"))
    values.set("SourceSystem", quoteText(sourceSystem(facts.table)));
  if (all.get("_TimeReceived") === "datetime") {
    const own = values.get("_TimeReceived");
    values.set("_TimeReceived", own === undefined ? arrival : `ifNull(${own}, ${arrival})`);
  }
  let ownId = false;
  if (all.get("_ItemId") === "string") {
    const own = values.get("_ItemId");
    values.set("_ItemId", own === undefined ? itemId(facts.id) : `if(${own} = '', ${itemId(facts.id)}, ${own})`);
    ownId = own !== undefined;
  }
  const sql = [...values.entries()].map(([name, value]) => stored(value, all.get(name)));
  const at = ownId ? -1 : [...values.keys()].indexOf("_ItemId");
  return {
    columns: [...values.keys()].map(quoteName),
    values: sql,
    ...(at < 0 ? {} : { guarded: (check: string) => sql.with(at, itemId(facts.id, check)) }),
    typed,
    dynamicKeys,
    ...(time === undefined ? {} : { time }),
  };
}

/** A name for a row that no other row has: the load and a number. A check may ride on the number; it adds nothing. */
function itemId(load: string, check = "0"): string {
  return `concat(${quoteText(`${load}-`)}, toString(rowNumberInAllBlocks() + (${check})))`;
}

/** A decimal or a real is given as the column's type, so that the engine never converts in a way that can fail. */
function stored(value: string, type: Column["type"] | undefined): string {
  return type === "decimal" ? `CAST(${value}, ${quoteText(clickHouseTypes.decimal)})` : value;
}

function timeSource(
  reader: Reader,
  mapped: readonly MappedColumn[],
  keys: readonly SourceKey[],
): TimeSource | undefined {
  const own = mapped.find((column) => column.name === "TimeGenerated")?.keys ?? [];
  const names = new Map(keys.map((key) => [key.name.toLowerCase().replace(/ \[[^\]]+\]$/, ""), key.name]));
  const others = timeKeys.flatMap((name) => names.get(name.toLowerCase()) ?? []);
  const sources = [...new Set([...own, ...others])];
  if (sources.length === 0) return undefined;
  // The others count only where the first has nothing; where it has, reading them would cost for nothing.
  const text = firstText((own.length > 0 ? own : sources).map(reader.text));
  const spare = own.length > 0 ? others.filter((key) => !own.includes(key)) : [];
  const full = spare.length === 0 ? text : `if(${text} != '', ${text}, ${firstText(spare.map(reader.text))})`;
  return { keys: sources, text: full, value: castText("datetime", full) };
}

/** Where exports put the time of an event when they do not call it TimeGenerated. */
const timeKeys = [
  "Timestamp",
  "time",
  "@timestamp",
  "CreatedDateTime",
  "ActivityDateTime",
  "EventTime",
  "TimeCreated",
  "UtcTime",
  "CreationTime",
  "EventTimestamp",
  "StartTime",
  "date",
  "_TimeReceived",
];

function firstText(texts: readonly string[]): string {
  const [first = "''", ...rest] = texts;
  return rest.length === 0 ? first : `if(${first} != '', ${first}, ${firstText(rest)})`;
}

function sourceSystem(table: string): string {
  if (/^(AAD|SigninLogs$|AuditLogs$|ADFSSignInLogs$|MicrosoftGraph|MicrosoftServicePrincipal)/.test(table))
    return "Azure AD";
  return table.endsWith("_CL") ? "RestAPI" : "";
}
