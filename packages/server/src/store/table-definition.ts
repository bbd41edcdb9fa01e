import { type Column, clickHouseTypes, type KqlType, kqlTypeNamed, type TableSchema } from "@calypso/kql";
import { quoteName, quoteText } from "./quoting.js";
import { type OwnProperty, ownProperties, type PropertyForms, propertyDeclaration } from "./stored-properties.js";

/** A table of logs as it is stored. */
export interface TableDefinition {
  readonly name: string;
  readonly columns: readonly StoredColumn[];
  readonly properties: readonly OwnProperty[];
}

/** Other names of a table's columns, each with the column that it stands for. */
type OtherNames = Readonly<Record<string, string>>;

/** A column as it is stored; what KQL needs to know of it is kept in the column's comment. */
export interface StoredColumn extends Column {
  readonly hidden?: boolean;
  readonly indexed?: boolean;
  /** The column that has its value where the data has none. */
  readonly standsFor?: string;
  /** A string of few different values, which are stored once each. */
  readonly fewValues?: boolean;
}

/** The columns of a table that are stored in a form of their own, by name. */
export interface StoredForms {
  /** String columns that get a text index. */
  readonly indexed: readonly string[];
  /** String columns of few different values; names that the table does not have mean nothing. */
  readonly fewValues: readonly string[];
  /** Properties that get a column of their own. */
  readonly properties: PropertyForms;
}

/** The comment that marks a table of logs, as opposed to Calypso's own. */
export const logTableComment = "log";

/** How the names of Calypso's own tables begin, also of those that are made in the form of a table of logs. */
const ownPrefix = "_calypso_";

/** When the engine stored the row: what `ingestion_time()` returns. */
export const ingestionTimeColumn = "_IngestionTime";

/** Columns that every table has, hidden where the table does not list them. */
const standardColumns: readonly Column[] = [
  { name: "_TimeReceived", type: "datetime" },
  { name: "_ItemId", type: "string" },
  { name: "_ResourceId", type: "string" },
  { name: "_SubscriptionId", type: "string" },
];

/** A table with the given columns and the standard ones. */
export function defineTable(name: string, columns: readonly Column[], forms: StoredForms): TableDefinition {
  const listed = new Set(columns.map((column) => column.name));
  const hidden = standardColumns.filter((column) => !listed.has(column.name));
  return {
    name,
    columns: [
      ...columns.map((column) => storedAs(column, forms)),
      ...hidden.map((column) => ({ ...storedAs(column, forms), hidden: true })),
    ],
    properties: ownProperties(columns, forms.properties),
  };
}

/** A column in the form that is given for its name. */
export function storedAs({ name, type }: Column, forms: StoredForms): StoredColumn {
  const isString = type === "string";
  return {
    name,
    type,
    ...(isString && forms.indexed.includes(name) ? { indexed: true } : {}),
    ...(isString && forms.fewValues.includes(name) ? { fewValues: true } : {}),
  };
}

/** What the compiler needs to know of a table. */
export function schemaOf(table: TableDefinition, otherNames: OtherNames = {}): TableSchema {
  const names = new Set(table.columns.map((column) => column.name));
  return {
    name: table.name,
    columns: table.columns.filter((column) => !column.hidden).map(({ name, type }) => ({ name, type })),
    hidden: table.columns.filter((column) => column.hidden).map(({ name, type }) => ({ name, type })),
    ...(Object.keys(otherNames).length === 0 ? {} : { otherNames }),
    notNull: table.columns.filter(isNotNull).map((column) => column.name),
    indexed: table.columns.filter((column) => column.indexed).map((column) => column.name),
    properties: table.properties.map(({ column, path, stored }) => ({ column, path, stored })),
    ingestionTime: ingestionTimeColumn,
    timeScoped: names.has("TimeGenerated"),
  };
}

/** New columns of a table: one that is another name of a column of its type has that column's values in older rows. */
export function withStandIns(
  table: TableDefinition,
  columns: readonly Column[],
  otherNames: OtherNames,
): readonly StoredColumn[] {
  const types = new Map(table.columns.map(({ name, type }) => [name, type]));
  return columns.map((column) => {
    const standsFor = Object.hasOwn(otherNames, column.name) ? otherNames[column.name] : undefined;
    return standsFor === undefined || types.get(standsFor) !== column.type ? column : { ...column, standsFor };
  });
}

/** The statement that makes a table where it does not exist. */
export function createStatement(table: TableDefinition): string {
  const timed = table.columns.some((column) => column.name === "TimeGenerated" && column.type === "datetime");
  return (
    `CREATE TABLE IF NOT EXISTS ${quoteName(table.name)} (\n  ` +
    [
      ...table.columns.map((column) => columnDeclaration(table.name, column)),
      ...table.properties.map((property) => propertyDeclaration(property, table.columns)),
      `${quoteName(ingestionTimeColumn)} DateTime64(7, 'UTC') DEFAULT now64(7, 'UTC')`,
      ...table.columns.filter((column) => column.indexed).map((column) => indexDeclaration(column.name)),
    ].join(",\n  ") +
    `\n) ENGINE = MergeTree ${timed ? timedOrder : "ORDER BY tuple()"} COMMENT ${quoteText(logTableComment)}`
  );
}

/** The statement that adds columns to a table. */
export function addColumnsStatement(name: string, columns: readonly StoredColumn[]): string {
  const parts = columns.map((column) => `ADD COLUMN IF NOT EXISTS ${columnDeclaration(name, column)}`);
  return `ALTER TABLE ${quoteName(name)} ${parts.join(", ")}`;
}

/** A SELECT of `[table, column, comment]` for every column of the stored log tables, in order. */
export const storedColumnsQuery =
  "SELECT toJSONString([table, name, comment]) FROM system.columns WHERE database = currentDatabase() AND table IN" +
  ` (SELECT name FROM system.tables WHERE database = currentDatabase() AND comment = '${logTableComment}'` +
  ` AND NOT startsWith(name, '${ownPrefix}'))` +
  " ORDER BY table, position";

/** The column that a comment describes, or undefined for a column that KQL does not see. */
export function storedColumn(name: string, comment: string): StoredColumn | undefined {
  const words = comment.split(" ");
  const type = kqlTypeNamed(words[0] ?? "");
  if (type === undefined) return undefined;
  return {
    name,
    type,
    ...(words.includes("hidden") ? { hidden: true } : {}),
    ...(words.includes("indexed") ? { indexed: true } : {}),
    ...(words.includes(fewMark) ? { fewValues: true } : {}),
  };
}

/**
 * One part for each month. Months outside 2000 to 2100 share one at each end, so that broken dates cannot make a hundred
 * thousand of them; a time range still prunes by the smallest and largest time of each part.
 */
const timedOrder =
  "PARTITION BY toYYYYMM(least(greatest(TimeGenerated, toDateTime64('2000-01-01 00:00:00', 7, 'UTC'))," +
  " toDateTime64('2100-01-01 00:00:00', 7, 'UTC'))) ORDER BY TimeGenerated";

function columnDeclaration(table: string, column: StoredColumn): string {
  const marks = [
    column.type,
    ...(column.hidden ? ["hidden"] : []),
    ...(column.indexed ? ["indexed"] : []),
    ...(column.fewValues ? [fewMark] : []),
  ];
  return (
    `${quoteName(column.name)} ${storedType(column)}${defaultOf(table, column)}` +
    ` COMMENT ${quoteText(marks.join(" "))}${isNotNull(column) ? inOrderOfTime : ""}`
  );
}

/** Times of rows that lie in their order differ little from one to the next. */
const inOrderOfTime = " CODEC(Delta, LZ4)";

/** The word of a comment that marks a column of few values. */
const fewMark = "few";

function storedType(column: StoredColumn): string {
  if (isNotNull(column)) return "DateTime64(7, 'UTC')";
  return column.fewValues ? `LowCardinality(${clickHouseTypes[column.type]})` : clickHouseTypes[column.type];
}

function isNotNull(column: Column): boolean {
  return column.type === "datetime" && (column.name === "TimeGenerated" || column.name === "_TimeReceived");
}

/** What the workspace itself knows of a row where the data does not say. */
function defaultOf(table: string, column: StoredColumn): string {
  const text: KqlType = "string";
  if (column.name === "_TimeReceived" && column.type === "datetime") return " DEFAULT now64(7, 'UTC')";
  if (column.name === "_ItemId" && column.type === text) return " DEFAULT toString(generateUUIDv7())";
  if (column.name === "Type" && column.type === text) return ` DEFAULT ${quoteText(table)}`;
  if (column.standsFor !== undefined) return ` DEFAULT ${quoteName(column.standsFor)}`;
  return "";
}

/** The index is on the form of the text that word searches compare, so that its use never changes a result. */
function indexDeclaration(column: string): string {
  const name = quoteName(column);
  const form =
    `if(isValidASCII(${name}), lower(${name}),` +
    ` lowerUTF8(replaceRegexpAll(${name}, '[^\\\\p{L}\\\\p{N}\\\\x00-\\\\x7F]', ' ')))`;
  return `INDEX ${quoteName(`ix_${column}`)} (${form}) TYPE text(tokenizer = 'splitByNonAlpha')`;
}
